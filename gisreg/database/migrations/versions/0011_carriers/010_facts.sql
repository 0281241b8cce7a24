-- Facts that rules compare with and that later rooms fill: who may hang where (sharing), which streets are
-- to be tidied by when (programme), which cable may hang for a while (licences).

-- Cable hangs on trees as well.
ALTER TABLE registry.pole DROP CONSTRAINT pole_kind_check;
ALTER TABLE registry.pole ADD CONSTRAINT pole_kind_check
  CHECK (kind IN ('telecom', 'power_lv', 'power_mv', 'power_hv', 'lighting', 'tree', 'other', 'unknown'));

-- \column owner_id  the organisation that hangs or wants to hang on the pole
-- \column valid_to  first day on which it no longer holds
CREATE TABLE registry.attachment_approval (
  id bigint PRIMARY KEY DEFAULT gisreg.new_id(),
  pole_id bigint NOT NULL REFERENCES registry.pole ON DELETE CASCADE,
  owner_id bigint NOT NULL REFERENCES registry.organisation,
  state text NOT NULL DEFAULT 'requested',
  valid_from date,
  valid_to date,
  source text NOT NULL DEFAULT 'unknown',
  CONSTRAINT attachment_approval_state_check CHECK (state IN ('requested', 'approved', 'refused', 'ended')),
  CONSTRAINT attachment_approval_dated CHECK (state <> 'approved' OR valid_from IS NOT NULL),
  CONSTRAINT attachment_approval_validity CHECK (valid_to > valid_from)
);
CREATE INDEX attachment_approval_pole_id_idx ON registry.attachment_approval (pole_id, owner_id);

CREATE TABLE registry.attachment_approval_private (
  attachment_approval_id bigint PRIMARY KEY REFERENCES registry.attachment_approval ON DELETE CASCADE,
  contract_ref text,
  note text
);

-- No foreign key to the cable: like all that follows from it, it goes by itself.
-- \column valid_to  first day on which it no longer holds; NULL where nobody noted it
CREATE TABLE registry.temporary_licence (
  id bigint PRIMARY KEY DEFAULT gisreg.new_id(),
  cable_id bigint NOT NULL,
  licence_no text,
  valid_from date NOT NULL,
  valid_to date,
  reason text,
  source text NOT NULL DEFAULT 'unknown',
  CONSTRAINT temporary_licence_validity CHECK (valid_to > valid_from)
);
CREATE INDEX temporary_licence_cable_id_idx ON registry.temporary_licence (cable_id);

-- \column mid_term_on  day of the review at mid-term; half-way between start and deadline where not said
-- \column share_at_mid_term  what the lead had done on that day, 0 to 1
-- \column has_evidence  photos before and after are there; NULL where nobody looked
CREATE TABLE registry.plan_street (
  id bigint PRIMARY KEY DEFAULT gisreg.new_id(),
  street_id bigint NOT NULL REFERENCES registry.street ON DELETE CASCADE,
  plan_no text NOT NULL,
  kind text NOT NULL,
  lead_id bigint REFERENCES registry.organisation,
  starts_on date NOT NULL,
  mid_term_on date,
  deadline date,
  share_at_mid_term double precision,
  accepted_on date,
  minutes_no text,
  has_evidence boolean,
  source text NOT NULL DEFAULT 'unknown',
  CONSTRAINT plan_street_kind_check CHECK (kind IN ('bundle', 'recover', 'underground', 'poles', 'tags')),
  CONSTRAINT plan_street_share_range CHECK (share_at_mid_term >= 0 AND share_at_mid_term <= 1),
  CONSTRAINT plan_street_days CHECK (deadline >= starts_on AND mid_term_on >= starts_on AND accepted_on >= starts_on),
  CONSTRAINT plan_street_natural_key UNIQUE (street_id, plan_no, kind)
);
