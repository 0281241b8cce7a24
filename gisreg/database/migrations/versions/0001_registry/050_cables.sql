-- What hangs: cables, and what topology makes of them: spans, supports, segments.
-- What topology and flagging derive (span, support, segment, their states) has no foreign keys: they
-- are written by the million, checked row by row they would cost more than the work itself. Triggers
-- per statement keep them in line (functions/derived.sql).
-- Private columns live in 1:1 tables (<layer>_private), fast-changing derived ones in <layer>_state.

CREATE TABLE registry.cable (
  id bigint PRIMARY KEY DEFAULT gisreg.new_id(),
  code text,
  owner_id bigint REFERENCES registry.organisation,
  role text NOT NULL DEFAULT 'unknown',
  medium text NOT NULL DEFAULT 'unknown',
  state text NOT NULL DEFAULT 'unknown',
  deployment text NOT NULL DEFAULT 'aerial',
  diameter_mm double precision,
  has_messenger boolean,
  is_bundled boolean,
  installed_on date,
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
  CONSTRAINT cable_role_check CHECK (role IN ('trunk', 'distribution', 'drop', 'unknown')),
  CONSTRAINT cable_medium_check CHECK (medium IN ('fibre', 'copper', 'coax', 'unknown')),
  CONSTRAINT cable_state_check
    CHECK (state IN ('in_service', 'suspect', 'dead', 'ownerless', 'unknown')),
  CONSTRAINT cable_deployment_check CHECK (deployment IN ('aerial', 'underground')),
  CONSTRAINT cable_diameter_mm_range CHECK (diameter_mm >= 0.5 AND diameter_mm <= 200),
  CONSTRAINT cable_position_accuracy_m_range CHECK (position_accuracy_m >= 0 AND position_accuracy_m <= 10000),
  CONSTRAINT cable_position_method_check
    CHECK (position_method IN (
      'survey', 'gnss', 'photo', 'digitised', 'imported', 'derived', 'generated', 'unknown'
    )),
  CONSTRAINT cable_visibility_check CHECK (visibility IN ('public', 'partner', 'agency', 'secret')),
  CONSTRAINT cable_natural_key UNIQUE (owner_id, code)
);
CREATE INDEX cable_geom_idx ON registry.cable USING gist (geom);
CREATE INDEX cable_owner_id_idx ON registry.cable (owner_id);

CREATE TABLE registry.cable_private (
  cable_id bigint PRIMARY KEY REFERENCES registry.cable ON DELETE CASCADE,
  fibre_count integer,
  fibres_used integer,
  contract_ref text,
  note text,
  extra jsonb NOT NULL DEFAULT '{}',
  CONSTRAINT cable_private_fibre_count_range CHECK (fibre_count >= 0 AND fibre_count <= 10000),
  CONSTRAINT cable_private_fibres_used_range CHECK (fibres_used >= 0 AND fibres_used <= 10000)
);

CREATE TABLE registry.span (
  id bigint PRIMARY KEY DEFAULT gisreg.new_id(),
  pole_a_id bigint NOT NULL,
  pole_b_id bigint NOT NULL,
  length_m double precision NOT NULL GENERATED ALWAYS AS (ST_Length(geom::geography)) STORED,
  surface_below text,
  lowest_height_m double precision,
  height_method text,
  sag_ratio double precision,
  bundle_diameter_mm double precision,
  has_height_sign boolean,
  province_code text NOT NULL DEFAULT gisreg.province_code(),
  position_accuracy_m double precision,
  position_method text NOT NULL DEFAULT 'unknown',
  source text NOT NULL DEFAULT 'unknown',
  survey_date date,
  visibility text NOT NULL DEFAULT 'partner',
  version integer NOT NULL DEFAULT 1,
  updated_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  geom geometry(LineString, 4326) NOT NULL,
  CONSTRAINT span_surface_below_check
    CHECK (surface_below IN (
      'carriageway', 'pavement', 'alley', 'railway', 'water', 'roof', 'open', 'unknown'
    )),
  CONSTRAINT span_lowest_height_m_range CHECK (lowest_height_m >= 0 AND lowest_height_m <= 60),
  CONSTRAINT span_height_method_check
    CHECK (height_method IN ('laser', 'pole_stick', 'photo', 'estimate', 'unknown')),
  CONSTRAINT span_sag_ratio_range CHECK (sag_ratio >= 0 AND sag_ratio <= 0.5),
  CONSTRAINT span_bundle_diameter_mm_range CHECK (bundle_diameter_mm >= 0 AND bundle_diameter_mm <= 1000),
  CONSTRAINT span_position_accuracy_m_range CHECK (position_accuracy_m >= 0 AND position_accuracy_m <= 10000),
  CONSTRAINT span_position_method_check
    CHECK (position_method IN (
      'survey', 'gnss', 'photo', 'digitised', 'imported', 'derived', 'generated', 'unknown'
    )),
  CONSTRAINT span_visibility_check CHECK (visibility IN ('public', 'partner', 'agency', 'secret')),
  CONSTRAINT span_natural_key UNIQUE (pole_a_id, pole_b_id),
  CONSTRAINT span_pole_order CHECK (pole_a_id < pole_b_id)
);
CREATE INDEX span_geom_idx ON registry.span USING gist (geom);
CREATE INDEX span_pole_b_id_idx ON registry.span (pole_b_id);

CREATE TABLE registry.span_state (
  span_id bigint PRIMARY KEY,
  cable_count integer NOT NULL DEFAULT 0
);

CREATE TABLE registry.span_count (
  id bigint PRIMARY KEY DEFAULT gisreg.new_id(),
  span_id bigint NOT NULL REFERENCES registry.span ON DELETE CASCADE,
  owner_id bigint REFERENCES registry.organisation,
  role text NOT NULL DEFAULT 'unknown',
  medium text NOT NULL DEFAULT 'unknown',
  state text NOT NULL DEFAULT 'unknown',
  cable_count integer NOT NULL,
  counted_on date NOT NULL,
  count_method text NOT NULL DEFAULT 'unknown',
  province_code text NOT NULL DEFAULT gisreg.province_code(),
  position_accuracy_m double precision,
  position_method text NOT NULL DEFAULT 'unknown',
  source text NOT NULL DEFAULT 'unknown',
  survey_date date,
  visibility text NOT NULL DEFAULT 'partner',
  version integer NOT NULL DEFAULT 1,
  updated_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  CONSTRAINT span_count_role_check CHECK (role IN ('trunk', 'distribution', 'drop', 'unknown')),
  CONSTRAINT span_count_medium_check CHECK (medium IN ('fibre', 'copper', 'coax', 'unknown')),
  CONSTRAINT span_count_state_check
    CHECK (state IN ('in_service', 'suspect', 'dead', 'ownerless', 'unknown')),
  CONSTRAINT span_count_cable_count_range CHECK (cable_count >= 0 AND cable_count <= 1000),
  CONSTRAINT span_count_count_method_check
    CHECK (count_method IN ('laser', 'pole_stick', 'photo', 'estimate', 'unknown')),
  CONSTRAINT span_count_position_accuracy_m_range CHECK (position_accuracy_m >= 0 AND position_accuracy_m <= 10000),
  CONSTRAINT span_count_position_method_check
    CHECK (position_method IN (
      'survey', 'gnss', 'photo', 'digitised', 'imported', 'derived', 'generated', 'unknown'
    )),
  CONSTRAINT span_count_visibility_check
    CHECK (visibility IN ('public', 'partner', 'agency', 'secret')),
  CONSTRAINT span_count_natural_key
    UNIQUE NULLS NOT DISTINCT (span_id, owner_id, role, medium, state, counted_on)
);

CREATE TABLE registry.fitting (
  id bigint PRIMARY KEY DEFAULT gisreg.new_id(),
  owner_id bigint REFERENCES registry.organisation,
  pole_id bigint REFERENCES registry.pole,
  span_id bigint REFERENCES registry.span,
  cable_id bigint REFERENCES registry.cable,
  kind text NOT NULL,
  state text NOT NULL DEFAULT 'unknown',
  height_m double precision,
  height_method text,
  tag_colour text,
  tag_text text,
  tag_phone text,
  province_code text NOT NULL DEFAULT gisreg.province_code(),
  position_accuracy_m double precision,
  position_method text NOT NULL DEFAULT 'unknown',
  source text NOT NULL DEFAULT 'unknown',
  survey_date date,
  visibility text NOT NULL DEFAULT 'partner',
  version integer NOT NULL DEFAULT 1,
  updated_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  geom geometry(Point, 4326),
  CONSTRAINT fitting_kind_check
    CHECK (kind IN ('closure', 'box', 'splitter', 'coil', 'bracket', 'tag', 'guy', 'other')),
  CONSTRAINT fitting_state_check
    CHECK (state IN ('in_service', 'unused', 'broken', 'ownerless', 'unknown')),
  CONSTRAINT fitting_height_m_range CHECK (height_m >= 0 AND height_m <= 60),
  CONSTRAINT fitting_height_method_check
    CHECK (height_method IN ('laser', 'pole_stick', 'photo', 'estimate', 'unknown')),
  CONSTRAINT fitting_position_accuracy_m_range CHECK (position_accuracy_m >= 0 AND position_accuracy_m <= 10000),
  CONSTRAINT fitting_position_method_check
    CHECK (position_method IN (
      'survey', 'gnss', 'photo', 'digitised', 'imported', 'derived', 'generated', 'unknown'
    )),
  CONSTRAINT fitting_visibility_check
    CHECK (visibility IN ('public', 'partner', 'agency', 'secret')),
  CONSTRAINT fitting_place CHECK (num_nonnulls(pole_id, span_id) >= 1)
);
CREATE INDEX fitting_geom_idx ON registry.fitting USING gist (geom);
CREATE INDEX fitting_pole_id_idx ON registry.fitting (pole_id);
CREATE INDEX fitting_span_id_idx ON registry.fitting (span_id);

CREATE TABLE registry.fitting_private (
  fitting_id bigint PRIMARY KEY REFERENCES registry.fitting ON DELETE CASCADE,
  note text,
  extra jsonb NOT NULL DEFAULT '{}'
);

CREATE TABLE registry.support (
  id bigint PRIMARY KEY DEFAULT gisreg.new_id(),
  cable_id bigint NOT NULL,
  pole_id bigint NOT NULL,
  ordinal integer NOT NULL,
  sequence integer NOT NULL,
  measure_m double precision NOT NULL,
  snap_distance_m double precision NOT NULL,
  owner_id bigint,
  attachment_height_m double precision,
  height_method text,
  is_wound boolean,
  province_code text NOT NULL DEFAULT gisreg.province_code(),
  position_accuracy_m double precision,
  position_method text NOT NULL DEFAULT 'unknown',
  source text NOT NULL DEFAULT 'unknown',
  survey_date date,
  visibility text NOT NULL DEFAULT 'partner',
  version integer NOT NULL DEFAULT 1,
  updated_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  CONSTRAINT support_attachment_height_m_range CHECK (attachment_height_m >= 0 AND attachment_height_m <= 60),
  CONSTRAINT support_height_method_check
    CHECK (height_method IN ('laser', 'pole_stick', 'photo', 'estimate', 'unknown')),
  CONSTRAINT support_position_accuracy_m_range CHECK (position_accuracy_m >= 0 AND position_accuracy_m <= 10000),
  CONSTRAINT support_position_method_check
    CHECK (position_method IN (
      'survey', 'gnss', 'photo', 'digitised', 'imported', 'derived', 'generated', 'unknown'
    )),
  CONSTRAINT support_visibility_check
    CHECK (visibility IN ('public', 'partner', 'agency', 'secret')),
  CONSTRAINT support_natural_key UNIQUE (cable_id, pole_id, ordinal)
);
CREATE INDEX support_pole_id_idx ON registry.support (pole_id);

CREATE TABLE registry.segment (
  id bigint PRIMARY KEY DEFAULT gisreg.new_id(),
  cable_id bigint NOT NULL,
  span_id bigint,
  from_pole_id bigint,
  to_pole_id bigint,
  ordinal integer NOT NULL,
  sequence integer NOT NULL,
  owner_id bigint,
  role text NOT NULL DEFAULT 'unknown',
  medium text NOT NULL DEFAULT 'unknown',
  state text NOT NULL DEFAULT 'unknown',
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
  CONSTRAINT segment_role_check CHECK (role IN ('trunk', 'distribution', 'drop', 'unknown')),
  CONSTRAINT segment_medium_check CHECK (medium IN ('fibre', 'copper', 'coax', 'unknown')),
  CONSTRAINT segment_state_check
    CHECK (state IN ('in_service', 'suspect', 'dead', 'ownerless', 'unknown')),
  CONSTRAINT segment_position_accuracy_m_range CHECK (position_accuracy_m >= 0 AND position_accuracy_m <= 10000),
  CONSTRAINT segment_position_method_check
    CHECK (position_method IN (
      'survey', 'gnss', 'photo', 'digitised', 'imported', 'derived', 'generated', 'unknown'
    )),
  CONSTRAINT segment_visibility_check
    CHECK (visibility IN ('public', 'partner', 'agency', 'secret')),
  CONSTRAINT segment_natural_key UNIQUE NULLS NOT DISTINCT (cable_id, from_pole_id, to_pole_id, ordinal)
);
CREATE INDEX segment_geom_idx ON registry.segment USING gist (geom);
CREATE INDEX segment_span_id_idx ON registry.segment (span_id);
CREATE INDEX segment_from_pole_id_idx ON registry.segment (from_pole_id);
CREATE INDEX segment_to_pole_id_idx ON registry.segment (to_pole_id);

CREATE TABLE registry.segment_state (
  segment_id bigint PRIMARY KEY,
  tidying_state text NOT NULL DEFAULT 'none',
  tidying_since timestamptz NOT NULL DEFAULT clock_timestamp(),
  flagged_m double precision NOT NULL DEFAULT 0,
  reason text,
  priority double precision NOT NULL DEFAULT 0,
  CONSTRAINT segment_state_tidying_state_check
    CHECK (tidying_state IN ('none', 'flagged', 'planned', 'in_progress', 'reported', 'accepted')),
  CONSTRAINT segment_state_reason_check
    CHECK (reason IN (
      'urban', 'district_centre', 'aesthetic_priority', 'heritage', 'a1_only',
      'underground_only', 'undergrounded'
    ))
);
