-- Files that people sent, from the upload to the decision. The file itself lies in the instance's folder
-- `uploads` and goes with the decision, or after a day. `owner_id` is the organisation for whom it is,
-- NULL where a file of the authority's names owners itself. `options` is what the person said about the
-- file, `report` what the last trial or the import told, `progress` how far a job has come.
CREATE TABLE registry.import_upload (
  id bigint PRIMARY KEY DEFAULT gisreg.new_id(),
  uploaded_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  changed_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  person text NOT NULL,
  person_id bigint,
  owner_id bigint REFERENCES registry.organisation,
  layer text NOT NULL,
  file_name text NOT NULL,
  file_size bigint NOT NULL,
  file_sha256 text NOT NULL,
  state text NOT NULL,
  options jsonb NOT NULL,
  report jsonb,
  progress jsonb,
  batch_id bigint REFERENCES registry.import_batch,
  CONSTRAINT import_upload_state CHECK (
    state IN ('waiting', 'previewed', 'refused', 'confirmed', 'done', 'cancelled', 'expired')
  ),
  CONSTRAINT import_upload_name_length CHECK (length(file_name) BETWEEN 1 AND 200)
);
CREATE INDEX import_upload_uploaded_at_idx ON registry.import_upload (uploaded_at);
GRANT SELECT, INSERT, UPDATE ON registry.import_upload TO gisreg_app, gisreg_worker;
