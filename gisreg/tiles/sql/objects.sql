-- A tile of single objects: at most {limit} of them (one more tells that the tile is too dense).
-- Ordered by id, so that the same data gives the same bytes.
-- Returns: the tile, how many objects were read.
WITH picked AS MATERIALIZED (
  SELECT t.id AS feature_id, {columns}, t.geom
  FROM {source}
  WHERE t.geom && {box} AND ST_Intersects(t.geom, {box})
  ORDER BY t.id
  LIMIT {limit} + 1
),
drawn AS (
  SELECT
    {names},
    feature_id,
    ST_AsMVTGeom(ST_Transform(geom, 3857), {tile}, 4096, 64, true) AS geom
  FROM picked
  WHERE (SELECT count(*) FROM picked) <= {limit}
  ORDER BY feature_id
)
SELECT
  (SELECT ST_AsMVT(d, {layer}, 4096, 'geom', 'feature_id') FROM drawn AS d WHERE geom IS NOT NULL),
  (SELECT count(*) FROM picked)
