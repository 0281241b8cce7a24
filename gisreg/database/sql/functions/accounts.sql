-- Accounts in the history: each change of a person, of his roles and of his keys, in the transaction that makes
-- it. The rows leave out what proves who somebody is (hashes), and what moves by itself (failed attempts, last
-- use): a statement that changes nothing else leaves no trace.

CREATE OR REPLACE FUNCTION gisreg.record_account() RETURNS trigger
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
SECURITY DEFINER
SET search_path = ''
AS $$
DECLARE
  kept text := TG_ARGV[0];
  same text := TG_ARGV[1];
  changed text := CASE TG_OP WHEN 'DELETE' THEN 'old_rows' ELSE 'new_rows' END;
  only_new text := CASE TG_OP WHEN 'UPDATE' THEN pg_catalog.format(
    ' WHERE NOT EXISTS (SELECT FROM old_rows AS o WHERE %s AND (%s) IS NOT DISTINCT FROM (%s))',
    same, pg_catalog.regexp_replace(kept, '(\w+)', 'o.\1', 'g'), pg_catalog.regexp_replace(kept, '(\w+)', 'r.\1', 'g')
  ) ELSE '' END;
  is_changed boolean;
BEGIN
  EXECUTE pg_catalog.format('SELECT EXISTS (SELECT FROM %I AS r%s)', changed, only_new) INTO is_changed;
  IF is_changed THEN
    EXECUTE pg_catalog.format(
      'INSERT INTO history.%1$I (change_set_id, operation, %2$s) SELECT $1, $2, %2$s FROM %3$I AS r%4$s',
      TG_TABLE_NAME, kept, changed, only_new
    ) USING gisreg.change_set_id(), pg_catalog.left(TG_OP, 1)::"char";
  END IF;
  RETURN NULL;
END
$$;

DO $do$
DECLARE
  t text;
  same text;
  event record;
BEGIN
  FOR t, same IN VALUES
    ('person', 'o.id = r.id'), ('api_key', 'o.id = r.id'),
    ('role_grant', 'o.person_id = r.person_id AND o.role = r.role AND o.area_id IS NOT DISTINCT FROM r.area_id')
  LOOP
    FOR event IN
      SELECT * FROM (VALUES
        ('insert', 'NEW TABLE AS new_rows'), ('update', 'OLD TABLE AS old_rows NEW TABLE AS new_rows'),
        ('delete', 'OLD TABLE AS old_rows')
      ) AS events (name, tables)
    LOOP
      EXECUTE format(
        'CREATE OR REPLACE TRIGGER record_%1$s AFTER %1$s ON access.%2$I REFERENCING %3$s
           FOR EACH STATEMENT EXECUTE FUNCTION gisreg.record_account(%4$L, %5$L)',
        event.name, t, event.tables,
        (
          SELECT string_agg(quote_ident(attname), ', ' ORDER BY attnum) FROM pg_attribute
          WHERE attrelid = to_regclass('history.' || t) AND attnum > 0 AND NOT attisdropped
            AND attname NOT IN ('history_id', 'change_set_id', 'operation')
        ),
        same);
    END LOOP;
  END LOOP;
END
$do$;
