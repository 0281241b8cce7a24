-- The part of the set-up that concerns the whole server; run as superuser in any database.
-- Idempotent: run after every start. Passwords are set by whoever runs it, never written here.

DO $$
BEGIN
  IF current_setting('server_version_num')::int < 150000 THEN
    RAISE EXCEPTION 'gisreg needs PostgreSQL 15 or newer, this is %', current_setting('server_version');
  END IF;
  -- Owns the database, its schemas and tables; runs migrations.
  IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'gisreg_owner') THEN
    CREATE ROLE gisreg_owner LOGIN;
  END IF;
  -- Runs and history: sees every row.
  IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'gisreg_worker') THEN
    CREATE ROLE gisreg_worker LOGIN BYPASSRLS;
  END IF;
  -- Serves people: owns nothing and cannot pass by row-level security.
  IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'gisreg_app') THEN
    CREATE ROLE gisreg_app LOGIN;
  END IF;
END
$$;

ALTER ROLE gisreg_owner LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION NOBYPASSRLS;
ALTER ROLE gisreg_worker LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION BYPASSRLS;
ALTER ROLE gisreg_app LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION NOBYPASSRLS;

-- Parallel plans and JIT cost tiles a third of their speed and make their bytes unstable.
ALTER ROLE gisreg_app SET jit = off;
ALTER ROLE gisreg_app SET max_parallel_workers_per_gather = 0;
ALTER ROLE gisreg_app SET idle_in_transaction_session_timeout = '60s';
-- Requests of different people run under this role: none may read the other's statements while they run.
ALTER ROLE gisreg_app SET track_activities = off;
-- Runs over whole layers want as many parallel workers as the server allows; compiling queries costs them more
-- than it brings.
ALTER ROLE gisreg_worker SET jit = off;
ALTER ROLE gisreg_worker RESET max_parallel_workers_per_gather;

-- The worker drops and rebuilds indexes inside a large run, which only a table's owner may.
GRANT gisreg_owner TO gisreg_worker;
