-- Row-level security: who sees and writes which rows. docs/rights.md says the same in Vietnamese; a test
-- compares the two. Reads the actor once per statement (a sub-select is an init plan), and uses leakproof
-- operators only, so that indexes stay in use.

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
  -- An inspector who is bound to communes measures there; where it is looked up row by row, for him alone.
  surveys text := '((SELECT gisreg.actor_is(ARRAY[''engineer'', ''authority''])) OR (SELECT gisreg.actor_is(
    ARRAY[''inspector''])) AND ((SELECT gisreg.actor_inspects()) IS NULL OR gisreg.measures_at(%s)))';
  shown text :=
    '(EXISTS (SELECT FROM registry.%1$I AS o WHERE o.id = %1$I.id) OR gisreg.%2$s_gone(id))';
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
  PERFORM gisreg.close_table('gisreg', 'finding_past');
  PERFORM gisreg.close_table('gisreg', 'stale_cells');

  -- What was is seen by whoever may see that version, unless the object is hidden from him now: a past in
  -- public would show that it exists. A version of one's own is seen in any case.
  -- Objects of an organisation: own ones whole, others as far as their visibility allows; written by
  -- the owner's engineers and by the authority.
  FOREACH t IN ARRAY ARRAY['pole', 'tower', 'tower_tenancy', 'cable', 'manhole', 'duct', 'fitting'] LOOP
    EXECUTE format('CREATE POLICY sees ON registry.%I FOR SELECT USING (%s OR %s)', t, sees, own);
    EXECUTE format('CREATE POLICY inserts ON registry.%I FOR INSERT WITH CHECK (%s)', t, writes);
    EXECUTE format('CREATE POLICY updates ON registry.%I FOR UPDATE USING (%s) WITH CHECK (%s)', t, writes, writes);
    EXECUTE format('CREATE POLICY deletes ON registry.%I FOR DELETE USING (%s)', t, writes);
    EXECUTE format('CREATE POLICY sees ON history.%I FOR SELECT USING (%s OR (%s AND %s))',
      t, own, sees, format(shown, t, t));
    -- Private columns: seen by the owner's engineers and coordinators, and by the authority; written by
    -- the engineers and the authority. What was is seen by whose it was then.
    EXECUTE format(
      'CREATE POLICY own ON registry.%1$I FOR SELECT USING (%3$s OR EXISTS (
         SELECT FROM registry.%2$I AS o
         WHERE o.id = %1$I.%4$I AND o.owner_id = (SELECT gisreg.actor_insider_of())))',
      t || '_private', t, authority, t || '_id');
    EXECUTE format(
      'CREATE POLICY keeps ON registry.%1$I USING (%3$s OR EXISTS (
         SELECT FROM registry.%2$I AS o
         WHERE o.id = %1$I.%4$I AND o.owner_id = (SELECT gisreg.actor_engineers_for())))',
      t || '_private', t, authority, t || '_id');
    EXECUTE format(
      'CREATE POLICY own ON history.%1$I FOR SELECT USING (%2$s OR gisreg.%3$I(%4$I, change_set_id))',
      t || '_private', authority, t || '_was_own', t || '_id');
  END LOOP;

  -- What is derived from cables: seen like the cable.
  FOREACH t IN ARRAY ARRAY['support', 'segment'] LOOP
    EXECUTE format('CREATE POLICY sees ON registry.%I FOR SELECT USING (%s OR %s)', t, sees, own);
    EXECUTE format('CREATE POLICY sees ON history.%I FOR SELECT USING (%s OR (%s AND %s))',
      t, own, sees, format(shown, t, t));
  END LOOP;
  -- An UPDATE without any condition is not asked what it may see: who measures must see as well.
  EXECUTE format(
    'CREATE POLICY measures ON registry.support FOR UPDATE USING (%s AND (%s OR %s))',
    format(surveys, 'pole_id'), sees, own);

  -- Places, and spans: seen by visibility alone, kept by the authority.
  FOREACH t IN ARRAY ARRAY[
    'organisation', 'admin_unit', 'street', 'railway', 'waterway', 'zone', 'span'
  ] LOOP
    EXECUTE format('CREATE POLICY sees ON registry.%I FOR SELECT USING (%s)', t, sees);
    EXECUTE format('CREATE POLICY keeps ON registry.%1$I USING (%2$s) WITH CHECK (%2$s)', t, authority);
    EXECUTE format('CREATE POLICY sees ON history.%I FOR SELECT USING (%s AND %s)',
      t, sees, format(shown, t, t));
  END LOOP;
  EXECUTE format(
    'CREATE POLICY measures ON registry.span FOR UPDATE USING (%s AND %s)', format(surveys, 'id'), sees);
  EXECUTE format('CREATE POLICY sees ON registry.span_count FOR SELECT USING (%s OR %s)', sees, own);
  EXECUTE format('CREATE POLICY sees ON history.span_count FOR SELECT USING (%s OR (%s AND %s))',
    own, sees, format(shown, 'span_count', 'span_count'));
  EXECUTE format('CREATE POLICY counts ON registry.span_count FOR INSERT WITH CHECK (%s AND (%s OR %s))',
    format(surveys, 'span_id'), sees, own);
  EXECUTE format('CREATE POLICY keeps ON registry.span_count USING (%1$s) WITH CHECK (%1$s)', authority);

  -- What belongs to one object is seen by whoever sees the object.
  FOR t, parent IN VALUES
    ('pole_state', 'pole'), ('tower_state', 'tower'), ('span_state', 'span'), ('segment_state', 'segment'),
    ('segment_place', 'segment'), ('pole_code', 'pole')
  LOOP
    EXECUTE format(
      'CREATE POLICY sees ON registry.%1$I FOR SELECT
       USING (EXISTS (SELECT FROM registry.%2$I AS o WHERE o.id = %1$I.%3$I))', t, parent, parent || '_id');
  END LOOP;
  CREATE POLICY sees ON history.pole_code FOR SELECT
    USING (EXISTS (SELECT FROM registry.pole AS o WHERE o.id = pole_code.pole_id));
  CREATE POLICY sees ON registry.crossing FOR SELECT USING (
    EXISTS (SELECT FROM registry.segment AS o WHERE o.id = crossing.segment_id)
    AND EXISTS (SELECT FROM registry.street AS o WHERE o.id = crossing.street_id)
  );
  -- Steps name people and bear their notes: for those who see findings.
  FOREACH t IN ARRAY ARRAY['registry', 'history'] LOOP
    EXECUTE format(
      'CREATE POLICY sees ON %I.tidying_event FOR SELECT USING (EXISTS (
         SELECT FROM registry.segment AS o WHERE o.id = tidying_event.segment_id
         AND (%s OR (SELECT gisreg.actor_is(ARRAY[''inspector'', ''ward_supervisor'', ''authority''])))))',
      t, 'o.' || own);
  END LOOP;
  CREATE POLICY sees ON registry.near_miss FOR SELECT USING (
    EXISTS (SELECT FROM registry.cable AS c WHERE c.id = near_miss.cable_id)
    AND EXISTS (SELECT FROM registry.pole AS p WHERE p.id = near_miss.pole_id)
  );
  CREATE POLICY sees ON registry.lineage FOR SELECT USING (
    EXISTS (SELECT FROM registry.segment AS s WHERE s.id = lineage.to_id)
    OR EXISTS (SELECT FROM registry.span AS s WHERE s.id = lineage.to_id)
    OR EXISTS (SELECT FROM registry.pole AS p WHERE p.id = lineage.to_id)
  );
  CREATE POLICY sees ON history.lineage FOR SELECT USING (
    EXISTS (SELECT FROM registry.segment AS s WHERE s.id = lineage.to_id)
    OR EXISTS (SELECT FROM registry.span AS s WHERE s.id = lineage.to_id)
    OR EXISTS (SELECT FROM registry.pole AS p WHERE p.id = lineage.to_id)
  );
  EXECUTE format(
    'CREATE POLICY inserts ON registry.pole_code FOR INSERT
     WITH CHECK (organisation_id = (SELECT gisreg.actor_engineers_for()) OR %1$s)', authority);
  EXECUTE format(
    'CREATE POLICY updates ON registry.pole_code FOR UPDATE
     USING (organisation_id = (SELECT gisreg.actor_engineers_for()) OR %1$s)', authority);
  EXECUTE format(
    'CREATE POLICY deletes ON registry.pole_code FOR DELETE
     USING (organisation_id = (SELECT gisreg.actor_engineers_for()) OR %1$s)', authority);

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
    'CREATE POLICY sees ON gisreg.finding_past FOR SELECT USING (
       %s OR (%s AND (SELECT gisreg.actor_is(ARRAY[''inspector'', ''ward_supervisor'', ''authority'']))
         AND (%s)))',
    own, sees, (
      SELECT string_agg(format(
        'EXISTS (SELECT FROM registry.%1$I AS o WHERE o.id = finding_past.object_id) OR gisreg.%2$I(object_id)',
        l.name, l.name || '_gone'), ' OR ')
      FROM unnest(ARRAY[
        'segment', 'pole', 'span', 'support', 'tower', 'cable', 'fitting', 'street', 'manhole', 'duct'
      ]) AS l (name)));

  -- A waiver is seen with its finding, and granted by the authority.
  FOREACH t IN ARRAY ARRAY['registry', 'history'] LOOP
    EXECUTE format(
      'CREATE POLICY sees ON %I.waiver FOR SELECT USING (%s OR EXISTS (
         SELECT FROM registry.finding AS f WHERE f.object_id = waiver.object_id AND f.rule_id = waiver.rule_id))',
      t, authority);
  END LOOP;
  EXECUTE format('CREATE POLICY grants ON registry.waiver USING (%1$s) WITH CHECK (%1$s)', authority);
  -- What was noted by hand is seen like a finding of its object, and written by inspection.
  FOREACH t IN ARRAY ARRAY['registry', 'history'] LOOP
    EXECUTE format(
      'CREATE POLICY sees ON %I.finding_note FOR SELECT USING (gisreg.findings_shown(object_id))', t);
  END LOOP;
  CREATE POLICY notes ON registry.finding_note FOR INSERT WITH CHECK (gisreg.may_note(object_id));
  CREATE POLICY closes ON registry.finding_note FOR UPDATE
    USING (gisreg.may_note(object_id)) WITH CHECK (gisreg.may_note(object_id));
  EXECUTE format('CREATE POLICY sees ON registry.flag_coverage FOR SELECT USING (%s OR %s)', sees, own);

  -- Approvals of attachments are between two organisations, of the pole and on it; the pole's gives them. They exist
  -- for those who see the pole.
  FOREACH t IN ARRAY ARRAY['registry', 'history'] LOOP
    EXECUTE format(
      'CREATE POLICY sees ON %I.attachment_approval FOR SELECT USING (
         %s OR EXISTS (
           SELECT FROM registry.pole AS o
           WHERE o.id = attachment_approval.pole_id
             AND (SELECT gisreg.actor_insider_of()) IN (o.owner_id, attachment_approval.owner_id)))',
      t, authority);
    EXECUTE format(
      'CREATE POLICY sees ON %I.attachment_approval_private FOR SELECT USING (EXISTS (
         SELECT FROM registry.attachment_approval AS o WHERE o.id = attachment_approval_private.attachment_approval_id))',
      t);
  END LOOP;
  EXECUTE format(
    'CREATE POLICY keeps ON registry.attachment_approval USING (%s OR EXISTS (
       SELECT FROM registry.pole AS o
       WHERE o.id = attachment_approval.pole_id AND o.owner_id = (SELECT gisreg.actor_engineers_for())))', authority);
  EXECUTE format(
    'CREATE POLICY keeps ON registry.attachment_approval_private USING (%s OR EXISTS (
       SELECT FROM registry.attachment_approval AS a JOIN registry.pole AS o ON o.id = a.pole_id
       WHERE a.id = attachment_approval_private.attachment_approval_id
         AND o.owner_id = (SELECT gisreg.actor_engineers_for())))', authority);

  -- Streets of plans are seen like the street, licences like the cable; the authority keeps them. Cases of
  -- dead cable are seen like the cable or the span that they are about, so that an owner can turn up; their
  -- steps name people and are for those who see findings, and for who claimed.
  FOREACH t IN ARRAY ARRAY['registry', 'history'] LOOP
    EXECUTE format(
      'CREATE POLICY sees ON %I.plan_street FOR SELECT USING (EXISTS (
         SELECT FROM registry.street AS o WHERE o.id = plan_street.street_id))', t);
    EXECUTE format(
      'CREATE POLICY sees ON %I.temporary_licence FOR SELECT USING (EXISTS (
         SELECT FROM registry.cable AS o WHERE o.id = temporary_licence.cable_id))', t);
    EXECUTE format(
      'CREATE POLICY sees ON %I.dead_cable FOR SELECT USING (%s
         OR EXISTS (SELECT FROM registry.cable AS o WHERE o.id = dead_cable.cable_id)
         OR EXISTS (SELECT FROM registry.span AS o WHERE o.id = dead_cable.span_id)
         OR EXISTS (SELECT FROM registry.lineage AS o WHERE o.from_id = dead_cable.span_id))', t, authority);
    EXECUTE format(
      'CREATE POLICY sees ON %I.dead_cable_event FOR SELECT USING (EXISTS (
         SELECT FROM registry.dead_cable AS o WHERE o.id = dead_cable_event.dead_cable_id AND (
           %s OR (SELECT gisreg.actor_is(ARRAY[''inspector'', ''ward_supervisor'', ''authority''])))))',
      t, 'o.' || own);
  END LOOP;
  FOREACH t IN ARRAY ARRAY['plan_street', 'temporary_licence'] LOOP
    EXECUTE format('CREATE POLICY keeps ON registry.%1$I USING (%2$s) WITH CHECK (%2$s)', t, authority);
  END LOOP;
  -- Who opens a case must see what it is about; a case begins as a suspicion of nobody's.
  EXECUTE format(
    'CREATE POLICY opens ON registry.dead_cable FOR INSERT WITH CHECK (
       gisreg.may_suspect(coalesce(segment_id, span_id, cable_id))
       AND state = ''suspected'' AND notice_on IS NULL AND (
         EXISTS (SELECT FROM registry.cable AS o WHERE o.id = dead_cable.cable_id AND o.owner_id IS NOT DISTINCT FROM dead_cable.owner_id)
         OR EXISTS (SELECT FROM registry.span AS o WHERE o.id = dead_cable.span_id) AND dead_cable.owner_id IS NULL))');
  CREATE POLICY steps ON registry.dead_cable_event FOR INSERT
    WITH CHECK (
      EXISTS (SELECT FROM registry.dead_cable AS o WHERE o.id = dead_cable_event.dead_cable_id)
      AND gisreg.may_step_dead_cable(dead_cable_id, to_state, organisation_id));

  -- Rules, thresholds and successions are law and geography: for everybody to read.
  FOREACH t IN ARRAY ARRAY['rule', 'threshold', 'admin_succession'] LOOP
    EXECUTE format('CREATE POLICY sees ON registry.%I FOR SELECT USING (true)', t);
    EXECUTE format('CREATE POLICY keeps ON registry.%1$I USING (%2$s) WITH CHECK (%2$s)', t, authority);
  END LOOP;
  -- A run counts all findings it looked at: for the authority.
  EXECUTE format('CREATE POLICY sees ON registry.flag_run FOR SELECT USING (%s)', authority);
  FOREACH t IN ARRAY ARRAY['rule', 'threshold', 'admin_succession'] LOOP
    EXECUTE format('CREATE POLICY sees ON history.%I FOR SELECT USING (true)', t);
  END LOOP;

  -- The register of exports: seen by the person, his organisation and the authority. Whoever is signed in
  -- writes his own; releasing and refusing is for somebody of the authority who did not ask himself.
  FOREACH t IN ARRAY ARRAY['registry', 'history'] LOOP
    EXECUTE format(
      'CREATE POLICY sees ON %I.export_register FOR SELECT USING (
         person_id = (SELECT gisreg.actor_person()) OR organisation_id = (SELECT gisreg.actor_organisation())
         OR %s)', t, authority);
    EXECUTE format(
      'CREATE POLICY sees ON %I.export_event FOR SELECT USING (
         EXISTS (SELECT FROM registry.export_register AS e WHERE e.id = export_event.export_id))', t);
    -- Who looked as whom.
    EXECUTE format('CREATE POLICY sees ON %I.see_as FOR SELECT USING (%s)', t, authority);
  END LOOP;
  CREATE POLICY notes ON registry.export_register FOR INSERT WITH CHECK (
    (SELECT gisreg.actor_roles()) <> '{}'
    AND person = (SELECT gisreg.actor_name()) AND person_id IS NOT DISTINCT FROM (SELECT gisreg.actor_person())
    AND organisation_id IS NOT DISTINCT FROM (SELECT gisreg.actor_organisation())
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
  EXECUTE format(
    'CREATE POLICY notes ON registry.see_as FOR INSERT WITH CHECK (
       %s AND person_id = (SELECT gisreg.actor_person()) AND person = (SELECT gisreg.actor_name()))', authority);
  -- Imports and mapping profiles: the organisation's own people, and the authority.
  EXECUTE format(
    'CREATE POLICY sees ON registry.import_batch FOR SELECT
     USING (owner_id = (SELECT gisreg.actor_insider_of()) OR %s)', authority);
  EXECUTE format('CREATE POLICY adds ON registry.import_batch FOR INSERT WITH CHECK (%s)', writes);
  EXECUTE format(
    'CREATE POLICY undoes ON registry.import_batch FOR UPDATE USING (%1$s) WITH CHECK (%1$s)', writes);
  EXECUTE format(
    'CREATE POLICY sees ON registry.import_profile FOR SELECT
     USING (owner_id = (SELECT gisreg.actor_insider_of()) OR %s)', authority);
  EXECUTE format(
    'CREATE POLICY sees ON history.import_profile FOR SELECT
     USING (owner_id = (SELECT gisreg.actor_insider_of()) OR %s)', authority);
  EXECUTE format(
    'CREATE POLICY sees ON registry.import_upload FOR SELECT
     USING (owner_id = (SELECT gisreg.actor_insider_of()) OR %s)', authority);
  EXECUTE format('CREATE POLICY adds ON registry.import_upload FOR INSERT WITH CHECK (%s)', writes);
  EXECUTE format(
    'CREATE POLICY decides ON registry.import_upload FOR UPDATE USING (%1$s) WITH CHECK (%1$s)', writes);
  EXECUTE format('CREATE POLICY keeps ON registry.import_profile USING (%1$s) WITH CHECK (%1$s)', writes);

  -- Photos show people and what hangs where: not for the public; never without the thing that they show.
  FOREACH t IN ARRAY ARRAY['registry', 'history'] LOOP
    EXECUTE format(
      'CREATE POLICY sees ON %1$I.photo FOR SELECT USING (
         (SELECT gisreg.actor_roles()) <> ''{}'' AND (%2$s OR %3$s)
         AND (EXISTS (SELECT FROM registry.pole AS o WHERE o.id = photo.pole_id)
           OR EXISTS (SELECT FROM registry.span AS o WHERE o.id = photo.span_id)
           OR EXISTS (SELECT FROM registry.segment AS o WHERE o.id = photo.segment_id)))', t, sees, own);
  END LOOP;
  EXECUTE format('CREATE POLICY adds ON registry.photo FOR INSERT WITH CHECK (%s)', writes);
  EXECUTE format('CREATE POLICY updates ON registry.photo FOR UPDATE USING (%1$s) WITH CHECK (%1$s)', writes);
  EXECUTE format('CREATE POLICY deletes ON registry.photo FOR DELETE USING (%s)', writes);

  -- Counts by cell and revisions: summed under the same scope as the rows themselves.
  EXECUTE format('CREATE POLICY sees ON gisreg.layer_cell FOR SELECT USING (%s OR %s)', sees, own);
  EXECUTE format('CREATE POLICY sees ON gisreg.revision FOR SELECT USING (%s OR %s)', sees, own);
  EXECUTE format(
    'CREATE POLICY sees ON gisreg.change_set FOR SELECT USING (
       %s OR organisation_id = (SELECT gisreg.actor_organisation()))', authority);

  -- An object with its derived columns, for tiles. Under the policy of a state table every
  -- row looks its object up once more, which costs tiles a third of their speed; here the object's row is
  -- judged once, by the same words as in its policy, and brings its state along. The view reads as its owner:
  -- whoever may pass by policies is named, everybody else sees what the policy of the object says. Who has
  -- the objects at hand asks by where their rows lie, which spares looking each up by its id again.
  FOR t, parent IN VALUES
    ('pole', format('%s OR %s', sees, own)), ('tower', format('%s OR %s', sees, own)),
    ('segment', format('%s OR %s', sees, own)), ('span', sees)
  LOOP
    EXECUTE format('DROP VIEW IF EXISTS gisreg.%I', 'seen_' || t);
    EXECUTE format(
      'CREATE VIEW gisreg.%1$I WITH (security_barrier = true) AS
       SELECT o.*, o.ctid AS row_place, %4$s FROM registry.%2$I AS o LEFT JOIN registry.%3$I AS s ON s.%5$I = o.id
       WHERE %6$s OR (SELECT current_user IN (''gisreg_owner'', ''gisreg_worker''))',
      'seen_' || t, t, t || '_state',
      (
        SELECT string_agg(format('s.%I AS %I', attname, 'state_' || attname), ', ' ORDER BY attnum)
        FROM pg_attribute
        WHERE attrelid = format('registry.%I', t || '_state')::regclass AND attnum > 0 AND NOT attisdropped
      ),
      t || '_id', parent);
    EXECUTE format('GRANT SELECT ON gisreg.%I TO gisreg_app, gisreg_worker', 'seen_' || t);
  END LOOP;
END
$do$;

-- Which layers a large statement touched, and how far numbers have run, is nobody's business.
REVOKE ALL ON gisreg.stale_cells FROM gisreg_app;
REVOKE ALL ON ALL SEQUENCES IN SCHEMA registry, history, gisreg FROM gisreg_app;
-- Ids come from a sequence that only the owner reads.
ALTER FUNCTION gisreg.new_id() SECURITY DEFINER;
