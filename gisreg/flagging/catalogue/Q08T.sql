-- layer: tower
-- concerned: o.id
-- vi: Ăng ten cao hơn đỉnh cột, hoặc trường riêng có số ngoài khoảng cho phép
-- en: An antenna is above the mast's top, or an own field outside its range
-- asks_vi: chiều cao cột ăng ten; số đọc được trong trường riêng
-- asks_en: the mast's height; a number that can be read in the own field
-- severity: minor
-- fails: above
-- legal: Kiểm tra chất lượng dữ liệu (không phải quy định)
-- confidence: confirmed

-- On a building an antenna's height may have been taken from the ground. Own fields (as for Q07) that are called
-- like a number of the layer and lie outside its range are for the owner and the authority.
SELECT
  o.id AS object_id, NULL::bigint AS zone_id, o.owner_id,
  CASE
    WHEN v.beyond_rank IS NOT NULL
      THEN gisreg.visibility_name(greatest(gisreg.visibility_rank(o.visibility), v.beyond_rank))
    WHEN w.outside > 0 THEN 'secret'
    ELSE o.visibility
  END AS visibility,
  CASE
    WHEN v.beyond_rank IS NOT NULL THEN 1
    WHEN w.outside > 0 THEN w.outside
    WHEN (v.antennas IS NULL OR o.height_m IS NOT NULL) AND coalesce(w.unreadable, 0) = 0 THEN 0
  END::double precision AS measured_value,
  0::double precision AS tolerance, 0::double precision AS threshold_value
FROM registry.tower AS o
LEFT JOIN LATERAL (
  SELECT
    nullif(count(*), 0) AS antennas,
    min(gisreg.visibility_rank(n.visibility)) FILTER (
      WHERE n.antenna_height_m > o.height_m + coalesce(o.building_height_m, 0)) AS beyond_rank
  FROM registry.tower_tenancy AS n
  WHERE n.tower_id = o.id AND n.antenna_height_m IS NOT NULL
) AS v ON true
LEFT JOIN gisreg.own_numbers('tower', {ids}) AS w ON w.object_id = o.id
WHERE (v.antennas IS NOT NULL OR w.object_id IS NOT NULL) AND {concerned}
