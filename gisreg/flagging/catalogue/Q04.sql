-- layer: segment
-- concerned: o.id
-- vi: Đoạn cáp trỏ tới đối tượng không còn
-- en: The segment refers to an object that is gone
-- severity: major
-- fails: above
-- legal: Kiểm tra chất lượng dữ liệu (không phải quy định)
-- confidence: confirmed

-- How many of the cable, the span, the two poles and the streets that it crosses are not there. What is derived has
-- no foreign keys.
SELECT
  o.id AS object_id, NULL::bigint AS zone_id, o.owner_id, o.visibility,
  (
    (c.id IS NULL)::integer + (sp.id IS NULL AND o.span_id IS NOT NULL)::integer
    + (a.id IS NULL AND o.from_pole_id IS NOT NULL)::integer + (b.id IS NULL AND o.to_pole_id IS NOT NULL)::integer
    + coalesce(x.gone, 0)
  )::double precision AS measured_value,
  0::double precision AS tolerance, 0::double precision AS threshold_value
FROM registry.segment AS o
LEFT JOIN registry.cable AS c ON c.id = o.cable_id
LEFT JOIN registry.span AS sp ON sp.id = o.span_id
LEFT JOIN registry.pole AS a ON a.id = o.from_pole_id
LEFT JOIN registry.pole AS b ON b.id = o.to_pole_id
LEFT JOIN (
  SELECT r.segment_id, count(*) AS gone
  FROM registry.crossing AS r
  WHERE NOT EXISTS (SELECT FROM registry.street AS st WHERE st.id = r.street_id)
  GROUP BY r.segment_id
) AS x ON x.segment_id = o.id
WHERE {concerned}
