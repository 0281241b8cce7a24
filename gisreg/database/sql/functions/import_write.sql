-- An import's rows into their layer: those of pg_temp.import_stage, which pg_temp.import_match tells apart into
-- new ones and objects that exist (import_match.sql).

-- `INSERT INTO table (...) SELECT ...` of rows s. A default stands in for an empty cell; what is worked out (the
-- province, the moment) is worked out once for all rows.
-- \param of_table  the table, \param key  its column of the object's id, \param id  expression that gives it
-- \param given  columns that s has
CREATE OR REPLACE FUNCTION gisreg.import_insert(of_table regclass, key text, id text, given text[]) RETURNS text
LANGUAGE sql STABLE PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $$
  SELECT format(
    'INSERT INTO %s (%I, %s) SELECT %s, %s', of_table, key,
    string_agg(quote_ident(c.name), ', ' ORDER BY c.place), id,
    string_agg(
      CASE
        WHEN NOT c.is_given THEN format('(SELECT %s)', c.standard)
        WHEN c.standard IS NULL THEN format('s.%I', c.name)
        ELSE format('coalesce(s.%I, (SELECT %s))', c.name, c.standard)
      END, ', ' ORDER BY c.place))
  FROM (
    SELECT
      a.attname AS name, a.attnum AS place, pg_get_expr(d.adbin, d.adrelid) AS standard,
      a.attname = ANY (given) AS is_given
    FROM pg_attribute AS a LEFT JOIN pg_attrdef AS d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
    WHERE a.attrelid = of_table AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = '' AND a.attname <> key
  ) AS c
  WHERE c.is_given OR c.standard ~ '\('
$$;

-- `UPDATE table ...` of the matched rows that differ.
-- \param of_table  the table, \param key  its column of the object's id, \param names  columns to bring up to date
-- \param differs   column of import_match that tells which rows differ
CREATE OR REPLACE FUNCTION gisreg.import_update(of_table regclass, key text, names text[], differs text) RETURNS text
LANGUAGE sql STABLE PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $$
  SELECT format(
    'UPDATE %s AS t SET (%s) = ROW(%s)
     FROM pg_temp.import_stage AS s JOIN pg_temp.import_match AS m USING (row_number)
     WHERE m.%I AND t.%I = m.object_id',
    of_table, gisreg.import_names('%I', names),
    string_agg(gisreg.import_kept('t', name), ', ' ORDER BY place), differs, key)
  FROM unnest(names) WITH ORDINALITY AS n (name, place)
$$;

-- \returns  whether the staged rows, as they stand, keep neighbours together: pages of them, of which a few are looked
--           at, are on average at most a twentieth as wide as all of them
CREATE OR REPLACE FUNCTION gisreg.import_keeps_together() RETURNS boolean
LANGUAGE plpgsql STABLE PARALLEL UNSAFE
SET search_path = pg_catalog, public, pg_temp
AS $$
BEGIN
  RETURN (
    WITH page AS MATERIALIZED (
      SELECT ST_Extent(s.geom) AS box
      FROM pg_temp.import_stage AS s TABLESAMPLE SYSTEM (1) REPEATABLE (1)
      GROUP BY (s.ctid::text::point)[0]
    )
    SELECT count(*) >= 10
      AND avg(ST_XMax(box) - ST_XMin(box) + ST_YMax(box) - ST_YMin(box))
        <= 0.05 * (max(ST_XMax(box)) - min(ST_XMin(box)) + max(ST_YMax(box)) - min(ST_YMin(box)))
    FROM page
  );
END
$$;

-- Bring the rows that match up to date, and insert those that match nothing; an empty cell keeps what is there.
-- \param layer_key        the layer, which is the name of its table
-- \param given            columns of its table that the file fills
-- \param given_private    columns of its private table that the file fills
-- \param updated          those of `given` that existing objects take over
-- \param fresh_rows       how many rows match nothing
-- \param bulk_from        so many rows, and a fifth of what is there, are written without indexes
-- \returns  how many objects that exist changed
CREATE OR REPLACE FUNCTION gisreg.import_write(
  layer_key text, given text[], given_private text[], updated text[], fresh_rows bigint, bulk_from bigint,
  OUT changed bigint
)
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp
SET work_mem = '64MB'
SET jit = off
AS $$
DECLARE
  main regclass := format('registry.%I', layer_key)::regclass;
  private regclass := CASE WHEN given_private <> '{}' THEN format('registry.%I', layer_key || '_private')::regclass END;
  own_key text := layer_key || '_id';
  tables regclass[] := array_remove(
    main || array_remove(gisreg.referring(main), private) || private
      || to_regclass(format('history.%I', layer_key)) || to_regclass(format('history.%I', layer_key || '_private')),
    NULL);
  fresh text :=
    'FROM pg_temp.import_stage AS s
     WHERE NOT EXISTS (SELECT FROM pg_temp.import_match AS m WHERE m.row_number = s.row_number)';
  fresh_id text := 'gisreg.id_of(s.object_number)';
  main_differs boolean;
  private_differs boolean;
  again text[] := '{}';
  statement text;
BEGIN
  -- The rows of a statement that its triggers read are kept in memory, up to eight times what is usual.
  PERFORM set_config('work_mem', 8 * p.reset_val::bigint || 'kB', true) FROM pg_settings AS p WHERE p.name = 'work_mem';
  SELECT
    count(*) FILTER (WHERE m.differs OR m.private_differs), coalesce(bool_or(m.differs), false),
    coalesce(bool_or(m.private_differs), false)
  INTO changed, main_differs, private_differs
  FROM pg_temp.import_match AS m;

  IF fresh_rows + changed > bulk_from
    AND fresh_rows + changed > 0.2 * (SELECT c.reltuples FROM pg_class AS c WHERE c.oid = main)
    AND gisreg.take_alone(tables)
  THEN
    again := gisreg.drop_keys(main);
    IF private IS NOT NULL THEN
      again := gisreg.drop_keys(private) || again;
    END IF;
  END IF;

  -- Changes first: a zone must have ended before the same code begins anew.
  IF main_differs THEN
    EXECUTE gisreg.import_update(main, 'id', updated || '{geom}'::text[], 'differs');
  END IF;
  IF private_differs THEN
    EXECUTE gisreg.import_update(private, own_key, given_private, 'private_differs');
    EXECUTE format(
      '%s
       FROM pg_temp.import_stage AS s JOIN pg_temp.import_match AS m USING (row_number)
       WHERE m.private_differs AND num_nonnulls(%s) > 0 AND NOT EXISTS (SELECT FROM %s AS t WHERE t.%I = m.object_id)',
      gisreg.import_insert(private, own_key, 'm.object_id', given_private),
      gisreg.import_names('s.%I', given_private), private, own_key);
  END IF;
  IF fresh_rows > 0 THEN
    -- In the order of place, so that neighbours share pages; the file's own order is taken where it does that.
    EXECUTE format(
      '%s %s %s', gisreg.import_insert(main, 'id', fresh_id, given || '{geom}'::text[]), fresh,
      CASE WHEN gisreg.import_keeps_together() THEN '' ELSE 'ORDER BY s.geom' END);
    IF private IS NOT NULL THEN
      EXECUTE format(
        '%s %s AND num_nonnulls(%s) > 0', gisreg.import_insert(private, own_key, fresh_id, given_private), fresh,
        gisreg.import_names('s.%I', given_private));
    END IF;
  END IF;

  FOREACH statement IN ARRAY again LOOP
    EXECUTE statement;
  END LOOP;
END
$$;

REVOKE EXECUTE ON FUNCTION gisreg.import_write(text, text[], text[], text[], bigint, bigint) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION gisreg.import_write(text, text[], text[], text[], bigint, bigint) TO gisreg_worker;
