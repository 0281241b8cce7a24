-- What is near to what, in metres, by way of the spatial index.

-- \returns  a box that holds everything within so many metres, for an index to look in
CREATE OR REPLACE FUNCTION gisreg.around(place geometry, reach_m double precision) RETURNS geometry
LANGUAGE sql IMMUTABLE PARALLEL SAFE
AS $$
  -- A degree of latitude has 110.6 km and more; of longitude 90 km and more up to 35 degrees north.
  SELECT ST_Expand(place, reach_m / 90000, reach_m / 110000)
$$;

DROP FUNCTION IF EXISTS gisreg.street_at(geometry, double precision);
-- The street at which something stands: the nearest one within reach, the lower id where two are as near; no row
-- where none is. In FROM, so that the planner sees through it.
CREATE OR REPLACE FUNCTION gisreg.street_at(place geometry, reach_m double precision) RETURNS TABLE (street_id bigint)
LANGUAGE sql STABLE PARALLEL SAFE
AS $$
  SELECT st.id
  FROM registry.street AS st
  WHERE st.geom && gisreg.around(place, reach_m)
    AND ST_DWithin(st.geom::geography, place::geography, reach_m)
  ORDER BY ST_Distance(st.geom::geography, place::geography), st.id
  LIMIT 1
$$;
