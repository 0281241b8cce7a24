-- Which street an object lies along: the nearest within reach of its middle. Under the asker's own policies,
-- so that nobody learns of streets or objects he may not see.

-- \param reach_m  metres; degrees are taken for it generously up to 26 degrees of latitude
-- \returns  the nearest street within reach of a place, the lower id of two equally near; NULL for none
CREATE OR REPLACE FUNCTION gisreg.street_of(place geometry, reach_m double precision) RETURNS bigint
LANGUAGE sql STABLE PARALLEL SAFE
AS $$
  SELECT s.id FROM registry.street AS s
  WHERE s.geom && ST_Expand(place, reach_m / 100000) AND ST_DWithin(s.geom::geography, place::geography, reach_m)
  ORDER BY ST_Distance(s.geom::geography, place::geography), s.id
  LIMIT 1
$$;

-- \returns  ids of segments, spans, poles and towers along a street
CREATE OR REPLACE FUNCTION gisreg.objects_along(street bigint, reach_m double precision)
RETURNS TABLE (layer text, id bigint)
LANGUAGE sql STABLE PARALLEL SAFE
AS $$
  WITH street AS MATERIALIZED (
    SELECT ST_Expand(s.geom, objects_along.reach_m / 100000) AS box FROM registry.street AS s
    WHERE s.id = objects_along.street
  ), near AS (
    SELECT 'segment' AS layer, o.id, o.geom FROM registry.segment AS o WHERE o.geom && (SELECT box FROM street)
    UNION ALL
    SELECT 'span', o.id, o.geom FROM registry.span AS o WHERE o.geom && (SELECT box FROM street)
    UNION ALL
    SELECT 'pole', o.id, o.geom FROM registry.pole AS o WHERE o.geom && (SELECT box FROM street)
    UNION ALL
    SELECT 'tower', o.id, o.geom FROM registry.tower AS o WHERE o.geom && (SELECT box FROM street)
  )
  SELECT n.layer, n.id FROM near AS n
  WHERE gisreg.street_of(gisreg.middle_of(n.geom), objects_along.reach_m) = objects_along.street
$$;
