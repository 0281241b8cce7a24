-- Row-level security of sharing requests; after policies.sql, which closes every table.
-- docs/rights.md says the same in Vietnamese; a test compares the two.
DO $do$
DECLARE
  insider text := '(SELECT gisreg.actor_insider_of())';
  authority text := '(SELECT gisreg.actor_is(ARRAY[''authority'']))';
  place text;
BEGIN
  -- A request is between whoever asks, whoever is asked, and the authority.
  FOREACH place IN ARRAY ARRAY['registry', 'history'] LOOP
    EXECUTE format(
      'CREATE POLICY sees ON %I.share_request FOR SELECT USING (asker_id = %2$s OR owner_id = %2$s OR %3$s)',
      place, insider, authority);
  END LOOP;
  -- It is asked in one's own organisation's name, of the owner of something that one sees, and waits then.
  EXECUTE format(
    'CREATE POLICY asks ON registry.share_request FOR INSERT WITH CHECK (%2$s OR (
       asker_id = %1$s AND state = ''submitted'' AND (
         EXISTS (SELECT FROM registry.pole AS o WHERE o.id = share_request.pole_id AND o.owner_id = share_request.owner_id)
         OR EXISTS (SELECT FROM registry.tower AS o WHERE o.id = share_request.tower_id AND o.owner_id = share_request.owner_id)
         OR EXISTS (SELECT FROM registry.duct AS o WHERE o.id = share_request.duct_id AND o.owner_id = share_request.owner_id))))',
    insider, authority);
  -- Whoever is asked answers; the days are nobody''s to change (the role may write state and answer only).
  EXECUTE format(
    'CREATE POLICY answers ON registry.share_request FOR UPDATE USING (owner_id = %1$s OR %2$s)
     WITH CHECK ((owner_id = %1$s AND state IN (''accepted'', ''refused'', ''incomplete'')) OR %2$s)', insider, authority);
  EXECUTE format(
    'CREATE POLICY withdraws ON registry.share_request FOR UPDATE USING (asker_id = %1$s)
     WITH CHECK (asker_id = %1$s AND state IN (''submitted'', ''withdrawn''))', insider);
END
$do$;
