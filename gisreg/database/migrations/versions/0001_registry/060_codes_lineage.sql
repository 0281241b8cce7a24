-- A pole's other numbers, what units became of units, and what segments became of segments.

CREATE TABLE registry.pole_code (
  pole_id bigint NOT NULL REFERENCES registry.pole ON DELETE CASCADE,
  organisation_id bigint NOT NULL REFERENCES registry.organisation,
  code text NOT NULL,
  source text NOT NULL DEFAULT 'unknown',
  recorded_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  extra jsonb NOT NULL DEFAULT '{}',
  PRIMARY KEY (organisation_id, code)
);
CREATE INDEX pole_code_pole_id_idx ON registry.pole_code (pole_id);
CREATE INDEX pole_code_code_idx ON registry.pole_code (code text_pattern_ops);

CREATE TABLE registry.admin_succession (
  from_id bigint NOT NULL REFERENCES registry.admin_unit,
  to_id bigint NOT NULL REFERENCES registry.admin_unit,
  share_area double precision,
  legal_ref text,
  source text NOT NULL DEFAULT 'unknown',
  PRIMARY KEY (from_id, to_id),
  CONSTRAINT admin_succession_share CHECK (share_area > 0 AND share_area <= 1)
);
CREATE INDEX admin_succession_to_id_idx ON registry.admin_succession (to_id);

-- No foreign keys: the predecessors are gone from their tables and live on in the history.
CREATE TABLE registry.lineage (
  layer text NOT NULL,
  from_id bigint NOT NULL,
  to_id bigint NOT NULL,
  kind text NOT NULL,
  recorded_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  PRIMARY KEY (from_id, to_id),
  CONSTRAINT lineage_layer_check CHECK (layer IN ('span', 'segment')),
  CONSTRAINT lineage_kind_check CHECK (kind IN ('split', 'merged', 'replaced'))
);
CREATE INDEX lineage_to_id_idx ON registry.lineage (to_id);

-- Where segments cross streets: derived by topology, replaced with the segments.
CREATE TABLE registry.crossing (
  segment_id bigint NOT NULL,
  street_id bigint NOT NULL,
  ordinal integer NOT NULL,
  measure_m double precision NOT NULL,
  geom geometry(Point, 4326) NOT NULL,
  PRIMARY KEY (segment_id, street_id, ordinal)
);
CREATE INDEX crossing_street_id_idx ON registry.crossing (street_id);
CREATE INDEX crossing_geom_idx ON registry.crossing USING gist (geom);

-- What could not be tied to a pole although one was close: for the engineer to look at.
CREATE TABLE registry.near_miss (
  cable_id bigint NOT NULL,
  pole_id bigint NOT NULL,
  distance_m double precision NOT NULL,
  PRIMARY KEY (cable_id, pole_id)
);
CREATE INDEX near_miss_pole_id_idx ON registry.near_miss (pole_id);

-- In which commune a segment lies today; derived.
CREATE TABLE registry.segment_place (
  segment_id bigint PRIMARY KEY,
  commune_id bigint NOT NULL
);
CREATE INDEX segment_place_commune_id_idx ON registry.segment_place (commune_id);
