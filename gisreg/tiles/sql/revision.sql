-- The state of a layer within a range of coarse cells: how many changes, and the latest one's number.
SELECT coalesce(sum(changes), 0)::bigint, coalesce(max(number), 0)
FROM gisreg.revision
WHERE layer = {layer}
  AND (
    (cell_x BETWEEN {min_x} AND {max_x} AND cell_y BETWEEN {min_y} AND {max_y})
    OR (cell_x = -1 AND cell_y = -1)
  )
