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
