-- Photos of poles, spans and segments. The pictures lie in the instance's folder `photos` under their
-- digest; here stands what they show, whose they are, and when and where they were taken.
CREATE TABLE registry.photo (
  id bigint PRIMARY KEY DEFAULT gisreg.new_id(),
  pole_id bigint REFERENCES registry.pole ON DELETE CASCADE,
  span_id bigint REFERENCES registry.span ON DELETE CASCADE,
  segment_id bigint REFERENCES registry.segment ON DELETE CASCADE,
  owner_id bigint REFERENCES registry.organisation,
  visibility text NOT NULL DEFAULT 'partner',
  file_name text NOT NULL,
  sha256 text NOT NULL,
  width_px integer NOT NULL,
  height_px integer NOT NULL,
  taken_at timestamptz,
  heading_deg double precision,
  geom geometry(Point, 4326),
  matched_by text NOT NULL,
  distance_m double precision,
  added_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  CONSTRAINT photo_of_one_thing CHECK (num_nonnulls(pole_id, span_id, segment_id) = 1),
  CONSTRAINT photo_visibility CHECK (visibility IN ('public', 'partner', 'agency', 'secret')),
  CONSTRAINT photo_matched_by CHECK (matched_by IN ('name', 'position', 'time', 'person')),
  CONSTRAINT photo_heading CHECK (heading_deg >= 0 AND heading_deg < 360),
  CONSTRAINT photo_sha256 CHECK (sha256 ~ '^[0-9a-f]{64}$'),
  CONSTRAINT photo_name_length CHECK (length(file_name) BETWEEN 1 AND 255)
);
CREATE UNIQUE INDEX photo_pole_idx ON registry.photo (pole_id, sha256);
CREATE UNIQUE INDEX photo_span_idx ON registry.photo (span_id, sha256);
CREATE UNIQUE INDEX photo_segment_idx ON registry.photo (segment_id, sha256);

CREATE TABLE history.photo (
  history_id bigint GENERATED ALWAYS AS IDENTITY,
  change_set_id bigint NOT NULL,
  operation "char" NOT NULL,
  LIKE registry.photo
);
CREATE INDEX photo_change_set_idx ON history.photo USING brin (change_set_id);
CREATE INDEX photo_key_idx ON history.photo (id, history_id);

GRANT SELECT, INSERT, UPDATE, DELETE ON registry.photo TO gisreg_app, gisreg_worker;
GRANT SELECT ON history.photo TO gisreg_app, gisreg_worker;
