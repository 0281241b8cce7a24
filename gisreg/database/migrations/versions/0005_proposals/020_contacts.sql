-- Who answers for an organisation: by commune (NULL: everywhere), by subject, in order of rank (1 first, then
-- the deputies). Nobody is deleted: who no longer answers is not active.
CREATE TABLE registry.contact (
  id bigint PRIMARY KEY DEFAULT gisreg.new_id(),
  organisation_id bigint NOT NULL REFERENCES registry.organisation,
  commune_id bigint REFERENCES registry.admin_unit,
  subject text NOT NULL DEFAULT 'general',
  rank integer NOT NULL DEFAULT 1,
  name text NOT NULL,
  person_id bigint REFERENCES access.person ON DELETE SET NULL,
  email text,
  phone text,
  is_active boolean NOT NULL DEFAULT true,
  CONSTRAINT contact_subject_check
    CHECK (subject IN ('general', 'sharing', 'tidying', 'incident', 'proposal', 'billing', 'data')),
  CONSTRAINT contact_rank_range CHECK (rank >= 1 AND rank <= 99),
  -- One address and nothing else: what goes into the head of a mail has no spaces and no line ends.
  CONSTRAINT contact_email_form CHECK (email ~ '^[A-Za-z0-9._%+-]+@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)*$')
);
CREATE INDEX contact_organisation_id_idx ON registry.contact (organisation_id) WHERE is_active;

-- Days on which a contact does not answer, both included.
CREATE TABLE registry.contact_absence (
  id bigint PRIMARY KEY DEFAULT gisreg.new_id(),
  contact_id bigint NOT NULL REFERENCES registry.contact,
  from_on date NOT NULL,
  until_on date NOT NULL,
  CONSTRAINT contact_absence_order CHECK (until_on >= from_on)
);
CREATE INDEX contact_absence_contact_id_idx ON registry.contact_absence (contact_id);

-- What somebody is to be told. A thread is one matter told to one organisation: its first notice and those that
-- followed because nobody read it. Texts name no fields of the registry: whoever may see them looks there.
CREATE TABLE registry.notice (
  id bigint PRIMARY KEY DEFAULT gisreg.new_id(),
  thread_id bigint NOT NULL,
  addressee text NOT NULL,
  organisation_id bigint REFERENCES registry.organisation,
  contact_id bigint REFERENCES registry.contact,
  person_id bigint,
  commune_id bigint REFERENCES registry.admin_unit ON DELETE SET NULL,
  subject text NOT NULL,
  about text NOT NULL,
  about_id bigint NOT NULL,
  title_vi text NOT NULL,
  title_en text NOT NULL,
  text_vi text NOT NULL,
  text_en text NOT NULL,
  caused_by_id bigint,
  created_at timestamptz NOT NULL,
  delivery text NOT NULL DEFAULT 'queued',
  attempts integer NOT NULL DEFAULT 0,
  next_attempt_at timestamptz NOT NULL,
  sent_at timestamptz,
  bounced_at timestamptz,
  trouble text,
  read_at timestamptz,
  read_by text,
  escalated_at timestamptz,
  is_settled boolean NOT NULL DEFAULT false,
  CONSTRAINT notice_addressee_check CHECK (addressee IN ('contact', 'coordinators', 'authority')),
  CONSTRAINT notice_delivery_check CHECK (delivery IN ('queued', 'sent', 'bounced', 'app')),
  CONSTRAINT notice_addressee_named CHECK (
    (addressee = 'authority' OR organisation_id IS NOT NULL) AND (addressee <> 'contact' OR contact_id IS NOT NULL)
  )
);
CREATE INDEX notice_thread_id_idx ON registry.notice (thread_id);
CREATE INDEX notice_about_idx ON registry.notice (about, about_id);
CREATE INDEX notice_queue_idx ON registry.notice (next_attempt_at) WHERE delivery = 'queued';
CREATE INDEX notice_unread_idx ON registry.notice (created_at)
  WHERE read_at IS NULL AND escalated_at IS NULL AND NOT is_settled;
CREATE INDEX notice_organisation_id_idx ON registry.notice (organisation_id);
