-- name: open_questions(zone, day, most, reach_m, west, south, east, north)
-- Poles and spans by how much their measurement decides, the weightiest first; street and poles of a span as far as
-- the actor sees them.
SELECT
  q.layer, q.object_id,
  CASE WHEN q.layer = 'pole' THEN q.code ELSE nullif(concat_ws(' – ', a.code, b.code), '') END AS name, q.questions,
  q.weight, q.asked, st.id, st.code, st.name, ST_AsGeoJSON(q.geom, 7), ST_X(ST_PointOnSurface(q.geom)),
  ST_Y(ST_PointOnSurface(q.geom))
FROM gisreg.open_questions(
  :zone::bigint, :day, :most, :reach_m, ST_MakeEnvelope(:west::float8, :south, :east, :north, 4326)
) AS q
LEFT JOIN registry.street AS st ON st.id = q.street
LEFT JOIN registry.span AS s ON q.layer = 'span' AND s.id = q.object_id
LEFT JOIN registry.pole AS a ON a.id = s.pole_a_id
LEFT JOIN registry.pole AS b ON b.id = s.pole_b_id
ORDER BY q.weight DESC, q.questions DESC, q.object_id;

-- name: zone(code)$
-- The zone of a code, as far as the actor sees it.
SELECT gisreg.zone_called(:code, current_date);
