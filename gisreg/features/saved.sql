-- name: zone_shape(code, day)^
-- The area of the zone of a code that holds on a day, as hexadecimal EWKB.
SELECT geom::text
FROM registry.zone
WHERE code = :code AND valid_from <= :day AND (valid_to IS NULL OR valid_to > :day);

-- name: reasons_of(ids)
-- Why objects are flagged: the findings of all of them as details show them, the weightiest first.
SELECT
  f.object_id,
  json_agg(
    json_build_object(
      'rule', f.rule_id, 'vi', r.vi, 'en', r.en,
      'zone', CASE WHEN z.id IS NULL THEN NULL
        ELSE json_build_object('vi', z.name, 'en', coalesce(z.name_en, z.name)) END,
      'outcome', f.outcome, 'metres_inside', f.metres_inside,
      'metres_possible', f.metres_possible, 'priority', f.priority,
      'legal', coalesce(z.decision_no, r.legal_ref)
    )
    ORDER BY f.priority DESC, f.rule_id, f.zone_id
  ) AS reasons
FROM registry.finding AS f
JOIN registry.rule AS r ON r.id = f.rule_id
LEFT JOIN registry.zone AS z ON z.id = f.zone_id
WHERE f.object_id = ANY (:ids)
GROUP BY f.object_id;
