-- name: setting(key)$
-- Value of one of this database's settings.
SELECT value FROM gisreg.setting WHERE key = :key;

-- name: set_setting(key, value)!
-- Write one of this database's settings.
INSERT INTO gisreg.setting (key, value) VALUES (:key, :value)
ON CONFLICT (key) DO UPDATE SET value = excluded.value;

-- name: busiest_commune()$
-- Code of the commune of today with the most flagged segments.
SELECT u.gso_code
FROM registry.admin_unit AS u
LEFT JOIN registry.segment_place AS p ON p.commune_id = u.id
LEFT JOIN registry.segment_state AS s ON s.segment_id = p.segment_id AND s.tidying_state = 'flagged'
WHERE u.level = 'commune' AND u.valid_to IS NULL
GROUP BY u.id
ORDER BY count(s.segment_id) DESC, u.gso_code
LIMIT 1;

-- name: tables()
-- Tables of the registry that hold data: all but the texts of rules and their thresholds.
SELECT relname FROM pg_catalog.pg_class
WHERE relnamespace = 'registry'::regnamespace AND relkind = 'r' AND relname NOT IN ('rule', 'threshold')
ORDER BY relname;

-- name: spans()
-- Spans in an order that does not depend on ids: id, and whether a street or an alley is crossed.
SELECT
  s.id,
  coalesce(bool_or(st.street_class NOT IN ('alley', 'path')), false) AS over_street,
  coalesce(bool_or(st.street_class = 'alley'), false) AS over_alley
FROM registry.span AS s
JOIN registry.pole AS a ON a.id = s.pole_a_id
JOIN registry.pole AS b ON b.id = s.pole_b_id
LEFT JOIN registry.segment AS g ON g.span_id = s.id
LEFT JOIN registry.crossing AS x ON x.segment_id = g.id
LEFT JOIN registry.street AS st ON st.id = x.street_id
GROUP BY s.id, a.geom, b.geom
ORDER BY
  least(ST_X(a.geom), ST_X(b.geom)), least(ST_Y(a.geom), ST_Y(b.geom)),
  greatest(ST_X(a.geom), ST_X(b.geom)), greatest(ST_Y(a.geom), ST_Y(b.geom));

-- name: supports()
-- Supports in an order that does not depend on ids: id and the height of the pole.
SELECT s.id, p.height_m
FROM registry.support AS s
JOIN registry.cable AS c ON c.id = s.cable_id
JOIN registry.pole AS p ON p.id = s.pole_id
ORDER BY c.length_m, ST_XMin(c.geom), ST_YMin(c.geom), s.sequence;

-- name: flagged()
-- Flagged segments with their first pole and their priority.
SELECT g.id, coalesce(g.from_pole_id, g.to_pole_id) AS pole_id, t.priority, t.flagged_m
FROM registry.segment_state AS t
JOIN registry.segment AS g ON g.id = t.segment_id
JOIN registry.cable AS c ON c.id = g.cable_id
WHERE t.tidying_state = 'flagged' AND g.visibility IN ('public', 'partner')
ORDER BY c.length_m, ST_XMin(c.geom), ST_YMin(c.geom), g.sequence;

-- name: crossed_spans()
-- Spans in an order that does not depend on ids: id, whether a railway or navigable water is crossed, and whether
-- a street is or a surveyor wrote already what is below.
SELECT
  s.id,
  EXISTS (
    SELECT FROM registry.segment AS g JOIN registry.railway AS l ON l.geom && g.geom AND ST_Intersects(l.geom, g.geom)
    WHERE g.span_id = s.id) AS over_railway,
  EXISTS (
    SELECT FROM registry.segment AS g JOIN registry.waterway AS l ON l.geom && g.geom AND ST_Intersects(l.geom, g.geom)
    WHERE g.span_id = s.id AND l.waterway_class <> 'not_navigable') AS over_water,
  s.surface_below IS NOT NULL OR EXISTS (
    SELECT FROM registry.segment AS g JOIN registry.crossing AS x ON x.segment_id = g.id WHERE g.span_id = s.id
  ) AS over_other
FROM registry.span AS s
JOIN registry.pole AS a ON a.id = s.pole_a_id
JOIN registry.pole AS b ON b.id = s.pole_b_id
ORDER BY
  least(ST_X(a.geom), ST_X(b.geom)), least(ST_Y(a.geom), ST_Y(b.geom)),
  greatest(ST_X(a.geom), ST_X(b.geom)), greatest(ST_Y(a.geom), ST_Y(b.geom));

-- name: supports_below_mv()
-- Supports on medium-voltage poles whose conductor was measured, in an order that does not depend on ids, with its
-- height.
SELECT s.id, p.lowest_power_height_m
FROM registry.support AS s
JOIN registry.cable AS c ON c.id = s.cable_id
JOIN registry.pole AS p ON p.id = s.pole_id
WHERE p.kind = 'power_mv' AND p.lowest_power_height_m IS NOT NULL
ORDER BY c.length_m, ST_XMin(c.geom), ST_YMin(c.geom), s.sequence;

-- name: replacing_poles()
-- New poles that stand beside an old one, in an order that does not depend on ids.
SELECT n.id
FROM registry.pole AS n
WHERE n.status = 'in_service' AND EXISTS (
  SELECT FROM registry.pole AS o
  WHERE o.geom && gisreg.around(n.geom, 3) AND ST_DWithin(o.geom::geography, n.geom::geography, 3)
    AND o.id <> n.id AND o.status = 'disused' AND o.kind = n.kind AND o.owner_id IS NOT DISTINCT FROM n.owner_id
    AND EXISTS (SELECT FROM registry.support AS s WHERE s.pole_id = o.id)
)
ORDER BY ST_X(n.geom), ST_Y(n.geom);
-- name: poles_with_cable()
-- Poles that carry cable, in an order that does not depend on ids: id and the organisations that hang there.
SELECT p.id, array_agg(o.id ORDER BY o.code) FILTER (WHERE o.id IS NOT NULL) AS hanging
FROM registry.pole AS p
JOIN (SELECT DISTINCT pole_id, owner_id FROM registry.support) AS s ON s.pole_id = p.id
LEFT JOIN registry.organisation AS o ON o.id = s.owner_id AND o.id IS DISTINCT FROM p.owner_id
GROUP BY p.id
ORDER BY ST_X(p.geom), ST_Y(p.geom);

-- name: streets()
-- Streets that are no alleys, with the number of poles along them that carry cable; the busiest first.
SELECT s.id, count(p.id) AS poles
FROM registry.street AS s
LEFT JOIN registry.pole_state AS t ON t.cable_count > 0
LEFT JOIN registry.pole AS p ON p.id = t.pole_id AND p.geom && ST_Expand(s.geom, 0.0001)
  AND ST_DWithin(p.geom, s.geom, 0.0001)
WHERE s.street_class NOT IN ('alley', 'path')
GROUP BY s.id
ORDER BY count(p.id) DESC, s.code;

-- name: overhead()
-- Overhead cables, in an order that does not depend on ids: id, state, owner.
SELECT id, state, owner_id FROM registry.cable
WHERE deployment = 'aerial' AND visibility IN ('public', 'partner')
ORDER BY length_m, ST_XMin(geom), ST_YMin(geom);

-- name: dead_counts()
-- Spans on which dead cable was counted that is not drawn: id and how many.
SELECT k.span_id, sum(k.difference)::integer
FROM registry.span_cables AS k JOIN registry.span AS s ON s.id = k.span_id
WHERE k.count_stands AND k.state IN ('dead', 'ownerless') AND k.difference > 0
GROUP BY k.span_id, s.geom
ORDER BY ST_XMin(s.geom), ST_YMin(s.geom), ST_XMax(s.geom);

-- name: made_up_zone(code, source)$
-- Id of a zone of the made-up town.
SELECT id FROM registry.zone WHERE code = :code AND source = :source;
-- name: organisation_ids()
-- Code and id of every organisation.
SELECT code, id FROM registry.organisation;

-- name: logins()
-- Login and id of every person.
SELECT login, id FROM access.person;

-- name: ward_id()$
-- Id of the commune to which the demo's inspector is bound.
SELECT area_id FROM access.role_grant WHERE role = 'inspector' AND area_id IS NOT NULL LIMIT 1;

-- name: insert_contact(organisation_id, commune_id, subject, rank, name, person_id, email, phone)$
-- Write a contact and return its id.
INSERT INTO registry.contact (organisation_id, commune_id, subject, rank, name, person_id, email, phone)
VALUES (:organisation_id, :commune_id, :subject, :rank, :name, :person_id, :email, :phone)
RETURNING id;

-- name: poles_to_correct(owner, most)
-- Poles of an owner that nobody has proposed anything about, in an order that does not depend on ids: id, version,
-- height.
SELECT p.id, p.version, p.height_m FROM registry.pole AS p
WHERE p.owner_id = :owner AND p.visibility IN ('public', 'partner') AND p.height_m BETWEEN 5 AND 14
  AND NOT EXISTS (SELECT FROM registry.proposal AS o WHERE o.object_id = p.id)
ORDER BY ST_X(p.geom), ST_Y(p.geom) LIMIT :most;

-- name: make_late(ids, day)!
-- Let proposals be due on a day.
UPDATE registry.proposal SET due_on = :day, proposed_at = :day::date - interval '14 days' WHERE id = ANY (:ids);

-- name: age_notices(until)!
-- Of the notices about proposals let every second one be read, and every third of the others old.
WITH numbered AS (
  SELECT id, row_number() OVER (ORDER BY about_id, id) AS place FROM registry.notice WHERE about = 'proposal'
)
UPDATE registry.notice AS n
SET read_at = CASE WHEN mod(m.place, 2) = 0 THEN now() END,
  read_by = CASE WHEN mod(m.place, 2) = 0 THEN 'Người nhận (minh hoạ)' END,
  created_at = CASE WHEN mod(m.place, 6) = 1 THEN :until ELSE n.created_at END
FROM numbered AS m WHERE m.id = n.id AND (mod(m.place, 2) = 0 OR mod(m.place, 6) = 1);
