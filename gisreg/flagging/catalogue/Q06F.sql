-- layer: fitting
-- concerned: o.id
-- vi: Thiếu thông tin cần có của phụ kiện
-- en: What the fitting should say of itself is missing
-- severity: minor
-- fails: above
-- needs: missing_fields_max
-- legal: Kiểm tra chất lượng dữ liệu (không phải quy định)
-- confidence: confirmed

-- The number of fields that the layer's description wants and that are empty, or unknown.
SELECT
  o.id AS object_id, NULL::bigint AS zone_id, o.owner_id, o.visibility,
  ({missing})::double precision AS measured_value, 0::double precision AS tolerance,
  :missing_fields_max AS threshold_value
FROM registry.fitting AS o
WHERE {concerned}
