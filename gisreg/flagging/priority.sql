-- name: parts(ids, day)
-- The parts of segments' priority, each a share from 0 to 1.
SELECT segment_id, metres, zone, severity, length, cables, dead, crossing, waiting
FROM gisreg.priority_of(:ids::bigint[], :day) ORDER BY segment_id;

-- name: along(street, reach_m)
-- Flagged segments along a street.
SELECT o.id FROM gisreg.objects_along(:street, :reach_m) AS o
JOIN registry.segment_state AS t ON t.segment_id = o.id
WHERE o.layer = 'segment' AND t.tidying_state NOT IN ('none', 'accepted');

-- name: street_called(name)
-- Streets of a code, id or name, as far as the actor sees them.
SELECT id, code, name, street_class FROM registry.street
WHERE code = :name OR id::text = :name OR name = :name ORDER BY id LIMIT 20;

-- name: streets(ids, reach_m)
-- The street along which each of these segments lies.
SELECT m.id, n.street_id
FROM (
  SELECT s.id, gisreg.middle_of(s.geom) AS middle FROM registry.segment AS s WHERE s.id = ANY (:ids::bigint[])
) AS m
CROSS JOIN LATERAL gisreg.street_near(m.middle, :reach_m) AS n;

-- name: waiting(most)
-- Segments that wait to be tidied, those with most flagged weight first.
SELECT t.segment_id FROM registry.segment_state AS t
WHERE t.tidying_state IN ('flagged', 'planned') ORDER BY t.priority DESC, t.segment_id LIMIT :most;

-- name: named(ids)
-- Streets by id.
SELECT id, code, name FROM registry.street WHERE id = ANY (:ids::bigint[]);
