-- Findings with what people filter and count them by.

-- The findings that the actor may see, by the words of the policy on registry.finding, with rule, state and
-- commune of today. Reads as its owner: under the policies of the joined tables every row would look its
-- object up again. Whoever sees a finding sees its object. A column that nobody asks for costs nothing.
DROP VIEW IF EXISTS gisreg.seen_finding;
CREATE VIEW gisreg.seen_finding WITH (security_barrier = true) AS
SELECT
  f.object_id, f.zone_id, f.rule_id, f.outcome, f.owner_id, f.visibility, f.metres_inside, f.metres_possible, f.measured_value,
  f.threshold_value, f.priority, f.first_seen_at, r.layer,
  CASE
    WHEN r.needs IS NULL THEN r.severity WHEN f.priority >= 100 THEN 'critical' WHEN f.priority >= 10 THEN 'major'
    ELSE 'minor'
  END AS severity,
  CASE WHEN r.layer = 'segment' THEN coalesce(t.tidying_state, 'none') END AS state,
  CASE WHEN r.layer = 'segment' THEN p.commune_id ELSE (
    SELECT min(u.id) FROM registry.admin_unit AS u
    CROSS JOIN LATERAL (
      SELECT CASE r.layer
        WHEN 'pole' THEN (SELECT o.geom FROM registry.pole AS o WHERE o.id = f.object_id)
        WHEN 'tower' THEN (SELECT o.geom FROM registry.tower AS o WHERE o.id = f.object_id)
        WHEN 'manhole' THEN (SELECT o.geom FROM registry.manhole AS o WHERE o.id = f.object_id)
        WHEN 'duct' THEN (SELECT gisreg.middle_of(o.geom) FROM registry.duct AS o WHERE o.id = f.object_id)
        WHEN 'fitting' THEN (
          SELECT coalesce(o.geom, p.geom, ST_LineInterpolatePoint(s.geom, 0.5)) FROM registry.fitting AS o
          LEFT JOIN registry.pole AS p ON p.id = o.pole_id LEFT JOIN registry.span AS s ON s.id = o.span_id
          WHERE o.id = f.object_id)
        WHEN 'support' THEN (
          SELECT p.geom FROM registry.support AS o JOIN registry.pole AS p ON p.id = o.pole_id WHERE o.id = f.object_id)
        WHEN 'span' THEN (SELECT ST_LineInterpolatePoint(o.geom, 0.5) FROM registry.span AS o WHERE o.id = f.object_id)
      END AS geom
    ) AS o
    WHERE u.level = 'commune' AND u.valid_from <= current_date AND (u.valid_to IS NULL OR u.valid_to > current_date)
      AND u.geom && o.geom AND ST_Covers(u.geom, o.geom)
  ) END AS commune_id
FROM registry.finding AS f
JOIN registry.rule AS r ON r.id = f.rule_id
LEFT JOIN registry.segment_place AS p ON p.segment_id = f.object_id
LEFT JOIN registry.segment_state AS t ON t.segment_id = f.object_id
WHERE f.owner_id = (SELECT gisreg.actor_organisation())
  OR (f.visibility = ANY ((SELECT gisreg.actor_sees())::text[])
    AND (SELECT gisreg.actor_is(ARRAY['inspector', 'ward_supervisor', 'authority'])))
  OR (SELECT current_user IN ('gisreg_owner', 'gisreg_worker'));
GRANT SELECT ON gisreg.seen_finding TO gisreg_app, gisreg_worker;

-- \returns  today's communes of a code: the unit that bears it now, else those that the former one went into.
--           Codes are used again, so a former unit may be named by code and a day on which it was valid.
CREATE OR REPLACE FUNCTION gisreg.communes_called(code text, day date) RETURNS SETOF bigint
LANGUAGE sql STABLE PARALLEL SAFE
AS $$
  WITH RECURSIVE named AS (
    SELECT u.id FROM registry.admin_unit AS u
    WHERE u.gso_code = code AND u.valid_from <= coalesce(day, current_date)
      AND (u.valid_to IS NULL OR u.valid_to > coalesce(day, current_date))
  ), unit AS (
    SELECT id FROM named
    UNION
    SELECT u.id FROM registry.admin_unit AS u WHERE u.gso_code = code AND day IS NULL AND NOT EXISTS (SELECT FROM named)
    UNION
    SELECT a.to_id FROM unit JOIN registry.admin_succession AS a ON a.from_id = unit.id
  )
  SELECT u.id FROM unit JOIN registry.admin_unit AS u ON u.id = unit.id
  WHERE u.valid_from <= current_date AND (u.valid_to IS NULL OR u.valid_to > current_date)
$$;

-- \returns  when the last whole run counted how many objects could be evaluated, NULL for never
CREATE OR REPLACE FUNCTION gisreg.coverage_counted_at() RETURNS timestamptz
LANGUAGE sql STABLE PARALLEL SAFE
SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp
AS $$ SELECT max(finished_at) FROM registry.flag_run WHERE scope = 'all' $$;
