-- name: reasons(ids, day)
-- Why objects are flagged: their findings with rule, zone and source, the weightiest first; a pole's with those of
-- what hangs on it.
WITH about AS (
  SELECT o.id AS shown_at, o.id AS object_id FROM unnest(:ids::bigint[]) AS o (id)
  UNION ALL
  SELECT s.pole_id, s.id FROM registry.support AS s WHERE s.pole_id = ANY (:ids::bigint[])
  UNION ALL
  SELECT f.pole_id, f.id FROM registry.fitting AS f WHERE f.pole_id = ANY (:ids::bigint[])
), found AS MATERIALIZED (
  SELECT
    a.shown_at, f.object_id, f.rule_id, f.zone_id, f.outcome, f.severity, f.metres_inside, f.metres_possible, f.priority,
    f.measured_value, f.threshold_value, f.first_seen_at
  FROM about AS a JOIN gisreg.seen_finding AS f ON f.object_id = a.object_id
)
SELECT
  f.shown_at, f.rule_id, r.vi, r.en, z.name AS zone, z.name_en AS zone_en, z.kind AS zone_kind, f.outcome, f.severity,
  f.metres_inside, f.metres_possible, f.priority, coalesce(z.decision_no, r.legal_ref) AS legal, c.confidence,
  c.limit_source, c.limit_article, f.measured_value, f.threshold_value, r.unit, r.fails, t.tolerance,
  coalesce(t.is_estimated, false) AS is_estimated, f.first_seen_at,
  CASE WHEN f.object_id <> f.shown_at THEN f.object_id END AS part
FROM found AS f
JOIN registry.rule AS r ON r.id = f.rule_id
JOIN gisreg.rule_sources(:day) AS c ON c.rule_id = f.rule_id
LEFT JOIN gisreg.tolerances_of(
  (SELECT array_agg(o.rule_id) FROM found AS o), (SELECT array_agg(o.object_id) FROM found AS o), :day
) AS t ON t.rule_id = f.rule_id AND t.object_id = f.object_id
LEFT JOIN registry.zone AS z ON z.id = f.zone_id
ORDER BY f.shown_at, f.priority DESC, f.rule_id, f.zone_id, f.object_id;
