-- name: start_run(as_of, scope)$
-- Open a run and return its number.
INSERT INTO registry.flag_run (as_of, scope) VALUES (:as_of, :scope) RETURNING id;

-- name: finish_run(run_id, fresh, gone, changed, same)!
-- Close a run with what it changed.
UPDATE registry.flag_run
SET finished_at = clock_timestamp(), findings_new = :fresh, findings_gone = :gone,
  findings_changed = :changed, findings_same = :same
WHERE id = :run_id;
