-- layer: duct
-- concerned: o.id
-- vi: Đường vẽ cống bể có điểm trùng lặp hoặc không hợp lệ
-- en: The duct's line repeats points or is not valid
-- severity: minor
-- fails: above
-- legal: Kiểm tra chất lượng dữ liệu (không phải quy định)
-- confidence: confirmed

-- How many points stand at the place of the one before them. A line of no length is all repeated points.
SELECT
  o.id AS object_id, NULL::bigint AS zone_id, o.owner_id, o.visibility,
  CASE
    WHEN ST_IsEmpty(o.geom) OR NOT ST_IsValid(o.geom) THEN greatest(ST_NPoints(o.geom) - 1, 1)
    ELSE ST_NPoints(o.geom) - ST_NPoints(ST_RemoveRepeatedPoints(o.geom))
  END::double precision AS measured_value,
  0::double precision AS tolerance, 0::double precision AS threshold_value
FROM registry.duct AS o
WHERE {concerned}
