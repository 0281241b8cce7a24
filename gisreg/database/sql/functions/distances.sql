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

-- All poles that stand within reach of other poles, both ways round: compared by the squares of a grid in which they,
-- or the box around them, lie, a fifth of the work of looking each one up in the index.
CREATE OR REPLACE FUNCTION gisreg.near_poles_by_square(reach_m double precision)
RETURNS TABLE (pole_id bigint, other_id bigint)
LANGUAGE plpgsql STABLE PARALLEL UNSAFE
SET search_path = pg_catalog, public, pg_temp
SET work_mem = '256MB'
-- Sorting both sides is what the planner would rather do, since it does not know how squares are filled.
SET enable_mergejoin = off
AS $$
BEGIN
  IF reach_m > 0 THEN
    -- Literals, so that the planner reckons with them.
    RETURN QUERY EXECUTE format(
      'WITH p AS NOT MATERIALIZED (
         SELECT
           p.id, p.geom, floor(ST_XMin(b.box) / %1$L) AS x1, floor(ST_XMax(b.box) / %1$L) AS x2,
           floor(ST_YMin(b.box) / %1$L) AS y1, floor(ST_YMax(b.box) / %1$L) AS y2
         FROM registry.pole AS p CROSS JOIN LATERAL (SELECT gisreg.around(p.geom, %2$L) AS box) AS b
       )
       SELECT a.id, n.id
       FROM (
         SELECT p.id, p.geom, p.x1 AS x, p.y1 AS y FROM p
         UNION ALL
         SELECT p.id, p.geom, p.x2, p.y1 FROM p WHERE p.x2 <> p.x1
         UNION ALL
         SELECT p.id, p.geom, p.x1, p.y2 FROM p WHERE p.y2 <> p.y1
         UNION ALL
         SELECT p.id, p.geom, p.x2, p.y2 FROM p WHERE p.x2 <> p.x1 AND p.y2 <> p.y1
       ) AS a
       JOIN (
         SELECT o.id, o.geom, floor(ST_X(o.geom) / %1$L) AS x, floor(ST_Y(o.geom) / %1$L) AS y FROM registry.pole AS o
       ) AS n ON n.x = a.x AND n.y = a.y
       WHERE n.id <> a.id AND n.geom && gisreg.around(a.geom, %2$L)
         AND ST_DWithin(n.geom::geography, a.geom::geography, %2$L)',
      -- Wider than any box, so that a box lies in two squares at most each way.
      8 * reach_m / 90000, reach_m);
  END IF;
END
$$;

-- The poles that stand within reach of some poles (`other_id`), NULL for all. A run over the whole registry finds
-- them once, for several rules (staging.flag_near). Nobody's rights are asked: for the owner's functions.
CREATE OR REPLACE FUNCTION gisreg.near_poles(ids bigint[], reach_m double precision)
RETURNS TABLE (pole_id bigint, other_id bigint)
LANGUAGE plpgsql STABLE PARALLEL UNSAFE
SET search_path = pg_catalog, public, pg_temp
AS $$
BEGIN
  IF ids IS NOT NULL THEN
    RETURN QUERY
    SELECT p.id, n.id
    FROM registry.pole AS p
    JOIN registry.pole AS n
      ON n.geom && gisreg.around(p.geom, reach_m) AND ST_DWithin(n.geom::geography, p.geom::geography, reach_m)
    WHERE p.id = ANY (ids) AND n.id <> p.id;
  ELSIF to_regclass('staging.flag_near') IS NOT NULL THEN
    RETURN QUERY EXECUTE
      'SELECT n.pole_id, n.other_id FROM staging.flag_near AS n
       WHERE ST_DWithin(n.other_place::geography, n.place::geography, $1)' USING reach_m;
  ELSE
    RETURN QUERY SELECT k.pole_id, k.other_id FROM gisreg.near_poles_by_square(reach_m) AS k;
  END IF;
END
$$;
REVOKE EXECUTE ON FUNCTION
  gisreg.near_poles_by_square(double precision), gisreg.near_poles(bigint[], double precision)
FROM PUBLIC, gisreg_app, gisreg_worker;
