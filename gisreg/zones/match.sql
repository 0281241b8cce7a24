-- Which streets, units and objects a recipe means.

-- name: streets_called(names, same_street_m)
-- Streets of the names of which these are spellings: place in the list, id, code, name, visibility, and to which
-- of the streets of that key it belongs (rows nearer than same_street_m are one street).
WITH wanted AS (
  SELECT DISTINCT gisreg.street_key(n) AS key FROM unnest(:names::text[]) AS n
), found AS MATERIALIZED (
  SELECT c.key, c.id, c.code, c.name, c.visibility
  FROM gisreg.streets_called(ARRAY(SELECT key FROM wanted)) AS c
)
SELECT
  f.key, f.id, f.code, f.name, f.visibility,
  ST_ClusterDBSCAN(ST_Transform(s.geom, gisreg.metric_srid()), :same_street_m, 1) OVER (PARTITION BY f.key) AS street
FROM found AS f JOIN registry.street AS s ON s.id = f.id
ORDER BY f.key, f.id;

-- name: streets_coded(codes)
-- Streets of these codes: id, code, name, visibility, all as one street.
SELECT id, code, coalesce(name, code), visibility, 0 FROM registry.street WHERE code = ANY (:codes::text[]) ORDER BY id;

-- name: streets_by_id(ids)
-- Streets that still are there: id, code, name, visibility, all as one street.
SELECT id, code, coalesce(name, code, id::text), visibility, 0
FROM registry.street WHERE id = ANY (:ids::bigint[]) ORDER BY id;

-- name: keys_of(names)
-- Name and key of each.
SELECT n, gisreg.street_key(n) FROM unnest(:names::text[]) AS n;

-- name: like(written, most)
-- Names of streets that are like one.
SELECT l FROM gisreg.streets_like(:written, :most) AS l;

-- name: wards_of(ids, day)
-- The communes of a day in which streets lie.
SELECT u.name, u.gso_code, array_agg(s.id ORDER BY s.id)
FROM registry.street AS s
JOIN registry.admin_unit AS u ON u.geom && s.geom AND ST_Intersects(u.geom, s.geom)
WHERE s.id = ANY (:ids::bigint[]) AND u.level = 'commune' AND u.valid_from <= :day
  AND (u.valid_to IS NULL OR u.valid_to > :day)
GROUP BY u.name, u.gso_code ORDER BY u.name;

-- name: wards_called(ids, ward)
-- Of streets, those that lie in a commune of this name, of whatever day.
SELECT DISTINCT s.id
FROM registry.street AS s
JOIN registry.admin_unit AS u ON u.geom && s.geom AND ST_Intersects(u.geom, s.geom)
WHERE s.id = ANY (:ids::bigint[]) AND u.level = 'commune'
  AND (u.gso_code = :ward OR gisreg.unit_key(u.name) = gisreg.unit_key(:ward));

-- name: is_ward(ward)$
-- Whether a commune bears this name or code, or ever did.
SELECT EXISTS (
  SELECT FROM registry.admin_unit AS u
  WHERE u.level = 'commune' AND (u.gso_code = :ward OR gisreg.unit_key(u.name) = gisreg.unit_key(:ward))
);

-- name: meeting(streets, others)
-- Of other streets, those that cross a street or come close enough.
SELECT o.id
FROM registry.street AS o
WHERE o.id = ANY (:others::bigint[]) AND ST_DWithin(
  ST_Transform(o.geom, gisreg.metric_srid()), gisreg.street_axis(:streets::bigint[]), gisreg.crossing_reach_m());

-- name: crossing_names(streets, written, most)
-- Names of streets that cross a street, those like a written one first.
SELECT o.name
FROM (
  SELECT ST_Envelope(ST_Transform(ST_Buffer(ST_Envelope(gisreg.street_axis(:streets::bigint[])), gisreg.crossing_reach_m()), 4326)) AS box,
    gisreg.street_axis(:streets::bigint[]) AS axis
) AS a
JOIN registry.street AS o ON o.geom && a.box
  AND ST_DWithin(ST_Transform(o.geom, gisreg.metric_srid()), a.axis, gisreg.crossing_reach_m())
WHERE o.name IS NOT NULL AND o.id <> ALL (:streets::bigint[])
GROUP BY o.name
ORDER BY max(similarity(gisreg.street_key(o.name), gisreg.street_key(:written))) DESC, o.name
LIMIT :most;

-- name: units(written, level, within, kind, day)
-- Units of a day by code or name, within another by code or name of that day, of a kind: id, code, name, name of the
-- unit above, whether its boundary is known, visibility.
WITH RECURSIVE above AS (
  SELECT u.id FROM registry.admin_unit AS u
  WHERE :within::text IS NOT NULL AND u.valid_from <= :day AND (u.valid_to IS NULL OR u.valid_to > :day)
    AND (u.gso_code = :within OR gisreg.unit_key(u.name) = gisreg.unit_key(:within))
    AND u.level <> :level
  UNION
  SELECT u.id FROM above AS a JOIN registry.admin_unit AS u ON u.parent_id = a.id
)
SELECT u.id, u.gso_code, u.name, p.name, u.geom IS NOT NULL, u.visibility
FROM registry.admin_unit AS u LEFT JOIN registry.admin_unit AS p ON p.id = u.parent_id
WHERE u.level = :level AND u.valid_from <= :day AND (u.valid_to IS NULL OR u.valid_to > :day)
  AND (:written::text IS NULL OR u.gso_code = :written OR gisreg.unit_key(u.name) = gisreg.unit_key(:written))
  AND (:within::text IS NULL OR u.id IN (SELECT id FROM above))
  AND (:kind::text IS NULL OR u.kind = :kind)
ORDER BY u.gso_code, u.id;

-- name: units_like(written, level, day, most)
-- Units of a day with names like one.
SELECT u.name || ' (' || u.gso_code || ')' FROM registry.admin_unit AS u
WHERE u.level = :level AND u.valid_from <= :day AND (u.valid_to IS NULL OR u.valid_to > :day)
  AND similarity(gisreg.unit_key(u.name), gisreg.unit_key(:written)) > 0.25
ORDER BY similarity(gisreg.unit_key(u.name), gisreg.unit_key(:written)) DESC, u.gso_code LIMIT :most;

-- name: successors(ids)
-- What units became: the former unit, id and name of the later one (with a boundary), ids and names of all that
-- went into that one.
SELECT b.from_id, t.id, t.name, array_agg(f.id ORDER BY f.id), array_agg(f.name ORDER BY f.id)
FROM registry.admin_succession AS b
JOIN registry.admin_unit AS t ON t.id = b.to_id
JOIN registry.admin_succession AS a ON a.to_id = t.id
JOIN registry.admin_unit AS f ON f.id = a.from_id
WHERE b.from_id = ANY (:ids::bigint[]) AND t.geom IS NOT NULL
GROUP BY b.from_id, t.id, t.name ORDER BY b.from_id, t.id;

-- name: objects(layer, code, owner)
-- Objects of a layer by code, of an owner where one is named: id, the owner's code, visibility.
SELECT o.id, g.code, o.visibility
FROM (
  SELECT id, owner_id, visibility FROM registry.pole WHERE :layer = 'pole' AND code = :code
  UNION ALL
  SELECT id, owner_id, visibility FROM registry.tower WHERE :layer = 'tower' AND code = :code
  UNION ALL
  SELECT id, owner_id, visibility FROM registry.manhole WHERE :layer = 'manhole' AND code = :code
) AS o
LEFT JOIN registry.organisation AS g ON g.id = o.owner_id
WHERE :owner::text IS NULL OR g.code = :owner
ORDER BY g.code, o.id;
