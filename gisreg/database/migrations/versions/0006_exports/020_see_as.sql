-- Who of the authority looked with the eyes of which organisation, and why.

ALTER TABLE access.session ADD COLUMN seen_as_reason text;

CREATE TABLE registry.see_as (
  id bigint PRIMARY KEY DEFAULT gisreg.new_id(),
  action text NOT NULL CHECK (action IN ('start', 'stop')),
  happened_at timestamptz NOT NULL,
  person_id bigint NOT NULL,
  person text NOT NULL,
  organisation_id bigint NOT NULL,
  organisation text NOT NULL,
  reason text NOT NULL,
  request_id text
);
CREATE INDEX see_as_happened_at_idx ON registry.see_as (happened_at);
