-- layer: segment
-- concerned: o.id
-- vi: Đoạn cáp trỏ tới đối tượng không còn
-- en: The segment refers to an object that is gone
-- severity: major
-- fails: above
-- legal: Kiểm tra chất lượng dữ liệu (không phải quy định)
-- costly: yes
-- confidence: confirmed

-- How many of the cable, the span, the two poles and the streets that it crosses are not there. What is derived has
-- no foreign keys.
WITH gone AS (
  SELECT g.id, count(*) AS objects
  FROM (
    SELECT s.id FROM registry.segment AS s
    WHERE {concerned s.id} AND NOT EXISTS (SELECT FROM registry.cable AS c WHERE c.id = s.cable_id)
    UNION ALL
    SELECT s.id FROM registry.segment AS s
    WHERE {concerned s.id} AND s.span_id IS NOT NULL
      AND NOT EXISTS (SELECT FROM registry.span AS sp WHERE sp.id = s.span_id)
    UNION ALL
    SELECT s.id FROM registry.segment AS s
    WHERE {concerned s.id} AND s.from_pole_id IS NOT NULL
      AND NOT EXISTS (SELECT FROM registry.pole AS p WHERE p.id = s.from_pole_id)
    UNION ALL
    SELECT s.id FROM registry.segment AS s
    WHERE {concerned s.id} AND s.to_pole_id IS NOT NULL
      AND NOT EXISTS (SELECT FROM registry.pole AS p WHERE p.id = s.to_pole_id)
    UNION ALL
    SELECT r.segment_id FROM registry.crossing AS r
    WHERE {concerned r.segment_id} AND NOT EXISTS (SELECT FROM registry.street AS st WHERE st.id = r.street_id)
  ) AS g
  GROUP BY g.id
)
SELECT
  o.id AS object_id, NULL::bigint AS zone_id, o.owner_id, o.visibility,
  coalesce(g.objects, 0)::double precision AS measured_value,
  0::double precision AS tolerance, 0::double precision AS threshold_value
FROM registry.segment AS o LEFT JOIN gone AS g ON g.id = o.id
WHERE {concerned}
