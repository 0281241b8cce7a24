-- name: versions(ids)
-- Everything that findings of objects ever said, each fingerprint's versions in their order; as far as the actor may
-- see them.
WITH version AS MATERIALIZED (
  SELECT h.* FROM history.finding AS h WHERE h.object_id = ANY (:ids::bigint[]) ORDER BY h.history_id DESC LIMIT 2000
)
SELECT
  v.object_id, v.rule_id, r.vi, r.en, r.unit, r.fails, v.zone_id, z.name, v.operation::text, v.outcome, v.measured_value,
  v.threshold_value, v.metres_inside, v.metres_possible, c.recorded_at, c.person, c.reason
FROM version AS v
JOIN registry.rule AS r ON r.id = v.rule_id
JOIN gisreg.change_sets_of(ARRAY(SELECT DISTINCT o.change_set_id FROM version AS o)) AS c
  ON c.change_set_id = v.change_set_id
LEFT JOIN registry.zone AS z ON z.id = v.zone_id
ORDER BY v.rule_id, v.object_id, v.zone_id, v.history_id;
