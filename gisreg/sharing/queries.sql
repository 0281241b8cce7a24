-- name: occupancy(pole_id)
-- Cables on a pole by organisation, role and state; cable without an owner comes last.
SELECT o.id, o.code, o.name, c.role, c.medium, c.state, count(DISTINCT c.id) AS cables
FROM registry.support AS s
JOIN registry.cable AS c ON c.id = s.cable_id
LEFT JOIN registry.organisation AS o ON o.id = c.owner_id
WHERE s.pole_id = :pole_id
GROUP BY o.id, o.code, o.name, c.role, c.medium, c.state
ORDER BY o.name COLLATE "vi-x-icu" NULLS LAST, c.role, c.medium, c.state;

-- name: tenants(tower_id)
-- Organisations on a tower, present ones first.
SELECT o.id, o.code, o.name, t.status, t.valid_from, t.valid_to, t.antenna_height_m
FROM registry.tower_tenancy AS t JOIN registry.organisation AS o ON o.id = t.owner_id
WHERE t.tower_id = :tower_id
ORDER BY t.valid_to NULLS FIRST, o.name COLLATE "vi-x-icu";

-- name: count_tenants()!
-- Count the present tenants of every tower anew; those that only the agency may know are left out.
SELECT gisreg.count_tenants();

-- name: candidates(inner_m, outer_m, day, most)$
-- Pairs of masts of different owners that are near enough to be one (gisreg.mast_pairs, which the rule on
-- sharing asks, too), as GeoJSON lines; nearest first.
WITH ranked AS (
  SELECT
    p.a_id, p.b_id, a.code AS a_code, b.code AS b_code, o.name AS a_owner, q.name AS b_owner, p.is_inner,
    p.distance_m, p.radius_m, ST_MakeLine(a.geom, b.geom) AS geom
  FROM gisreg.mast_pairs(:day::date, :inner_m::float8, :outer_m::float8) AS p
  JOIN registry.tower AS a ON a.id = p.a_id
  JOIN registry.tower AS b ON b.id = p.b_id
  LEFT JOIN registry.organisation AS o ON o.id = a.owner_id
  LEFT JOIN registry.organisation AS q ON q.id = b.owner_id
  WHERE p.a_id < p.b_id
  ORDER BY p.distance_m, p.a_id, p.b_id
  LIMIT :most
)
SELECT json_build_object(
  'type', 'FeatureCollection',
  'features', coalesce(json_agg(json_build_object(
    'type', 'Feature',
    'id', a_id::text || '-' || b_id::text,
    'geometry', ST_AsGeoJSON(geom, 7)::json,
    'properties', json_build_object(
      'a_id', a_id, 'b_id', b_id, 'a_code', a_code, 'b_code', b_code, 'a_owner', a_owner,
      'b_owner', b_owner, 'distance_m', round(distance_m::numeric, 1), 'radius_m', radius_m,
      'is_inner', is_inner
    )) ORDER BY distance_m, a_id, b_id), '[]'::json)
)::text
FROM ranked;
