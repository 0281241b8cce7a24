-- Row-level security of what zones are made from; after policies.sql, which closes every table. A recipe may
-- name streets and objects that others may not know: it is the authority's, as the zone's area is for all who
-- see the zone. docs/rights.md says the same in Vietnamese; a test compares the two.
DO $do$
DECLARE
  authority text := '(SELECT gisreg.actor_is(ARRAY[''authority'']))';
  t text;
BEGIN
  FOREACH t IN ARRAY ARRAY['zone_recipe', 'zone_part'] LOOP
    EXECUTE format('CREATE POLICY keeps ON registry.%1$I USING (%2$s) WITH CHECK (%2$s)', t, authority);
    EXECUTE format('CREATE POLICY sees ON history.%1$I FOR SELECT USING (%2$s)', t, authority);
  END LOOP;
END
$do$;
