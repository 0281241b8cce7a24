-- Every import: which file, how it was read, what it did, by whom. `owner_id` is the organisation whose
-- rows they are, else that of the importer; NULL where a file has rows of several. `change_set_id` leads
-- to the rows in the history; NULL where nothing was written. Only whether it was undone ever changes.
CREATE TABLE registry.import_batch (
  id bigint PRIMARY KEY DEFAULT gisreg.new_id(),
  imported_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  person text NOT NULL,
  organisation text,
  owner_id bigint REFERENCES registry.organisation,
  layer text NOT NULL,
  file_name text NOT NULL,
  file_sha256 text NOT NULL,
  file_size bigint NOT NULL,
  encoding text,
  crs text,
  crs_operation text,
  mapping jsonb NOT NULL,
  options jsonb NOT NULL,
  rows_read integer NOT NULL,
  rows_inserted integer NOT NULL,
  rows_changed integer NOT NULL,
  rows_unchanged integer NOT NULL,
  rows_rejected integer NOT NULL,
  rows_deleted integer NOT NULL,
  change_set_id bigint,
  undone_at timestamptz,
  undone_by text,
  undone_change_set_id bigint
);
CREATE INDEX import_batch_change_set_id_idx ON registry.import_batch (change_set_id);

-- What the columns of an organisation's files mean (gisreg.importing.profile), under a name.
CREATE TABLE registry.import_profile (
  owner_id bigint NOT NULL REFERENCES registry.organisation,
  name text NOT NULL,
  content jsonb NOT NULL,
  updated_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  PRIMARY KEY (owner_id, name),
  CONSTRAINT import_profile_name_length CHECK (length(name) BETWEEN 1 AND 100)
);

CREATE TABLE history.import_profile (
  history_id bigint GENERATED ALWAYS AS IDENTITY,
  change_set_id bigint NOT NULL,
  operation "char" NOT NULL,
  LIKE registry.import_profile
);
CREATE INDEX import_profile_change_set_idx ON history.import_profile USING brin (change_set_id);
CREATE INDEX import_profile_key_idx ON history.import_profile (owner_id, name, history_id);

GRANT SELECT, INSERT, UPDATE ON registry.import_batch TO gisreg_app, gisreg_worker;
GRANT SELECT, INSERT, UPDATE, DELETE ON registry.import_profile TO gisreg_app, gisreg_worker;
GRANT SELECT ON history.import_profile TO gisreg_app, gisreg_worker;
