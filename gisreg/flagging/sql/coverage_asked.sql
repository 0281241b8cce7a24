-- The same of a place that whole runs do not count: the rules are asked about its objects right now.
SELECT f.* FROM (
  SELECT
    c.rule_id, NULL::bigint AS zone_id, NULL::bigint AS commune_id, c.owner_id, c.applicable, c.evaluated, r.severity,
    r.layer
  FROM gisreg.coverage_of({objects}::jsonb, {rules}::text[], {day}) AS c
  JOIN registry.rule AS r ON r.id = c.rule_id
) AS f
WHERE {conditions}
