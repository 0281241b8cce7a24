-- How many objects the rules that measure looked at in the last whole run, and how many they could evaluate.
SELECT f.* FROM (
  SELECT c.rule_id, c.zone_id, c.commune_id, c.owner_id, c.applicable, c.evaluated, r.severity, r.layer
  FROM registry.flag_coverage AS c JOIN registry.rule AS r ON r.id = c.rule_id
  -- As far as findings are shown: counts of objects are seen more widely.
  WHERE r.needs IS NOT NULL AND c.rule_id !~ '^M' AND (
    c.owner_id = (SELECT gisreg.actor_organisation())
    OR (SELECT gisreg.actor_is(ARRAY['inspector', 'ward_supervisor', 'authority']))
  )
) AS f
WHERE {conditions}
