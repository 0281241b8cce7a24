-- Templates of the set-based merge; merge.py puts in tables and columns as quoted identifiers.
-- Anti-join insert and difference update rather than ON CONFLICT: three to four times as fast for big
-- batches, and rows that are the same already leave no trace.

-- name: match()
-- Row -> the object it is about: one that exists, or a new id.
CREATE TEMP TABLE import_match ON COMMIT DROP AS
SELECT s.row_number, coalesce({found}) AS existing_id, coalesce({found}, gisreg.new_id()) AS object_id
FROM pg_temp.import_stage AS s
LEFT JOIN registry.{table} AS k ON {same_key}
{by_place};

-- name: match_by_place()!
LEFT JOIN registry.{table} AS p
  ON s.code IS NULL AND p.code IS NULL AND p.geom = s.geom AND p.owner_id IS NOT DISTINCT FROM s.owner_id

-- name: match_index()!
CREATE UNIQUE INDEX ON pg_temp.import_match (row_number);

-- name: ambiguous()
-- Rows for which the registry has more than one object.
SELECT row_number FROM pg_temp.import_match GROUP BY row_number HAVING count(*) > 1 ORDER BY 1;

-- name: leave_out()!
-- Rows that cannot be told apart are neither inserted nor updated.
WITH gone AS (DELETE FROM pg_temp.import_match WHERE row_number = ANY ({numbers}))
DELETE FROM pg_temp.import_stage WHERE row_number = ANY ({numbers});

-- name: new()
SELECT row_number FROM pg_temp.import_match WHERE existing_id IS NULL;

-- name: keys_taken()
-- Rows whose natural key another object than theirs has, or another row of the file.
SELECT row_number
FROM (
  SELECT s.*, m.object_id, count(*) OVER (PARTITION BY {key}) AS times
  FROM pg_temp.import_stage AS s JOIN pg_temp.import_match AS m USING (row_number)
) AS s
WHERE num_nulls({key}) = 0
  AND (s.times > 1 OR EXISTS (SELECT FROM registry.{table} AS k WHERE {same_key} AND k.id <> s.object_id))
ORDER BY row_number;

-- name: strangers()
-- New objects whose code an object of another owner has: row, that owner's code.
SELECT DISTINCT ON (s.row_number) s.row_number, coalesce(o.code, '-')
FROM pg_temp.import_stage AS s
JOIN pg_temp.import_match AS m USING (row_number)
JOIN registry.{table} AS t ON t.code = s.code AND t.owner_id IS DISTINCT FROM s.owner_id
LEFT JOIN registry.organisation AS o ON o.id = t.owner_id
WHERE m.existing_id IS NULL AND {seen}
ORDER BY s.row_number, o.code;

-- name: aliases()
-- Rows whose code is their owner's number of another organisation's pole.
SELECT s.row_number
FROM pg_temp.import_stage AS s
JOIN pg_temp.import_match AS m USING (row_number)
JOIN registry.pole_code AS c ON c.organisation_id = s.owner_id AND c.code = s.code
WHERE m.existing_id IS NULL
ORDER BY 1;

-- name: differences()
-- Existing objects that differ from the file, counted by column.
SELECT {counts}
FROM registry.{table} AS t
JOIN pg_temp.import_match AS m ON m.existing_id = t.{object}
JOIN pg_temp.import_stage AS s USING (row_number);

-- name: insert()
-- In the order of place, so that neighbours share pages.
INSERT INTO registry.{table} (id, {columns}, geom)
SELECT m.object_id, {values}, s.geom
FROM pg_temp.import_stage AS s
JOIN pg_temp.import_match AS m USING (row_number)
WHERE m.existing_id IS NULL
ORDER BY s.geom;

-- name: insert_private()
INSERT INTO registry.{table} ({object}, {columns})
SELECT m.object_id, {values}
FROM pg_temp.import_stage AS s
JOIN pg_temp.import_match AS m USING (row_number)
WHERE num_nonnulls({given}) > 0
  AND NOT EXISTS (SELECT FROM registry.{table} AS t WHERE t.{object} = m.object_id)
RETURNING {object} AS id

-- name: update()
-- An empty cell keeps what the registry has.
UPDATE registry.{table} AS t
SET ({columns}) = ROW({values})
FROM pg_temp.import_stage AS s
JOIN pg_temp.import_match AS m USING (row_number)
WHERE t.{object} = m.existing_id AND ROW({values}) IS DISTINCT FROM ROW({current})
RETURNING t.{object} AS id

-- name: count_changed()
WITH main AS ({update})
SELECT count(*) FROM main;

-- name: count_changed_private()
WITH main AS ({update}),
  private AS ({update_private}),
  added AS ({insert_private})
SELECT count(DISTINCT id)
FROM (SELECT id FROM main UNION ALL SELECT id FROM private UNION ALL SELECT id FROM added) AS touched
WHERE id IN (SELECT existing_id FROM pg_temp.import_match);

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
