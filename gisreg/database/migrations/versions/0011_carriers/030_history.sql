-- Their histories, and the roles' rights on them.
DO $do$
DECLARE
  t text;
BEGIN
  FOREACH t IN ARRAY ARRAY[
    'attachment_approval', 'attachment_approval_private', 'temporary_licence', 'plan_street', 'dead_cable',
    'dead_cable_event'
  ] LOOP
    EXECUTE format(
      'CREATE TABLE history.%1$I (
         history_id bigint GENERATED ALWAYS AS IDENTITY,
         change_set_id bigint NOT NULL,
         operation "char" NOT NULL,
         LIKE registry.%1$I
       )', t);
    EXECUTE format(
      'CREATE INDEX %1$I ON history.%2$I USING brin (change_set_id)', t || '_change_set_idx', t);
    EXECUTE format(
      'CREATE INDEX %I ON history.%I (%I, history_id)', t || '_key_idx', t,
      CASE t WHEN 'attachment_approval_private' THEN 'attachment_approval_id' ELSE 'id' END);
    EXECUTE format(
      'CREATE INDEX %I ON history.%I USING brin (history_id) WITH (pages_per_range = 16)',
      t || '_history_id_idx', t);
    EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON registry.%I TO gisreg_app, gisreg_worker', t);
    EXECUTE format('GRANT SELECT ON history.%I TO gisreg_app, gisreg_worker', t);
  END LOOP;
END
$do$;
-- Steps are added, never changed.
REVOKE UPDATE, DELETE ON registry.dead_cable_event FROM gisreg_app;
REVOKE DELETE ON registry.dead_cable FROM gisreg_app;
