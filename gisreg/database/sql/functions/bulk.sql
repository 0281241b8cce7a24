-- Bulks: a statement that writes a large part of a table is quicker without its indexes, which are then
-- built once. That needs the table alone, so it is for bulks that are worth it.

-- Take tables for this transaction alone, within three seconds. It waits for those who are in the first one; in
-- the others nobody may be, since whoever is may wait for the first: then it lets go and tries again.
-- \returns  whether they are taken; otherwise nothing is locked
CREATE OR REPLACE FUNCTION gisreg.take_alone(tables regclass[]) RETURNS boolean
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  patience text := current_setting('lock_timeout');
  until timestamptz := clock_timestamp() + interval '3 seconds';
  taken boolean := false;
  one regclass;
BEGIN
  PERFORM set_config('lock_timeout', '3s', true);
  WHILE NOT taken AND clock_timestamp() < until LOOP
    BEGIN
      FOREACH one IN ARRAY tables LOOP
        EXECUTE format(
          'LOCK TABLE %s IN ACCESS EXCLUSIVE MODE %s', one, CASE WHEN one = tables[1] THEN '' ELSE 'NOWAIT' END);
      END LOOP;
      taken := true;
    EXCEPTION WHEN lock_not_available OR deadlock_detected THEN
      PERFORM pg_sleep(0.05);
    END;
  END LOOP;
  PERFORM set_config('lock_timeout', patience, true);
  RETURN taken;
END
$$;

-- The tables that refer to a table by foreign keys.
CREATE OR REPLACE FUNCTION gisreg.referring(of_table regclass) RETURNS regclass[]
LANGUAGE sql STABLE PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $$
  SELECT coalesce(array_agg(DISTINCT conrelid::regclass), '{}')
  FROM pg_constraint WHERE contype = 'f' AND confrelid = of_table AND conrelid <> of_table
$$;

-- Drop what a table is looked up by: foreign keys that refer to it, its keys, its other indexes.
-- The caller has the table and those that refer to it alone.
-- \returns  the statements that make them again, in their order
CREATE OR REPLACE FUNCTION gisreg.drop_keys(of_table regclass) RETURNS text[]
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  again text[] := '{}';
  references_again text[] := '{}';
  c record;
BEGIN
  FOR c IN
    SELECT conrelid::regclass AS on_table, conname AS name, pg_get_constraintdef(oid) AS definition
    FROM pg_constraint WHERE contype = 'f' AND confrelid = of_table ORDER BY conrelid, conname
  LOOP
    references_again := references_again
      || format('ALTER TABLE %s ADD CONSTRAINT %I %s', c.on_table, c.name, c.definition);
    EXECUTE format('ALTER TABLE %s DROP CONSTRAINT %I', c.on_table, c.name);
  END LOOP;
  FOR c IN
    SELECT conname AS name, pg_get_constraintdef(oid) AS definition
    FROM pg_constraint WHERE contype IN ('p', 'u', 'x') AND conrelid = of_table ORDER BY conname
  LOOP
    again := again || format('ALTER TABLE %s ADD CONSTRAINT %I %s', of_table, c.name, c.definition);
    EXECUTE format('ALTER TABLE %s DROP CONSTRAINT %I', of_table, c.name);
  END LOOP;
  RETURN again || gisreg.drop_indexes(of_table) || references_again;
END
$$;

REVOKE EXECUTE ON FUNCTION gisreg.take_alone(regclass[]), gisreg.referring(regclass), gisreg.drop_keys(regclass)
  FROM PUBLIC;
