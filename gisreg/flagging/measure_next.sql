-- name: open_questions(zone, day, most, reach_m)
-- Poles and spans by how much their measurement decides, the weightiest first; street as far as the actor sees it.
SELECT
  q.layer, q.object_id, q.code, q.questions, q.weight, q.rules, st.id, st.code, st.name, ST_AsGeoJSON(q.geom, 7),
  ST_X(ST_PointOnSurface(q.geom)), ST_Y(ST_PointOnSurface(q.geom))
FROM gisreg.open_questions(:zone::bigint, :day, :most, :reach_m) AS q
LEFT JOIN registry.street AS st ON st.id = q.street
ORDER BY q.weight DESC, q.questions DESC, q.object_id;

-- name: zone(code)$
-- The zone of a code, as far as the actor sees it.
SELECT gisreg.zone_called(:code, current_date);
