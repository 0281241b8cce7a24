-- Zones that are made from recipes, and the recipes as they are kept.

-- name: same(code, valid_from)$
-- Id of the zone of a code and first day.
SELECT id FROM registry.zone WHERE code = :code AND valid_from = :valid_from;

-- name: called(code, day)$
-- Id of the zone of a code: that of a day, else the next, else the last.
SELECT gisreg.zone_called(:code, :day);

-- name: keep_recipe(zone_id, pasted, made_by, moment, md5)!
-- Keep who made a zone from what; the area that it gave is the only one that the zone may have.
INSERT INTO registry.zone_recipe AS r (zone_id, pasted, made_by, made_at, built_at, geometry_md5)
VALUES (:zone_id, :pasted, :made_by, :moment, :moment, :md5)
ON CONFLICT (zone_id) DO UPDATE SET
  pasted = excluded.pasted, made_by = excluded.made_by, made_at = excluded.made_at, built_at = excluded.built_at,
  geometry_md5 = excluded.geometry_md5, stale_since = NULL, failed_at = NULL, failure_vi = NULL, failure_en = NULL;

-- name: forget_parts(zone_id)!
DELETE FROM registry.zone_part WHERE zone_id = :zone_id;

-- name: forget_recipe(zone_id)!
DELETE FROM registry.zone_recipe WHERE zone_id = :zone_id;

-- name: keep_part(zone_id, ordinal, part)!
-- Keep a part; `part` is a JSON object of its columns.
INSERT INTO registry.zone_part (
  zone_id, ordinal, kind, as_written, street, ward, from_street, to_street, from_m, to_m, side, width_m, longitude,
  latitude, object_layer, object_code, object_owner, radius_m, unit, unit_level, unit_within, unit_kind, unit_on,
  street_ids, from_ids, to_ids, unit_ids, object_id
)
SELECT
  :zone_id, :ordinal, p.kind, p.as_written, p.street, p.ward, p.from_street, p.to_street, p.from_m, p.to_m, p.side,
  p.width_m, p.longitude, p.latitude, p.object_layer, p.object_code, p.object_owner, p.radius_m, p.unit, p.unit_level,
  p.unit_within, p.unit_kind, p.unit_on, p.street_ids, p.from_ids, p.to_ids, p.unit_ids, p.object_id
FROM jsonb_populate_record(NULL::registry.zone_part, :part) AS p;

-- name: recipe(zone_id)^
-- A recipe as it is kept.
SELECT pasted, made_by, made_at, built_at, geometry_md5, stale_since, failed_at, failure_vi, failure_en
FROM registry.zone_recipe WHERE zone_id = :zone_id;

-- name: parts(zone_id)
-- The parts of a recipe in their order, as JSON.
SELECT to_jsonb(p) - 'id' - 'zone_id' - 'ordinal' FROM registry.zone_part AS p
WHERE p.zone_id = :zone_id ORDER BY p.ordinal;

-- name: zone(zone_id)^
-- A zone's own facts.
SELECT id, code, name, kind, decision_no, valid_from, valid_to, deadline, weight, visibility, ST_Area(geom::geography)
FROM registry.zone WHERE id = :zone_id;

-- name: area(zone_id)$
-- A zone's area as hexadecimal EWKB.
SELECT geom::text FROM registry.zone WHERE id = :zone_id;

-- name: listed()
-- Zones that are made from recipes, with how their recipe stands.
SELECT
  z.id, z.code, z.name, z.kind, z.valid_from, z.valid_to, ST_Area(z.geom::geography),
  (SELECT count(*) FROM registry.zone_part AS p WHERE p.zone_id = z.id), r.made_by, r.built_at, r.stale_since, r.failure_vi,
  r.failure_en
FROM registry.zone_recipe AS r JOIN registry.zone AS z ON z.id = r.zone_id
ORDER BY z.code, z.valid_from;

-- name: province_is_known()$
-- Whether the province's boundary is there, against which a zone's share is measured.
SELECT EXISTS (SELECT FROM registry.admin_unit WHERE level = 'province' AND geom IS NOT NULL AND gso_code = gisreg.province_code());

-- name: named(ids)
-- What streets, units and objects are called.
SELECT id, coalesce(name, code, id::text) FROM registry.street WHERE id = ANY (:ids::bigint[])
UNION ALL
SELECT id, name || ' (' || gso_code || ')' FROM registry.admin_unit WHERE id = ANY (:ids::bigint[])
UNION ALL
SELECT id, 'pole ' || coalesce(code, id::text) FROM registry.pole WHERE id = ANY (:ids::bigint[])
UNION ALL
SELECT id, 'tower ' || coalesce(code, id::text) FROM registry.tower WHERE id = ANY (:ids::bigint[])
UNION ALL
SELECT id, 'manhole ' || coalesce(code, id::text) FROM registry.manhole WHERE id = ANY (:ids::bigint[]);
