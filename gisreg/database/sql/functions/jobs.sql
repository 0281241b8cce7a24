-- Background work: deferring is an INSERT of the caller's own transaction, so a job exists exactly if the
-- change that asked for it was committed.

-- Defer a job. Who asked for it is read from the signed statement, never from the caller's words.
-- \param task  name of a task that the worker knows
-- \param payload  what the task is told
-- \param not_before  when it may begin at the earliest, NULL for at once
-- \returns  id of the job
CREATE OR REPLACE FUNCTION gisreg.defer(task text, payload jsonb, not_before timestamptz) RETURNS bigint
LANGUAGE sql VOLATILE PARALLEL UNSAFE
SECURITY DEFINER
SET search_path = jobs, pg_temp
AS $$
  SELECT (procrastinate_defer_jobs_v1(ARRAY[ROW(
    'default', task, 0, NULL, NULL,
    jsonb_build_object('payload', payload, 'actor', gisreg.actor() - 'backend' - 'until'),
    not_before
  )::procrastinate_job_to_defer_v1]))[1]
$$;
REVOKE EXECUTE ON FUNCTION gisreg.defer(text, jsonb, timestamptz) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION gisreg.defer(text, jsonb, timestamptz) TO gisreg_app, gisreg_worker;

-- The queue's own functions name their tables without a schema; say once where these are.
DO $do$
DECLARE
  f regprocedure;
BEGIN
  FOR f IN SELECT oid FROM pg_proc WHERE pronamespace = 'jobs'::regnamespace LOOP
    EXECUTE format('ALTER FUNCTION %s SET search_path = jobs, pg_temp', f);
  END LOOP;
END
$do$;
