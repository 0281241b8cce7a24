-- layer: cable
-- concerned: o.id
-- vi: Đường vẽ cáp có điểm trùng lặp hoặc không hợp lệ
-- en: The cable's line repeats points or is not valid
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
FROM registry.cable AS o
WHERE {concerned}
