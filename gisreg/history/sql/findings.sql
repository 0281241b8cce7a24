-- An object's findings as they were, the weightiest first; rules and zones by what they are called now.
SELECT
  t.rule_id, r.vi, r.en, t.zone_id, z.name AS zone, t.outcome, t.metres_inside, t.priority, t.first_seen_at,
  t.metres_possible
FROM history.finding AS t
LEFT JOIN registry.rule AS r ON r.id = t.rule_id
LEFT JOIN registry.zone AS z ON z.id = t.zone_id
WHERE t.object_id = {object_id} AND t.operation <> 'D' AND {held}
ORDER BY t.priority DESC, t.rule_id, t.zone_id
