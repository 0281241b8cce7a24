-- Areas of the parts of a zone (metric, as EWKB), and of the whole.

-- name: strip(streets, from_streets, to_streets, from_m, to_m, side, width_m, gap_m)^
-- Area and line of a strip along a street, and why there is none. A side of several lines is nobody's side.
SELECT
  CASE WHEN s.fault IS NULL AND f.fault IS NULL THEN gisreg.street_strip(s.section, s.cuts, :side, :width_m) END,
  s.section, ST_Length(s.section), coalesce(s.fault, f.fault)
FROM gisreg.street_section(:streets::bigint[], :from_streets::bigint[], :to_streets::bigint[], :from_m, :to_m, :gap_m) AS s
CROSS JOIN LATERAL (
  SELECT CASE WHEN :side <> 'both' AND GeometryType(s.section) <> 'LINESTRING' THEN 'side_unclear' END AS fault
) AS f;

-- name: circle(longitude, latitude, radius_m)$
-- Area of a circle around a place.
SELECT ST_Buffer(ST_Transform(ST_SetSRID(ST_MakePoint(:longitude, :latitude), 4326), gisreg.metric_srid()), :radius_m, 32);

-- name: around(object_id, radius_m)$
-- Area around an object.
SELECT ST_Buffer(ST_Transform(o.geom, gisreg.metric_srid()), :radius_m, 32)
FROM (
  SELECT geom FROM registry.pole WHERE id = :object_id
  UNION ALL
  SELECT geom FROM registry.tower WHERE id = :object_id
  UNION ALL
  SELECT geom FROM registry.manhole WHERE id = :object_id
) AS o;

-- name: units(ids)$
-- Area of units, as far as their boundaries are known.
SELECT ST_Union(ST_Transform(geom, gisreg.metric_srid()) ORDER BY id)
FROM registry.admin_unit WHERE id = ANY (:ids::bigint[]) AND geom IS NOT NULL;

-- name: zone(areas)^
-- All areas in one, as zones are stored; its square metres.
SELECT z.geom, ST_Area(z.geom::geography), md5(ST_AsEWKB(z.geom))
FROM (SELECT gisreg.zone_area(:areas::geometry[]) AS geom) AS z;

-- name: shown(geom)$
-- A metric geometry as GeoJSON in EPSG:4326.
SELECT ST_AsGeoJSON(ST_Transform(:geom::geometry, 4326), 6);
