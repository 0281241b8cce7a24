-- A tile of generalised lines or polygons: the largest ones first where there are too many, drawn with
-- a tolerance of {tolerance} metres (EPSG:3857), in the order of ids.
-- Returns: the tile, how many objects were read.
WITH picked AS MATERIALIZED (
  SELECT t.id AS feature_id, {columns}, t.geom
  FROM {source}
  WHERE t.geom && {box} AND ST_Intersects(t.geom, {box}) AND {conditions}
  ORDER BY {size} DESC, t.id
  LIMIT {limit}
),
drawn AS (
  SELECT
    {names},
    feature_id,
    ST_AsMVTGeom({simplify}(ST_Transform(geom, 3857), {tolerance}), {tile}, 4096, 64, true) AS geom
  FROM picked
  ORDER BY feature_id
)
SELECT
  (SELECT ST_AsMVT(d, {layer}, 4096, 'geom', 'feature_id') FROM drawn AS d WHERE geom IS NOT NULL),
  (SELECT count(*) FROM picked)
