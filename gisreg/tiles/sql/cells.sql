-- A tile of points, one per cell of its grid, with what lies in the cell: the number of objects, metres.
-- Cells of zoom 18 are summed to a grid of at most 32 by 32; {shift} says by how many zooms.
-- Returns: the tile, how many cells it has.
WITH summed AS MATERIALIZED (
  SELECT
    (cell_x >> {shift}) - {first_x} AS place_x,
    (cell_y >> {shift}) - {first_y} AS place_y,
    sum(object_count)::bigint AS count{sums}
  FROM gisreg.layer_cell
  WHERE layer = {layer} AND cell_x BETWEEN {min_x} AND {max_x} AND cell_y BETWEEN {min_y} AND {max_y}
  GROUP BY place_x, place_y
  HAVING sum(object_count) > 0
),
drawn AS (
  SELECT
    count{names},
    (place_y * {grid} + place_x)::bigint AS feature_id,
    ST_MakePoint((place_x + 0.5) * 4096 / {grid}, (place_y + 0.5) * 4096 / {grid}) AS geom
  FROM summed
  ORDER BY feature_id
)
SELECT
  (SELECT ST_AsMVT(d, {layer}, 4096, 'geom', 'feature_id') FROM drawn AS d),
  (SELECT count(*) FROM summed)
