-- An object's versions are looked up by its key, a version by its number (numbers grow with the table, so
-- ranges of pages suffice).
DO $do$
DECLARE
  t text;
  key text;
BEGIN
  FOR t, key IN
    SELECT c.relname, string_agg(quote_ident(a.attname), ', ' ORDER BY k.place)
    FROM pg_index AS i
    CROSS JOIN LATERAL unnest(i.indkey::smallint[]) WITH ORDINALITY AS k (number, place)
    JOIN pg_attribute AS a ON a.attrelid = i.indrelid AND a.attnum = k.number
    JOIN pg_class AS c ON c.oid = i.indrelid
    WHERE c.relnamespace = 'registry'::regnamespace
      AND i.indisprimary
      AND to_regclass('history.' || quote_ident(c.relname)) IS NOT NULL
    GROUP BY c.relname, i.indexrelid
  LOOP
    EXECUTE format('CREATE INDEX %I ON history.%I (%s, history_id)', t || '_key_idx', t, key);
    EXECUTE format(
      'CREATE INDEX %I ON history.%I USING brin (history_id) WITH (pages_per_range = 16)',
      t || '_history_id_idx', t);
  END LOOP;
END
$do$;
