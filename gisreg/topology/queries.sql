-- name: cables_of_poles(poles, reach_m)
-- Cables that hang on these poles or pass them within reach (metres), or did before the edit.
SELECT DISTINCT cable_id FROM (
  SELECT s.cable_id FROM registry.support AS s WHERE s.pole_id = ANY (:poles)
  UNION ALL
  SELECT n.cable_id FROM registry.near_miss AS n WHERE n.pole_id = ANY (:poles)
  UNION ALL
  SELECT c.id
  FROM registry.pole AS p
  JOIN registry.cable AS c
    ON c.geom && ST_Envelope(ST_Buffer(p.geom::geography, :reach_m)::geometry)
    AND ST_DWithin(c.geom::geography, p.geom::geography, :reach_m)
  WHERE p.id = ANY (:poles) AND c.deployment = 'aerial'
) AS touched;

-- name: segments_of_cables(cables)
-- All segments of these cables.
SELECT id FROM registry.segment WHERE cable_id = ANY (:cables) ORDER BY id;

-- name: forget_crossings_of_streets(streets)!
-- Drop the crossings of these streets.
DELETE FROM registry.crossing WHERE street_id = ANY (:streets);

-- name: cross_streets(streets)!
-- Find the crossings of these streets.
INSERT INTO registry.crossing (segment_id, street_id, ordinal, measure_m, geom)
SELECT
  segment_id, street_id,
  row_number() OVER (PARTITION BY segment_id, street_id ORDER BY fraction)::integer,
  fraction * length_m, point
FROM (
  SELECT
    s.id AS segment_id, st.id AS street_id, s.length_m, d.geom AS point,
    ST_LineLocatePoint(s.geom, d.geom) AS fraction
  FROM registry.street AS st
  JOIN registry.segment AS s ON s.geom && st.geom AND ST_Intersects(st.geom, s.geom)
  CROSS JOIN LATERAL ST_Dump(ST_CollectionExtract(ST_Intersection(s.geom, st.geom), 1)) AS d
  WHERE st.id = ANY (:streets)
) AS points;
