-- layer: span
-- concerned: o.id
-- vi: Khoảng cột trỏ tới cột không còn
-- en: The span refers to a pole that is gone
-- severity: major
-- fails: above
-- legal: Kiểm tra chất lượng dữ liệu (không phải quy định)
-- confidence: confirmed
SELECT
  o.id AS object_id, NULL::bigint AS zone_id, CASE WHEN a.owner_id = b.owner_id THEN a.owner_id END AS owner_id,
  o.visibility, ((a.id IS NULL)::integer + (b.id IS NULL)::integer)::double precision AS measured_value,
  0::double precision AS tolerance, 0::double precision AS threshold_value
FROM registry.span AS o
LEFT JOIN registry.pole AS a ON a.id = o.pole_a_id
LEFT JOIN registry.pole AS b ON b.id = o.pole_b_id
WHERE {concerned}
