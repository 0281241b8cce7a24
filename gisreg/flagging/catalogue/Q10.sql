-- layer: pole
-- concerned: o.id
-- vi: Toạ độ cột cách xa địa bàn: sai hệ toạ độ hoặc đảo trục
-- en: The pole lies far off the registry's area: a wrong reference system, or axes exchanged
-- asks_vi: địa giới các đơn vị hành chính
-- asks_en: the boundaries of the administrative units
-- severity: major
-- fails: above
-- unit: deg
-- needs: far_off_deg
-- legal: Kiểm tra chất lượng dữ liệu (không phải quy định)
-- confidence: confirmed

-- Degrees outside the box of the units that hold on the day. Degrees, because coordinates that are metres are in
-- the thousands.
SELECT
  o.id AS object_id, NULL::bigint AS zone_id, o.owner_id, o.visibility,
  CASE WHEN b.west IS NOT NULL AND NOT ST_IsEmpty(o.geom) THEN greatest(
    b.west - ST_XMin(o.geom), ST_XMax(o.geom) - b.east, b.south - ST_YMin(o.geom), ST_YMax(o.geom) - b.north, 0
  ) END AS measured_value,
  0::double precision AS tolerance, :far_off_deg AS threshold_value
FROM registry.pole AS o
CROSS JOIN gisreg.units_box(:as_of) AS b
WHERE o.status <> 'removed' AND {concerned}
