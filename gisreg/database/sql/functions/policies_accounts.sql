-- Row-level security of accounts in the history, and of alerts; after policies.sql, which closes every table.
-- docs/rights.md says the same in Vietnamese; a test compares the two.

-- A closed alert is nobody's to look at any more.
CREATE OR REPLACE FUNCTION gisreg.settle_alert_notices() RETURNS trigger
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
SECURITY DEFINER
SET search_path = ''
AS $$
BEGIN
  UPDATE registry.notice AS n SET is_settled = true
  FROM new_rows AS a
  WHERE n.about = 'alert' AND n.about_id = a.id AND NOT n.is_settled AND a.closed_at IS NOT NULL;
  RETURN NULL;
END
$$;
CREATE OR REPLACE TRIGGER settle_notices AFTER UPDATE ON registry.alert
  REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION gisreg.settle_alert_notices();

DO $do$
DECLARE
  authority text := '(SELECT gisreg.actor_is(ARRAY[''authority'']))';
  t text;
BEGIN
  FOREACH t IN ARRAY ARRAY['person', 'role_grant', 'api_key'] LOOP
    EXECUTE format(
      'CREATE POLICY sees ON history.%I FOR SELECT USING ((SELECT gisreg.actor_is(ARRAY[''administrator''])))', t);
  END LOOP;
  -- Alerts are for the authority; what raises one is done by anybody who is signed in, and tells him nothing.
  FOREACH t IN ARRAY ARRAY['registry', 'history'] LOOP
    EXECUTE format('CREATE POLICY sees ON %I.alert FOR SELECT USING (%s)', t, authority);
  END LOOP;
  CREATE POLICY raises ON registry.alert FOR INSERT
    WITH CHECK ((SELECT gisreg.actor_roles()) <> '{}' AND closed_at IS NULL);
  -- Whoever took what it is about does not close it himself.
  EXECUTE format(
    'CREATE POLICY closes ON registry.alert FOR UPDATE USING (%1$s AND NOT EXISTS (
       SELECT FROM registry.export_register AS e
       WHERE e.number = alert.subject AND e.person_id = (SELECT gisreg.actor_person())))
     WITH CHECK (%1$s AND closed_by = (SELECT gisreg.actor_name()))', authority);
END
$do$;
