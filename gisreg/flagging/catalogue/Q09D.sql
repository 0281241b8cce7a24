-- layer: duct
-- concerned: o.id
-- vi: Chiều dài cống bể do đơn vị khai khác chiều dài trên bản vẽ
-- en: The length that the duct's owner states differs from the length of its drawing
-- asks_vi: chiều dài đọc được trong trường riêng
-- asks_en: a length that can be read in the own field
-- severity: minor
-- fails: above
-- unit: 1
-- needs: length_difference_max
-- legal: Kiểm tra chất lượng dữ liệu (không phải quy định)
-- confidence: confirmed

-- The registry's own length is computed from the geometry on the ellipsoid and cannot differ from it. What owners
-- state of it is kept as an own field; the difference is a share of the drawn length.
SELECT
  o.id AS object_id, NULL::bigint AS zone_id, o.owner_id, 'secret' AS visibility,
  max(abs(w.stated / nullif(o.length_m, 0) - 1)) AS measured_value,
  0::double precision AS tolerance, :length_difference_max AS threshold_value
FROM registry.duct AS o
JOIN gisreg.own_values('duct', {ids}) AS w ON w.object_id = o.id AND w.field = 'length_m'
WHERE {concerned}
GROUP BY o.id
