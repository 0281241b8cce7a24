-- How many metres of a segment may lie in a zone, where its position is not known well enough to say.
-- Last in the view: digests of old rows stay what they were.
DROP VIEW history.finding;
ALTER TABLE registry.finding ADD COLUMN metres_possible double precision;
ALTER TABLE gisreg.finding_past ADD COLUMN metres_possible double precision;
CREATE VIEW history.finding WITH (security_invoker = true) AS
SELECT
  history_id, change_set_id, operation, object_id, zone_id, owner_id, run_id, first_seen_at, metres_inside,
  measured_value, threshold_value, priority, rule_id, outcome, visibility, metres_possible
FROM registry.finding
UNION ALL
SELECT
  history_id, change_set_id, operation, object_id, zone_id, owner_id, run_id, first_seen_at, metres_inside,
  measured_value, threshold_value, priority, rule_id, outcome, visibility, metres_possible
FROM gisreg.finding_past;
GRANT SELECT ON history.finding TO gisreg_app, gisreg_worker;

-- What a run has to know of a rule besides its texts: which kinds of zones it reads (an edit of such a zone asks it
-- again), and that its answers cost more than keeping them for a second look.
ALTER TABLE registry.rule
  ADD COLUMN zone_kinds text[] NOT NULL DEFAULT '{}',
  ADD COLUMN is_costly boolean NOT NULL DEFAULT false;
ALTER TABLE history.rule ADD COLUMN zone_kinds text[], ADD COLUMN is_costly boolean;
