-- layer: manhole
-- concerned: o.id
-- vi: Trường riêng của bể cáp, tủ cáp có số ngoài khoảng cho phép
-- en: An own field of the manhole or cabinet has a number outside its range
-- asks_vi: số đọc được trong trường riêng
-- asks_en: a number that can be read in the own field
-- severity: minor
-- fails: above
-- legal: Kiểm tra chất lượng dữ liệu (không phải quy định)
-- confidence: confirmed

-- Own fields (as for Q07) that are called like a number of the layer and lie outside its range.
SELECT
  o.id AS object_id, NULL::bigint AS zone_id, o.owner_id, 'secret' AS visibility,
  CASE WHEN w.outside > 0 THEN w.outside WHEN w.unreadable = 0 THEN 0 END::double precision AS measured_value,
  0::double precision AS tolerance, 0::double precision AS threshold_value
FROM registry.manhole AS o
JOIN gisreg.own_numbers('manhole', {ids}) AS w ON w.object_id = o.id
WHERE {concerned}
