-- Why a job failed: the queue itself (schema jobs) keeps only that it did.
CREATE TABLE gisreg.job_failure (
  job_id bigint NOT NULL REFERENCES jobs.procrastinate_jobs ON DELETE CASCADE,
  failed_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  message text NOT NULL
);
CREATE INDEX job_failure_job_id_idx ON gisreg.job_failure (job_id, failed_at);

-- Heads of the chain that are, or will be, written down where this server cannot rewrite them:
-- one a day and destination (a folder, an address, a URL).
CREATE TABLE gisreg.head_export (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  day date NOT NULL,
  kind text NOT NULL,
  target text NOT NULL,
  number bigint NOT NULL,
  digest text NOT NULL,
  requested_at timestamptz NOT NULL,
  delivered_at timestamptz,
  CONSTRAINT head_export_kind_check CHECK (kind IN ('file', 'mail', 'webhook')),
  CONSTRAINT head_export_key UNIQUE (day, kind, target)
);

GRANT SELECT, INSERT, DELETE ON gisreg.job_failure TO gisreg_worker;
GRANT SELECT, INSERT, UPDATE ON gisreg.head_export TO gisreg_worker;
