-- Findings and their metres by some of their columns, and under the same conditions how many objects the rules
-- looked at and how many of them they could evaluate; groups without any finding too.
WITH {placed} counted AS (
  SELECT {group}, count(*) AS findings, coalesce(sum(f.metres_inside), 0) AS metres
  FROM (SELECT {columns} FROM {source} WHERE {conditions}) AS f
  GROUP BY {keys}
), covered AS (
  SELECT {coverage_group}, sum(f.applicable)::bigint AS applicable, sum(f.evaluated)::bigint AS evaluated
  FROM ({coverage}) AS f
  GROUP BY {coverage_keys}
)
SELECT {told}, coalesce(n.findings, 0), coalesce(n.metres, 0), c.applicable, c.evaluated
FROM counted AS n FULL JOIN covered AS c ON {same}
ORDER BY {order}
