-- Rows of one file that are the same object, among the good and the rejected ones. Templates: duplicates.py puts
-- in the columns of the key.

-- name: same_key()
-- Groups of rows with the same key: their numbers, their codes.
SELECT array_agg(row_number ORDER BY row_number), array_agg({shown}::text ORDER BY row_number)
FROM (
  SELECT row_number, {key} FROM pg_temp.import_stage WHERE {coded}
  UNION ALL
  SELECT row_number, {key} FROM pg_temp.import_refused WHERE {coded}
) AS r
GROUP BY {key}
HAVING count(*) > 1
ORDER BY min(row_number);

-- name: same_place()
-- Groups of rows without a code that have the same owner and exactly the same geometry.
SELECT array_agg(row_number ORDER BY row_number), array_agg(NULL::text)
FROM (
  SELECT row_number, owner_id, ST_AsEWKB(geom) AS shape FROM pg_temp.import_stage WHERE code IS NULL
  UNION ALL
  SELECT row_number, owner_id, ST_AsEWKB(geom) FROM pg_temp.import_refused WHERE code IS NULL AND geom IS NOT NULL
) AS r
GROUP BY owner_id, shape
HAVING count(*) > 1
ORDER BY min(row_number);

-- name: leave_out(numbers)!
-- Rows that are not told apart are not taken.
DELETE FROM pg_temp.import_stage WHERE row_number = ANY (:numbers);
