-- Row-level security of matches and merges of poles; after policies.sql, which closes every table.
-- docs/rights.md says the same in Vietnamese; a test compares the two.
DO $do$
DECLARE
  own text := '(SELECT gisreg.actor_insider_of())';
  authority text := '(SELECT gisreg.actor_is(ARRAY[''authority'']))';
  place text;
BEGIN
  -- The two organisations concerned and the authority; only who sees the poles themselves. A pole that went into
  -- the other is judged by that one.
  FOREACH place IN ARRAY ARRAY['registry', 'history'] LOOP
    EXECUTE format(
      'CREATE POLICY sees ON %I.pole_match FOR SELECT USING (%3$s OR (
         (first_owner_id = %2$s OR second_owner_id = %2$s)
         AND (state = ''merged'' OR EXISTS (SELECT FROM registry.pole AS p WHERE p.id = first_id))
         AND (state = ''merged'' OR EXISTS (SELECT FROM registry.pole AS p WHERE p.id = second_id))
         AND EXISTS (SELECT FROM registry.pole AS p WHERE p.id IN (first_id, second_id))))',
      place, own, authority);
  END LOOP;
  EXECUTE format(
    'CREATE POLICY sees ON registry.pole_merge FOR SELECT USING (%2$s OR (
       (survivor_owner_id = %1$s OR absorbed_owner_id = %1$s)
       AND EXISTS (SELECT FROM registry.pole AS p WHERE p.id = survivor_id)))', own, authority);
END
$do$;
