-- name: grant(rule_id, object_id, zone_id, reason, legal_ref, granted_by, valid_from, valid_to)$
-- Write a waiver and return its id.
INSERT INTO registry.waiver (rule_id, object_id, zone_id, reason, legal_ref, granted_by, valid_from, valid_to)
VALUES (:rule_id, :object_id, :zone_id, :reason, :legal_ref, :granted_by, :valid_from, :valid_to)
RETURNING id;

-- name: standing(rule_id, object_id, zone_id, valid_from, valid_to)^
-- A waiver of the same that holds on some of these days.
SELECT id, valid_from, valid_to FROM registry.waiver
WHERE rule_id = :rule_id AND object_id = :object_id AND coalesce(zone_id, 0) = coalesce(:zone_id::bigint, 0)
  AND daterange(valid_from, valid_to) && daterange(:valid_from::date, :valid_to::date)
ORDER BY valid_from LIMIT 1;

-- name: end_waiver(id, day)^
-- Let a waiver end on a day (one that has not begun goes); returns object and last row.
WITH ended AS (
  UPDATE registry.waiver SET valid_to = :day
  WHERE id = :id AND valid_from < :day AND (valid_to IS NULL OR valid_to > :day)
  RETURNING object_id
), gone AS (
  DELETE FROM registry.waiver WHERE id = :id AND valid_from >= :day RETURNING object_id
)
SELECT object_id FROM ended UNION ALL SELECT object_id FROM gone;

-- name: waivers(day)
-- Waivers in force on a day or later (NULL: all), as far as the actor sees them; the next to end first.
SELECT w.id, w.rule_id, w.object_id, w.zone_id, w.reason, w.legal_ref, w.granted_by, w.valid_from, w.valid_to,
  w.row_version
FROM registry.waiver AS w
WHERE :day::date IS NULL OR w.valid_to IS NULL OR w.valid_to > :day
ORDER BY w.valid_to NULLS LAST, w.id LIMIT 10000;

-- name: note(layer, object_id, text, noted_by)$
-- Note a finding by hand and return the note's id.
INSERT INTO registry.finding_note (layer, object_id, text, noted_by)
VALUES (:layer, :object_id, :text, :noted_by) RETURNING id;

-- name: close_note(id, closed_by, reason)$
-- Close an open note and return its object; nothing where there is none.
UPDATE registry.finding_note
SET closed_by = :closed_by, closed_at = clock_timestamp(), close_reason = :reason
WHERE id = :id AND closed_at IS NULL RETURNING object_id;

-- name: note_seen(id)$
-- Whether the actor sees an open note.
SELECT EXISTS (SELECT FROM registry.finding_note WHERE id = :id AND closed_at IS NULL);

-- name: decided(objects)$
-- Have the rules look again at objects whose waivers or notes this transaction changed.
SELECT gisreg.flag_decided(:objects::bigint[]);
