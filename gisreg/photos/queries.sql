-- Photos and the poles that they show.

-- name: named(number, lon, lat)
-- Poles of that number, whoever gave it: id, metres from a place (NULL where none is given).
SELECT
  p.id,
  ST_Distance(p.geom::geography, ST_SetSRID(ST_MakePoint(:lon, :lat), 4326)::geography)
FROM registry.pole AS p
WHERE p.code = :number
  OR p.id IN (SELECT pole_id FROM registry.pole_code WHERE code = :number)
ORDER BY p.id
LIMIT 50;

-- name: near(lon, lat, metres)
-- The nearest poles: id, code, metres.
SELECT p.id, p.code, ST_Distance(p.geom::geography, here.at::geography) AS metres
FROM (SELECT ST_SetSRID(ST_MakePoint(:lon, :lat), 4326) AS at) AS here
JOIN registry.pole AS p ON p.geom && ST_Envelope(ST_Buffer(here.at::geography, :metres)::geometry)
WHERE ST_Distance(p.geom::geography, here.at::geography) <= :metres
ORDER BY metres, p.id
LIMIT 20;

-- name: add(pole_id, owner_id, visibility, file_name, sha256, width_px, height_px, taken_at, heading_deg, lon, lat, matched_by, distance_m)$
-- Note a photo of a pole; nothing where the pole has it already. A photo is as hidden as its pole, or more.
INSERT INTO registry.photo (
  pole_id, owner_id, visibility, file_name, sha256, width_px, height_px, taken_at, heading_deg, geom,
  matched_by, distance_m
)
VALUES (
  :pole_id, :owner_id, :visibility, :file_name, :sha256, :width_px, :height_px, :taken_at, :heading_deg,
  ST_SetSRID(ST_MakePoint(:lon, :lat), 4326), :matched_by, :distance_m
)
ON CONFLICT (pole_id, sha256) DO NOTHING
RETURNING id;

-- name: digest(id)$
-- The digest of a photo that the actor may see.
SELECT sha256 FROM registry.photo WHERE id = :id;

-- name: of_pole(pole_id)
-- Photos of a pole, the newest first.
SELECT id, taken_at, heading_deg FROM registry.photo
WHERE pole_id = :pole_id
ORDER BY taken_at DESC NULLS LAST, id DESC
LIMIT 12;
