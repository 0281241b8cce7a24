-- What left the registry: one row an export, and what became of it. Both are only ever added to.

CREATE TABLE registry.export_register (
  id bigint PRIMARY KEY DEFAULT gisreg.new_id(),
  number text NOT NULL UNIQUE,
  person_id bigint,
  person text NOT NULL,
  organisation_id bigint,
  organisation text,
  asked_at timestamptz NOT NULL,
  request_id text,
  purpose text,
  subject text NOT NULL,
  format text NOT NULL,
  srid integer NOT NULL,
  conditions jsonb NOT NULL DEFAULT '{}',
  row_count bigint NOT NULL,
  is_held boolean NOT NULL
);
CREATE INDEX export_register_asked_at_idx ON registry.export_register (asked_at);
CREATE INDEX export_register_person_idx ON registry.export_register (person_id, asked_at);

CREATE TABLE registry.export_event (
  id bigint PRIMARY KEY DEFAULT gisreg.new_id(),
  export_id bigint NOT NULL REFERENCES registry.export_register,
  kind text NOT NULL CHECK (kind IN ('made', 'released', 'refused')),
  happened_at timestamptz NOT NULL,
  person_id bigint,
  person text NOT NULL,
  note text,
  row_count bigint,
  byte_count bigint,
  sha256 text,
  fetch_until timestamptz,
  CONSTRAINT export_event_file_check CHECK (
    (kind = 'made') = (row_count IS NOT NULL AND byte_count IS NOT NULL AND sha256 IS NOT NULL)
  ),
  CONSTRAINT export_event_release_check CHECK ((kind = 'released') = (fetch_until IS NOT NULL))
);
-- One file an export, and one decision: the second of two that come at once is refused.
CREATE UNIQUE INDEX export_event_made_key ON registry.export_event (export_id) WHERE kind = 'made';
CREATE UNIQUE INDEX export_event_decision_key ON registry.export_event (export_id)
  WHERE kind IN ('released', 'refused');

-- What the authority should look at.
CREATE TABLE registry.alert (
  id bigint PRIMARY KEY DEFAULT gisreg.new_id(),
  kind text NOT NULL,
  raised_at timestamptz NOT NULL,
  subject text NOT NULL,
  message_vi text NOT NULL,
  message_en text NOT NULL
);
CREATE INDEX alert_raised_at_idx ON registry.alert (raised_at);
