-- Flagging: what it means that a segment lies in a zone. One definition for whole runs, for edits and for
-- questions about a single segment.

-- The rule that a kind of zone stands for; kinds without one do not flag. Where zones overlap, the kind with
-- the higher rule decides: underground only, heritage, aesthetic priority, district centre, urban.
CREATE OR REPLACE FUNCTION gisreg.zone_rule(kind text) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE
AS $$
  SELECT CASE kind
    WHEN 'underground_only' THEN 'Z05' WHEN 'heritage' THEN 'Z04' WHEN 'aesthetic_priority' THEN 'Z03'
    WHEN 'district_centre' THEN 'Z02' WHEN 'urban' THEN 'Z01'
  END
$$;

CREATE OR REPLACE FUNCTION gisreg.rule_zone(rule_id text) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE
AS $$
  SELECT CASE rule_id
    WHEN 'Z05' THEN 'underground_only' WHEN 'Z04' THEN 'heritage' WHEN 'Z03' THEN 'aesthetic_priority'
    WHEN 'Z02' THEN 'district_centre' WHEN 'Z01' THEN 'urban'
  END
$$;

-- \returns  metres below which what a segment has inside is a stub; 0 where stubs are not told apart
CREATE OR REPLACE FUNCTION gisreg.zone_stub_m(limits jsonb) RETURNS double precision
LANGUAGE sql STABLE PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $$
  SELECT CASE WHEN EXISTS (SELECT FROM registry.rule AS r WHERE r.id = 'Z06' AND r.is_active)
    THEN coalesce((limits ->> 'zone_stub_m')::double precision, 0) ELSE 0 END
$$;

-- \returns  whether segments that only cross a zone are told apart
CREATE OR REPLACE FUNCTION gisreg.tells_crossing() RETURNS boolean
LANGUAGE sql STABLE PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $$ SELECT EXISTS (SELECT FROM registry.rule AS r WHERE r.id = 'Z07' AND r.is_active) $$;

-- \param accuracy_m  of a position, NULL for unknown; \param limits  the thresholds
-- \returns  by how many metres the position is taken to be uncertain: its accuracy, or what is assumed where
--           that is unknown (0 where nothing is), at most the greatest that is looked at; 0 where that has no value
CREATE OR REPLACE FUNCTION gisreg.position_tolerance_m(accuracy_m double precision, limits jsonb)
RETURNS double precision
LANGUAGE sql IMMUTABLE PARALLEL SAFE
AS $$
  SELECT CASE WHEN limits ->> 'position_tolerance_max_m' IS NOT NULL THEN least(
    coalesce(accuracy_m, (limits ->> 'position_tolerance_unknown_m')::double precision, 0),
    (limits ->> 'position_tolerance_max_m')::double precision) ELSE 0 END
$$;

-- \returns  the next step at or above a tolerance, of a ladder on which each zone is made smaller and larger once
CREATE OR REPLACE FUNCTION gisreg.step_of(tolerance_m double precision) RETURNS double precision
LANGUAGE sql IMMUTABLE PARALLEL SAFE STRICT
AS $$ SELECT 0.05 * power(2, ceil(log(2, greatest(tolerance_m / 0.05, 1)::numeric))) $$;

-- \returns  an area and all around it within so many metres (less, where negative); empty, never NULL
CREATE OR REPLACE FUNCTION gisreg.grown(area geometry, metres double precision) RETURNS geometry
LANGUAGE sql IMMUTABLE PARALLEL SAFE
SET search_path = pg_catalog, public, pg_temp
AS $$
  SELECT CASE WHEN area IS NULL OR ST_IsEmpty(area) THEN ST_GeomFromText('MULTIPOLYGON EMPTY', 4326)
    ELSE ST_Buffer(area::geography, metres)::geometry END
$$;

-- \returns  metres of a line that lie in an area. An intersection would melt into one what runs back over its own way;
--           here it counts there and back, as it does in a line's length.
CREATE OR REPLACE FUNCTION gisreg.metres_in(area geometry, line geometry) RETURNS double precision
LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE STRICT
SET search_path = pg_catalog, public, pg_temp
AS $$
BEGIN
  IF ST_NPoints(line) = 2 OR ST_IsSimple(line) THEN
    RETURN ST_Length(ST_Intersection(area, line)::geography);
  END IF;
  RETURN (SELECT sum(ST_Length(ST_Intersection(area, d.geom)::geography)) FROM ST_DumpSegments(line) AS d);
END
$$;

-- What one segment has in one zone.
-- \param area  the zone, \param line  the segment, \param length_m  its length
-- \param tolerance_m  by how much the segment's position may be wrong
-- \param stub_m  metres inside below which it is a stub; \param least_m  below which it only touches
-- \param metres_inside  as drawn
-- \param part  inside (with one end or both), stub, crossing (neither end is inside), near (none of it is inside)
-- \param outcome  fail; borderline where no part of it lies deeper inside than its tolerance, or where it is
--   outside but not farther away than that; NULL where it has nothing to do with the zone
-- \param metres_possible  of a borderline one: metres in the zone and all around it by the tolerance
CREATE OR REPLACE FUNCTION gisreg.in_zone(
  area geometry, line geometry, length_m double precision, tolerance_m double precision, stub_m double precision,
  least_m double precision,
  OUT metres_inside double precision, OUT part text, OUT outcome text, OUT metres_possible double precision
)
LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE
SET search_path = pg_catalog, public, pg_temp
AS $$
DECLARE
  close geometry;
BEGIN
  metres_inside := CASE WHEN ST_Covers(area, line) THEN length_m
    ELSE least(length_m, gisreg.metres_in(area, line)) END;
  part := CASE
    WHEN metres_inside < least_m THEN 'near'
    WHEN metres_inside >= length_m THEN 'inside'
    WHEN metres_inside < stub_m THEN 'stub'
    WHEN ST_Covers(area, ST_StartPoint(line)) OR ST_Covers(area, ST_EndPoint(line)) THEN 'inside'
    ELSE 'crossing'
  END;
  IF part <> 'near' THEN
    outcome := 'fail';
  END IF;
  IF tolerance_m > 0 THEN
    -- What is farther away than this does not matter; a degree is nowhere in the country shorter than 90 km.
    close := ST_ClipByBox2D(area, ST_Expand(line, 3 * tolerance_m / 90000)::box2d);
    IF NOT ST_Intersects(gisreg.grown(close, -tolerance_m), line) THEN
      metres_possible := least(length_m, gisreg.metres_in(gisreg.grown(close, tolerance_m), line));
      IF metres_possible >= least_m THEN
        outcome := 'borderline';
      ELSE
        metres_possible := NULL;
      END IF;
    END IF;
  END IF;
END
$$;

-- The answers of the zone rules for some segments, or for all segments at some zones.
-- \param segments  ids, NULL for all at the zones; \param zones  ids, NULL for all at the segments
-- \param limits  the thresholds; \param least_m  metres inside below which a touch is no finding
-- \returns  a row per segment and zone that it has to do with; length_m is NULL where that says nothing about
--           the segment's state (the zone is more hidden than the segment, or none of it is inside)
CREATE OR REPLACE FUNCTION gisreg.zone_answers(
  segments bigint[], zones bigint[], as_of date, limits jsonb, least_m double precision
)
RETURNS TABLE (
  object_id bigint, zone_id bigint, rule_id text, outcome text, owner_id bigint, visibility text,
  metres_inside double precision, metres_possible double precision, length_m double precision,
  priority double precision
)
LANGUAGE plpgsql STABLE PARALLEL SAFE
SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp
AS $$
DECLARE
  stub_m double precision := gisreg.zone_stub_m(limits);
  tells_crossing boolean := gisreg.tells_crossing();
  widest_m double precision := coalesce((limits ->> 'position_tolerance_max_m')::double precision, 0);
BEGIN
  RETURN QUERY
  WITH seg AS MATERIALIZED (
    SELECT
      s.id, s.owner_id, s.visibility, s.length_m, s.geom,
      gisreg.position_tolerance_m(s.position_accuracy_m, limits) AS tolerance_m
    FROM registry.segment AS s WHERE s.id = ANY (segments)
    UNION ALL
    SELECT DISTINCT ON (s.id)
      s.id, s.owner_id, s.visibility, s.length_m, s.geom,
      gisreg.position_tolerance_m(s.position_accuracy_m, limits) AS tolerance_m
    FROM registry.zone AS z JOIN registry.segment AS s ON s.geom && gisreg.around(z.geom, widest_m)
    WHERE segments IS NULL AND z.id = ANY (zones)
  ), extent AS MATERIALIZED (
    SELECT ST_SetSRID(ST_Extent(seg.geom)::geometry, 4326) AS geom, max(seg.tolerance_m) AS widest_m FROM seg
  ), area AS MATERIALIZED (
    -- Made anew, so that the polygon is unpacked once and not for every segment.
    SELECT
      z.id, k.id AS rule_id, z.weight, z.visibility, ST_Force2D(z.geom) AS geom,
      CASE WHEN e.widest_m > 0 THEN gisreg.grown(z.geom, -e.widest_m) ELSE ST_Force2D(z.geom) END AS sure,
      gisreg.around(z.geom, e.widest_m) AS box
    FROM extent AS e
    JOIN registry.zone AS z ON z.geom && gisreg.around(e.geom, e.widest_m)
    JOIN registry.rule AS k ON k.id = gisreg.zone_rule(z.kind) AND k.is_active
    WHERE z.valid_from <= as_of AND (z.valid_to IS NULL OR z.valid_to > as_of)
      AND (zones IS NULL OR z.id = ANY (zones))
  )
  SELECT
    a.object_id, area.id,
    CASE a.part WHEN 'stub' THEN 'Z06' WHEN 'crossing' THEN CASE WHEN tells_crossing THEN 'Z07' ELSE area.rule_id END ELSE area.rule_id END,
    a.outcome, a.owner_id, CASE WHEN h.is_hidden THEN area.visibility ELSE a.visibility END, a.metres_inside,
    a.metres_possible, CASE WHEN NOT h.is_hidden AND a.part <> 'near' THEN a.length_m END,
    area.weight * a.metres_inside
  FROM area
  CROSS JOIN LATERAL (
    SELECT
      seg.id AS object_id, seg.owner_id, seg.visibility, seg.length_m, i.metres_inside, i.part, i.outcome,
      i.metres_possible
    FROM seg
    CROSS JOIN LATERAL (
      SELECT ST_Covers(area.sure, seg.geom) AS is_sure OFFSET 0
    ) AS c
    CROSS JOIN LATERAL (
      SELECT seg.length_m AS metres_inside, 'inside' AS part, 'fail' AS outcome, NULL::double precision AS metres_possible
      WHERE c.is_sure AND seg.length_m >= least_m
      UNION ALL
      SELECT n.metres_inside, n.part, n.outcome, n.metres_possible
      FROM gisreg.in_zone(area.geom, seg.geom, seg.length_m, seg.tolerance_m, stub_m, least_m) AS n
      WHERE NOT c.is_sure
    ) AS i
    WHERE seg.geom && area.box AND i.outcome IS NOT NULL
    OFFSET 0
  ) AS a
  CROSS JOIN LATERAL (
    SELECT area.visibility <> 'public'
      AND gisreg.visibility_rank(area.visibility) > gisreg.visibility_rank(a.visibility) AS is_hidden
  ) AS h;
END
$$;

REVOKE EXECUTE ON FUNCTION gisreg.zone_answers(bigint[], bigint[], date, jsonb, double precision)
FROM PUBLIC, gisreg_app, gisreg_worker;
