-- layer: support
-- concerned: o.id
-- vi: Điểm treo trỏ tới cáp hoặc cột không còn
-- en: The attachment refers to a cable or pole that is gone
-- severity: major
-- fails: above
-- legal: Kiểm tra chất lượng dữ liệu (không phải quy định)
-- confidence: confirmed
SELECT
  o.id AS object_id, NULL::bigint AS zone_id, o.owner_id, o.visibility,
  ((c.id IS NULL)::integer + (p.id IS NULL)::integer)::double precision AS measured_value,
  0::double precision AS tolerance, 0::double precision AS threshold_value
FROM registry.support AS o
LEFT JOIN registry.cable AS c ON c.id = o.cable_id
LEFT JOIN registry.pole AS p ON p.id = o.pole_id
WHERE {concerned}
