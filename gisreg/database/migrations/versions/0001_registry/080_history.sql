-- Who changed what: one change set a transaction, one typed history table per registry table.
-- No primary key: what the triggers number needs no check, and its index would double a bulk's cost.
-- History tables begin with their own columns, so that a column added later goes to the end of both.

CREATE TABLE gisreg.change_set (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  transaction_id xid8 NOT NULL UNIQUE DEFAULT pg_current_xact_id(),
  recorded_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  happened_at timestamptz,
  person text NOT NULL,
  organisation text,
  request_id text,
  reason text
);
CREATE INDEX change_set_recorded_at_idx ON gisreg.change_set (recorded_at);

DO $do$
DECLARE
  t text;
BEGIN
  FOR t IN
    SELECT relname FROM pg_catalog.pg_class
    WHERE relnamespace = 'registry'::regnamespace AND relkind = 'r'
      -- What follows from other tables at any time needs no history of its own: counts from supports and
      -- tenancies, a segment's state from its findings and its tidying events.
      AND relname NOT IN ('pole_state', 'tower_state', 'span_state', 'segment_state', 'crossing',
        'near_miss', 'segment_place', 'flag_run', 'flag_coverage')
      -- Findings keep their own history, below.
      AND relname <> 'finding'
    ORDER BY relname
  LOOP
    EXECUTE format(
      'CREATE TABLE history.%1$I (
         history_id bigint GENERATED ALWAYS AS IDENTITY,
         change_set_id bigint NOT NULL,
         operation "char" NOT NULL,
         LIKE registry.%1$I
       )', t
    );
    EXECUTE format(
      'CREATE INDEX %1$I ON history.%2$I USING brin (change_set_id)', t || '_change_set_idx', t
    );
  END LOOP;
END
$do$;

-- Findings come by the million and mostly stay as they are: the version that stands is the newest row of
-- its own history, and is written once. What it was before, and its end, stand in gisreg.finding_past;
-- history.finding shows both, in the form of every other history.
CREATE SEQUENCE gisreg.finding_history_id_seq;
ALTER TABLE registry.finding
  ADD COLUMN history_id bigint NOT NULL DEFAULT nextval('gisreg.finding_history_id_seq'),
  ADD COLUMN change_set_id bigint NOT NULL,
  ADD COLUMN operation "char" NOT NULL DEFAULT 'I';
CREATE INDEX finding_history_id_idx
  ON registry.finding USING brin (history_id, change_set_id) WITH (pages_per_range = 16);

CREATE TABLE gisreg.finding_past (LIKE registry.finding);
CREATE INDEX finding_past_history_id_idx
  ON gisreg.finding_past USING brin (history_id, change_set_id) WITH (pages_per_range = 16);
CREATE INDEX finding_past_key_idx ON gisreg.finding_past (object_id, history_id);

CREATE VIEW history.finding WITH (security_invoker = true) AS
SELECT
  history_id, change_set_id, operation, object_id, zone_id, owner_id, run_id, first_seen_at, metres_inside,
  measured_value, threshold_value, priority, rule_id, outcome, visibility
FROM registry.finding
UNION ALL
SELECT
  history_id, change_set_id, operation, object_id, zone_id, owner_id, run_id, first_seen_at, metres_inside,
  measured_value, threshold_value, priority, rule_id, outcome, visibility
FROM gisreg.finding_past;
