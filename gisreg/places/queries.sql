-- Which administrative unit a place lies in.

-- name: places_units_at(lon, lat, level, on_date)
-- Units of one level that cover a point on a date, the one that counts first in front: the unit in
-- which the point lies deepest (metres to the boundary, to the millimetre), then the lower code.
SELECT
  u.id, u.gso_code, u.level, u.kind, u.name,
  round(ST_Distance(ST_Boundary(u.geom)::geography, p.geom::geography)::numeric, 3)::float8 AS depth_m
FROM registry.admin_unit AS u,
  (SELECT ST_SetSRID(ST_MakePoint(:lon, :lat), 4326) AS geom) AS p
WHERE u.geom && p.geom AND ST_Intersects(u.geom, p.geom)
  AND u.level = :level
  AND u.valid_from <= :on_date AND (u.valid_to IS NULL OR u.valid_to > :on_date)
ORDER BY depth_m DESC, u.gso_code, u.id;
