-- Whose a pole or cable is, without a foreign key: it would look the organisation up for every row of a bulk.
-- One look a statement holds the same: nobody owns anything who is not there, also while two transactions
-- go on at once. Whoever writes an owner locks him against removal until the end; whoever removes one waits
-- for such locks, then looks for what he owns.

CREATE OR REPLACE FUNCTION gisreg.require_owners() RETURNS trigger
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp
AS $$
DECLARE
  owners bigint[] := ARRAY(SELECT DISTINCT n.owner_id FROM new_rows AS n WHERE n.owner_id IS NOT NULL);
  known bigint[] := ARRAY(SELECT o.id FROM registry.organisation AS o WHERE o.id = ANY (owners) FOR KEY SHARE);
BEGIN
  IF NOT owners <@ known THEN
    RAISE foreign_key_violation USING
      MESSAGE = format('There is no organisation %s.', (SELECT min(o) FROM unnest(owners) AS o WHERE o <> ALL (known))),
      SCHEMA = TG_TABLE_SCHEMA, TABLE = TG_TABLE_NAME, COLUMN = 'owner_id',
      CONSTRAINT = TG_TABLE_NAME || '_owner_id_fkey';
  END IF;
  RETURN NULL;
END
$$;

-- Organisations that are gone, or bear another id, own nothing any more.
CREATE OR REPLACE FUNCTION gisreg.refuse_orphans() RETURNS trigger
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp
AS $$
DECLARE
  child text;
  owned boolean;
BEGIN
  FOREACH child IN ARRAY ARRAY['pole', 'cable'] LOOP
    EXECUTE format(
      'SELECT EXISTS (
         SELECT FROM old_rows AS g JOIN registry.%I AS t ON t.owner_id = g.id
         WHERE NOT EXISTS (SELECT FROM registry.organisation AS o WHERE o.id = g.id)
       )', child) INTO owned;
    IF owned THEN
      RAISE foreign_key_violation USING
        MESSAGE = format('The organisation still owns objects of the layer %s.', child),
        SCHEMA = 'registry', TABLE = child, COLUMN = 'owner_id', CONSTRAINT = child || '_owner_id_fkey';
    END IF;
  END LOOP;
  RETURN NULL;
END
$$;

DO $do$
DECLARE
  child text;
BEGIN
  FOREACH child IN ARRAY ARRAY['pole', 'cable'] LOOP
    EXECUTE format(
      'CREATE OR REPLACE TRIGGER require_owners_insert AFTER INSERT ON registry.%I
         REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION gisreg.require_owners()', child);
    EXECUTE format(
      'CREATE OR REPLACE TRIGGER require_owners_update AFTER UPDATE ON registry.%I
         REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION gisreg.require_owners()', child);
  END LOOP;
END
$do$;
CREATE OR REPLACE TRIGGER refuse_orphans_delete AFTER DELETE ON registry.organisation
  REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION gisreg.refuse_orphans();
CREATE OR REPLACE TRIGGER refuse_orphans_update AFTER UPDATE ON registry.organisation
  REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION gisreg.refuse_orphans();
