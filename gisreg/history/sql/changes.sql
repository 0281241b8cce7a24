-- Changes of one history table, with what each row was before. A version before that the actor may not
-- see counts as not there: its values are not told, and what was updated then is told as entered. The page
-- is cut first: looking up what was before and spelling rows out costs far more than finding them.
SELECT
  h.change_set_id, {place} AS place, h.history_id, {layer} AS layer, {table} AS table_name,
  h.{key}::text AS object_id,
  CASE WHEN h.operation = 'U' AND b.history_id IS NULL THEN 'I' ELSE h.operation::text END AS operation,
  s.recorded_at, s.happened_at, s.organisation,
  s.organisation_id, s.person, s.reason, s.request_id, {geometry} AS geometry,
  to_jsonb(h) AS present, to_jsonb(b) AS past
FROM (
  SELECT h.* FROM {source} AS h
  WHERE h.change_set_id BETWEEN (SELECT min(change_set_id) FROM told) AND (SELECT max(change_set_id) FROM told)
    AND h.change_set_id IN (SELECT change_set_id FROM told)
    AND {conditions}
  ORDER BY h.change_set_id, h.history_id
  LIMIT {limit}
) AS h
JOIN told AS s ON s.change_set_id = h.change_set_id
LEFT JOIN LATERAL (
  -- OFFSET 0 keeps it a look-up by row; as a join, the whole history would be read.
  SELECT b.* FROM {source} AS b WHERE b.history_id = {before}(h.history_id) OFFSET 0
) AS b ON true
