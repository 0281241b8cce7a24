-- When something changes that zones are made from, their recipes are marked and a job builds them anew, seconds
-- after the change is committed. Triggers, so that no way in is forgotten. Who corrects a street need not know
-- which zones use it: these functions run as the owner and tell nothing.

-- Mark recipes and defer the job that builds them.
CREATE OR REPLACE FUNCTION gisreg.zones_stale(zones bigint[]) RETURNS void
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp
AS $$
BEGIN
  IF cardinality(zones) > 0 THEN
    UPDATE registry.zone_recipe SET stale_since = now() WHERE zone_id = ANY (zones) AND stale_since IS NULL;
    PERFORM gisreg.defer('zones.rebuild', '{}', NULL);
  END IF;
END
$$;
REVOKE EXECUTE ON FUNCTION gisreg.zones_stale(bigint[]) FROM PUBLIC;

-- After streets have changed: zones that use them, and zones whose lists name a street as a new one is called now
-- (it may have been missing, or come again under another id).
CREATE OR REPLACE FUNCTION gisreg.streets_changed() RETURNS trigger
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp
AS $$
DECLARE
  ids bigint[];
  keys text[];
BEGIN
  IF NOT EXISTS (SELECT FROM registry.zone_part WHERE kind = 'street') THEN
    RETURN NULL;
  END IF;
  IF TG_OP = 'INSERT' THEN
    SELECT array_agg(id), array_agg(DISTINCT gisreg.street_key(name)) INTO ids, keys FROM new_rows;
  ELSIF TG_OP = 'DELETE' THEN
    SELECT array_agg(id), '{}' INTO ids, keys FROM old_rows;
  ELSE
    SELECT array_agg(n.id), array_agg(DISTINCT gisreg.street_key(n.name)) INTO ids, keys
    FROM new_rows AS n JOIN old_rows AS o ON o.id = n.id
    WHERE (n.name, n.geom, n.visibility) IS DISTINCT FROM (o.name, o.geom, o.visibility);
  END IF;
  PERFORM gisreg.zones_stale(ARRAY(
    SELECT p.zone_id FROM registry.zone_part AS p WHERE p.street_ids && ids OR p.from_ids && ids OR p.to_ids && ids
    UNION
    SELECT p.zone_id FROM registry.zone_part AS p
    WHERE p.kind = 'street' AND cardinality(keys) > 0 AND (
      gisreg.street_key(p.street) = ANY (keys) OR gisreg.street_key(p.from_street) = ANY (keys)
      OR gisreg.street_key(p.to_street) = ANY (keys))
  ));
  RETURN NULL;
END
$$;
CREATE OR REPLACE TRIGGER zones_stale_insert AFTER INSERT ON registry.street
  REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION gisreg.streets_changed();
CREATE OR REPLACE TRIGGER zones_stale_update AFTER UPDATE ON registry.street
  REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION gisreg.streets_changed();
CREATE OR REPLACE TRIGGER zones_stale_delete AFTER DELETE ON registry.street
  REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION gisreg.streets_changed();

-- After units or successions have changed, which is rare: every zone that is made of units.
CREATE OR REPLACE FUNCTION gisreg.units_changed() RETURNS trigger
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp
AS $$
BEGIN
  PERFORM gisreg.zones_stale(ARRAY(SELECT DISTINCT p.zone_id FROM registry.zone_part AS p WHERE p.kind = 'unit'));
  RETURN NULL;
END
$$;
CREATE OR REPLACE TRIGGER zones_stale AFTER INSERT OR UPDATE OR DELETE ON registry.admin_unit
  FOR EACH STATEMENT EXECUTE FUNCTION gisreg.units_changed();
CREATE OR REPLACE TRIGGER zones_stale AFTER INSERT OR UPDATE OR DELETE ON registry.admin_succession
  FOR EACH STATEMENT EXECUTE FUNCTION gisreg.units_changed();

-- After objects have moved or gone around which circles are drawn.
CREATE OR REPLACE FUNCTION gisreg.centres_changed() RETURNS trigger
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp
AS $$
BEGIN
  IF EXISTS (SELECT FROM registry.zone_part WHERE object_id IS NOT NULL) THEN
    PERFORM gisreg.zones_stale(ARRAY(
      SELECT DISTINCT p.zone_id FROM registry.zone_part AS p WHERE p.object_id IN (SELECT id FROM old_rows)));
  END IF;
  RETURN NULL;
END
$$;
DO $do$
DECLARE
  t text;
BEGIN
  FOREACH t IN ARRAY ARRAY['pole', 'tower', 'manhole'] LOOP
    EXECUTE format(
      'CREATE OR REPLACE TRIGGER zones_stale_update AFTER UPDATE ON registry.%I
         REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION gisreg.centres_changed()', t);
    EXECUTE format(
      'CREATE OR REPLACE TRIGGER zones_stale_delete AFTER DELETE ON registry.%I
         REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION gisreg.centres_changed()', t);
  END LOOP;
END
$do$;
