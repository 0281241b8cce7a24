-- Which objects the rules must look at again after an edit.

-- \param layer  key of the edited objects' layer, \param ids  their ids, present or gone
-- \returns  the edited objects and those whose answers may have changed with them, by layer
CREATE OR REPLACE FUNCTION gisreg.flag_concerned(layer text, ids bigint[])
RETURNS TABLE (object_layer text, object_id bigint)
LANGUAGE sql STABLE PARALLEL RESTRICTED
SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp
AS $$
  WITH reach AS (
    -- How far the answer for one object may hang on another of its layer: the longest of all that ever held.
    SELECT r.layer, max(t.value) AS reach_m
    FROM registry.rule AS r JOIN registry.threshold AS t ON t.key = ANY (r.reach)
    GROUP BY r.layer
  ), pole AS (
    SELECT unnest(ids) AS id WHERE flag_concerned.layer = 'pole'
    UNION
    SELECT n.id FROM registry.pole AS p
    JOIN reach AS r ON r.layer = 'pole'
    JOIN registry.pole AS n
      ON n.geom && ST_Envelope(ST_Buffer(p.geom::geography, r.reach_m)::geometry)
      AND ST_DWithin(n.geom::geography, p.geom::geography, r.reach_m)
    WHERE flag_concerned.layer = 'pole' AND p.id = ANY (ids)
    UNION
    SELECT pole_id FROM registry.fitting WHERE flag_concerned.layer = 'fitting' AND id = ANY (ids) AND pole_id IS NOT NULL
    UNION
    SELECT pole_id FROM registry.support
    WHERE flag_concerned.layer = 'support' AND id = ANY (ids)
      OR flag_concerned.layer = 'cable' AND cable_id = ANY (ids)
    UNION
    SELECT unnest(ARRAY[pole_a_id, pole_b_id]) FROM registry.span WHERE flag_concerned.layer = 'span' AND id = ANY (ids)
    UNION
    SELECT unnest(ARRAY[from_pole_id, to_pole_id]) FROM registry.segment
    WHERE flag_concerned.layer = 'segment' AND id = ANY (ids)
    UNION
    SELECT p.id FROM registry.zone AS z JOIN registry.pole AS p ON p.geom && z.geom
    WHERE flag_concerned.layer = 'zone' AND z.id = ANY (ids)
  ), span AS (
    SELECT unnest(ids) AS id WHERE flag_concerned.layer = 'span'
    UNION
    SELECT span_id FROM registry.fitting WHERE flag_concerned.layer = 'fitting' AND id = ANY (ids) AND span_id IS NOT NULL
    UNION
    SELECT span_id FROM registry.span_count WHERE flag_concerned.layer = 'span_count' AND id = ANY (ids)
    UNION
    -- Arrays, so that the planner goes through the indexes, few as they mostly are.
    SELECT id FROM registry.span WHERE pole_a_id = ANY (ARRAY(SELECT id FROM pole))
    UNION
    SELECT id FROM registry.span WHERE pole_b_id = ANY (ARRAY(SELECT id FROM pole))
  ), segment AS (
    SELECT unnest(ids) AS id WHERE flag_concerned.layer = 'segment'
    UNION
    SELECT id FROM registry.segment WHERE span_id = ANY (ARRAY(SELECT id FROM span))
    UNION
    SELECT id FROM registry.segment WHERE from_pole_id = ANY (ARRAY(SELECT id FROM pole))
    UNION
    SELECT id FROM registry.segment WHERE to_pole_id = ANY (ARRAY(SELECT id FROM pole))
    UNION
    SELECT s.id FROM registry.zone AS z JOIN registry.segment AS s ON s.geom && z.geom
    WHERE flag_concerned.layer = 'zone' AND z.id = ANY (ids)
    UNION
    SELECT id FROM registry.segment WHERE flag_concerned.layer = 'cable' AND cable_id = ANY (ids)
    UNION
    SELECT segment_id FROM registry.crossing WHERE flag_concerned.layer = 'street' AND street_id = ANY (ids)
    UNION
    SELECT s.id FROM registry.railway AS l JOIN registry.segment AS s ON s.geom && l.geom AND ST_Intersects(s.geom, l.geom)
    WHERE flag_concerned.layer = 'railway' AND l.id = ANY (ids)
    UNION
    SELECT s.id FROM registry.waterway AS l JOIN registry.segment AS s ON s.geom && l.geom AND ST_Intersects(s.geom, l.geom)
    WHERE flag_concerned.layer = 'waterway' AND l.id = ANY (ids)
  ), crossed AS (
    -- A street decides over the spans and poles of the segments that cross it, too.
    SELECT s.span_id, s.from_pole_id, s.to_pole_id
    FROM registry.crossing AS c JOIN registry.segment AS s ON s.id = c.segment_id
    WHERE flag_concerned.layer = 'street' AND c.street_id = ANY (ids)
  ), limits AS (
    -- The longest that ever held.
    SELECT
      max(value) FILTER (WHERE key = 'railway_side_m') AS railway_side_m,
      max(value) FILTER (WHERE key = 'street_side_m') AS street_side_m
    FROM registry.threshold
  ), moved AS (
    -- Telecom poles that stand on other streets than before, perhaps.
    SELECT p.geom FROM registry.pole AS p
    WHERE flag_concerned.layer = 'pole' AND p.id = ANY (ids) AND p.kind = 'telecom'
    UNION ALL
    SELECT p.geom
    FROM registry.street AS st CROSS JOIN limits AS l
    JOIN registry.pole AS p
      ON p.geom && gisreg.around(st.geom, l.street_side_m)
      AND ST_DWithin(p.geom::geography, st.geom::geography, l.street_side_m)
    WHERE flag_concerned.layer = 'street' AND st.id = ANY (ids) AND p.kind = 'telecom'
  ), alone AS (
    -- Poles that the rules look at again, but nothing that hangs on them.
    SELECT unnest(ARRAY[from_pole_id, to_pole_id]) AS id FROM crossed
    UNION
    SELECT p.id
    FROM registry.railway AS r CROSS JOIN limits AS l
    JOIN registry.pole AS p
      ON p.geom && gisreg.around(r.geom, l.railway_side_m)
      AND ST_DWithin(p.geom::geography, r.geom::geography, l.railway_side_m)
    WHERE flag_concerned.layer = 'railway' AND r.id = ANY (ids)
    UNION
    -- Whether a new pole may stand hangs on all poles of its street.
    SELECT p.id
    FROM (
      SELECT DISTINCT st.id
      FROM moved AS m CROSS JOIN limits AS l
      JOIN registry.street AS st
        ON st.geom && gisreg.around(m.geom, l.street_side_m)
        AND ST_DWithin(st.geom::geography, m.geom::geography, l.street_side_m)
    ) AS near
    JOIN registry.street AS st ON st.id = near.id
    CROSS JOIN limits AS l
    JOIN registry.pole AS p
      ON p.geom && gisreg.around(st.geom, l.street_side_m)
      AND ST_DWithin(p.geom::geography, st.geom::geography, l.street_side_m)
    WHERE p.kind = 'telecom'
  ), support AS (
    SELECT unnest(ids) AS id WHERE flag_concerned.layer = 'support'
    UNION
    SELECT id FROM registry.support
    WHERE flag_concerned.layer = 'pole' AND pole_id = ANY (ids)
      OR flag_concerned.layer = 'cable' AND cable_id = ANY (ids)
    UNION
    -- Segments that were cut anew hang on new supports.
    SELECT id FROM registry.support
    WHERE flag_concerned.layer = 'segment'
      AND cable_id = ANY (ARRAY(SELECT s.cable_id FROM registry.segment AS s WHERE s.id = ANY (ids)))
  ), tower AS (
    SELECT unnest(ids) AS id WHERE flag_concerned.layer = 'tower'
    UNION
    SELECT t.id FROM registry.zone AS z JOIN registry.tower AS t ON t.geom && z.geom
    WHERE flag_concerned.layer = 'zone' AND z.id = ANY (ids)
    UNION
    SELECT tower_id FROM registry.tower_tenancy WHERE flag_concerned.layer = 'tower_tenancy' AND id = ANY (ids)
    UNION
    SELECT n.id FROM registry.tower AS t
    JOIN reach AS r ON r.layer = 'tower'
    JOIN registry.tower AS n
      ON n.geom && ST_Envelope(ST_Buffer(t.geom::geography, r.reach_m)::geometry)
      AND ST_DWithin(n.geom::geography, t.geom::geography, r.reach_m)
    WHERE flag_concerned.layer = 'tower' AND t.id = ANY (ids)
  )
  SELECT 'pole', id FROM (TABLE pole UNION TABLE alone) AS p WHERE id IS NOT NULL
  UNION ALL
  SELECT 'span', id FROM (TABLE span UNION SELECT span_id FROM crossed) AS s WHERE id IS NOT NULL
  UNION ALL
  SELECT 'segment', id FROM segment WHERE id IS NOT NULL
  UNION ALL
  SELECT 'tower', id FROM tower
  UNION ALL
  SELECT c.object_layer, c.object_id FROM gisreg.flag_concerned_carriers(flag_concerned.layer, ids) AS c
  UNION ALL
  SELECT 'support', id FROM support
  UNION ALL
  SELECT flag_concerned.layer, unnest(ids)
  WHERE flag_concerned.layer NOT IN ('pole', 'span', 'segment', 'tower', 'support')
$$;

-- Keep for the rest of the transaction what an edit is about to touch or has cut anew, for
-- gisreg.flag_edited. The application learns nothing of it: neighbours may be secret.
CREATE OR REPLACE FUNCTION gisreg.flag_remember(layer text, ids bigint[]) RETURNS void
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp
AS $$
BEGIN
  CREATE TEMPORARY TABLE IF NOT EXISTS flag_left (object_layer text, object_id bigint) ON COMMIT DROP;
  INSERT INTO pg_temp.flag_left SELECT c.object_layer, c.object_id FROM gisreg.flag_concerned(layer, ids) AS c;
END
$$;
REVOKE EXECUTE ON FUNCTION gisreg.flag_concerned(text, bigint[]) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION gisreg.flag_concerned(text, bigint[]) TO gisreg_worker;
