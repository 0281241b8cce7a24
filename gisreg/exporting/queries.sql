-- The register of exports, under the policies of whoever asks.

-- name: new_id()$
-- Id of a new export.
SELECT gisreg.new_id();

-- name: wait_for_own(person)!
-- Let one export of a person be counted after the other, until the end of the transaction.
SELECT pg_advisory_xact_lock(hashtextextended('gisreg.export ' || :person, 0));

-- name: rows_today(person_id, person, since)$
-- Rows that a person took since a moment; what is held or refused was not taken.
SELECT coalesce(sum(e.row_count), 0)::bigint
FROM registry.export_register AS e
WHERE e.asked_at >= :since AND NOT e.is_held
  AND e.person_id IS NOT DISTINCT FROM :person_id::bigint AND e.person = :person;

-- name: enter(id, number, person_id, person, organisation_id, organisation, asked_at, request_id, purpose, subject, format, srid, conditions, row_count, is_held)!
-- A new line.
INSERT INTO registry.export_register (
  id, number, person_id, person, organisation_id, organisation, asked_at, request_id, purpose, subject, format,
  srid, conditions, row_count, is_held
)
VALUES (
  :id, :number, :person_id, :person, :organisation_id, :organisation, :asked_at, :request_id, :purpose, :subject,
  :format, :srid, :conditions, :row_count, :is_held
);

-- name: note(export_id, kind, moment, person_id, person, note, row_count, byte_count, sha256, fetch_until)!
-- What became of an export.
INSERT INTO registry.export_event (
  export_id, kind, happened_at, person_id, person, note, row_count, byte_count, sha256, fetch_until
)
VALUES (
  :export_id, :kind, :moment, :person_id, :person, :note, :row_count, :byte_count, :sha256, :fetch_until
);

-- name: asked_by(id)$
-- Who asked for an export.
SELECT person_id FROM registry.export_register WHERE id = :id;

-- name: lines(number, moment, most, before)
-- Lines of the register with what became of them, the newest first.
SELECT
  e.id, e.number, e.person, e.organisation, e.asked_at, e.request_id, e.purpose, e.subject, e.format, e.srid,
  e.conditions, coalesce(m.row_count, e.row_count) AS row_count,
  CASE
    WHEN m.export_id IS NOT NULL THEN 'made'
    WHEN NOT e.is_held THEN 'given'
    WHEN d.kind IS NULL THEN 'held'
    WHEN d.fetch_until <= :moment THEN 'expired'
    ELSE d.kind
  END AS state,
  d.person AS decided_by, d.note AS decision_note, d.fetch_until, m.happened_at AS made_at, m.byte_count, m.sha256
FROM registry.export_register AS e
LEFT JOIN registry.export_event AS m ON m.export_id = e.id AND m.kind = 'made'
LEFT JOIN registry.export_event AS d ON d.export_id = e.id AND d.kind IN ('released', 'refused')
WHERE (:number::text IS NULL OR e.number = :number)
  AND (:before::timestamptz IS NULL OR e.asked_at < :before)
ORDER BY e.asked_at DESC, e.id
LIMIT :most;
