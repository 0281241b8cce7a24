-- History: every statement on a registry table leaves its rows in the typed history table beside it.
-- Inserted and updated rows are kept as they became, deleted rows as they were.

-- Drop the look-up index of a history table before so many rows come that building it anew costs less
-- than keeping it (ids are spread out, so each row would touch a page of its own): more than 50,000, and
-- more than a fifth of what is there. Lets nobody else into this history until the end; where somebody is
-- in it now, the index stays: to wait for a writer who waits for rows of ours would be a deadlock.
-- \returns  the statement that makes the index again, NULL where it stays
CREATE OR REPLACE FUNCTION gisreg.drop_history_key(table_name text, coming bigint) RETURNS text
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
SET search_path = ''
AS $$
DECLARE
  key oid := pg_catalog.to_regclass(pg_catalog.format('history.%I', table_name || '_key_idx'));
  again text;
BEGIN
  IF key IS NULL OR coming <= 50000 OR coming <= 0.2 * (
    SELECT c.reltuples FROM pg_catalog.pg_class AS c
    WHERE c.oid = pg_catalog.to_regclass(pg_catalog.format('history.%I', table_name))
  ) THEN
    RETURN NULL;
  END IF;
  BEGIN
    EXECUTE pg_catalog.format('LOCK TABLE history.%I IN ACCESS EXCLUSIVE MODE NOWAIT', table_name);
  EXCEPTION WHEN lock_not_available THEN
    RETURN NULL;
  END;
  again := pg_catalog.pg_get_indexdef(key);
  EXECUTE pg_catalog.format('DROP INDEX %s', key::pg_catalog.regclass);
  RETURN again;
END
$$;

CREATE OR REPLACE FUNCTION gisreg.record_change() RETURNS trigger
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
SECURITY DEFINER
SET search_path = ''
AS $$
DECLARE
  numbers text := pg_catalog.pg_get_serial_sequence('history.' || TG_TABLE_NAME, 'history_id');
  changed_rows text := CASE TG_OP WHEN 'DELETE' THEN 'old_rows' ELSE 'new_rows' END;
  coming bigint;
  key_again text;
BEGIN
  EXECUTE pg_catalog.format('SELECT count(*) FROM %I', changed_rows) INTO coming;
  key_again := gisreg.drop_history_key(TG_TABLE_NAME, coming);
  -- No rows, no change set: a statement that matched nothing leaves no trace.
  IF TG_OP = 'DELETE' THEN
    EXECUTE pg_catalog.format(
      'INSERT INTO history.%1$I OVERRIDING SYSTEM VALUE
       SELECT nextval(%2$L::regclass), $1, ''D'', r.*
       FROM old_rows AS r', TG_TABLE_NAME, numbers
    ) USING CASE WHEN coming > 0 THEN gisreg.change_set_id() END;
  ELSE
    EXECUTE pg_catalog.format(
      'INSERT INTO history.%1$I OVERRIDING SYSTEM VALUE
       SELECT nextval(%2$L::regclass), $1, $2, r.*
       FROM new_rows AS r', TG_TABLE_NAME, numbers
    ) USING CASE WHEN coming > 0 THEN gisreg.change_set_id() END,
      CASE TG_OP WHEN 'INSERT' THEN 'I' ELSE 'U' END::"char";
  END IF;
  IF key_again IS NOT NULL THEN
    EXECUTE key_again;
  END IF;
  RETURN NULL;
END
$$;

-- An edit makes a new version. Derived layers too: a stale copy must be recognised.
CREATE OR REPLACE FUNCTION gisreg.touch() RETURNS trigger
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
SET search_path = ''
AS $$
BEGIN
  NEW.version := OLD.version + 1;
  NEW.updated_at := pg_catalog.clock_timestamp();
  RETURN NEW;
END
$$;

-- Put the triggers on every table that has a history; done again after each migration.
DO $do$
DECLARE
  t text;
BEGIN
  FOR t IN
    SELECT relname FROM pg_catalog.pg_class
    WHERE relnamespace = 'history'::regnamespace AND relkind = 'r' ORDER BY relname
  LOOP
    EXECUTE format(
      'CREATE OR REPLACE TRIGGER record_insert AFTER INSERT ON registry.%I
         REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION gisreg.record_change()', t);
    EXECUTE format(
      'CREATE OR REPLACE TRIGGER record_update AFTER UPDATE ON registry.%I
         REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION gisreg.record_change()', t);
    EXECUTE format(
      'CREATE OR REPLACE TRIGGER record_delete AFTER DELETE ON registry.%I
         REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION gisreg.record_change()', t);
    IF EXISTS (
      SELECT FROM pg_catalog.pg_attribute
      WHERE attrelid = format('registry.%I', t)::regclass AND attname = 'version' AND NOT attisdropped
    ) THEN
      EXECUTE format(
        'CREATE OR REPLACE TRIGGER touch BEFORE UPDATE ON registry.%I
           FOR EACH ROW EXECUTE FUNCTION gisreg.touch()', t);
    END IF;
  END LOOP;
END
$do$;
