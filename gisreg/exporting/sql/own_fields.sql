-- The owners' own fields of the objects that are exported: name, whether it can be a column of its own (`number` or
-- `text`; NULL: only as JSON, because values of several kinds, or text that looks like a number, would come back as
-- something else), how many objects have it.
SELECT
  e.key,
  CASE
    WHEN bool_and(jsonb_typeof(e.value) = 'number') THEN 'number'
    WHEN bool_and(jsonb_typeof(e.value) = 'string')
      AND bool_or(e.value #>> '{{}}' ~ '[^-+0-9.,eE''\s]|^[-+]?0[0-9]') THEN 'text'
  END,
  count(*)
FROM {origin}
CROSS JOIN LATERAL jsonb_each({extra}) AS e
WHERE {conditions}
GROUP BY e.key
ORDER BY e.key
