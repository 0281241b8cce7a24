-- The set-based merge, beside the functions in database/sql/functions/import_match.sql and import_write.sql.
-- Templates: merge.py puts in tables as quoted identifiers.

-- name: match(layer, key, updated, private, without_owner, without_code)^
-- Find the objects; how many there are, and whether a row can be several.
SELECT matched, may_be_several
FROM gisreg.import_match(
  :layer, CAST(:key AS text[]), CAST(:updated AS text[]), CAST(:private AS text[]), :without_owner, :without_code);

-- name: ambiguous()
-- Rows for which the registry has more than one object, with what they are called.
SELECT row_number, min({shown}) FROM pg_temp.import_match AS m JOIN pg_temp.import_stage AS s USING (row_number)
GROUP BY row_number HAVING count(*) > 1 ORDER BY 1;

-- name: leave_out(numbers)!
-- Rows that are neither inserted nor updated.
DELETE FROM pg_temp.import_stage WHERE row_number = ANY (:numbers);

-- name: leave_matched(numbers)!
DELETE FROM pg_temp.import_match WHERE row_number = ANY (:numbers);

-- name: settle(layer, updated, private, same_deg)!
-- Places that are nearly the same become the same; whether rows differ that have not been compared.
SELECT gisreg.import_settle(:layer, CAST(:updated AS text[]), CAST(:private AS text[]), :same_deg);

-- name: keys_taken()
-- Rows whose natural key another object than theirs has, or another row of the file.
SELECT s.row_number, {shown}
FROM (
  SELECT s.*, m.object_id, count(*) OVER (PARTITION BY {key}) AS times
  FROM pg_temp.import_stage AS s LEFT JOIN pg_temp.import_match AS m USING (row_number)
) AS s
WHERE num_nulls({key}) = 0
  AND (
    s.times > 1
    OR EXISTS (SELECT FROM registry.{table} AS k WHERE {same_key} AND k.id IS DISTINCT FROM s.object_id)
  )
ORDER BY s.row_number;

-- name: lacking()
-- New objects that lack something: row, what it is called.
SELECT s.row_number, {shown}
FROM pg_temp.import_stage AS s
WHERE {empty} AND NOT EXISTS (SELECT FROM pg_temp.import_match AS m WHERE m.row_number = s.row_number)
ORDER BY s.row_number;

-- name: strangers()
-- New objects whose code an object of another owner has: row, what it is called, that owner's code.
SELECT DISTINCT ON (s.row_number) s.row_number, {shown}, coalesce(o.code, '-')
FROM pg_temp.import_stage AS s
JOIN registry.{table} AS t ON t.code = s.code AND t.owner_id IS DISTINCT FROM s.owner_id
LEFT JOIN registry.organisation AS o ON o.id = t.owner_id
WHERE {seen} AND NOT EXISTS (SELECT FROM pg_temp.import_match AS m WHERE m.row_number = s.row_number)
ORDER BY s.row_number, o.code;

-- name: aliases()
-- Rows whose code is their owner's number of another organisation's pole.
SELECT s.row_number
FROM pg_temp.import_stage AS s
JOIN registry.pole_code AS c ON c.organisation_id = s.owner_id AND c.code = s.code
WHERE NOT EXISTS (SELECT FROM pg_temp.import_match AS m WHERE m.row_number = s.row_number)
ORDER BY 1;

-- name: differences(layer, updated, private)
-- How many existing objects differ from the file, by column.
SELECT name, objects
FROM gisreg.import_differences(:layer, CAST(:updated AS text[]), CAST(:private AS text[]));

-- name: write(layer, given, private, updated, fresh, bulk_from)$
-- Update and insert; how many objects that existed changed.
SELECT gisreg.import_write(
  :layer, CAST(:given AS text[]), CAST(:private AS text[]), CAST(:updated AS text[]), :fresh, :bulk_from);

-- name: claim()!
-- After writing: every row is an object.
INSERT INTO pg_temp.import_match (row_number, object_id)
SELECT s.row_number, gisreg.id_of(s.object_number)
FROM pg_temp.import_stage AS s
WHERE NOT EXISTS (SELECT FROM pg_temp.import_match AS m WHERE m.row_number = s.row_number);

-- name: forget()!
-- The temporary tables, for the next import of the same transaction.
DROP TABLE IF EXISTS pg_temp.import_stage, pg_temp.import_refused, pg_temp.import_match;

-- name: admin_parents()!
-- Which province a unit lies in, on its first day; a province is its own. Communes of provinces that
-- the registry does not have keep what they are.
UPDATE pg_temp.import_stage AS s
SET parent_id = p.id, province_code = p.gso_code
FROM registry.admin_unit AS p
WHERE s.level <> 'province' AND p.level = 'province'
  AND p.valid_from <= s.valid_from AND (p.valid_to IS NULL OR p.valid_to > s.valid_from)
  AND p.geom && s.geom AND ST_Intersects(p.geom, ST_PointOnSurface(s.geom));

-- name: admin_provinces()!
UPDATE pg_temp.import_stage SET province_code = gso_code WHERE level = 'province';
