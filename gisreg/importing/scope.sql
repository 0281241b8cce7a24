-- Replacing what a scope (a ward, a street) holds by what a file has; scope.py puts in tables.

-- name: wards(today)
-- Communes and wards of today: id, code, name.
SELECT id, gso_code, name FROM registry.admin_unit
WHERE level = 'commune' AND valid_from <= :today AND (valid_to IS NULL OR valid_to > :today)
ORDER BY id;

-- name: streets()
-- Streets: id, code, name.
SELECT id, code, name FROM registry.street ORDER BY id;

-- name: ward_area()
SELECT geom FROM registry.admin_unit WHERE id = {id}

-- name: street_area()
-- What lies along a street.
SELECT ST_Buffer(geom::geography, {metres})::geometry AS geom FROM registry.street WHERE id = {id}

-- name: missing()
-- Objects that lie wholly in the scope and are not in the file.
SELECT t.id, {called}
FROM ({area}) AS scope
JOIN registry.{table} AS t ON t.geom && scope.geom AND ST_CoveredBy(t.geom, scope.geom)
WHERE {owned} AND NOT EXISTS (SELECT FROM pg_temp.import_match AS m WHERE m.object_id = t.id)
ORDER BY 2, 1;

-- name: holding()
-- To which of these objects others refer.
SELECT {column}, count(*) FROM registry.{table} WHERE {column} = ANY ({ids}) GROUP BY 1 ORDER BY 1;

-- name: at_work()
-- Cables among these whose segments have been planned, worked on or accepted.
SELECT t.cable_id, count(*)
FROM registry.segment AS t JOIN registry.segment_state AS s ON s.segment_id = t.id
WHERE t.cable_id = ANY ({ids}) AND s.tidying_state NOT IN ('none', 'flagged')
GROUP BY 1 ORDER BY 1;

-- name: remove()!
DELETE FROM registry.{table} WHERE id = ANY ({ids});
