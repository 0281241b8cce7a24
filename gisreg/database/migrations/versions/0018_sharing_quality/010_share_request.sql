-- Requests of an organisation to share what another one owns: the minimum that the rule on their clock needs.

-- \column owner_id  the organisation that is asked, \column asker_id  the one that asks
-- \column wish  what is asked for, in words
-- \column state  submitted: waits for an answer; incomplete: sent back, waits for the asker
-- \column asked_at  when it was received; NULL where nobody noted it
-- \column due_on  last day on which it is answered in time, where one was agreed on
CREATE TABLE registry.share_request (
  id bigint PRIMARY KEY DEFAULT gisreg.new_id(),
  pole_id bigint REFERENCES registry.pole ON DELETE CASCADE,
  tower_id bigint REFERENCES registry.tower ON DELETE CASCADE,
  duct_id bigint REFERENCES registry.duct ON DELETE CASCADE,
  owner_id bigint NOT NULL REFERENCES registry.organisation,
  asker_id bigint NOT NULL REFERENCES registry.organisation,
  wish text NOT NULL,
  state text NOT NULL DEFAULT 'submitted',
  asked_at timestamptz,
  due_on date,
  answered_at timestamptz,
  source text NOT NULL DEFAULT 'unknown',
  CONSTRAINT share_request_state_check
    CHECK (state IN ('submitted', 'incomplete', 'accepted', 'refused', 'withdrawn')),
  CONSTRAINT share_request_of_one_thing CHECK (num_nonnulls(pole_id, tower_id, duct_id) = 1),
  CONSTRAINT share_request_of_another CHECK (asker_id <> owner_id),
  CONSTRAINT share_request_wish_said CHECK (btrim(wish) <> ''),
  CONSTRAINT share_request_answered CHECK ((state IN ('accepted', 'refused')) = (answered_at IS NOT NULL)),
  CONSTRAINT share_request_order CHECK (answered_at >= asked_at)
);
CREATE INDEX share_request_pole_id_idx ON registry.share_request (pole_id);
CREATE INDEX share_request_tower_id_idx ON registry.share_request (tower_id);
CREATE INDEX share_request_duct_id_idx ON registry.share_request (duct_id);

CREATE TABLE history.share_request (
  history_id bigint GENERATED ALWAYS AS IDENTITY,
  change_set_id bigint NOT NULL,
  operation "char" NOT NULL,
  LIKE registry.share_request
);
CREATE INDEX share_request_change_set_idx ON history.share_request USING brin (change_set_id);
CREATE INDEX share_request_key_idx ON history.share_request (id, history_id);
CREATE INDEX share_request_history_id_idx
  ON history.share_request USING brin (history_id) WITH (pages_per_range = 16);

-- The clock is nobody's to turn back: the application asks and answers, and changes no day.
GRANT SELECT, INSERT ON registry.share_request TO gisreg_app;
GRANT UPDATE (state, answered_at) ON registry.share_request TO gisreg_app;
GRANT SELECT, INSERT, UPDATE, DELETE ON registry.share_request TO gisreg_worker;
GRANT SELECT ON history.share_request TO gisreg_app, gisreg_worker;
