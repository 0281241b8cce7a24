-- What an organisation says about shared facts of somebody else's object. The registry itself stays as it is
-- until the owner or the authority confirms. `base` and `proposed` hold the same members, `properties` (only
-- those that differ) and `geometry` (GeoJSON, EPSG:4326): as it stood at `base_version`, and as it should be.
CREATE TABLE registry.proposal (
  id bigint PRIMARY KEY DEFAULT gisreg.new_id(),
  layer text NOT NULL,
  object_id bigint NOT NULL,
  base_version integer NOT NULL,
  base jsonb NOT NULL,
  proposed jsonb NOT NULL,
  organisation_id bigint NOT NULL REFERENCES registry.organisation,
  organisation text NOT NULL,
  person_id bigint,
  person text NOT NULL,
  owner_id bigint REFERENCES registry.organisation,
  reason text,
  evidence text,
  batch text,
  street_id bigint REFERENCES registry.street ON DELETE SET NULL,
  commune_id bigint REFERENCES registry.admin_unit ON DELETE SET NULL,
  proposed_at timestamptz NOT NULL,
  due_on date NOT NULL,
  state text NOT NULL DEFAULT 'open',
  CONSTRAINT proposal_state_check
    CHECK (state IN ('open', 'escalated', 'confirmed', 'disputed', 'withdrawn', 'superseded')),
  CONSTRAINT proposal_says_something
    CHECK (proposed ? 'geometry' OR proposed -> 'properties' <> '{}')
);
CREATE INDEX proposal_object_idx ON registry.proposal (object_id);
CREATE INDEX proposal_waiting_idx ON registry.proposal (state, id) WHERE state IN ('open', 'escalated');
CREATE INDEX proposal_batch_idx ON registry.proposal (batch) WHERE batch IS NOT NULL;
CREATE INDEX proposal_street_id_idx ON registry.proposal (street_id);

-- Every step of a proposal; rows are only ever added.
CREATE TABLE registry.proposal_event (
  id bigint PRIMARY KEY DEFAULT gisreg.new_id(),
  proposal_id bigint NOT NULL REFERENCES registry.proposal,
  happened_at timestamptz NOT NULL,
  from_state text,
  to_state text NOT NULL,
  person_id bigint,
  person text NOT NULL,
  organisation_id bigint,
  organisation text,
  note text,
  CONSTRAINT proposal_event_to_state_check
    CHECK (to_state IN ('open', 'escalated', 'confirmed', 'disputed', 'withdrawn', 'superseded'))
);
CREATE INDEX proposal_event_proposal_id_idx ON registry.proposal_event (proposal_id);
