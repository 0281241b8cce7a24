-- name: of_zone(id)
-- What a zone concerns, by layer.
SELECT object_layer, array_agg(DISTINCT object_id) FROM gisreg.objects_in_zones(ARRAY[:id::bigint])
GROUP BY object_layer;

-- name: of_street(id, reach_m)
-- What lies along a street or crosses it, by layer.
SELECT layer, array_agg(DISTINCT id)
FROM (
  SELECT layer, id FROM gisreg.objects_along(:id, :reach_m)
  UNION ALL
  SELECT object_layer, object_id FROM gisreg.flag_concerned('street', ARRAY[:id::bigint])
) AS o
GROUP BY layer;

-- name: since(moment)
-- What was edited since a moment and what hangs on it, by layer.
SELECT layer, array_agg(DISTINCT object_id) FROM gisreg.flag_since(:moment) GROUP BY layer;

-- name: zone(code)$
-- The zone of a code.
SELECT gisreg.zone_called(:code, current_date);

-- name: trying()$
-- Let a grown zone not be refused: it is only tried.
SELECT set_config('gisreg.only_trying', 'on', true);

-- name: zones_in_force(day)
-- Codes and names of the zones that hold on a day, as far as the actor sees them.
SELECT code, name FROM registry.zone
WHERE valid_from <= :day AND (valid_to IS NULL OR valid_to > :day) ORDER BY code LIMIT 2000;

-- name: grow(id, metres)!
-- Let a zone grow (or shrink) by so many metres. Only in a transaction that is rolled back.
UPDATE registry.zone
SET geom = ST_Multi(ST_CollectionExtract(ST_MakeValid(ST_Buffer(geom::geography, :metres)::geometry), 3))
WHERE id = :id;

-- name: attempt(as_of, objects, rules, instead, least_m, reach_m)
-- How findings would differ, by change, rule, owner and street.
SELECT t.change, t.rule_id, o.code, coalesce(s.name, s.code), t.findings, t.metres
FROM gisreg.flag_try(:as_of::date, :objects::jsonb, :rules::text[], :instead::jsonb, :least_m, :reach_m) AS t
LEFT JOIN registry.organisation AS o ON o.id = t.owner_id
LEFT JOIN registry.street AS s ON s.id = t.street_id
ORDER BY t.rule_id, t.change, o.code, s.name, s.code;

-- name: begin_alone()$
-- Take the lock of the runs, if no other run holds it.
SELECT pg_try_advisory_xact_lock(hashtext('gisreg.flagging'));
