-- layer: cable
-- concerned: o.id
-- vi: Cáp nằm ngoài địa bàn tỉnh
-- en: The cable lies outside the province
-- asks_vi: địa giới các đơn vị hành chính
-- asks_en: the boundaries of the administrative units
-- severity: minor
-- fails: above
-- unit: m
-- needs: outside_units_max_m
-- costly: yes
-- legal: Kiểm tra chất lượng dữ liệu (không phải quy định)
-- confidence: confirmed

-- Metres from the end that lies farther off to the nearest unit of the registry that holds on the day. A position
-- that is less exact than that makes it borderline.
SELECT
  o.id AS object_id, NULL::bigint AS zone_id, o.owner_id, o.visibility,
  CASE
    WHEN i.id IS NOT NULL THEN 0
    WHEN NOT EXISTS (SELECT FROM gisreg.units(:as_of)) THEN NULL
    ELSE greatest(
      gisreg.outside_units_m(ST_StartPoint(o.geom), :as_of),
      gisreg.outside_units_m(ST_EndPoint(o.geom), :as_of)
    )
  END AS measured_value,
  coalesce(o.position_accuracy_m, 0) AS tolerance, :outside_units_max_m AS threshold_value
FROM registry.cable AS o
LEFT JOIN (
  SELECT o.id
  FROM gisreg.units(:as_of) AS u
  JOIN registry.cable AS o ON o.geom && u.geom
  CROSS JOIN LATERAL (VALUES (1, ST_StartPoint(o.geom)), (2, ST_EndPoint(o.geom))) AS e (n, place)
  WHERE ST_Covers(u.geom, e.place) AND {concerned}
  GROUP BY o.id HAVING count(DISTINCT e.n) = 2
) AS i ON i.id = o.id
WHERE {concerned}
