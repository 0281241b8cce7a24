-- Their history: what is only added to is digested with everything else, so that a row that is changed
-- or taken away behind the triggers is found. The application adds rows and can do nothing more.
DO $do$
DECLARE
  t text;
BEGIN
  FOREACH t IN ARRAY ARRAY['alert', 'export_event', 'export_register', 'see_as'] LOOP
    EXECUTE format(
      'CREATE TABLE history.%1$I (
         history_id bigint GENERATED ALWAYS AS IDENTITY,
         change_set_id bigint NOT NULL,
         operation "char" NOT NULL,
         LIKE registry.%1$I
       )', t
    );
    EXECUTE format(
      'CREATE INDEX %1$I ON history.%2$I USING brin (change_set_id)', t || '_change_set_idx', t
    );
    EXECUTE format('CREATE INDEX %1$I ON history.%2$I (id, history_id)', t || '_key_idx', t);
    EXECUTE format('REVOKE ALL ON history.%I FROM gisreg_app, gisreg_worker', t);
    EXECUTE format('GRANT SELECT ON history.%I TO gisreg_app, gisreg_worker', t);
    EXECUTE format('REVOKE ALL ON registry.%I FROM gisreg_app, gisreg_worker', t);
    EXECUTE format('GRANT SELECT, INSERT ON registry.%I TO gisreg_app, gisreg_worker', t);
  END LOOP;
END
$do$;
