-- Findings and their metres by some of their columns, and under the same conditions how many objects the rules
-- looked at and how many of them they could evaluate; groups without any finding too.
WITH counted AS (
  SELECT {group}, count(*) AS findings, coalesce(sum(f.metres_inside), 0) AS metres
  FROM (SELECT f.* FROM gisreg.seen_finding AS f WHERE {conditions}) AS f
  GROUP BY {keys}
), covered AS (
  SELECT {coverage_group}, sum(f.applicable)::bigint AS applicable, sum(f.evaluated)::bigint AS evaluated
  FROM (
    SELECT c.rule_id, c.zone_id, c.commune_id, c.owner_id, c.applicable, c.evaluated, r.severity, r.layer
    FROM registry.flag_coverage AS c JOIN registry.rule AS r ON r.id = c.rule_id
    -- As far as findings are shown: counts of objects are seen more widely.
    WHERE r.needs IS NOT NULL AND c.rule_id !~ '^M' AND (
      c.owner_id = (SELECT gisreg.actor_organisation())
      OR (SELECT gisreg.actor_is(ARRAY['inspector', 'ward_supervisor', 'authority']))
    )
  ) AS f
  WHERE {coverage_conditions}
  GROUP BY {coverage_keys}
)
SELECT {told}, coalesce(n.findings, 0), coalesce(n.metres, 0), c.applicable, c.evaluated
FROM counted AS n FULL JOIN covered AS c ON {same}
ORDER BY {order}
