-- Pairs of rows that may be one pole in the ground. `group_id` holds together what is one pole for several
-- organisations; `beside_double`: somebody has two poles within reach of these, so that a person must look at
-- the pair itself. Owners and codes are those of the moment of the proposal.
CREATE TABLE registry.pole_match (
  id bigint PRIMARY KEY DEFAULT gisreg.new_id(),
  group_id bigint NOT NULL,
  first_id bigint NOT NULL,
  second_id bigint NOT NULL,
  first_owner_id bigint,
  second_owner_id bigint,
  first_code text,
  second_code text,
  distance_m double precision NOT NULL,
  certainty double precision NOT NULL,
  beside_double boolean NOT NULL,
  proposed_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  state text NOT NULL DEFAULT 'open',
  first_agreed_by text,
  second_agreed_by text,
  decided_by text,
  decided_at timestamptz,
  note text,
  CONSTRAINT pole_match_order CHECK (first_id < second_id),
  CONSTRAINT pole_match_state_check CHECK (state IN ('open', 'agreed', 'merged', 'refused', 'split', 'superseded')),
  CONSTRAINT pole_match_pair UNIQUE (first_id, second_id)
);
CREATE INDEX pole_match_second_id_idx ON registry.pole_match (second_id);
CREATE INDEX pole_match_group_id_idx ON registry.pole_match (group_id);
CREATE INDEX pole_match_state_idx ON registry.pole_match (state, id);

-- Merges: which pole went into which. What moved stands in the history under the change set `made_in`; `cables` says
-- which cables were led to the other pole and where they had passed (vertex moved: lon, lat; added: null).
CREATE TABLE registry.pole_merge (
  id bigint PRIMARY KEY DEFAULT gisreg.new_id(),
  match_id bigint REFERENCES registry.pole_match,
  survivor_id bigint NOT NULL,
  absorbed_id bigint NOT NULL,
  survivor_owner_id bigint,
  absorbed_owner_id bigint,
  alias_owner_id bigint,
  alias_code text,
  cables jsonb NOT NULL,
  merged_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  merged_by text NOT NULL,
  made_in bigint NOT NULL,
  undone_at timestamptz,
  undone_by text
);
CREATE INDEX pole_merge_survivor_id_idx ON registry.pole_merge (survivor_id);
CREATE INDEX pole_merge_absorbed_id_idx ON registry.pole_merge (absorbed_id);

CREATE TABLE history.pole_match (
  history_id bigint GENERATED ALWAYS AS IDENTITY,
  change_set_id bigint NOT NULL,
  operation "char" NOT NULL,
  LIKE registry.pole_match
);
CREATE INDEX pole_match_change_set_idx ON history.pole_match USING brin (change_set_id);
CREATE INDEX pole_match_key_idx ON history.pole_match (id, history_id);

-- Decisions go through functions that look at who decides; proposals are made by the worker.
GRANT SELECT ON registry.pole_match, registry.pole_merge, history.pole_match TO gisreg_app, gisreg_worker;
GRANT INSERT, UPDATE, DELETE ON registry.pole_match TO gisreg_worker;

ALTER TABLE registry.lineage DROP CONSTRAINT lineage_layer_check;
ALTER TABLE registry.lineage ADD CONSTRAINT lineage_layer_check CHECK (layer IN ('span', 'segment', 'pole'));
