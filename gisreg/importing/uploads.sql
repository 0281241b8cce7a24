-- Files that wait for a decision.

-- name: add(id, owner_id, layer, file_name, file_size, file_sha256, options)$
-- Note a file that has come, under whoever acts; returns its number.
INSERT INTO registry.import_upload (
  id, person, person_id, owner_id, layer, file_name, file_size, file_sha256, state, options
)
VALUES (
  :id, coalesce(gisreg.actor_name(), session_user), gisreg.actor_person(), :owner_id, :layer, :file_name,
  :file_size, :file_sha256, 'waiting', CAST(:options AS jsonb)
)
RETURNING id;

-- name: new_id()$
SELECT gisreg.new_id();

-- name: find(id)^
-- All that is known of one upload; no row where the actor may not know of it.
SELECT
  u.id, u.uploaded_at, u.changed_at, u.person, u.person_id, u.owner_id, o.code AS owner, u.layer,
  u.file_name, u.file_size, u.file_sha256, u.state, u.options, u.report, u.progress, u.batch_id, u.row_version
FROM registry.import_upload AS u LEFT JOIN registry.organisation AS o ON o.id = u.owner_id
WHERE u.id = :id;

-- name: listed(limit)
-- The latest uploads that the actor may know of.
SELECT
  u.id, u.uploaded_at, u.changed_at, u.person, u.person_id, u.owner_id, o.code AS owner, u.layer,
  u.file_name, u.file_size, u.file_sha256, u.state, u.options, u.report, u.progress, u.batch_id, u.row_version
FROM registry.import_upload AS u LEFT JOIN registry.organisation AS o ON o.id = u.owner_id
ORDER BY u.uploaded_at DESC, u.id DESC
LIMIT :limit;

-- name: hold(id)!
-- One at a time works on an upload; ends with the transaction. Not the row: progress is written beside.
SELECT pg_advisory_xact_lock(hashtextextended('gisreg.upload', :id));

-- name: move(id, state, options)!
-- Note the next state and what was chosen.
UPDATE registry.import_upload
SET state = :state, options = CAST(:options AS jsonb), progress = NULL, changed_at = clock_timestamp()
WHERE id = :id;

-- name: settle(id, state, report, batch_id)!
-- Note what a trial or an import told.
UPDATE registry.import_upload
SET state = :state, report = CAST(:report AS jsonb), batch_id = :batch_id, progress = NULL,
  changed_at = clock_timestamp()
WHERE id = :id;

-- name: note_progress(id, progress)!
UPDATE registry.import_upload SET progress = CAST(:progress AS jsonb) WHERE id = :id;

-- name: expire(before)!
-- What nobody decided on.
UPDATE registry.import_upload SET state = 'expired', progress = NULL, changed_at = clock_timestamp()
WHERE uploaded_at < :before AND state IN ('waiting', 'previewed', 'refused', 'confirmed');

-- name: acting(person_id, moment)^
-- Who a person is and what he may do now; no row where he may not sign in any more.
SELECT person_id, name, organisation_id, organisation, roles, areas, inspects
FROM access.acting(:person_id, :moment);
