-- layer: pole
-- concerned: o.id
-- vi: Dây điện thấp nhất cao hơn đỉnh cột, hoặc trường riêng có số ngoài khoảng cho phép
-- en: The lowest power conductor is above the pole's top, or an own field outside its range
-- asks_vi: chiều cao cột; số đọc được trong trường riêng
-- asks_en: the pole's height; a number that can be read in the own field
-- severity: minor
-- fails: above
-- costly: yes
-- legal: Kiểm tra chất lượng dữ liệu (không phải quy định)
-- confidence: confirmed

-- Each number lies in its range, or the table would not hold it; but one may be more than the other allows. Own
-- fields (as for Q07) that are called like a number of the layer and lie outside its range are for the owner and
-- the authority.
SELECT
  o.id AS object_id, NULL::bigint AS zone_id, o.owner_id,
  CASE WHEN coalesce(w.outside, 0) > 0 AND v.beyond IS NOT TRUE THEN 'secret' ELSE o.visibility END AS visibility,
  CASE
    WHEN v.beyond THEN 1
    WHEN w.outside > 0 THEN w.outside
    WHEN (o.lowest_power_height_m IS NULL OR v.beyond IS NOT NULL) AND coalesce(w.unreadable, 0) = 0 THEN 0
  END::double precision AS measured_value,
  0::double precision AS tolerance, 0::double precision AS threshold_value
FROM registry.pole AS o
CROSS JOIN LATERAL (SELECT o.lowest_power_height_m > o.height_m AS beyond) AS v
LEFT JOIN gisreg.own_numbers('pole', {ids}) AS w ON w.object_id = o.id
WHERE (o.lowest_power_height_m IS NOT NULL OR w.object_id IS NOT NULL) AND {concerned}
