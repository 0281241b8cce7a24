-- Row-level security of proposals, contacts and notices; after policies.sql, which closes every table.
-- docs/rights.md says the same in Vietnamese; a test compares the two.

-- \returns  id of the person who acts, NULL for nobody or the command line
CREATE OR REPLACE FUNCTION gisreg.actor_person() RETURNS bigint
LANGUAGE plpgsql STABLE PARALLEL RESTRICTED
SET search_path = ''
AS $$ BEGIN RETURN (gisreg.actor() ->> 'person_id')::bigint; END $$;

-- \param login  what a person types to sign in
-- \param organisation  id of an organisation
-- \returns  the person's id where he belongs to that organisation and the actor may name its contacts, else NULL
CREATE OR REPLACE FUNCTION gisreg.person_of(login text, organisation bigint) RETURNS bigint
LANGUAGE sql STABLE PARALLEL RESTRICTED
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
  SELECT p.id FROM access.person AS p
  WHERE p.login = person_of.login AND p.organisation_id = person_of.organisation AND p.is_active
    AND (
      gisreg.actor_is(ARRAY['authority'])
      OR (gisreg.actor_is(ARRAY['coordinator']) AND gisreg.actor_organisation() = person_of.organisation)
    )
$$;

-- Once a proposal is decided nobody needs to be told any more that it waits.
CREATE OR REPLACE FUNCTION gisreg.settle_proposal_notices() RETURNS trigger
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
SECURITY DEFINER
SET search_path = ''
AS $$
BEGIN
  UPDATE registry.notice AS n SET is_settled = true
  FROM new_rows AS p
  WHERE n.about = 'proposal' AND n.about_id = p.id AND NOT n.is_settled
    AND p.state NOT IN ('open', 'escalated');
  RETURN NULL;
END
$$;
CREATE OR REPLACE TRIGGER settle_notices AFTER UPDATE ON registry.proposal
  REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION gisreg.settle_proposal_notices();

DO $do$
DECLARE
  authority text := '(SELECT gisreg.actor_is(ARRAY[''authority'']))';
  inspector text := '(SELECT gisreg.actor_is(ARRAY[''inspector'']))';
  own text := '(SELECT gisreg.actor_organisation())';
  engineers text := '(SELECT gisreg.actor_engineers_for())';
  insider text := '(SELECT gisreg.actor_insider_of())';
  coordinator text := '(SELECT CASE WHEN gisreg.actor_is(ARRAY[''coordinator'']) THEN gisreg.actor_organisation() END)';
  sees_object text;
  owns_object text;
  keeps_object text;
  sees text;
  of_contact text;
  told text;
  place text;
BEGIN
  -- A proposal is about a row of one of these layers, and exists for those only who see that row: the
  -- sub-selects below come under the policies of the layer itself.
  SELECT
    'CASE layer' || string_agg(format(
      ' WHEN %1$L THEN EXISTS (SELECT FROM registry.%1$I AS o WHERE o.id = object_id)', t), '') || ' ELSE false END',
    'CASE layer' || string_agg(format(
      ' WHEN %1$L THEN EXISTS (SELECT FROM registry.%1$I AS o WHERE o.id = object_id AND o.owner_id = %2$s)',
      t, own), '') || ' ELSE false END',
    'CASE layer' || string_agg(format(
      ' WHEN %1$L THEN EXISTS (SELECT FROM registry.%1$I AS o WHERE o.id = object_id AND o.owner_id = %2$s)',
      t, engineers), '') || ' ELSE false END'
  INTO sees_object, owns_object, keeps_object
  FROM unnest(ARRAY['pole', 'tower', 'tower_tenancy', 'cable', 'manhole', 'duct', 'fitting']) AS t;

  -- The organisation that proposes, the object's owner (also the one at the time), inspection and authority.
  sees := format(
    '%s OR ((organisation_id = %s OR owner_id = %2$s OR %s) AND %s) OR %s',
    authority, own, inspector, sees_object, owns_object);
  EXECUTE format('CREATE POLICY sees ON registry.proposal FOR SELECT USING (%s)', sees);
  EXECUTE format('CREATE POLICY sees ON history.proposal FOR SELECT USING (%s)', sees);
  EXECUTE format(
    'CREATE POLICY proposes ON registry.proposal FOR INSERT WITH CHECK (
       organisation_id = %s AND state = ''open''
       AND person_id IS NOT DISTINCT FROM (SELECT gisreg.actor_person()) AND %s)', engineers, sees_object);
  EXECUTE format(
    'CREATE POLICY decides ON registry.proposal FOR UPDATE USING (%1$s OR %2$s) WITH CHECK (%1$s OR %2$s)',
    authority, keeps_object);
  EXECUTE format(
    'CREATE POLICY withdraws ON registry.proposal FOR UPDATE USING (organisation_id = %1$s AND %2$s)
     WITH CHECK (organisation_id = %1$s AND state IN (''withdrawn'', ''superseded''))', engineers, sees_object);
  FOREACH place IN ARRAY ARRAY['registry', 'history'] LOOP
    EXECUTE format(
      'CREATE POLICY sees ON %I.proposal_event FOR SELECT USING (
         EXISTS (SELECT FROM registry.proposal AS p WHERE p.id = proposal_id))', place);
  END LOOP;
  EXECUTE format(
    'CREATE POLICY adds ON registry.proposal_event FOR INSERT WITH CHECK (
       EXISTS (SELECT FROM registry.proposal AS p WHERE p.id = proposal_id)
       AND person_id IS NOT DISTINCT FROM (SELECT gisreg.actor_person())
       AND organisation_id IS NOT DISTINCT FROM %s)', own);

  -- Contacts: for everybody who works with the registry; kept by the organisation's coordinators.
  FOREACH place IN ARRAY ARRAY['registry', 'history'] LOOP
    EXECUTE format(
      'CREATE POLICY sees ON %I.contact FOR SELECT USING (
         (SELECT gisreg.actor_is(ARRAY[''engineer'', ''coordinator'', ''inspector'', ''ward_supervisor'', ''authority'']))
         OR organisation_id = %s)', place, own);
    EXECUTE format(
      'CREATE POLICY sees ON %I.contact_absence FOR SELECT USING (
         EXISTS (SELECT FROM registry.contact AS c WHERE c.id = contact_id))', place);
  END LOOP;
  EXECUTE format(
    'CREATE POLICY adds ON registry.contact FOR INSERT WITH CHECK (organisation_id = %s OR %s)', coordinator, authority);
  EXECUTE format(
    'CREATE POLICY keeps ON registry.contact FOR UPDATE USING (organisation_id = %1$s OR %2$s)
     WITH CHECK (organisation_id = %1$s OR %2$s)', coordinator, authority);
  of_contact := format(
    'EXISTS (SELECT FROM registry.contact AS c WHERE c.id = contact_id
       AND (c.organisation_id = %s OR c.person_id = (SELECT gisreg.actor_person()) OR %s))', coordinator, authority);
  EXECUTE format('CREATE POLICY adds ON registry.contact_absence FOR INSERT WITH CHECK (%s)', of_contact);
  EXECUTE format('CREATE POLICY removes ON registry.contact_absence FOR DELETE USING (%s)', of_contact);

  -- Notices: to whom they are addressed; coordinators see all of their organisation's. A contact without an
  -- account of his own is stood in for by the organisation's engineers.
  told := format(
    'CASE addressee
       WHEN ''contact'' THEN person_id = (SELECT gisreg.actor_person())
         OR (person_id IS NULL AND organisation_id = %s)
       WHEN ''coordinators'' THEN organisation_id = %s
       ELSE %s
     END', insider, coordinator, authority);
  FOREACH place IN ARRAY ARRAY['registry', 'history'] LOOP
    EXECUTE format(
      'CREATE POLICY sees ON %I.notice FOR SELECT USING (%s OR organisation_id = %s OR %s)',
      place, told, coordinator, authority);
  END LOOP;
  EXECUTE format('CREATE POLICY reads ON registry.notice FOR UPDATE USING (%1$s) WITH CHECK (%1$s)', told);
  EXECUTE
    'CREATE POLICY tells ON registry.notice FOR INSERT WITH CHECK (
       caused_by_id IS NOT DISTINCT FROM (SELECT gisreg.actor_person())
       AND (SELECT gisreg.actor_roles()) <> ''{}''
       AND delivery = ''queued'' AND read_at IS NULL AND escalated_at IS NULL)';
END
$do$;
