-- Which street an object lies along: the nearest within reach of its middle. Under the asker's own policies,
-- so that nobody learns of streets or objects he may not see.

-- Metres of a plane that touches the ellipsoid at the place: ten times as fast as geodesic ones, and the same to a
-- tenth of a millimetre over the tens of metres that count here. In FROM, so that the planner sees through it, and
-- asks once for all places who asks.
-- \param reach_m  metres
-- \returns  the nearest street within reach of a place, the lower id of two equally near; no row for none
CREATE OR REPLACE FUNCTION gisreg.street_near(place geometry, reach_m double precision)
RETURNS TABLE (street_id bigint)
LANGUAGE sql STABLE PARALLEL SAFE
AS $$
  SELECT d.id
  FROM (
    SELECT o.box, o.x, o.y, ST_Scale(o.at, o.x, o.y) AS flat
    FROM (
      -- Metres of a degree of longitude and latitude on WGS 84.
      SELECT
        a.at, gisreg.around(a.at, reach_m) AS box, 111412.84 * cos(a.phi) - 93.5 * cos(3 * a.phi) AS x,
        111132.954 - 559.822 * cos(2 * a.phi) + 1.175 * cos(4 * a.phi) AS y
      FROM (SELECT place AS at, radians(ST_Y(place)) AS phi OFFSET 0) AS a
    ) AS o
    OFFSET 0  -- or all of this would be computed again for every street
  ) AS m
  CROSS JOIN LATERAL (
    SELECT s.id, ST_Distance(ST_Scale(s.geom, m.x, m.y), m.flat) AS metres
    FROM registry.street AS s WHERE s.geom && m.box
    OFFSET 0
  ) AS d
  WHERE d.metres <= reach_m
  ORDER BY d.metres, d.id
  LIMIT 1
$$;

-- \returns  the same as a value; NULL for none
CREATE OR REPLACE FUNCTION gisreg.street_of(place geometry, reach_m double precision) RETURNS bigint
LANGUAGE sql STABLE PARALLEL SAFE
AS $$ SELECT n.street_id FROM gisreg.street_near(place, reach_m) AS n $$;

-- \returns  ids of segments, spans, poles, towers, manholes, ducts and cables along a street, of what hangs there (supports,
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
    UNION ALL
    SELECT 'cable', o.id, o.geom FROM registry.cable AS o WHERE o.geom && (SELECT box FROM street)
    UNION ALL
    SELECT 'fitting', o.id, o.geom FROM registry.fitting AS o WHERE o.geom && (SELECT box FROM street)
  ), along AS MATERIALIZED (
    SELECT n.layer, n.id
    FROM (
      SELECT o.layer, o.id, gisreg.middle_of(o.geom) AS middle FROM near AS o
      OFFSET 0
    ) AS n
    CROSS JOIN LATERAL gisreg.street_near(n.middle, objects_along.reach_m) AS s
    WHERE s.street_id = objects_along.street
  )
  SELECT a.layer, a.id FROM along AS a
  UNION ALL
  SELECT 'support', s.id FROM along AS a JOIN registry.support AS s ON s.pole_id = a.id WHERE a.layer = 'pole'
  UNION ALL
  SELECT 'fitting', f.id FROM along AS a JOIN registry.fitting AS f ON f.pole_id = a.id AND f.geom IS NULL
  WHERE a.layer = 'pole'
  UNION ALL
  SELECT 'fitting', f.id FROM along AS a
  JOIN registry.fitting AS f ON f.span_id = a.id AND f.pole_id IS NULL AND f.geom IS NULL
  WHERE a.layer = 'span'
  UNION ALL
  SELECT 'street', s.id FROM street AS s
$$;
