-- Count a layer's objects by cell anew. One statement and so one snapshot: rows that writers add in the
-- meantime stay, and add to what is counted here. Tiles become new for those only for whom a count changed:
-- a revision for each owner and visibility that has such a cell.
WITH gone AS (DELETE FROM gisreg.layer_cell WHERE layer = {layer} RETURNING *),
unmarked AS (DELETE FROM gisreg.stale_cells WHERE layer = {layer}),
kept AS (
  INSERT INTO gisreg.layer_cell
    (layer, cell_x, cell_y, owner_id, visibility, object_count, length_m, flagged_m, accepted_m)
  SELECT
    {layer},
    gisreg.cell_x((ST_XMin(t.geom) + ST_XMax(t.geom)) / 2, 18) AS place_x,
    gisreg.cell_y((ST_YMin(t.geom) + ST_YMax(t.geom)) / 2, 18) AS place_y,
    {owner} AS owner,
    t.visibility,
    count(*),
    {length},
    {flagged},
    {accepted}
  FROM {source}
  WHERE t.geom IS NOT NULL
  GROUP BY place_x, place_y, owner, t.visibility
  ORDER BY place_x, place_y, owner, t.visibility
  RETURNING *
)
INSERT INTO gisreg.revision (layer, cell_x, cell_y, owner_id, visibility)
SELECT DISTINCT {layer}, -1, -1, owner_id, visibility
FROM (
  SELECT -1 AS sign, gone.* FROM gone
  UNION ALL
  SELECT 1, kept.* FROM kept
) AS counted
GROUP BY cell_x, cell_y, owner_id, visibility
HAVING sum(sign * object_count) <> 0 OR abs(sum(sign * length_m)) > 1e-3
  OR abs(sum(sign * flagged_m)) > 1e-3 OR abs(sum(sign * accepted_m)) > 1e-3
