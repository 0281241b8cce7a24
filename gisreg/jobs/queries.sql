-- name: defer(task, payload, not_before)$
-- Defer a job in this transaction; its id.
SELECT gisreg.defer(:task, :payload, :not_before);

-- name: note_failure(job_id, message)!
-- Keep why a job failed.
INSERT INTO gisreg.job_failure (job_id, message) VALUES (:job_id, :message);

-- name: listed(finished, most)
-- Jobs, the newest first: those under way or failed, or all. The last failure's text where there was one.
SELECT
  j.id, j.task_name, j.status::text, j.attempts, j.scheduled_at, j.args -> 'actor' ->> 'person',
  (SELECT max(e.at) FROM jobs.procrastinate_events AS e WHERE e.job_id = j.id AND e.type <> 'scheduled'),
  (SELECT f.message FROM gisreg.job_failure AS f WHERE f.job_id = j.id ORDER BY f.failed_at DESC LIMIT 1)
FROM jobs.procrastinate_jobs AS j
WHERE :finished OR j.status IN ('todo', 'doing', 'failed')
ORDER BY j.id DESC
LIMIT :most;

-- name: failed()$
-- How many jobs were given up.
SELECT count(*) FROM jobs.procrastinate_jobs WHERE status = 'failed';

-- name: retry(job_id)$
-- Let a failed or waiting job begin at once, with its count of attempts begun anew; its id, or nothing.
UPDATE jobs.procrastinate_jobs SET status = 'todo', attempts = 0, scheduled_at = NULL
WHERE id = :job_id AND status IN ('failed', 'todo')
RETURNING id;

-- name: last_sign()$
-- When a worker last showed that it lives: its heartbeat, or the end of a job.
SELECT greatest(
  (SELECT max(last_heartbeat) FROM jobs.procrastinate_workers),
  (SELECT at FROM jobs.procrastinate_events WHERE type = 'succeeded' ORDER BY id DESC LIMIT 1)
);

-- name: forget_succeeded(before)!
-- Remove jobs that succeeded before a moment; what the clock deferred and nobody needs to know.
DELETE FROM jobs.procrastinate_jobs AS j
WHERE j.status = 'succeeded'
  AND NOT EXISTS (SELECT FROM jobs.procrastinate_events AS e WHERE e.job_id = j.id AND e.at >= :before);

-- name: forget_failed(before)!
-- Remove jobs that failed or were given up before a moment, with why.
DELETE FROM jobs.procrastinate_jobs AS j
WHERE j.status IN ('failed', 'cancelled', 'aborted')
  AND NOT EXISTS (SELECT FROM jobs.procrastinate_events AS e WHERE e.job_id = j.id AND e.at >= :before);

-- name: forget_periodic(before_epoch)!
-- Remove marks of what the clock deferred long ago.
DELETE FROM jobs.procrastinate_periodic_defers WHERE defer_timestamp < :before_epoch;
