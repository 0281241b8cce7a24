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
-- Pairs of masts of different owners that are near enough to be one, as GeoJSON lines; nearest first.
-- Inside a zone of the programme the inner radius counts, elsewhere the outer one.
WITH mast AS (
  SELECT
    t.id, t.code, t.owner_id, t.geom, o.name AS owner,
    EXISTS (
      SELECT FROM registry.zone AS z
      WHERE gisreg.zone_rule(z.kind) IS NOT NULL AND z.valid_from <= :day
        AND (z.valid_to IS NULL OR z.valid_to > :day)
        AND z.geom && t.geom AND ST_Covers(z.geom, t.geom)
    ) AS is_inner
  FROM registry.tower AS t LEFT JOIN registry.organisation AS o ON o.id = t.owner_id
  WHERE t.status IN ('planned', 'in_service')
), pair AS (
  SELECT
    a.id AS a_id, b.id AS b_id, a.code AS a_code, b.code AS b_code, a.owner AS a_owner,
    b.owner AS b_owner, a.is_inner AND b.is_inner AS is_inner,
    ST_Distance(a.geom::geography, b.geom::geography) AS distance_m, ST_MakeLine(a.geom, b.geom) AS geom
  FROM mast AS a
  JOIN registry.tower AS near
    ON near.geom && ST_Expand(a.geom, :outer_m / 111000.0 / cos(radians(ST_Y(a.geom))), :outer_m / 110000.0)
    AND near.id > a.id AND near.owner_id IS DISTINCT FROM a.owner_id
  JOIN mast AS b ON b.id = near.id
), ranked AS (
  SELECT *, CASE WHEN is_inner THEN :inner_m ELSE :outer_m END AS radius_m
  FROM pair
  WHERE distance_m <= CASE WHEN is_inner THEN :inner_m ELSE :outer_m END
  ORDER BY distance_m, a_id, b_id
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
