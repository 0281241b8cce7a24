-- What the policies on history ask beyond the rows themselves. Two functions a table see everything and tell
-- only what the actor may know:
--   gisreg.<table>_gone(object)              whether an object is no more, and was last one that he may see
--   gisreg.<table>_was_own(object, changes)  whether it was his organisation's at a change set, for insiders
DO $do$
DECLARE
  t text;
BEGIN
  FOR t IN
    SELECT h.relname FROM pg_class AS h JOIN pg_attribute AS v ON v.attrelid = h.oid AND v.attname = 'visibility'
    WHERE h.relnamespace = 'history'::regnamespace AND h.relkind = 'r' AND h.relname <> 'finding'
    ORDER BY h.relname
  LOOP
    EXECUTE format(
      'CREATE OR REPLACE FUNCTION gisreg.%1$I(object bigint) RETURNS boolean
       LANGUAGE plpgsql STABLE PARALLEL RESTRICTED SECURITY DEFINER
       SET search_path = pg_catalog, public, pg_temp
       AS $body$
       BEGIN
         RETURN NOT EXISTS (SELECT FROM registry.%2$I AS o WHERE o.id = object) AND coalesce((
           SELECT h.visibility FROM history.%2$I AS h WHERE h.id = object ORDER BY h.history_id DESC LIMIT 1
         ) = ANY (gisreg.actor_sees()), false);
       END
       $body$', t || '_gone', t);
  END LOOP;
  FOR t IN
    SELECT p.relname FROM pg_class AS p
    WHERE p.relnamespace = 'registry'::regnamespace
      AND to_regclass(format('history.%I', p.relname || '_private')) IS NOT NULL
    ORDER BY p.relname
  LOOP
    EXECUTE format(
      'CREATE OR REPLACE FUNCTION gisreg.%1$I(object bigint, changes bigint) RETURNS boolean
       LANGUAGE plpgsql STABLE PARALLEL RESTRICTED SECURITY DEFINER
       SET search_path = pg_catalog, public, pg_temp
       AS $body$
       BEGIN
         RETURN coalesce((
           SELECT h.owner_id FROM history.%2$I AS h
           WHERE h.id = object AND h.change_set_id <= changes ORDER BY h.history_id DESC LIMIT 1
         ) = gisreg.actor_insider_of(), false);
       END
       $body$', t || '_was_own', t);
  END LOOP;
END
$do$;
