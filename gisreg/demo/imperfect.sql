-- name: dangling_crossing()!
-- A segment that crosses a street which is gone.
INSERT INTO registry.crossing (segment_id, street_id, ordinal, measure_m, geom)
SELECT s.id, gisreg.new_id(), 1, 0, ST_StartPoint(s.geom)
FROM registry.segment AS s JOIN registry.cable AS c ON c.id = s.cable_id
WHERE s.visibility = 'partner'
ORDER BY c.length_m DESC, ST_XMin(c.geom), s.sequence LIMIT 1;

-- name: dangling_support()!
-- An attachment to a pole that is gone.
INSERT INTO registry.support (
  cable_id, pole_id, ordinal, sequence, measure_m, snap_distance_m, owner_id, visibility, position_method, source
)
SELECT c.id, gisreg.new_id(), 1, 999, 0, 0, c.owner_id, c.visibility, 'derived', 'topology'
FROM registry.cable AS c
WHERE c.visibility = 'partner' AND c.deployment = 'aerial'
ORDER BY c.length_m DESC, ST_XMin(c.geom) LIMIT 1;

-- name: dangling_span()!
-- A span to a pole that is gone.
INSERT INTO registry.span (pole_a_id, pole_b_id, geom, position_method, source)
SELECT least(p.id, g.id), greatest(p.id, g.id), ST_MakeLine(p.geom, ST_Translate(p.geom, 0.0003, 0)), 'derived',
  'generated'
FROM registry.pole AS p CROSS JOIN (SELECT gisreg.new_id() AS id) AS g
WHERE p.visibility = 'partner'
ORDER BY ST_X(p.geom), ST_Y(p.geom) LIMIT 1;

-- name: attach_too_high()!
-- Cable that is said to hang above the pole's top.
UPDATE registry.support AS s SET attachment_height_m = p.height_m + 1.5, height_method = 'laser'
FROM (
  SELECT s.id, p.height_m
  FROM registry.support AS s
  JOIN registry.pole AS p ON p.id = s.pole_id AND p.height_m IS NOT NULL
  JOIN registry.cable AS c ON c.id = s.cable_id
  ORDER BY c.length_m DESC, ST_XMin(c.geom), s.sequence LIMIT 2
) AS p
WHERE s.id = p.id;
