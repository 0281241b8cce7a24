-- The state of a layer within a range of coarse cells: how many changes the actor may know of. It only ever
-- grows. (The latest one's number would tell by its gaps how much was changed in secret.)
SELECT coalesce(sum(changes), 0)::bigint
FROM gisreg.revision
WHERE layer = {layer}
  AND (
    (cell_x BETWEEN {min_x} AND {max_x} AND cell_y BETWEEN {min_y} AND {max_y})
    OR (cell_x = -1 AND cell_y = -1)
  )
