-- Where the registry's administrative units lie on a day, for the rules that ask whether an object lies there.
-- Plain selects, so that the planner writes them into the rules' own statements.

-- \returns  the units that hold on a day and everybody may know of
CREATE OR REPLACE FUNCTION gisreg.units(day date) RETURNS TABLE (id bigint, geom geometry)
LANGUAGE sql STABLE PARALLEL SAFE
AS $$
  SELECT u.id, u.geom FROM registry.admin_unit AS u
  WHERE u.geom IS NOT NULL AND u.visibility = 'public' AND u.valid_from <= day
    AND (u.valid_to IS NULL OR u.valid_to > day)
$$;

-- \returns  one row: the box of all of them in degrees, NULL where there are none. Boxes of single precision
--           (box2d) are read off the geometries' heads, without their thousands of points.
CREATE OR REPLACE FUNCTION gisreg.units_box(day date)
RETURNS TABLE (west double precision, south double precision, east double precision, north double precision)
LANGUAGE sql STABLE PARALLEL SAFE
AS $$
  SELECT min(ST_XMin(b.box)), min(ST_YMin(b.box)), max(ST_XMax(b.box)), max(ST_YMax(b.box))
  FROM (
    SELECT u.geom::box2d AS box FROM gisreg.units(day) AS u
    OFFSET 0  -- or each head would be read four times
  ) AS b
$$;

-- For the few places that lie in no unit: the others are found by a join.
-- \returns  metres from a place to the nearest unit of a day, 0 inside; NULL where there is none. Metres of a plane
--           that touches the ellipsoid at the place, as in gisreg.is_on_street: a hundred times as fast as
--           geodesic ones, and good to a per cent over a hundred kilometres
CREATE OR REPLACE FUNCTION gisreg.outside_units_m(place geometry, day date) RETURNS double precision
LANGUAGE sql STABLE PARALLEL SAFE
AS $$
  SELECT min(ST_Distance(ST_Scale(n.geom, m.x, m.y), ST_Scale(place, m.x, m.y)))
  -- The nearest in degrees need not be the nearest in metres, but is among the nearest.
  FROM (SELECT u.geom FROM gisreg.units(day) AS u ORDER BY u.geom <-> place LIMIT 2) AS n
  CROSS JOIN (
    -- Metres of a degree of longitude and latitude on WGS 84.
    SELECT
      111412.84 * cos(radians(ST_Y(place))) - 93.5 * cos(3 * radians(ST_Y(place))) AS x,
      111132.954 - 559.822 * cos(2 * radians(ST_Y(place))) AS y
  ) AS m
$$;
REVOKE EXECUTE ON FUNCTION gisreg.units(date), gisreg.units_box(date), gisreg.outside_units_m(geometry, date)
FROM PUBLIC;
