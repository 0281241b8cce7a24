-- Rows that people edit and that are no objects of a layer count their changes in row_version; a segment's
-- state in tidying_version. Whoever decides on what he saw names it, and a late one is refused
-- (gisreg.editions). Objects of layers have their own version (gisreg.touch).

CREATE OR REPLACE FUNCTION gisreg.count_change() RETURNS trigger
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
SET search_path = ''
AS $$
BEGIN
  NEW.row_version := OLD.row_version + 1;
  RETURN NEW;
END
$$;

-- The state of a segment moves by a step that was written down in the same transaction, or by what the owner's
-- and the worker's functions derive: SQL that runs as the application cannot move it unseen.
CREATE OR REPLACE FUNCTION gisreg.count_tidying() RETURNS trigger
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
SET search_path = ''
AS $$
BEGIN
  NEW.tidying_version := OLD.tidying_version + 1;
  IF current_user = 'gisreg_app' AND NOT EXISTS (
    SELECT FROM registry.tidying_event AS e
    WHERE e.segment_id = NEW.segment_id AND e.from_state = OLD.tidying_state AND e.to_state = NEW.tidying_state
      AND e.happened_at = NEW.tidying_since AND e.recorded_at >= pg_catalog.now()
  ) THEN
    RAISE insufficient_privilege USING MESSAGE = 'A tidying state moves by a step that is written down.';
  END IF;
  RETURN NEW;
END
$$;
CREATE OR REPLACE TRIGGER count_tidying BEFORE UPDATE ON registry.segment_state
  FOR EACH ROW WHEN (OLD.tidying_state IS DISTINCT FROM NEW.tidying_state) EXECUTE FUNCTION gisreg.count_tidying();

DO $do$
DECLARE
  t text;
BEGIN
  FOR t IN
    SELECT c.relname FROM pg_class AS c JOIN pg_attribute AS a ON a.attrelid = c.oid AND a.attname = 'row_version'
    WHERE c.relnamespace = 'registry'::regnamespace AND c.relkind = 'r' AND NOT a.attisdropped
    ORDER BY c.relname
  LOOP
    EXECUTE format(
      'CREATE OR REPLACE TRIGGER count_change BEFORE UPDATE ON registry.%I
         FOR EACH ROW %s EXECUTE FUNCTION gisreg.count_change()', t,
      -- How far a trial has come is told beside it; that is no change of what is to be decided on.
      CASE t WHEN 'import_upload' THEN 'WHEN (OLD.changed_at IS DISTINCT FROM NEW.changed_at)' ELSE '' END);
  END LOOP;
END
$do$;

-- A person's changes are counted too; a failed attempt to sign in is none.
CREATE OR REPLACE TRIGGER count_change BEFORE UPDATE ON access.person
  FOR EACH ROW WHEN (
    (OLD.name, OLD.email, OLD.organisation_id, OLD.is_active, OLD.password_set_at, OLD.oidc_issuer, OLD.oidc_subject)
    IS DISTINCT FROM
    (NEW.name, NEW.email, NEW.organisation_id, NEW.is_active, NEW.password_set_at, NEW.oidc_issuer, NEW.oidc_subject)
  )
  EXECUTE FUNCTION gisreg.count_change();
