-- What stands: poles, towers with their tenants, manholes, ducts.
-- Private columns live in 1:1 tables (<layer>_private), fast-changing derived ones in <layer>_state.

CREATE TABLE registry.pole (
  id bigint PRIMARY KEY DEFAULT gisreg.new_id(),
  code text,
  owner_id bigint REFERENCES registry.organisation,
  kind text NOT NULL DEFAULT 'unknown',
  material text NOT NULL DEFAULT 'unknown',
  height_m double precision,
  height_method text,
  lean_deg double precision,
  condition text NOT NULL DEFAULT 'unknown',
  status text NOT NULL DEFAULT 'in_service',
  installed_on date,
  has_bracket boolean,
  is_reinforced boolean,
  is_corner boolean,
  has_light boolean,
  has_transformer boolean,
  lowest_power_height_m double precision,
  province_code text NOT NULL DEFAULT gisreg.province_code(),
  position_accuracy_m double precision,
  position_method text NOT NULL DEFAULT 'unknown',
  source text NOT NULL DEFAULT 'unknown',
  survey_date date,
  visibility text NOT NULL DEFAULT 'partner',
  version integer NOT NULL DEFAULT 1,
  updated_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  geom geometry(Point, 4326) NOT NULL,
  CONSTRAINT pole_kind_check
    CHECK (kind IN ('telecom', 'power_lv', 'power_mv', 'power_hv', 'lighting', 'other', 'unknown')),
  CONSTRAINT pole_material_check
    CHECK (material IN (
      'spun_concrete', 'square_concrete', 'steel', 'wood', 'composite', 'other', 'unknown'
    )),
  CONSTRAINT pole_height_m_range CHECK (height_m >= 1 AND height_m <= 60),
  CONSTRAINT pole_height_method_check
    CHECK (height_method IN ('laser', 'pole_stick', 'photo', 'estimate', 'unknown')),
  CONSTRAINT pole_lean_deg_range CHECK (lean_deg >= 0 AND lean_deg <= 90),
  CONSTRAINT pole_condition_check
    CHECK (condition IN ('good', 'worn', 'damaged', 'dangerous', 'unknown')),
  CONSTRAINT pole_status_check CHECK (status IN ('planned', 'in_service', 'disused', 'removed')),
  CONSTRAINT pole_lowest_power_height_m_range CHECK (lowest_power_height_m >= 0 AND lowest_power_height_m <= 60),
  CONSTRAINT pole_position_accuracy_m_range CHECK (position_accuracy_m >= 0 AND position_accuracy_m <= 10000),
  CONSTRAINT pole_position_method_check
    CHECK (position_method IN (
      'survey', 'gnss', 'photo', 'digitised', 'imported', 'derived', 'generated', 'unknown'
    )),
  CONSTRAINT pole_visibility_check CHECK (visibility IN ('public', 'partner', 'agency', 'secret')),
  CONSTRAINT pole_natural_key UNIQUE (owner_id, code)
);
CREATE INDEX pole_geom_idx ON registry.pole USING gist (geom);
CREATE INDEX pole_owner_id_idx ON registry.pole (owner_id);
CREATE INDEX pole_code_idx ON registry.pole (code text_pattern_ops);

CREATE TABLE registry.pole_private (
  pole_id bigint PRIMARY KEY REFERENCES registry.pole ON DELETE CASCADE,
  cable_capacity integer,
  contract_ref text,
  rent_vnd_per_year double precision,
  note text,
  extra jsonb NOT NULL DEFAULT '{}',
  CONSTRAINT pole_private_cable_capacity_range CHECK (cable_capacity >= 0 AND cable_capacity <= 500),
  CONSTRAINT pole_private_rent_vnd_per_year_range CHECK (rent_vnd_per_year >= 0)
);

CREATE TABLE registry.pole_state (
  pole_id bigint PRIMARY KEY,
  cable_count integer NOT NULL DEFAULT 0,
  carrier_count integer NOT NULL DEFAULT 0
);

CREATE TABLE registry.tower (
  id bigint PRIMARY KEY DEFAULT gisreg.new_id(),
  code text,
  name text,
  owner_id bigint REFERENCES registry.organisation,
  mast_class text NOT NULL DEFAULT 'unknown',
  structure text NOT NULL DEFAULT 'unknown',
  height_m double precision,
  building_height_m double precision,
  status text NOT NULL DEFAULT 'in_service',
  province_code text NOT NULL DEFAULT gisreg.province_code(),
  position_accuracy_m double precision,
  position_method text NOT NULL DEFAULT 'unknown',
  source text NOT NULL DEFAULT 'unknown',
  survey_date date,
  visibility text NOT NULL DEFAULT 'partner',
  version integer NOT NULL DEFAULT 1,
  updated_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  geom geometry(Point, 4326) NOT NULL,
  CONSTRAINT tower_mast_class_check
    CHECK (mast_class IN ('A1a', 'A1b', 'A2a', 'A2b', 'A2c', 'unknown')),
  CONSTRAINT tower_structure_check
    CHECK (structure IN ('monopole', 'lattice', 'guyed', 'rooftop', 'disguised', 'unknown')),
  CONSTRAINT tower_height_m_range CHECK (height_m >= 0.5 AND height_m <= 400),
  CONSTRAINT tower_building_height_m_range CHECK (building_height_m >= 0 AND building_height_m <= 500),
  CONSTRAINT tower_status_check CHECK (status IN ('planned', 'in_service', 'disused', 'removed')),
  CONSTRAINT tower_position_accuracy_m_range CHECK (position_accuracy_m >= 0 AND position_accuracy_m <= 10000),
  CONSTRAINT tower_position_method_check
    CHECK (position_method IN (
      'survey', 'gnss', 'photo', 'digitised', 'imported', 'derived', 'generated', 'unknown'
    )),
  CONSTRAINT tower_visibility_check CHECK (visibility IN ('public', 'partner', 'agency', 'secret')),
  CONSTRAINT tower_natural_key UNIQUE (owner_id, code)
);
CREATE INDEX tower_geom_idx ON registry.tower USING gist (geom);
CREATE INDEX tower_owner_id_idx ON registry.tower (owner_id);

CREATE TABLE registry.tower_private (
  tower_id bigint PRIMARY KEY REFERENCES registry.tower ON DELETE CASCADE,
  load_capacity_kg double precision,
  contract_ref text,
  rent_vnd_per_year double precision,
  note text,
  extra jsonb NOT NULL DEFAULT '{}',
  CONSTRAINT tower_private_load_capacity_kg_range CHECK (load_capacity_kg >= 0),
  CONSTRAINT tower_private_rent_vnd_per_year_range CHECK (rent_vnd_per_year >= 0)
);

CREATE TABLE registry.tower_state (
  tower_id bigint PRIMARY KEY REFERENCES registry.tower ON DELETE CASCADE,
  tenant_count integer NOT NULL DEFAULT 0
);

CREATE TABLE registry.tower_tenancy (
  id bigint PRIMARY KEY DEFAULT gisreg.new_id(),
  tower_id bigint NOT NULL REFERENCES registry.tower ON DELETE CASCADE,
  owner_id bigint NOT NULL REFERENCES registry.organisation,
  status text NOT NULL DEFAULT 'in_service',
  valid_from date NOT NULL,
  valid_to date,
  antenna_height_m double precision,
  province_code text NOT NULL DEFAULT gisreg.province_code(),
  position_accuracy_m double precision,
  position_method text NOT NULL DEFAULT 'unknown',
  source text NOT NULL DEFAULT 'unknown',
  survey_date date,
  visibility text NOT NULL DEFAULT 'partner',
  version integer NOT NULL DEFAULT 1,
  updated_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  CONSTRAINT tower_tenancy_status_check
    CHECK (status IN ('planned', 'in_service', 'disused', 'removed')),
  CONSTRAINT tower_tenancy_antenna_height_m_range CHECK (antenna_height_m >= 0 AND antenna_height_m <= 400),
  CONSTRAINT tower_tenancy_position_accuracy_m_range CHECK (position_accuracy_m >= 0 AND position_accuracy_m <= 10000),
  CONSTRAINT tower_tenancy_position_method_check
    CHECK (position_method IN (
      'survey', 'gnss', 'photo', 'digitised', 'imported', 'derived', 'generated', 'unknown'
    )),
  CONSTRAINT tower_tenancy_visibility_check
    CHECK (visibility IN ('public', 'partner', 'agency', 'secret')),
  CONSTRAINT tower_tenancy_natural_key UNIQUE (tower_id, owner_id, valid_from),
  CONSTRAINT tower_tenancy_validity CHECK (valid_to > valid_from)
);
CREATE INDEX tower_tenancy_owner_id_idx ON registry.tower_tenancy (owner_id);

CREATE TABLE registry.tower_tenancy_private (
  tower_tenancy_id bigint PRIMARY KEY REFERENCES registry.tower_tenancy ON DELETE CASCADE,
  contract_ref text,
  rent_vnd_per_year double precision,
  note text,
  extra jsonb NOT NULL DEFAULT '{}',
  CONSTRAINT tower_tenancy_private_rent_vnd_per_year_range CHECK (rent_vnd_per_year >= 0)
);

CREATE TABLE registry.manhole (
  id bigint PRIMARY KEY DEFAULT gisreg.new_id(),
  code text,
  owner_id bigint REFERENCES registry.organisation,
  kind text NOT NULL DEFAULT 'manhole',
  status text NOT NULL DEFAULT 'in_service',
  depth_m double precision,
  province_code text NOT NULL DEFAULT gisreg.province_code(),
  position_accuracy_m double precision,
  position_method text NOT NULL DEFAULT 'unknown',
  source text NOT NULL DEFAULT 'unknown',
  survey_date date,
  visibility text NOT NULL DEFAULT 'partner',
  version integer NOT NULL DEFAULT 1,
  updated_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  geom geometry(Point, 4326) NOT NULL,
  CONSTRAINT manhole_kind_check CHECK (kind IN ('manhole', 'handhole', 'cabinet')),
  CONSTRAINT manhole_status_check CHECK (status IN ('planned', 'in_service', 'disused', 'removed')),
  CONSTRAINT manhole_depth_m_range CHECK (depth_m >= 0 AND depth_m <= 50),
  CONSTRAINT manhole_position_accuracy_m_range CHECK (position_accuracy_m >= 0 AND position_accuracy_m <= 10000),
  CONSTRAINT manhole_position_method_check
    CHECK (position_method IN (
      'survey', 'gnss', 'photo', 'digitised', 'imported', 'derived', 'generated', 'unknown'
    )),
  CONSTRAINT manhole_visibility_check
    CHECK (visibility IN ('public', 'partner', 'agency', 'secret')),
  CONSTRAINT manhole_natural_key UNIQUE (owner_id, code)
);
CREATE INDEX manhole_geom_idx ON registry.manhole USING gist (geom);
CREATE INDEX manhole_owner_id_idx ON registry.manhole (owner_id);

CREATE TABLE registry.manhole_private (
  manhole_id bigint PRIMARY KEY REFERENCES registry.manhole ON DELETE CASCADE,
  note text,
  extra jsonb NOT NULL DEFAULT '{}'
);

CREATE TABLE registry.duct (
  id bigint PRIMARY KEY DEFAULT gisreg.new_id(),
  code text,
  owner_id bigint REFERENCES registry.organisation DEFERRABLE INITIALLY DEFERRED,
  kind text NOT NULL DEFAULT 'duct',
  status text NOT NULL DEFAULT 'in_service',
  from_manhole_id bigint REFERENCES registry.manhole DEFERRABLE INITIALLY DEFERRED,
  to_manhole_id bigint REFERENCES registry.manhole DEFERRABLE INITIALLY DEFERRED,
  diameter_mm double precision,
  depth_m double precision,
  length_m double precision NOT NULL GENERATED ALWAYS AS (ST_Length(geom::geography)) STORED,
  province_code text NOT NULL DEFAULT gisreg.province_code(),
  position_accuracy_m double precision,
  position_method text NOT NULL DEFAULT 'unknown',
  source text NOT NULL DEFAULT 'unknown',
  survey_date date,
  visibility text NOT NULL DEFAULT 'partner',
  version integer NOT NULL DEFAULT 1,
  updated_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  geom geometry(LineString, 4326) NOT NULL,
  CONSTRAINT duct_kind_check CHECK (kind IN ('duct', 'trench', 'tunnel', 'direct_buried')),
  CONSTRAINT duct_status_check CHECK (status IN ('planned', 'in_service', 'disused', 'removed')),
  CONSTRAINT duct_diameter_mm_range CHECK (diameter_mm >= 1 AND diameter_mm <= 5000),
  CONSTRAINT duct_depth_m_range CHECK (depth_m >= 0 AND depth_m <= 100),
  CONSTRAINT duct_position_accuracy_m_range CHECK (position_accuracy_m >= 0 AND position_accuracy_m <= 10000),
  CONSTRAINT duct_position_method_check
    CHECK (position_method IN (
      'survey', 'gnss', 'photo', 'digitised', 'imported', 'derived', 'generated', 'unknown'
    )),
  CONSTRAINT duct_visibility_check CHECK (visibility IN ('public', 'partner', 'agency', 'secret')),
  CONSTRAINT duct_natural_key UNIQUE (owner_id, code)
);
CREATE INDEX duct_geom_idx ON registry.duct USING gist (geom);
CREATE INDEX duct_owner_id_idx ON registry.duct (owner_id);

CREATE TABLE registry.duct_private (
  duct_id bigint PRIMARY KEY REFERENCES registry.duct ON DELETE CASCADE,
  ways integer,
  ways_free integer,
  rent_vnd_per_m_month double precision,
  note text,
  extra jsonb NOT NULL DEFAULT '{}',
  CONSTRAINT duct_private_ways_range CHECK (ways >= 0 AND ways <= 1000),
  CONSTRAINT duct_private_ways_free_range CHECK (ways_free >= 0 AND ways_free <= 1000),
  CONSTRAINT duct_private_rent_vnd_per_m_month_range CHECK (rent_vnd_per_m_month >= 0)
);
