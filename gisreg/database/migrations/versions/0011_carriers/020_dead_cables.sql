-- Cases of dead cable: one cable, one segment of it, or so many counted cables of a span. What they were
-- about lives on in the history when the cable is gone, so there are no foreign keys to it.

-- \column owner_id  whose it is said to be; who claims it becomes it
-- \column state  the last step's, kept by a trigger
-- \column notice_on  day of the public notice
CREATE TABLE registry.dead_cable (
  id bigint PRIMARY KEY DEFAULT gisreg.new_id(),
  cable_id bigint,
  segment_id bigint,
  span_id bigint,
  cable_count integer NOT NULL DEFAULT 1,
  owner_id bigint REFERENCES registry.organisation,
  state text NOT NULL DEFAULT 'suspected',
  state_since date NOT NULL,
  notice_on date,
  source text NOT NULL DEFAULT 'unknown',
  CONSTRAINT dead_cable_state_check CHECK (state IN (
    'suspected', 'claimed', 'ownerless', 'noticed', 'authorised', 'recovered', 'disposed', 'dismissed')),
  CONSTRAINT dead_cable_of_something CHECK (num_nonnulls(cable_id, span_id) = 1),
  CONSTRAINT dead_cable_segment_of_cable CHECK (segment_id IS NULL OR cable_id IS NOT NULL),
  CONSTRAINT dead_cable_count CHECK (cable_count >= 1 AND (span_id IS NOT NULL OR cable_count = 1))
);
CREATE INDEX dead_cable_cable_id_idx ON registry.dead_cable (cable_id);
CREATE INDEX dead_cable_span_id_idx ON registry.dead_cable (span_id);

-- \column metres, kg  what was recovered
CREATE TABLE registry.dead_cable_event (
  id bigint PRIMARY KEY DEFAULT gisreg.new_id(),
  dead_cable_id bigint NOT NULL REFERENCES registry.dead_cable,
  from_state text,
  to_state text NOT NULL,
  happened_on date NOT NULL,
  recorded_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  person text NOT NULL,
  organisation text,
  organisation_id bigint REFERENCES registry.organisation,
  reason text NOT NULL,
  metres double precision,
  kg double precision,
  CONSTRAINT dead_cable_event_reason_said CHECK (btrim(reason) <> ''),
  CONSTRAINT dead_cable_event_recovered CHECK (
    (to_state = 'recovered') = (metres IS NOT NULL AND kg IS NOT NULL) AND metres >= 0 AND kg >= 0)
);
CREATE INDEX dead_cable_event_dead_cable_id_idx ON registry.dead_cable_event (dead_cable_id, recorded_at);
