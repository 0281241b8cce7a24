-- The area of the parts of a zone, in the province's metric reference system. Whoever calls sees only what his
-- policies let him see; a part whose streets he does not see has no area.

-- How far, in metres, a crossing street may end before the street that it crosses (drawn from the middle of
-- the carriageway, or to the kerb), and how far to each side of a street's line its other carriageway lies.
CREATE OR REPLACE FUNCTION gisreg.crossing_reach_m() RETURNS double precision
LANGUAGE sql IMMUTABLE PARALLEL SAFE
AS $$ SELECT 30.0::double precision $$;

-- \returns  the line of streets: cut wherever parts of it meet, joined again where only two do. Where that is
--           one line, it runs as the first part was drawn
CREATE OR REPLACE FUNCTION gisreg.street_axis(streets bigint[]) RETURNS geometry
LANGUAGE plpgsql STABLE PARALLEL SAFE
SET search_path = pg_catalog, public, pg_temp
AS $$
DECLARE
  parts geometry := (
    SELECT ST_Collect(p.geom ORDER BY s.id, p.path)
    FROM registry.street AS s CROSS JOIN LATERAL ST_Dump(ST_Transform(s.geom, gisreg.metric_srid())) AS p
    WHERE s.id = ANY (streets)
  );
  axis geometry := ST_LineMerge(ST_UnaryUnion(parts));
  first_part geometry := ST_GeometryN(parts, 1);
BEGIN
  IF GeometryType(axis) = 'LINESTRING'
    AND ST_LineLocatePoint(axis, ST_StartPoint(first_part)) > ST_LineLocatePoint(axis, ST_EndPoint(first_part)) THEN
    RETURN ST_Reverse(axis);
  END IF;
  RETURN axis;
END
$$;

-- \param axis  the line of a street, metric; \param crossing  streets that cross it
-- \returns  the points of the axis at which they do, NULL where they stay farther off than crossing_reach_m
CREATE OR REPLACE FUNCTION gisreg.crossing_points(axis geometry, crossing bigint[]) RETURNS geometry
LANGUAGE plpgsql STABLE PARALLEL SAFE
SET search_path = pg_catalog, public, pg_temp
AS $$
DECLARE
  other geometry := gisreg.street_axis(crossing);
  met geometry := ST_Intersection(axis, other);
BEGIN
  IF other IS NULL OR ST_Distance(axis, other) > gisreg.crossing_reach_m() THEN
    RETURN NULL;
  ELSIF ST_IsEmpty(met) THEN
    RETURN ST_Multi(ST_ClosestPoint(axis, other));
  END IF;
  -- Where two streets run in one line for a while, they meet at its ends.
  RETURN ST_Multi(ST_UnaryUnion(ST_Collect(
    ST_CollectionExtract(met, 1), ST_Boundary(ST_LineMerge(ST_CollectionExtract(met, 2))))));
END
$$;

-- \param axis  the line of a street, metric; \param points  points on it
-- \returns  at each point a line across the street, so that a second carriageway which the crossing street
--           does not reach is cut as well
CREATE OR REPLACE FUNCTION gisreg.street_gates(axis geometry, points geometry) RETURNS geometry
LANGUAGE sql STABLE PARALLEL SAFE
SET search_path = pg_catalog, public, pg_temp
AS $$
  SELECT ST_Collect(
    ST_SetSRID(ST_MakeLine(
      ST_MakePoint(ST_X(p.geom) + reach * cos(n.azimuth), ST_Y(p.geom) - reach * sin(n.azimuth)),
      ST_MakePoint(ST_X(p.geom) - reach * cos(n.azimuth), ST_Y(p.geom) + reach * sin(n.azimuth))), ST_SRID(axis))
    ORDER BY p.path)
  FROM ST_Dump(points) AS p
  CROSS JOIN gisreg.crossing_reach_m() AS reach
  CROSS JOIN LATERAL (
    -- The street's direction over two metres to both sides of the point.
    SELECT ST_Azimuth(
      ST_LineInterpolatePoint(l.geom, greatest(f.at - 2 / ST_Length(l.geom), 0)),
      ST_LineInterpolatePoint(l.geom, least(f.at + 2 / ST_Length(l.geom), 1))) AS azimuth
    FROM ST_Dump(axis) AS l CROSS JOIN LATERAL (SELECT ST_LineLocatePoint(l.geom, p.geom) AS at) AS f
    ORDER BY ST_Distance(l.geom, p.geom) > 0.001, ST_Length(l.geom) DESC LIMIT 1
  ) AS n
$$;

-- A part of a street between two crossings, or between two places so many metres from where its line begins.
-- The street is cut at all crossings with both; what touches one of each is the part: of two carriageways both.
-- Over gaps in its line, such as squares, a street goes on; the gap itself is no part of it.
-- \param streets  the street, of one row or several
-- \param from_streets, to_streets  the crossing streets; \param from_m, to_m  or metres; all NULL for the whole
-- \param gap_m  how wide a gap may be
-- \returns  the part (metric; one line runs from the beginning to the end), the cuts; or why there is none:
--   no_line, from_not_met, to_not_met, not_one_line, beyond_end, same_place, not_connected, meets_twice
CREATE OR REPLACE FUNCTION gisreg.street_section(
  streets bigint[], from_streets bigint[], to_streets bigint[], from_m double precision, to_m double precision,
  gap_m double precision, OUT section geometry, OUT cuts geometry, OUT fault text
)
LANGUAGE plpgsql STABLE PARALLEL SAFE
SET search_path = pg_catalog, public, pg_temp
AS $$
DECLARE
  axis geometry := gisreg.street_axis(streets);
  is_one_line boolean := GeometryType(axis) = 'LINESTRING';
  begins geometry;
  ends geometry;
  begin_cuts geometry;
  end_cuts geometry;
  bridges geometry[] := '{}';
  pieces geometry[];
  reached geometry[];
BEGIN
  IF axis IS NULL OR ST_IsEmpty(axis) THEN
    fault := 'no_line';
    RETURN;
  ELSIF cardinality(from_streets) = 0 AND from_m IS NULL THEN
    section := axis;
    RETURN;
  ELSIF (from_m IS NOT NULL OR to_m IS NOT NULL) AND NOT is_one_line THEN
    fault := 'not_one_line';
    RETURN;
  ELSIF greatest(from_m, to_m) > ST_Length(axis) THEN
    fault := 'beyond_end';
    RETURN;
  END IF;
  begins := CASE WHEN from_m IS NULL THEN gisreg.crossing_points(axis, from_streets)
    ELSE ST_Multi(ST_LineInterpolatePoint(axis, from_m / ST_Length(axis))) END;
  ends := CASE WHEN to_m IS NULL THEN gisreg.crossing_points(axis, to_streets)
    ELSE ST_Multi(ST_LineInterpolatePoint(axis, to_m / ST_Length(axis))) END;
  IF begins IS NULL OR ends IS NULL THEN
    fault := CASE WHEN begins IS NULL THEN 'from_not_met' ELSE 'to_not_met' END;
    RETURN;
  ELSIF ST_Distance(begins, ends) < 1 THEN
    fault := 'same_place';
    RETURN;
  END IF;
  begin_cuts := CASE WHEN from_m IS NULL THEN gisreg.street_gates(axis, begins) ELSE begins END;
  end_cuts := CASE WHEN to_m IS NULL THEN gisreg.street_gates(axis, ends) ELSE ends END;
  cuts := ST_Collect(begin_cuts, end_cuts);
  pieces := ARRAY(SELECT d.geom FROM ST_Dump(ST_Difference(axis, ST_Buffer(cuts, 0.01))) AS d);
  IF NOT is_one_line THEN
    WITH component AS (
      SELECT row_number() OVER () AS number, c.line
      FROM unnest(ST_ClusterIntersecting(ARRAY(SELECT d.geom FROM ST_Dump(axis) AS d))) AS c (line)
    )
    SELECT coalesce(array_agg(d.geom), '{}') INTO bridges
    FROM component AS a
    JOIN component AS b ON a.number < b.number AND ST_DWithin(a.line, b.line, gap_m)
    CROSS JOIN LATERAL ST_Dump(ST_Difference(ST_ShortestLine(a.line, b.line), ST_Buffer(cuts, 0.01))) AS d;
  END IF;
  reached := ARRAY(
    SELECT c.line FROM unnest(ST_ClusterIntersecting(pieces || bridges)) AS c (line)
    WHERE ST_DWithin(c.line, begin_cuts, 0.05) AND ST_DWithin(c.line, end_cuts, 0.05)
  );
  IF reached = '{}' THEN
    fault := 'not_connected';
    RETURN;
  ELSIF EXISTS (
    -- Carriageways run side by side; ways that part from each other are two sections.
    SELECT FROM unnest(reached) AS a (line) CROSS JOIN unnest(reached) AS b (line)
    WHERE ST_HausdorffDistance(a.line, b.line) > gap_m
  ) THEN
    fault := 'meets_twice';
    RETURN;
  END IF;
  pieces := ARRAY(SELECT p.line FROM unnest(pieces) AS p (line) WHERE ST_DWithin(p.line, ST_Collect(reached), 0.001));
  IF pieces = '{}' THEN
    fault := 'not_connected';
    RETURN;
  END IF;
  section := ST_LineMerge(ST_CollectionExtract(ST_Collect(pieces), 2));
  IF GeometryType(section) = 'LINESTRING'
    AND ST_Distance(ST_StartPoint(section), begin_cuts) > ST_Distance(ST_EndPoint(section), begin_cuts) THEN
    section := ST_Reverse(section);
  END IF;
END
$$;

-- \param section  a line or lines, metric; \param cuts  where it was cut off, NULL for nowhere
-- \param side  both, left, right (of somebody who goes along the line); \param width_m  to each side taken
-- \returns  the strip along the line. It ends square where the line ends, so that it does not reach into the
--   streets beyond; where three parts of a street meet, and not at its end, the corner is filled
CREATE OR REPLACE FUNCTION gisreg.street_strip(section geometry, cuts geometry, side text, width_m double precision)
RETURNS geometry
LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE
SET search_path = pg_catalog, public, pg_temp
AS $$
DECLARE
  strip geometry := ST_Buffer(section, width_m, 'endcap=flat join=round quad_segs=16');
  corners geometry;
BEGIN
  IF side <> 'both' THEN
    RETURN ST_Intersection(strip, ST_Buffer(section, width_m, format('side=%s endcap=flat join=round quad_segs=16', side)));
  END IF;
  SELECT ST_Union(ST_Buffer(n.point, width_m, 16)) INTO corners
  FROM (
    SELECT e.point
    FROM ST_Dump(section) AS l
    CROSS JOIN LATERAL (VALUES (ST_StartPoint(l.geom)), (ST_EndPoint(l.geom))) AS e (point)
    GROUP BY e.point HAVING count(*) > 2
  ) AS n
  WHERE cuts IS NULL OR ST_Distance(n.point, cuts) > width_m;
  RETURN CASE WHEN corners IS NULL THEN strip ELSE ST_Union(strip, corners) END;
END
$$;

-- \param areas  areas of parts, metric
-- \returns  them in one as zones are stored: a valid MultiPolygon in EPSG:4326, to the millimetre
CREATE OR REPLACE FUNCTION gisreg.zone_area(areas geometry[]) RETURNS geometry
LANGUAGE sql STABLE PARALLEL SAFE
SET search_path = pg_catalog, public, pg_temp
AS $$
  SELECT ST_Multi(ST_CollectionExtract(ST_MakeValid(ST_Transform(ST_ReducePrecision(ST_UnaryUnion(ST_Collect(areas)), 0.001), 4326)), 3))
$$;
