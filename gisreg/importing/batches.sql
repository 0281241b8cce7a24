-- Imports on record, and how one is undone.

-- name: record_batch(owner, layer, file, sha256, size, encoding, crs, operation, mapping, options, read, inserted, changed, unchanged, rejected, deleted, wrote)$
-- Write an import down under whoever acts; returns its number.
INSERT INTO registry.import_batch (
  person, organisation, owner_id, layer, file_name, file_sha256, file_size, encoding, crs, crs_operation,
  mapping, options, rows_read, rows_inserted, rows_changed, rows_unchanged, rows_rejected, rows_deleted,
  change_set_id
)
VALUES (
  coalesce(gisreg.actor() ->> 'person', session_user),
  gisreg.actor() ->> 'organisation',
  coalesce(:owner, gisreg.actor_organisation()),
  :layer, :file, :sha256, :size, :encoding, :crs, :operation, CAST(:mapping AS jsonb), CAST(:options AS jsonb),
  :read, :inserted, :changed, :unchanged, :rejected, :deleted,
  CASE WHEN :wrote THEN gisreg.change_set_id() END
)
RETURNING id;

-- name: list_batches(limit)
-- The latest imports that the actor may know of.
SELECT
  b.id, b.imported_at, b.layer, b.file_name, b.person, o.code AS owner, b.rows_inserted, b.rows_changed,
  b.rows_unchanged, b.rows_rejected, b.rows_deleted, b.undone_at
FROM registry.import_batch AS b LEFT JOIN registry.organisation AS o ON o.id = b.owner_id
ORDER BY b.imported_at DESC, b.id DESC
LIMIT :limit;

-- name: find_batch(id)
-- All that is known of one import.
SELECT to_jsonb(b) || jsonb_build_object('owner', o.code) AS batch
FROM registry.import_batch AS b LEFT JOIN registry.organisation AS o ON o.id = b.owner_id
WHERE b.id = :id;

-- name: same_change_set(id)
-- Other imports that were written in the same transaction.
SELECT other.id
FROM registry.import_batch AS b
JOIN registry.import_batch AS other ON other.change_set_id = b.change_set_id AND other.id <> b.id
WHERE b.id = :id
ORDER BY other.id;

-- name: mark_undone(id)!
UPDATE registry.import_batch
SET undone_at = clock_timestamp(), undone_by = coalesce(gisreg.actor() ->> 'person', session_user),
  undone_change_set_id = gisreg.change_set_id()
WHERE id = :id;

-- name: save_profile(owner, name, content)!
INSERT INTO registry.import_profile (owner_id, name, content)
VALUES (:owner, :name, CAST(:content AS jsonb))
ON CONFLICT (owner_id, name)
DO UPDATE SET content = EXCLUDED.content, updated_at = clock_timestamp()
WHERE import_profile.content IS DISTINCT FROM EXCLUDED.content;

-- name: find_profile(owner, name)
SELECT content FROM registry.import_profile WHERE owner_id = :owner AND name = :name;

-- name: list_profiles()
SELECT o.code, p.name, p.updated_at
FROM registry.import_profile AS p JOIN registry.organisation AS o ON o.id = p.owner_id
ORDER BY o.code, p.name;

-- name: owner_codes()
-- Codes of organisations.
SELECT code FROM registry.organisation ORDER BY code;
