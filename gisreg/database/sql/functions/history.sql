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
  IF key_again IS NOT NULL THEN
    -- Nobody else can draw a number until the end; so they are drawn by the thousand.
    EXECUTE pg_catalog.format('ALTER SEQUENCE %s CACHE 1000', numbers);
  END IF;
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
    EXECUTE pg_catalog.format('ALTER SEQUENCE %s CACHE 1', numbers);
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

-- Findings: a version that is replaced goes to the past as it stood, and the new one bears its own number
-- and change set (a bulk may set them itself); an end is one more row.
CREATE OR REPLACE FUNCTION gisreg.number_finding() RETURNS trigger
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
SECURITY DEFINER
SET search_path = ''
AS $$
BEGIN
  NEW.history_id := pg_catalog.nextval('gisreg.finding_history_id_seq');
  NEW.change_set_id := gisreg.change_set_id();
  NEW.operation := CASE TG_OP WHEN 'INSERT' THEN 'I' ELSE 'U' END;
  RETURN NEW;
END
$$;
CREATE OR REPLACE TRIGGER number_insert BEFORE INSERT ON registry.finding
  FOR EACH ROW WHEN (NEW.change_set_id IS NULL) EXECUTE FUNCTION gisreg.number_finding();
CREATE OR REPLACE TRIGGER number_update BEFORE UPDATE ON registry.finding
  FOR EACH ROW WHEN (NEW.history_id = OLD.history_id) EXECUTE FUNCTION gisreg.number_finding();

CREATE OR REPLACE FUNCTION gisreg.keep_past_findings() RETURNS trigger
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
SECURITY DEFINER
SET search_path = ''
AS $$
BEGIN
  INSERT INTO gisreg.finding_past SELECT o.* FROM old_rows AS o;
  IF TG_OP = 'DELETE' AND EXISTS (SELECT FROM old_rows) THEN
    INSERT INTO gisreg.finding_past (
      history_id, change_set_id, operation, object_id, zone_id, owner_id, run_id, first_seen_at,
      metres_inside, metres_possible, measured_value, threshold_value, priority, rule_id, outcome, visibility
    )
    SELECT
      pg_catalog.nextval('gisreg.finding_history_id_seq'), c.id, 'D', o.object_id, o.zone_id, o.owner_id,
      o.run_id, o.first_seen_at, o.metres_inside, o.metres_possible, o.measured_value, o.threshold_value,
      o.priority, o.rule_id, o.outcome, o.visibility
    FROM old_rows AS o CROSS JOIN (SELECT gisreg.change_set_id() AS id) AS c;
  END IF;
  RETURN NULL;
END
$$;
CREATE OR REPLACE TRIGGER keep_updated AFTER UPDATE ON registry.finding
  REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION gisreg.keep_past_findings();
CREATE OR REPLACE TRIGGER keep_deleted AFTER DELETE ON registry.finding
  REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION gisreg.keep_past_findings();

-- Put the triggers on every table that has a history; done again after each migration.
DO $do$
DECLARE
  t text;
BEGIN
  FOR t IN
    SELECT relname FROM pg_catalog.pg_class
    WHERE relnamespace = 'history'::regnamespace AND relkind = 'r'
      -- Accounts have triggers of their own: what proves who somebody is stays out.
      AND to_regclass('registry.' || quote_ident(relname)) IS NOT NULL
    ORDER BY relname
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
