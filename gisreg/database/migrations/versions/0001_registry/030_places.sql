-- Who and where: organisations, administrative units, streets, zones.
-- Private columns live in 1:1 tables (<layer>_private), fast-changing derived ones in <layer>_state.

CREATE TABLE registry.organisation (
  id bigint PRIMARY KEY DEFAULT gisreg.new_id(),
  code text NOT NULL,
  name text NOT NULL,
  name_en text,
  kind text NOT NULL,
  aliases text[] NOT NULL DEFAULT '{}',
  phone text,
  colour text,
  province_code text NOT NULL DEFAULT gisreg.province_code(),
  position_accuracy_m double precision,
  position_method text NOT NULL DEFAULT 'unknown',
  source text NOT NULL DEFAULT 'unknown',
  survey_date date,
  visibility text NOT NULL DEFAULT 'public',
  version integer NOT NULL DEFAULT 1,
  updated_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  CONSTRAINT organisation_kind_check
    CHECK (kind IN (
      'carrier', 'pay_tv', 'power', 'lighting', 'tower_company', 'agency', 'commune', 'other'
    )),
  CONSTRAINT organisation_position_accuracy_m_range CHECK (position_accuracy_m >= 0 AND position_accuracy_m <= 10000),
  CONSTRAINT organisation_position_method_check
    CHECK (position_method IN (
      'survey', 'gnss', 'photo', 'digitised', 'imported', 'derived', 'generated', 'unknown'
    )),
  CONSTRAINT organisation_visibility_check
    CHECK (visibility IN ('public', 'partner', 'agency', 'secret')),
  CONSTRAINT organisation_natural_key UNIQUE (code),
  CONSTRAINT organisation_colour CHECK (colour ~ '^#[0-9a-f]{6}$')
);

CREATE TABLE registry.admin_unit (
  id bigint PRIMARY KEY DEFAULT gisreg.new_id(),
  gso_code text NOT NULL,
  level text NOT NULL,
  kind text NOT NULL,
  name text NOT NULL,
  parent_id bigint REFERENCES registry.admin_unit,
  valid_from date NOT NULL,
  valid_to date,
  legal_ref text,
  province_code text NOT NULL DEFAULT gisreg.province_code(),
  position_accuracy_m double precision,
  position_method text NOT NULL DEFAULT 'unknown',
  source text NOT NULL DEFAULT 'unknown',
  survey_date date,
  visibility text NOT NULL DEFAULT 'public',
  version integer NOT NULL DEFAULT 1,
  updated_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  geom geometry(MultiPolygon, 4326),
  CONSTRAINT admin_unit_level_check CHECK (level IN ('province', 'district', 'commune')),
  CONSTRAINT admin_unit_kind_check
    CHECK (kind IN (
      'tinh', 'thanh_pho', 'quan', 'huyen', 'thi_xa', 'xa', 'phuong', 'thi_tran', 'dac_khu'
    )),
  CONSTRAINT admin_unit_position_accuracy_m_range CHECK (position_accuracy_m >= 0 AND position_accuracy_m <= 10000),
  CONSTRAINT admin_unit_position_method_check
    CHECK (position_method IN (
      'survey', 'gnss', 'photo', 'digitised', 'imported', 'derived', 'generated', 'unknown'
    )),
  CONSTRAINT admin_unit_visibility_check
    CHECK (visibility IN ('public', 'partner', 'agency', 'secret')),
  CONSTRAINT admin_unit_validity CHECK (valid_to > valid_from),
  CONSTRAINT admin_unit_natural_key UNIQUE (gso_code, level, valid_from)
);
CREATE INDEX admin_unit_geom_idx ON registry.admin_unit USING gist (geom);
CREATE INDEX admin_unit_parent_id_idx ON registry.admin_unit (parent_id);

CREATE TABLE registry.street (
  id bigint PRIMARY KEY DEFAULT gisreg.new_id(),
  code text,
  name text,
  street_class text NOT NULL DEFAULT 'other',
  area_class text,
  carriageway_width_m double precision,
  has_trucks boolean,
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
  CONSTRAINT street_street_class_check
    CHECK (street_class IN (
      'trunk', 'primary', 'secondary', 'tertiary', 'residential', 'alley', 'path', 'other'
    )),
  CONSTRAINT street_area_class_check
    CHECK (area_class IN ('city', 'district_centre', 'high_aesthetic', 'other')),
  CONSTRAINT street_carriageway_width_m_range CHECK (carriageway_width_m >= 0.5 AND carriageway_width_m <= 120),
  CONSTRAINT street_position_accuracy_m_range CHECK (position_accuracy_m >= 0 AND position_accuracy_m <= 10000),
  CONSTRAINT street_position_method_check
    CHECK (position_method IN (
      'survey', 'gnss', 'photo', 'digitised', 'imported', 'derived', 'generated', 'unknown'
    )),
  CONSTRAINT street_visibility_check CHECK (visibility IN ('public', 'partner', 'agency', 'secret')),
  CONSTRAINT street_natural_key UNIQUE (code)
);
CREATE INDEX street_geom_idx ON registry.street USING gist (geom);

CREATE TABLE registry.zone (
  id bigint PRIMARY KEY DEFAULT gisreg.new_id(),
  code text NOT NULL,
  name text NOT NULL,
  name_en text,
  kind text NOT NULL,
  decision_no text,
  valid_from date NOT NULL,
  valid_to date,
  deadline date,
  weight double precision NOT NULL DEFAULT 1,
  province_code text NOT NULL DEFAULT gisreg.province_code(),
  position_accuracy_m double precision,
  position_method text NOT NULL DEFAULT 'unknown',
  source text NOT NULL DEFAULT 'unknown',
  survey_date date,
  visibility text NOT NULL DEFAULT 'public',
  version integer NOT NULL DEFAULT 1,
  updated_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  geom geometry(MultiPolygon, 4326) NOT NULL,
  CONSTRAINT zone_kind_check
    CHECK (kind IN (
      'urban', 'district_centre', 'aesthetic_priority', 'heritage', 'a1_only',
      'underground_only', 'undergrounded'
    )),
  CONSTRAINT zone_weight_range CHECK (weight >= 0 AND weight <= 100),
  CONSTRAINT zone_position_accuracy_m_range CHECK (position_accuracy_m >= 0 AND position_accuracy_m <= 10000),
  CONSTRAINT zone_position_method_check
    CHECK (position_method IN (
      'survey', 'gnss', 'photo', 'digitised', 'imported', 'derived', 'generated', 'unknown'
    )),
  CONSTRAINT zone_visibility_check CHECK (visibility IN ('public', 'partner', 'agency', 'secret')),
  CONSTRAINT zone_validity CHECK (valid_to > valid_from),
  CONSTRAINT zone_natural_key UNIQUE (code)
);
CREATE INDEX zone_geom_idx ON registry.zone USING gist (geom);
