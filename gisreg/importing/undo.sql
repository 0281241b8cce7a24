-- Templates with which one import is undone out of the history; undo.py puts in tables and columns.

-- name: written()
-- What the import did to each object, and the version of the object before it.
CREATE TEMP TABLE {undone} ON COMMIT DROP AS
SELECT h.{key} AS id, h.history_id, h.operation, before.history_id AS before_id
FROM history.{table} AS h
LEFT JOIN LATERAL (
  SELECT p.history_id FROM history.{table} AS p
  WHERE p.{key} = h.{key} AND p.history_id < h.history_id
  ORDER BY p.history_id DESC LIMIT 1
) AS before ON h.operation = 'U'
WHERE h.change_set_id = {change_set};

-- name: later()
-- Objects that somebody changed after the import: object, who, when, why. Later imports that were undone
-- since, and their undoing, left objects as they had been.
SELECT DISTINCT ON (h.{key}) h.{key}, c.person, c.recorded_at, coalesce(c.reason, '')
FROM pg_temp.{undone} AS u
JOIN history.{table} AS h ON h.{key} = u.id AND h.history_id > u.history_id
JOIN gisreg.change_set AS c ON c.id = h.change_set_id
WHERE h.change_set_id <> {change_set}
  AND NOT EXISTS (
    SELECT FROM registry.import_batch AS b
    WHERE b.undone_at IS NOT NULL AND h.change_set_id IN (b.change_set_id, b.undone_change_set_id)
  )
ORDER BY h.{key}, h.history_id;

-- name: holding()
-- Objects that the import added and to which others refer by now.
SELECT u.id, count(*) FROM pg_temp.undo_main AS u JOIN registry.{table} AS t ON t.{column} = u.id
WHERE u.operation = 'I'
GROUP BY u.id ORDER BY u.id;

-- name: at_work()
-- Cables that the import added and whose segments have been planned, worked on or accepted.
SELECT u.id, count(*)
FROM pg_temp.undo_main AS u
JOIN registry.segment AS t ON t.cable_id = u.id
JOIN registry.segment_state AS s ON s.segment_id = t.id
WHERE u.operation = 'I' AND s.tidying_state NOT IN ('none', 'flagged')
GROUP BY u.id ORDER BY u.id;

-- name: named()
-- What objects are called.
SELECT DISTINCT ON (id) id, {called} FROM history.{table} WHERE id = ANY ({ids}) ORDER BY id, history_id DESC;

-- name: remove()!
DELETE FROM registry.{table} AS t USING pg_temp.{undone} AS u WHERE t.{key} = u.id AND u.operation = 'I';

-- name: restore()!
UPDATE registry.{table} AS t
SET ({columns}) = ROW({values})
FROM pg_temp.{undone} AS u
JOIN history.{table} AS p ON p.{key} = u.id AND p.history_id = u.before_id
WHERE t.{key} = u.id AND u.operation = 'U';

-- name: bring_back()!
INSERT INTO registry.{table} ({key}, {columns})
SELECT p.{key}, {values}
FROM pg_temp.{undone} AS u
JOIN history.{table} AS p ON p.{key} = u.id AND p.history_id = u.history_id
WHERE u.operation = 'D';
