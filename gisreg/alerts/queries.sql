-- Alerts, under the policies of whoever asks.

-- name: new_number()$
-- The id of a row to come.
SELECT gisreg.new_id();

-- name: record(id, kind, moment, subject, vi, en)!
-- Record an alert; nothing where one of the same is open.
INSERT INTO registry.alert (id, kind, raised_at, subject, message_vi, message_en)
VALUES (:id, :kind, :moment, :subject, :vi, :en)
ON CONFLICT DO NOTHING;

-- name: listed(closed, most)
-- Alerts, the newest first: the open ones, or all.
SELECT id, kind, raised_at, subject, message_vi, message_en, closed_at, closed_by, closed_note, row_version
FROM registry.alert WHERE :closed OR closed_at IS NULL ORDER BY raised_at DESC, id LIMIT :most;

-- name: one(id)^
-- Who closed an alert.
SELECT closed_by FROM registry.alert WHERE id = :id;

-- name: close(id, moment, person, note)!
-- Close an open alert.
UPDATE registry.alert SET closed_at = :moment, closed_by = :person, closed_note = :note
WHERE id = :id AND closed_at IS NULL;
