-- What cables cross beside streets: railways and waterways, each by its middle line.

CREATE TABLE registry.railway (
  id bigint PRIMARY KEY DEFAULT gisreg.new_id(),
  code text,
  name text,
  railway_class text NOT NULL DEFAULT 'unknown',
  formation_width_m double precision,
  length_m double precision NOT NULL GENERATED ALWAYS AS (ST_Length(geom::geography)) STORED,
  province_code text NOT NULL DEFAULT gisreg.province_code(),
  position_accuracy_m double precision,
  position_method text NOT NULL DEFAULT 'unknown',
  source text NOT NULL DEFAULT 'unknown',
  survey_date date,
  visibility text NOT NULL DEFAULT 'public',
  version integer NOT NULL DEFAULT 1,
  updated_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  geom geometry(MultiLineString, 4326) NOT NULL,
  CONSTRAINT railway_railway_class_check
    CHECK (railway_class IN (
      'gauge_1000', 'gauge_1435', 'high_speed', 'urban_overhead', 'urban_third_rail', 'unknown'
    )),
  CONSTRAINT railway_formation_width_m_range CHECK (formation_width_m >= 1 AND formation_width_m <= 200),
  CONSTRAINT railway_position_accuracy_m_range CHECK (position_accuracy_m >= 0 AND position_accuracy_m <= 10000),
  CONSTRAINT railway_position_method_check
    CHECK (position_method IN (
      'survey', 'gnss', 'photo', 'digitised', 'imported', 'derived', 'generated', 'unknown'
    )),
  CONSTRAINT railway_visibility_check CHECK (visibility IN ('public', 'partner', 'agency', 'secret')),
  CONSTRAINT railway_natural_key UNIQUE (code)
);
CREATE INDEX railway_geom_idx ON registry.railway USING gist (geom);

CREATE TABLE registry.waterway (
  id bigint PRIMARY KEY DEFAULT gisreg.new_id(),
  code text,
  name text,
  waterway_class text NOT NULL DEFAULT 'unknown',
  clearance_height_m double precision,
  length_m double precision NOT NULL GENERATED ALWAYS AS (ST_Length(geom::geography)) STORED,
  province_code text NOT NULL DEFAULT gisreg.province_code(),
  position_accuracy_m double precision,
  position_method text NOT NULL DEFAULT 'unknown',
  source text NOT NULL DEFAULT 'unknown',
  survey_date date,
  visibility text NOT NULL DEFAULT 'public',
  version integer NOT NULL DEFAULT 1,
  updated_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  geom geometry(MultiLineString, 4326) NOT NULL,
  CONSTRAINT waterway_waterway_class_check
    CHECK (waterway_class IN (
      'special', 'class_1', 'class_2', 'class_3', 'class_4', 'class_5', 'class_6', 'not_navigable', 'unknown'
    )),
  CONSTRAINT waterway_clearance_height_m_range CHECK (clearance_height_m >= 0 AND clearance_height_m <= 60),
  CONSTRAINT waterway_position_accuracy_m_range CHECK (position_accuracy_m >= 0 AND position_accuracy_m <= 10000),
  CONSTRAINT waterway_position_method_check
    CHECK (position_method IN (
      'survey', 'gnss', 'photo', 'digitised', 'imported', 'derived', 'generated', 'unknown'
    )),
  CONSTRAINT waterway_visibility_check CHECK (visibility IN ('public', 'partner', 'agency', 'secret')),
  CONSTRAINT waterway_natural_key UNIQUE (code)
);
CREATE INDEX waterway_geom_idx ON registry.waterway USING gist (geom);

DO $do$
DECLARE
  t text;
BEGIN
  FOREACH t IN ARRAY ARRAY['railway', 'waterway'] LOOP
    EXECUTE format(
      'CREATE TABLE history.%1$I (
         history_id bigint GENERATED ALWAYS AS IDENTITY,
         change_set_id bigint NOT NULL,
         operation "char" NOT NULL,
         LIKE registry.%1$I
       )', t);
    EXECUTE format('CREATE INDEX %1$I ON history.%2$I USING brin (change_set_id)', t || '_change_set_idx', t);
    EXECUTE format(
      'CREATE INDEX %1$I ON history.%2$I USING brin (history_id) WITH (pages_per_range = 16)',
      t || '_history_id_idx', t);
    EXECUTE format('CREATE INDEX %1$I ON history.%2$I (id, history_id)', t || '_key_idx', t);
    EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON registry.%I TO gisreg_app, gisreg_worker', t);
    EXECUTE format('GRANT SELECT ON history.%I TO gisreg_app, gisreg_worker', t);
  END LOOP;
END
$do$;
