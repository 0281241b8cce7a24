-- Which street an object lies along: the nearest within reach of its middle. Under the asker's own policies,
-- so that nobody learns of streets or objects he may not see.

-- Metres of a plane that touches the ellipsoid at the place: ten times as fast as geodesic ones, and the same to a
-- tenth of a millimetre over the tens of metres that count here.
-- \param reach_m  metres
-- \returns  the nearest street within reach of a place, the lower id of two equally near; NULL for none
CREATE OR REPLACE FUNCTION gisreg.street_of(place geometry, reach_m double precision) RETURNS bigint
LANGUAGE sql STABLE PARALLEL SAFE
AS $$
  SELECT d.id
  FROM (
    -- Metres of a degree of longitude and latitude on WGS 84.
    SELECT
      111412.84 * cos(radians(ST_Y(place))) - 93.5 * cos(3 * radians(ST_Y(place))) AS x,
      111132.954 - 559.822 * cos(2 * radians(ST_Y(place))) + 1.175 * cos(4 * radians(ST_Y(place))) AS y
  ) AS m
  CROSS JOIN LATERAL (
    SELECT s.id, ST_Distance(ST_Scale(s.geom, m.x, m.y), ST_Scale(place, m.x, m.y)) AS metres
    FROM registry.street AS s WHERE s.geom && gisreg.around(place, reach_m)
  ) AS d
  WHERE d.metres <= reach_m
  ORDER BY d.metres, d.id
  LIMIT 1
$$;

-- \returns  ids of segments, spans, poles, towers, manholes and ducts along a street, of what hangs there (supports,
--           fittings), and its own
CREATE OR REPLACE FUNCTION gisreg.objects_along(street bigint, reach_m double precision)
RETURNS TABLE (layer text, id bigint)
LANGUAGE sql STABLE PARALLEL SAFE
AS $$
  WITH street AS MATERIALIZED (
    SELECT s.id, gisreg.around(s.geom, objects_along.reach_m) AS box FROM registry.street AS s
    WHERE s.id = objects_along.street
  ), near AS (
    SELECT 'segment' AS layer, o.id, o.geom FROM registry.segment AS o WHERE o.geom && (SELECT box FROM street)
    UNION ALL
    SELECT 'span', o.id, o.geom FROM registry.span AS o WHERE o.geom && (SELECT box FROM street)
    UNION ALL
    SELECT 'pole', o.id, o.geom FROM registry.pole AS o WHERE o.geom && (SELECT box FROM street)
    UNION ALL
    SELECT 'tower', o.id, o.geom FROM registry.tower AS o WHERE o.geom && (SELECT box FROM street)
    UNION ALL
    SELECT 'manhole', o.id, o.geom FROM registry.manhole AS o WHERE o.geom && (SELECT box FROM street)
    UNION ALL
    SELECT 'duct', o.id, o.geom FROM registry.duct AS o WHERE o.geom && (SELECT box FROM street)
  ), along AS MATERIALIZED (
    SELECT n.layer, n.id FROM near AS n
    WHERE gisreg.street_of(gisreg.middle_of(n.geom), objects_along.reach_m) = objects_along.street
  )
  SELECT a.layer, a.id FROM along AS a
  UNION ALL
  SELECT 'support', s.id FROM along AS a JOIN registry.support AS s ON s.pole_id = a.id WHERE a.layer = 'pole'
  UNION ALL
  SELECT 'fitting', f.id FROM along AS a JOIN registry.fitting AS f ON f.pole_id = a.id WHERE a.layer = 'pole'
  UNION ALL
  SELECT 'fitting', f.id FROM along AS a JOIN registry.fitting AS f ON f.span_id = a.id AND f.pole_id IS NULL
  WHERE a.layer = 'span'
  UNION ALL
  SELECT 'street', s.id FROM street AS s
$$;
