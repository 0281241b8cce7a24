-- name: store(key, value, unit, source, article, confidence, vi, en)!
-- Write a shipped threshold; its value stays what it is where the row is there already.
INSERT INTO registry.threshold AS t (key, value, unit, source, article, confidence, vi, en)
VALUES (:key, :value, :unit, :source, :article, :confidence, :vi, :en)
ON CONFLICT (key, province_code, valid_from) DO UPDATE SET
  source = excluded.source, article = excluded.article, confidence = excluded.confidence, vi = excluded.vi,
  en = excluded.en
WHERE (t.source, t.article, t.confidence, t.vi, t.en)
  IS DISTINCT FROM (excluded.source, excluded.article, excluded.confidence, excluded.vi, excluded.en);

-- name: values(day)
-- Key and value of every threshold on a day: the province's own before the national one, the later before
-- the earlier.
SELECT DISTINCT ON (key) key, value
FROM registry.threshold
WHERE valid_from <= :day AND (valid_to IS NULL OR valid_to > :day)
  AND (province_code IS NULL OR province_code = gisreg.province_code())
ORDER BY key, province_code NULLS LAST, valid_from DESC;

-- name: overlapping(key, valid_from, valid_to)^
-- The province's own value that holds on some of these days.
SELECT valid_from, valid_to FROM registry.threshold
WHERE key = :key AND province_code = gisreg.province_code()
  AND daterange(valid_from, valid_to) && daterange(:valid_from::date, :valid_to::date)
ORDER BY valid_from LIMIT 1;

-- name: insert(key, value, unit, valid_from, valid_to, source, article, confidence, vi, en, reason)$
-- Enter a value of the province's own and return the row's id.
INSERT INTO registry.threshold (
  key, value, unit, valid_from, valid_to, source, article, confidence, scope, province_code, vi, en, reason
)
VALUES (
  :key, :value, :unit, :valid_from, :valid_to, :source, :article, :confidence, 'province',
  gisreg.province_code(), :vi, :en, :reason
)
RETURNING id;

-- name: alone()!
-- Wait for whoever enters a value right now: of two that overlap the second sees the first.
SELECT pg_advisory_xact_lock(hashtext('gisreg.threshold'));

-- name: changes(key)
-- What was done to a threshold's values, the latest first; persons as far as the actor may know them.
WITH change AS MATERIALIZED (
  SELECT h.* FROM history.threshold AS h
  WHERE h.key = :key AND (h.province_code IS NULL OR h.province_code = gisreg.province_code())
  ORDER BY h.history_id DESC LIMIT 500
)
SELECT
  c.recorded_at, c.person, h.operation::text, h.value, h.valid_from, h.valid_to, h.scope, h.source, h.article,
  h.confidence, coalesce(c.reason, h.reason)
FROM change AS h
JOIN gisreg.change_sets_of(ARRAY(SELECT o.change_set_id FROM change AS o)) AS c ON c.change_set_id = h.change_set_id
ORDER BY h.history_id DESC;

-- name: entries(day, key)
-- Values of thresholds (NULL: of all), and which one holds on a day.
SELECT
  t.id, t.key, t.vi, t.en, t.value, t.unit, t.source, t.article, t.confidence, t.scope, t.valid_from, t.valid_to,
  t.reason,
  t.id = first_value(t.id) OVER (
    PARTITION BY t.key
    ORDER BY
      t.valid_from <= :day AND (t.valid_to IS NULL OR t.valid_to > :day) DESC, t.province_code NULLS LAST,
      t.valid_from DESC
  ) AND t.valid_from <= :day AND (t.valid_to IS NULL OR t.valid_to > :day) AS holds,
  (SELECT count(*) FROM history.threshold AS h WHERE h.key = t.key) AS revision
FROM registry.threshold AS t
WHERE (:key::text IS NULL OR t.key = :key) AND (t.province_code IS NULL OR t.province_code = gisreg.province_code())
ORDER BY t.key, t.province_code NULLS FIRST, t.valid_from;

-- name: end_value(key, day, reason)$
-- Let the province's own value end on a day; returns how many did.
WITH ended AS (
  UPDATE registry.threshold SET valid_to = :day, reason = :reason
  WHERE key = :key AND province_code = gisreg.province_code() AND valid_from < :day
    AND (valid_to IS NULL OR valid_to > :day)
  RETURNING 1
), gone AS (
  DELETE FROM registry.threshold
  WHERE key = :key AND province_code = gisreg.province_code() AND valid_from >= :day
  RETURNING 1
)
SELECT (SELECT count(*) FROM ended) + (SELECT count(*) FROM gone);

-- name: hold(key)!
-- Let nobody else change a threshold until the transaction ends.
SELECT pg_advisory_xact_lock(hashtextextended('gisreg.threshold ' || :key, 0));

-- name: entries_then(key, revision)
-- Values of a threshold as they stood after so many changes, each as JSON.
SELECT to_jsonb(h) - ARRAY['history_id', 'change_set_id', 'operation', 'row_version']
FROM (
  SELECT DISTINCT ON (c.id) c.*
  FROM (SELECT * FROM history.threshold WHERE key = :key ORDER BY history_id LIMIT :revision) AS c
  ORDER BY c.id, c.history_id DESC
) AS h
WHERE h.operation <> 'D'
ORDER BY h.valid_from, h.id;
