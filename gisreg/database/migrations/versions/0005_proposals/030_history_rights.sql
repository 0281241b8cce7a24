-- History tables as those of the first migration, with the index by which versions are looked up; and rights.
DO $do$
DECLARE
  t text;
BEGIN
  FOREACH t IN ARRAY ARRAY['proposal', 'proposal_event', 'contact', 'contact_absence', 'notice'] LOOP
    EXECUTE format(
      'CREATE TABLE history.%1$I (
         history_id bigint GENERATED ALWAYS AS IDENTITY,
         change_set_id bigint NOT NULL,
         operation "char" NOT NULL,
         LIKE registry.%1$I
       )', t);
    EXECUTE format('CREATE INDEX %I ON history.%I USING brin (change_set_id)', t || '_change_set_idx', t);
    EXECUTE format('CREATE INDEX %I ON history.%I (id, history_id)', t || '_key_idx', t);
    EXECUTE format('REVOKE ALL ON history.%I FROM gisreg_app, gisreg_worker', t);
    EXECUTE format('GRANT SELECT ON history.%I TO gisreg_app, gisreg_worker', t);
    EXECUTE format('GRANT SELECT, INSERT ON registry.%I TO gisreg_app', t);
    EXECUTE format('GRANT SELECT, INSERT, UPDATE ON registry.%I TO gisreg_worker', t);
  END LOOP;
END
$do$;

-- What was proposed, decided or told is not rewritten: only these columns move on.
GRANT UPDATE (state) ON registry.proposal TO gisreg_app;
GRANT UPDATE (is_active, rank, name, email, phone) ON registry.contact TO gisreg_app;
GRANT UPDATE (read_at, read_by) ON registry.notice TO gisreg_app;
GRANT DELETE ON registry.contact_absence TO gisreg_app, gisreg_worker;
