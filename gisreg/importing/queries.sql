-- What an import asks of the catalogue and of the organisations.

-- name: importing_columns(table, private_table)
-- Columns of a layer's table and private table: name, type, default expression, must it be filled,
-- is it in the main table. Generated columns are left out.
SELECT
  a.attname,
  format_type(a.atttypid, a.atttypmod),
  pg_get_expr(d.adbin, d.adrelid),
  a.attnotnull,
  c.relname = :table
FROM pg_catalog.pg_attribute AS a
JOIN pg_catalog.pg_class AS c ON c.oid = a.attrelid
LEFT JOIN pg_catalog.pg_attrdef AS d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
WHERE c.relnamespace = 'registry'::regnamespace
  AND c.relname IN (:table, :private_table)
  AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = ''
ORDER BY c.relname = :table DESC, a.attnum;

-- name: importing_owners()
-- Every spelling of every organisation; a code comes after names and aliases, so that it wins.
SELECT spelling, id
FROM (
  SELECT unnest(aliases) AS spelling, id, 1 AS rank FROM registry.organisation
  UNION ALL
  SELECT name, id, 2 FROM registry.organisation
  UNION ALL
  SELECT name_en, id, 2 FROM registry.organisation WHERE name_en IS NOT NULL
  UNION ALL
  SELECT code, id, 3 FROM registry.organisation
) AS spellings
ORDER BY rank, id;

-- name: importing_lock(layer)!
-- One import into a layer at a time: two would both find an object missing and add it twice.
SELECT pg_advisory_xact_lock(hashtext('gisreg.import'), hashtext(:layer));

-- name: importing_name_reason(reason)!
-- Say in the change set what this transaction is, unless its caller already has.
SELECT set_config('gisreg.reason', :reason, true)
WHERE coalesce(current_setting('gisreg.reason', true), '') = '';

