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



-- name: importing_province(code, metric_srid)
-- The province of the registry as it is today, as WKB in its metric system; no row where it is not known.
SELECT ST_AsBinary(ST_Transform(geom, :metric_srid))
FROM registry.admin_unit
WHERE level = 'province' AND gso_code = :code AND geom IS NOT NULL
  AND valid_from <= current_date AND (valid_to IS NULL OR valid_to > current_date)
ORDER BY id;

-- name: importing_wards(metric_srid)
-- The communes and wards of the registry as they are today, as WKB in its metric system.
SELECT ST_AsBinary(ST_Transform(geom, :metric_srid))
FROM registry.admin_unit
WHERE level = 'commune' AND geom IS NOT NULL
  AND valid_from <= current_date AND (valid_to IS NULL OR valid_to > current_date)
ORDER BY id;

-- name: importing_streets(metric_srid)
-- The streets of the registry, as WKB in its metric system.
SELECT ST_AsBinary(ST_Transform(geom, :metric_srid))
FROM registry.street
WHERE geom IS NOT NULL
ORDER BY id;

-- name: importing_words()
-- Every syllable of the names of units and streets, lower case and composed.
SELECT DISTINCT lower(word)
FROM (
  SELECT regexp_split_to_table(normalize(name, NFC), '[^[:alpha:]]+') AS word
  FROM (
    SELECT name FROM registry.admin_unit
    UNION
    SELECT name FROM registry.street
  ) AS names
) AS words
WHERE word <> '';
