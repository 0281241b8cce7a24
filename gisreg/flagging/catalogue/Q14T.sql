-- layer: tower
-- concerned: o.id
-- vi: Cột ăng ten nằm ngoài địa bàn tỉnh
-- en: The mast lies outside the province
-- asks_vi: địa giới các đơn vị hành chính
-- asks_en: the boundaries of the administrative units
-- severity: minor
-- fails: above
-- unit: m
-- needs: outside_units_max_m
-- legal: Kiểm tra chất lượng dữ liệu (không phải quy định)
-- confidence: confirmed

-- Metres to the nearest unit of the registry that holds on the day. A position that is less exact than that makes
-- it borderline.
SELECT
  o.id AS object_id, NULL::bigint AS zone_id, o.owner_id, o.visibility,
  CASE
    WHEN i.id IS NOT NULL THEN 0
    WHEN NOT EXISTS (SELECT FROM gisreg.units(:as_of)) THEN NULL
    ELSE gisreg.outside_units_m(o.geom, :as_of)
  END AS measured_value,
  coalesce(o.position_accuracy_m, 0) AS tolerance, :outside_units_max_m AS threshold_value
FROM registry.tower AS o
LEFT JOIN (
  SELECT DISTINCT o.id
  FROM gisreg.units(:as_of) AS u
  JOIN registry.tower AS o ON o.geom && u.geom AND ST_Covers(u.geom, o.geom)
  WHERE {concerned}
) AS i ON i.id = o.id
WHERE o.status <> 'removed' AND {concerned}
