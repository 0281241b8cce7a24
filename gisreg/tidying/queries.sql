-- name: lock_states(ids)
-- Present tidying states of segments and how often each moved, locked until the transaction ends.
SELECT segment_id, tidying_state, tidying_version FROM registry.segment_state
WHERE segment_id = ANY (:ids) ORDER BY segment_id FOR UPDATE;

-- name: seen(ids)$
-- How many of these segments the actor may see, whether or not he may move them.
SELECT count(*) FROM registry.segment_state WHERE segment_id = ANY (:ids);

-- name: note_steps(ids, to_state, moment, person, organisation, note)$
-- Write the steps of segments from their present states; returns the steps' ids, one a segment.
WITH steps AS (
  INSERT INTO registry.tidying_event (
    segment_id, from_state, to_state, happened_at, person, organisation, note
  )
  SELECT segment_id, tidying_state, :to_state, :moment, :person, :organisation, :note
  FROM registry.segment_state WHERE segment_id = ANY (:ids)
  RETURNING id
)
SELECT coalesce(array_agg(id), '{}') FROM steps;

-- name: move(ids, to_state, moment)!
-- Bring segments to the state of the steps that were written.
UPDATE registry.segment_state SET tidying_state = :to_state, tidying_since = :moment WHERE segment_id = ANY (:ids);

-- name: state_then(id, version)^
-- State and moment of a segment after so many moves, as its steps tell; nothing where they do not.
SELECT to_state, happened_at FROM (
  SELECT to_state, happened_at, row_number() OVER (ORDER BY recorded_at DESC, id) AS ago
  FROM registry.tidying_event WHERE segment_id = :id
) AS e
WHERE e.ago = (SELECT tidying_version - :version + 1 FROM registry.segment_state WHERE segment_id = :id);

-- name: progress_by_ward()
-- Progress by the commune of today; segments outside all communes come last, without a key.
SELECT
  u.id AS key, u.name,
  count(*) AS segments,
  sum(f.metres) AS flagged_m,
  coalesce(sum(f.metres) FILTER (WHERE f.state IN ('planned', 'in_progress')), 0) AS underway_m,
  coalesce(sum(f.metres) FILTER (WHERE f.state IN ('reported', 'accepted')), 0) AS reported_m,
  coalesce(sum(f.metres) FILTER (WHERE f.state = 'accepted'), 0) AS accepted_m
FROM registry.tidying_fact AS f LEFT JOIN registry.admin_unit AS u ON u.id = f.commune_id
GROUP BY u.id, u.name
ORDER BY u.name COLLATE "vi-x-icu" NULLS LAST;

-- name: progress_by_carrier()
-- Progress by the organisation whose cable it is; ownerless cable comes last, without a key.
SELECT
  o.id AS key, o.name,
  count(*) AS segments,
  sum(f.metres) AS flagged_m,
  coalesce(sum(f.metres) FILTER (WHERE f.state IN ('planned', 'in_progress')), 0) AS underway_m,
  coalesce(sum(f.metres) FILTER (WHERE f.state IN ('reported', 'accepted')), 0) AS reported_m,
  coalesce(sum(f.metres) FILTER (WHERE f.state = 'accepted'), 0) AS accepted_m
FROM registry.tidying_fact AS f LEFT JOIN registry.organisation AS o ON o.id = f.owner_id
GROUP BY o.id, o.name
ORDER BY o.name COLLATE "vi-x-icu" NULLS LAST;

-- name: progress_by_week()
-- Metres by the week in which segments took their last step; weeks begin on Monday.
SELECT
  f.week::text AS key, f.week::text AS name,
  count(*) AS segments,
  sum(f.metres) AS flagged_m,
  coalesce(sum(f.metres) FILTER (WHERE f.state IN ('planned', 'in_progress')), 0) AS underway_m,
  coalesce(sum(f.metres) FILTER (WHERE f.state IN ('reported', 'accepted')), 0) AS reported_m,
  coalesce(sum(f.metres) FILTER (WHERE f.state = 'accepted'), 0) AS accepted_m
FROM registry.tidying_fact AS f
GROUP BY f.week
ORDER BY f.week;
