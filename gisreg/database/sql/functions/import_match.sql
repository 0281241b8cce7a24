-- Which objects the rows of an import are about. The rows lie in pg_temp.import_stage(row_number, object_number,
-- <columns of the file>, geom), each with a number for the case that it is a new object; what is found goes to
--   pg_temp.import_match(row_number, object_id, differs, private_differs)
-- for the rows that are objects already, with whether their main and their private columns differ (NULL: not
-- compared yet). One join answers both, so that rows that are the same cost little and leave no trace.

-- Column names put into a pattern, with commas between.
CREATE OR REPLACE FUNCTION gisreg.import_names(pattern text, names text[]) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $$
  SELECT string_agg(format(pattern, name), ', ' ORDER BY place) FROM unnest(names) WITH ORDINALITY AS n (name, place)
$$;

-- What a column of the object `alias` becomes by the row s: the file's value, else what it is; own fields add up.
CREATE OR REPLACE FUNCTION gisreg.import_kept(alias text, name text) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $$
  SELECT format(
    CASE name WHEN 'extra' THEN '%1$s.%2$I || coalesce(s.%2$I, ''{}'')' ELSE 'coalesce(s.%2$I, %1$s.%2$I)' END,
    alias, name)
$$;

-- Whether any of these columns of the object `alias` would become another by the row s.
CREATE OR REPLACE FUNCTION gisreg.import_differs(alias text, names text[]) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $$
  SELECT format(
    'ROW(%s) IS DISTINCT FROM ROW(%s)',
    string_agg(gisreg.import_kept(alias, name), ', ' ORDER BY place), gisreg.import_names(alias || '.%I', names))
  FROM unnest(names) WITH ORDINALITY AS n (name, place)
$$;

-- The join with a layer's private table p, where the file fills columns of it.
CREATE OR REPLACE FUNCTION gisreg.import_private(layer_key text, given_private text[]) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $$
  SELECT CASE WHEN given_private = '{}' THEN ''
    ELSE format('LEFT JOIN registry.%I AS p ON p.%I = t.id', layer_key || '_private', layer_key || '_id') END
$$;

-- Whether any of these columns of the private table p would become another by the row s.
CREATE OR REPLACE FUNCTION gisreg.import_private_differs(layer_key text, given_private text[]) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $$
  SELECT CASE WHEN given_private = '{}' THEN 'false' ELSE format(
    'CASE WHEN p.%I IS NULL THEN num_nonnulls(%s) > 0 ELSE %s END', layer_key || '_id',
    gisreg.import_names('s.%I', given_private), gisreg.import_differs('p', given_private)) END
$$;

-- Find the objects of the staged rows.
-- \param layer_key      the layer, which is the name of its table
-- \param key            columns by which a row is the same object
-- \param updated        columns of its table that existing objects take over
-- \param given_private  columns of its private table that the file fills
-- \param without_owner, without_code  whether a row has none
-- \returns  how many rows are objects (a row counts for each), and whether a row can be several: nothing in the
--           registry makes this key the only one
CREATE OR REPLACE FUNCTION gisreg.import_match(
  layer_key text, key text[], updated text[], given_private text[], without_owner boolean, without_code boolean,
  OUT matched bigint, OUT may_be_several boolean
)
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
SET search_path = pg_catalog, public, pg_temp
SET work_mem = '256MB'
SET jit = off
AS $$
DECLARE
  -- Rows without a code are the same object where owner and place are.
  by_place boolean := key = ARRAY['owner_id', 'code'];
  joined text := format('registry.%I AS t', layer_key);
  with_private text := gisreg.import_private(layer_key, given_private);
  found text := format(
    'SELECT s.row_number, t.id AS object_id, %s AS differs, %s AS private_differs FROM pg_temp.import_stage AS s',
    gisreg.import_differs('t', updated || '{geom}'::text[]),
    gisreg.import_private_differs(layer_key, given_private));
  more bigint;
BEGIN
  IF to_regclass('pg_temp.import_match') IS NOT NULL THEN
    DROP TABLE pg_temp.import_match;
  END IF;
  EXECUTE format(
    'CREATE TEMP TABLE import_match ON COMMIT DROP AS %s JOIN %s ON %s %s',
    found, joined,
    (
      SELECT string_agg(
        format(
          CASE WHEN name = 'owner_id' AND without_owner THEN 't.%1$I IS NOT DISTINCT FROM s.%1$I'
            ELSE 't.%1$I = s.%1$I' END,
          name),
        ' AND ')
      FROM unnest(key) AS name
    ),
    with_private);
  GET DIAGNOSTICS matched = ROW_COUNT;
  IF by_place AND without_code THEN
    EXECUTE format(
      'INSERT INTO pg_temp.import_match %s JOIN %s
         ON t.code IS NULL AND t.geom = s.geom AND t.owner_id IS NOT DISTINCT FROM s.owner_id %s
       WHERE s.code IS NULL', found, joined, with_private);
    GET DIAGNOSTICS more = ROW_COUNT;
    matched := matched + more;
  END IF;
  ANALYZE pg_temp.import_match;
  GRANT SELECT ON pg_temp.import_match TO gisreg_owner;
  may_be_several := without_owner OR without_code OR NOT EXISTS (
    SELECT FROM pg_constraint AS c
    WHERE c.conrelid = format('registry.%I', layer_key)::regclass AND c.contype IN ('p', 'u')
      AND key @> ARRAY(
        SELECT a.attname::text FROM pg_attribute AS a WHERE a.attrelid = c.conrelid AND a.attnum = ANY (c.conkey)
      )
  );
END
$$;

-- How many existing objects differ, by column; only columns of which some do.
CREATE OR REPLACE FUNCTION gisreg.import_differences(
  layer_key text, updated text[], given_private text[], OUT name text, OUT objects bigint
) RETURNS SETOF record
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
SET search_path = pg_catalog, public, pg_temp
AS $$
DECLARE
  names text[] := updated || '{geom}'::text[] || given_private;
  counts bigint[];
BEGIN
  EXECUTE format(
    'SELECT ARRAY[%s]
     FROM pg_temp.import_stage AS s
     JOIN pg_temp.import_match AS m USING (row_number)
     JOIN registry.%I AS t ON t.id = m.object_id %s
     WHERE m.differs OR m.private_differs',
    (
      SELECT string_agg(
        format('count(*) FILTER (WHERE %s)',
          gisreg.import_differs(CASE WHEN n.place > cardinality(updated) + 1 THEN 'p' ELSE 't' END, ARRAY[n.name])),
        ', ' ORDER BY n.place)
      FROM unnest(names) WITH ORDINALITY AS n (name, place)
    ),
    layer_key, gisreg.import_private(layer_key, given_private)) INTO counts;
  RETURN QUERY SELECT n.name, n.objects FROM unnest(names, counts) AS n (name, objects) WHERE n.objects > 0;
END
$$;
