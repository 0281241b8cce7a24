-- In which commune a segment lies today: kept beside the segment, because point-in-polygon over a
-- province is too slow to repeat for every figure. The middle of the segment decides.

-- Place the segments named (NULL: all) in the communes valid on a day.
-- Where communes overlap on the map, the one in which the point lies deeper (to the millimetre) counts, then
-- the lower code: the overlap is an error of the drawing, and the deeper unit is the likelier one.
CREATE OR REPLACE FUNCTION gisreg.place_segments(ids bigint[], day date) RETURNS bigint
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp
AS $$
DECLARE
  placed bigint;
BEGIN
  PERFORM gisreg.topology_tables();
  DELETE FROM place_candidate;
  -- The units outside, or the segments: a plan that serves both would look at all segments of a commune for one.
  IF ids IS NULL THEN
    INSERT INTO place_candidate
    SELECT segment_id, unit_id, gso_code, point, count(*) OVER (PARTITION BY segment_id)
    FROM (
      SELECT s.id AS segment_id, u.id AS unit_id, u.gso_code, ST_LineInterpolatePoint(s.geom, 0.5) AS point, u.geom
      FROM registry.admin_unit AS u
      JOIN registry.segment AS s ON s.geom && u.geom
      WHERE u.level = 'commune' AND u.valid_from <= day AND (u.valid_to IS NULL OR u.valid_to > day)
    ) AS near
    WHERE ST_Covers(geom, point);
  ELSE
    INSERT INTO place_candidate
    SELECT segment_id, unit_id, gso_code, point, count(*) OVER (PARTITION BY segment_id)
    FROM (
      SELECT s.id AS segment_id, u.id AS unit_id, u.gso_code, s.point, u.geom
      FROM (
        SELECT g.id, ST_LineInterpolatePoint(g.geom, 0.5) AS point FROM registry.segment AS g WHERE g.id = ANY (ids)
      ) AS s
      JOIN registry.admin_unit AS u ON u.geom && s.point
      WHERE u.level = 'commune' AND u.valid_from <= day AND (u.valid_to IS NULL OR u.valid_to > day)
    ) AS near
    WHERE ST_Covers(geom, point);
  END IF;

  INSERT INTO registry.segment_place AS p (segment_id, commune_id)
  SELECT DISTINCT ON (c.segment_id) c.segment_id, c.unit_id
  FROM place_candidate AS c LEFT JOIN registry.admin_unit AS u ON u.id = c.unit_id AND c.units > 1
  ORDER BY c.segment_id,
    round(ST_Distance(ST_Boundary(u.geom)::geography, c.point::geography)::numeric, 3) DESC,
    c.gso_code, c.unit_id
  ON CONFLICT (segment_id) DO UPDATE SET commune_id = excluded.commune_id
  WHERE p.commune_id <> excluded.commune_id;
  GET DIAGNOSTICS placed = ROW_COUNT;
  IF ids IS NULL THEN
    DELETE FROM registry.segment_place AS p
    WHERE NOT EXISTS (SELECT FROM place_candidate AS c WHERE c.segment_id = p.segment_id);
  ELSE
    DELETE FROM registry.segment_place AS p
    WHERE p.segment_id = ANY (ids) AND NOT EXISTS (SELECT FROM place_candidate AS c WHERE c.segment_id = p.segment_id);
  END IF;
  RETURN placed;
END
$$;
