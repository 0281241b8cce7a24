-- What zones are made from, as decisions say it. Typed rows rather than a document: the registry must find by
-- index which zones use a street, a unit or an object, checks hold for every writer, and the history is typed
-- like all others.

-- A zone that is made from a recipe. `geometry_md5` is the digest of the area that the recipe gave: the zone
-- has that one and no other. `stale_since`: something that it uses has changed and it is not built anew yet;
-- `failure_*`: why it could not be, the old area stands meanwhile.
CREATE TABLE registry.zone_recipe (
  zone_id bigint PRIMARY KEY REFERENCES registry.zone ON DELETE CASCADE,
  pasted text,
  made_by text NOT NULL,
  made_at timestamptz NOT NULL,
  built_at timestamptz NOT NULL,
  geometry_md5 text NOT NULL,
  stale_since timestamptz,
  failed_at timestamptz,
  failure_vi text,
  failure_en text,
  CONSTRAINT zone_recipe_pasted_length CHECK (length(pasted) <= 100000),
  CONSTRAINT zone_recipe_failure_whole CHECK (
    (failed_at IS NULL) = (failure_vi IS NULL) AND (failed_at IS NULL) = (failure_en IS NULL)
  )
);

-- A part of a zone: a strip along a street, a circle around a place or an object, or units as they were on a
-- day. What people wrote stands in text; which streets, units or object that was, in the columns of ids.
-- `width_m` reaches from the street's line to each side taken; left and right are those of somebody who goes
-- from the beginning (`from_*`) to the end (`to_*`).
CREATE TABLE registry.zone_part (
  id bigint PRIMARY KEY DEFAULT gisreg.new_id(),
  zone_id bigint NOT NULL REFERENCES registry.zone ON DELETE CASCADE,
  ordinal integer NOT NULL,
  kind text NOT NULL,
  as_written text,
  street text,
  ward text,
  from_street text,
  to_street text,
  from_m double precision,
  to_m double precision,
  side text,
  width_m double precision,
  longitude double precision,
  latitude double precision,
  object_layer text,
  object_code text,
  object_owner text,
  radius_m double precision,
  unit text,
  unit_level text,
  unit_within text,
  unit_kind text,
  unit_on date,
  street_ids bigint[] NOT NULL DEFAULT '{}',
  from_ids bigint[] NOT NULL DEFAULT '{}',
  to_ids bigint[] NOT NULL DEFAULT '{}',
  unit_ids bigint[] NOT NULL DEFAULT '{}',
  object_id bigint,
  CONSTRAINT zone_part_natural_key UNIQUE (zone_id, ordinal),
  CONSTRAINT zone_part_kind_check CHECK (kind IN ('street', 'circle', 'unit')),
  CONSTRAINT zone_part_side_check CHECK (side IN ('both', 'left', 'right')),
  CONSTRAINT zone_part_width_m_range CHECK (width_m >= 0.5 AND width_m <= 500),
  CONSTRAINT zone_part_radius_m_range CHECK (radius_m >= 1 AND radius_m <= 5000),
  CONSTRAINT zone_part_object_layer_check CHECK (object_layer IN ('pole', 'tower', 'manhole')),
  CONSTRAINT zone_part_unit_level_check CHECK (unit_level IN ('province', 'district', 'commune')),
  CONSTRAINT zone_part_street CHECK (
    (kind = 'street') = (street IS NOT NULL AND side IS NOT NULL AND width_m IS NOT NULL)
    AND num_nonnulls(from_street, from_m) = num_nonnulls(to_street, to_m) AND num_nonnulls(from_street, from_m) <= 1
  ),
  CONSTRAINT zone_part_circle CHECK (
    (kind = 'circle') = (radius_m IS NOT NULL)
    AND (kind <> 'circle' OR num_nonnulls(longitude, object_code) = 1)
    AND num_nonnulls(longitude, latitude) <> 1 AND num_nonnulls(object_layer, object_code) <> 1
  ),
  CONSTRAINT zone_part_unit CHECK (
    (kind = 'unit') = (unit_on IS NOT NULL) AND (kind <> 'unit' OR num_nonnulls(unit, unit_within) >= 1)
  )
);
CREATE INDEX zone_part_street_ids_idx ON registry.zone_part USING gin (street_ids);
CREATE INDEX zone_part_from_ids_idx ON registry.zone_part USING gin (from_ids);
CREATE INDEX zone_part_to_ids_idx ON registry.zone_part USING gin (to_ids);
CREATE INDEX zone_part_unit_ids_idx ON registry.zone_part USING gin (unit_ids);
CREATE INDEX zone_part_object_id_idx ON registry.zone_part (object_id) WHERE object_id IS NOT NULL;

CREATE TABLE history.zone_recipe (
  history_id bigint GENERATED ALWAYS AS IDENTITY,
  change_set_id bigint NOT NULL,
  operation "char" NOT NULL,
  LIKE registry.zone_recipe
);
CREATE INDEX zone_recipe_change_set_idx ON history.zone_recipe USING brin (change_set_id);
CREATE INDEX zone_recipe_key_idx ON history.zone_recipe (zone_id, history_id);
CREATE INDEX zone_recipe_history_id_idx
  ON history.zone_recipe USING brin (history_id) WITH (pages_per_range = 16);

CREATE TABLE history.zone_part (
  history_id bigint GENERATED ALWAYS AS IDENTITY,
  change_set_id bigint NOT NULL,
  operation "char" NOT NULL,
  LIKE registry.zone_part
);
CREATE INDEX zone_part_change_set_idx ON history.zone_part USING brin (change_set_id);
CREATE INDEX zone_part_key_idx ON history.zone_part (id, history_id);
CREATE INDEX zone_part_history_id_idx
  ON history.zone_part USING brin (history_id) WITH (pages_per_range = 16);

GRANT SELECT, INSERT, UPDATE, DELETE ON registry.zone_recipe, registry.zone_part TO gisreg_app, gisreg_worker;
GRANT SELECT ON history.zone_recipe, history.zone_part TO gisreg_app, gisreg_worker;
