-- Row-level security: who sees and writes which rows. docs/rights.md says the same in Vietnamese; a test
-- compares the two. Reads the actor once per statement (a sub-select is an init plan), and uses leakproof
-- operators only, so that indexes stay in use.

-- \returns  whether the actor may move this segment's tidying state
CREATE OR REPLACE FUNCTION gisreg.may_tidy(segment bigint) RETURNS boolean
LANGUAGE sql STABLE PARALLEL RESTRICTED
SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp
AS $$
  SELECT
    gisreg.actor_is(ARRAY['authority'])
    OR EXISTS (
      SELECT FROM registry.segment AS s
      WHERE s.id = segment AND s.owner_id = gisreg.actor_organisation()
        AND gisreg.actor_is(ARRAY['engineer', 'coordinator'])
    )
    OR (gisreg.actor_is(ARRAY['inspector', 'ward_supervisor']) AND EXISTS (
      SELECT FROM registry.segment AS s LEFT JOIN registry.segment_place AS p ON p.segment_id = s.id
      WHERE s.id = segment AND s.visibility = ANY (gisreg.actor_sees())
        AND (gisreg.actor_areas() IS NULL OR p.commune_id = ANY (gisreg.actor_areas()))
    ))
$$;

-- Drop a table's policies and switch row-level security on.
CREATE OR REPLACE FUNCTION gisreg.close_table(schema_name text, table_name text) RETURNS void
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
AS $$
DECLARE
  p text;
BEGIN
  FOR p IN SELECT policyname FROM pg_policies WHERE schemaname = schema_name AND tablename = table_name LOOP
    EXECUTE format('DROP POLICY %I ON %I.%I', p, schema_name, table_name);
  END LOOP;
  EXECUTE format('ALTER TABLE %I.%I ENABLE ROW LEVEL SECURITY', schema_name, table_name);
END
$$;

DO $do$
DECLARE
  sees text := 'visibility = ANY ((SELECT gisreg.actor_sees())::text[])';
  own text := 'owner_id = (SELECT gisreg.actor_organisation())';
  writes text := 'owner_id = (SELECT gisreg.actor_engineers_for()) OR (SELECT gisreg.actor_is(ARRAY[''authority'']))';
  authority text := '(SELECT gisreg.actor_is(ARRAY[''authority'']))';
  surveys text := '(SELECT gisreg.actor_is(ARRAY[''engineer'', ''inspector'', ''authority'']))';
  t text;
  parent text;
BEGIN
  FOR t IN SELECT tablename FROM pg_tables WHERE schemaname = 'registry' LOOP
    PERFORM gisreg.close_table('registry', t);
  END LOOP;
  FOR t IN SELECT tablename FROM pg_tables WHERE schemaname = 'history' LOOP
    PERFORM gisreg.close_table('history', t);
  END LOOP;
  PERFORM gisreg.close_table('gisreg', 'layer_cell');
  PERFORM gisreg.close_table('gisreg', 'revision');
  PERFORM gisreg.close_table('gisreg', 'change_set');
  PERFORM gisreg.close_table('gisreg', 'stale_cells');
  CREATE POLICY sees ON gisreg.stale_cells FOR SELECT USING (true);

  -- Objects of an organisation: own ones whole, others as far as their visibility allows; written by
  -- the owner's engineers and by the authority.
  FOREACH t IN ARRAY ARRAY['pole', 'tower', 'tower_tenancy', 'cable', 'manhole', 'duct', 'fitting'] LOOP
    EXECUTE format('CREATE POLICY sees ON registry.%I FOR SELECT USING (%s OR %s)', t, sees, own);
    EXECUTE format('CREATE POLICY inserts ON registry.%I FOR INSERT WITH CHECK (%s)', t, writes);
    EXECUTE format('CREATE POLICY updates ON registry.%I FOR UPDATE USING (%s) WITH CHECK (%s)', t, writes, writes);
    EXECUTE format('CREATE POLICY deletes ON registry.%I FOR DELETE USING (%s)', t, writes);
    EXECUTE format('CREATE POLICY sees ON history.%I FOR SELECT USING (%s OR %s)', t, sees, own);
    -- Private columns: the owner's engineers and coordinators, and the authority.
    EXECUTE format(
      'CREATE POLICY own ON registry.%1$I USING (%3$s OR EXISTS (
         SELECT FROM registry.%2$I AS o
         WHERE o.id = %1$I.%4$I AND o.owner_id = (SELECT gisreg.actor_insider_of())))',
      t || '_private', t, authority, t || '_id');
    EXECUTE format(
      'CREATE POLICY own ON history.%1$I FOR SELECT USING (%3$s OR EXISTS (
         SELECT FROM registry.%2$I AS o
         WHERE o.id = %1$I.%4$I AND o.owner_id = (SELECT gisreg.actor_insider_of())))',
      t || '_private', t, authority, t || '_id');
  END LOOP;

  -- What is derived from cables: seen like the cable.
  FOREACH t IN ARRAY ARRAY['support', 'segment'] LOOP
    EXECUTE format('CREATE POLICY sees ON registry.%I FOR SELECT USING (%s OR %s)', t, sees, own);
    EXECUTE format('CREATE POLICY sees ON history.%I FOR SELECT USING (%s OR %s)', t, sees, own);
  END LOOP;
  EXECUTE format('CREATE POLICY measures ON registry.support FOR UPDATE USING (%s)', surveys);

  -- Places, and spans: seen by visibility alone, kept by the authority.
  FOREACH t IN ARRAY ARRAY['organisation', 'admin_unit', 'street', 'zone', 'span'] LOOP
    EXECUTE format('CREATE POLICY sees ON registry.%I FOR SELECT USING (%s)', t, sees);
    EXECUTE format('CREATE POLICY keeps ON registry.%1$I USING (%2$s) WITH CHECK (%2$s)', t, authority);
    EXECUTE format('CREATE POLICY sees ON history.%I FOR SELECT USING (%s)', t, sees);
  END LOOP;
  EXECUTE format('CREATE POLICY measures ON registry.span FOR UPDATE USING (%s)', surveys);
  EXECUTE format('CREATE POLICY sees ON registry.span_count FOR SELECT USING (%s OR %s)', sees, own);
  EXECUTE format('CREATE POLICY sees ON history.span_count FOR SELECT USING (%s OR %s)', sees, own);
  EXECUTE format('CREATE POLICY counts ON registry.span_count FOR INSERT WITH CHECK (%s)', surveys);
  EXECUTE format('CREATE POLICY keeps ON registry.span_count USING (%1$s) WITH CHECK (%1$s)', authority);

  -- What belongs to one object is seen by whoever sees the object.
  FOR t, parent IN VALUES
    ('pole_state', 'pole'), ('tower_state', 'tower'), ('span_state', 'span'), ('segment_state', 'segment'),
    ('segment_place', 'segment'), ('tidying_event', 'segment'), ('crossing', 'segment'), ('pole_code', 'pole')
  LOOP
    EXECUTE format(
      'CREATE POLICY sees ON registry.%1$I FOR SELECT
       USING (EXISTS (SELECT FROM registry.%2$I AS o WHERE o.id = %1$I.%3$I))', t, parent, parent || '_id');
  END LOOP;
  FOREACH t IN ARRAY ARRAY['tidying_event', 'pole_code'] LOOP
    parent := CASE t WHEN 'pole_code' THEN 'pole' ELSE 'segment' END;
    EXECUTE format(
      'CREATE POLICY sees ON history.%1$I FOR SELECT
       USING (EXISTS (SELECT FROM registry.%2$I AS o WHERE o.id = %1$I.%3$I))', t, parent, parent || '_id');
  END LOOP;
  CREATE POLICY sees ON registry.near_miss FOR SELECT USING (
    EXISTS (SELECT FROM registry.cable AS c WHERE c.id = near_miss.cable_id)
    AND EXISTS (SELECT FROM registry.pole AS p WHERE p.id = near_miss.pole_id)
  );
  CREATE POLICY sees ON registry.lineage FOR SELECT USING (
    EXISTS (SELECT FROM registry.segment AS s WHERE s.id = lineage.to_id)
    OR EXISTS (SELECT FROM registry.span AS s WHERE s.id = lineage.to_id)
  );
  CREATE POLICY sees ON history.lineage FOR SELECT USING (
    EXISTS (SELECT FROM registry.segment AS s WHERE s.id = lineage.to_id)
    OR EXISTS (SELECT FROM registry.span AS s WHERE s.id = lineage.to_id)
  );
  EXECUTE format(
    'CREATE POLICY keeps ON registry.pole_code
     USING (organisation_id = (SELECT gisreg.actor_engineers_for()) OR %1$s)
     WITH CHECK (organisation_id = (SELECT gisreg.actor_engineers_for()) OR %1$s)', authority);

  -- Tidying: a carrier's people move their own segments, inspectors and ward supervisors those of
  -- their communes, the authority all.
  EXECUTE format(
    'CREATE POLICY moves ON registry.segment_state FOR UPDATE USING (gisreg.may_tidy(segment_id))');
  EXECUTE format(
    'CREATE POLICY moves ON registry.tidying_event FOR INSERT WITH CHECK (gisreg.may_tidy(segment_id))');

  -- Findings: the owner of the object, inspection and the authority.
  EXECUTE format(
    'CREATE POLICY sees ON registry.finding FOR SELECT USING (
       %s OR (%s AND (SELECT gisreg.actor_is(ARRAY[''inspector'', ''ward_supervisor'', ''authority'']))))',
    own, sees);
  EXECUTE format(
    'CREATE POLICY sees ON history.finding FOR SELECT USING (
       %s OR (%s AND (SELECT gisreg.actor_is(ARRAY[''inspector'', ''ward_supervisor'', ''authority'']))))',
    own, sees);

  -- Rules, thresholds and successions are law and geography: for everybody to read.
  FOREACH t IN ARRAY ARRAY['rule', 'threshold', 'admin_succession', 'flag_run'] LOOP
    EXECUTE format('CREATE POLICY sees ON registry.%I FOR SELECT USING (true)', t);
    EXECUTE format('CREATE POLICY keeps ON registry.%1$I USING (%2$s) WITH CHECK (%2$s)', t, authority);
  END LOOP;
  -- Every edit flags again what it touched, under the name of whoever edits.
  EXECUTE format('CREATE POLICY runs ON registry.flag_run USING (%1$s) WITH CHECK (%1$s)', surveys);
  FOREACH t IN ARRAY ARRAY['rule', 'threshold', 'admin_succession'] LOOP
    EXECUTE format('CREATE POLICY sees ON history.%I FOR SELECT USING (true)', t);
  END LOOP;

  -- The register of exports: seen by the person, his organisation and the authority. Whoever is signed in
  -- writes his own; releasing and refusing is for somebody of the authority who did not ask himself.
  EXECUTE format(
    'CREATE POLICY sees ON registry.export_register FOR SELECT USING (
       person_id = (SELECT gisreg.actor_person()) OR organisation_id = (SELECT gisreg.actor_organisation())
       OR %s)', authority);
  CREATE POLICY notes ON registry.export_register FOR INSERT WITH CHECK (
    (SELECT gisreg.actor_roles()) <> '{}'
    AND person = (SELECT gisreg.actor_name()) AND person_id IS NOT DISTINCT FROM (SELECT gisreg.actor_person())
    AND organisation_id IS NOT DISTINCT FROM (SELECT gisreg.actor_organisation())
  );
  CREATE POLICY sees ON registry.export_event FOR SELECT USING (
    EXISTS (SELECT FROM registry.export_register AS e WHERE e.id = export_event.export_id)
  );
  EXECUTE format(
    'CREATE POLICY notes ON registry.export_event FOR INSERT WITH CHECK (
       person = (SELECT gisreg.actor_name()) AND person_id IS NOT DISTINCT FROM (SELECT gisreg.actor_person())
       AND EXISTS (
         SELECT FROM registry.export_register AS e
         WHERE e.id = export_event.export_id AND CASE export_event.kind
           WHEN ''made'' THEN e.person_id IS NOT DISTINCT FROM export_event.person_id
           ELSE e.is_held AND e.person_id IS DISTINCT FROM export_event.person_id AND %s
         END
       ))', authority);
  -- Alerts are for the authority; what raises one is done by anybody.
  EXECUTE format('CREATE POLICY sees ON registry.alert FOR SELECT USING (%s)', authority);
  CREATE POLICY raises ON registry.alert FOR INSERT WITH CHECK ((SELECT gisreg.actor_roles()) <> '{}');
  -- Who looked as whom.
  EXECUTE format('CREATE POLICY sees ON registry.see_as FOR SELECT USING (%s)', authority);
  EXECUTE format(
    'CREATE POLICY notes ON registry.see_as FOR INSERT WITH CHECK (
       %s AND person_id = (SELECT gisreg.actor_person()) AND person = (SELECT gisreg.actor_name()))', authority);

  -- Counts by cell and revisions: summed under the same scope as the rows themselves.
  EXECUTE format('CREATE POLICY sees ON gisreg.layer_cell FOR SELECT USING (%s OR %s)', sees, own);
  EXECUTE format('CREATE POLICY sees ON gisreg.revision FOR SELECT USING (%s OR %s)', sees, own);
  EXECUTE format(
    'CREATE POLICY sees ON gisreg.change_set FOR SELECT USING (
       %s OR organisation_id = (SELECT gisreg.actor_organisation()))', authority);
END
$do$;
