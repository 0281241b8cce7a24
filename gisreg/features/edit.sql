-- name: withdraw_cable(id)!
-- A cable that is about to be removed hangs nowhere any more.
UPDATE registry.cable SET deployment = 'underground' WHERE id = :id;

-- name: segments_at_work(id)$
-- How many segments of a cable have been planned, worked on or accepted.
SELECT count(*) FROM registry.segment AS t JOIN registry.segment_state AS s ON s.segment_id = t.id
WHERE t.cable_id = :id AND s.tidying_state NOT IN ('none', 'flagged');
