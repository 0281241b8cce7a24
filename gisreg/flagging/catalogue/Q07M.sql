-- layer: manhole
-- concerned: o.id
-- vi: Trường riêng của bể cáp, tủ cáp có giá trị ngoài danh mục
-- en: An own field of the manhole or cabinet has a value outside its codelist
-- asks_vi: giá trị cụ thể (đang ghi là không rõ)
-- asks_en: a value (it says unknown)
-- severity: minor
-- fails: above
-- legal: Kiểm tra chất lượng dữ liệu (không phải quy định)
-- confidence: confirmed

-- Fields of the table cannot hold such values. An own field that is called like one of them was kept by the import
-- as it was; own fields are for their owner and the authority.
SELECT
  o.id AS object_id, NULL::bigint AS zone_id, o.owner_id, 'secret' AS visibility,
  CASE WHEN w.outside > 0 THEN w.outside WHEN w.unknown = 0 THEN 0 END::double precision AS measured_value,
  0::double precision AS tolerance, 0::double precision AS threshold_value
FROM registry.manhole AS o
JOIN gisreg.own_codes('manhole', {ids}) AS w ON w.object_id = o.id
WHERE {concerned}
