-- Topology, second part: cut the tied cables into segments and keep their identity.

-- Compute the segments of the gathered cables into topo_segment.
-- A segment runs from support to support, and from a cable's loose end to its first or last support
-- (ends shorter than the tolerance belong to the support). Vertices between supports are kept.
CREATE OR REPLACE FUNCTION gisreg.topology_cut(snap_m double precision) RETURNS bigint
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp
AS $$
DECLARE
  cut bigint;
BEGIN
  DELETE FROM topo_stop;
  DELETE FROM topo_segment;

  -- Everything that a segment's line goes through, in order along the cable: supports at their poles,
  -- and the drawn vertices that no support is near to.
  INSERT INTO topo_stop
  WITH drawn AS (
    SELECT c.id AS cable_id, v.path[1] AS n, v.geom AS point, t.measure_m
    FROM topo_cable AS c
    CROSS JOIN LATERAL ST_DumpPoints(c.geom) AS v
    JOIN topo_vertex AS t ON t.cable_id = c.id AND t.n = v.path[1]
  ), stops AS (
    SELECT s.cable_id, s.measure_m, s.pole_id, p.geom AS point
    FROM topo_support AS s JOIN registry.pole AS p ON p.id = s.pole_id
    UNION ALL
    SELECT cable_id, measure_m, NULL, point FROM drawn
  ), neighbours AS (
    SELECT
      *,
      max(measure_m) FILTER (WHERE pole_id IS NOT NULL) OVER (
        PARTITION BY cable_id ORDER BY measure_m ROWS UNBOUNDED PRECEDING) AS before_m,
      min(measure_m) FILTER (WHERE pole_id IS NOT NULL) OVER (
        PARTITION BY cable_id ORDER BY measure_m ROWS BETWEEN CURRENT ROW AND UNBOUNDED FOLLOWING
      ) AS after_m
    FROM stops
  )
  SELECT
    cable_id, measure_m, pole_id, point,
    count(pole_id) OVER (PARTITION BY cable_id ORDER BY measure_m, pole_id NULLS FIRST) AS supports_before
  FROM neighbours
  WHERE pole_id IS NOT NULL
    OR (measure_m - coalesce(before_m, '-infinity') > snap_m
      AND coalesce(after_m, 'infinity') - measure_m > snap_m);
  PERFORM gisreg.topology_look('topo_stop');

  -- A support ends the stretch before it and begins the one after it.
  INSERT INTO topo_segment
  WITH members AS (
    SELECT cable_id, supports_before AS stretch, measure_m, pole_id, point FROM topo_stop
    UNION ALL
    SELECT cable_id, supports_before - 1, measure_m, pole_id, point FROM topo_stop WHERE pole_id IS NOT NULL
  ), stretches AS (
    SELECT
      cable_id, stretch,
      (array_agg(pole_id ORDER BY measure_m))[1] AS from_pole_id,
      (array_agg(pole_id ORDER BY measure_m DESC))[1] AS to_pole_id,
      ST_MakeLine(point ORDER BY measure_m) AS geom
    FROM members
    GROUP BY cable_id, stretch
    HAVING count(*) >= 2
  )
  SELECT
    s.cable_id, s.from_pole_id, s.to_pole_id,
    row_number() OVER (
      PARTITION BY s.cable_id, s.from_pole_id, s.to_pole_id ORDER BY s.stretch)::integer AS ordinal,
    row_number() OVER (PARTITION BY s.cable_id ORDER BY s.stretch)::integer AS sequence,
    c.owner_id, c.role, c.medium, c.state, c.visibility, c.province_code,
    -- As uncertain as the more uncertain of its ends: a pole, or where the cable ends loose, the cable.
    CASE WHEN num_nulls(e.from_m, e.to_m) = 0 THEN greatest(e.from_m, e.to_m) END AS position_accuracy_m,
    CASE WHEN s.from_pole_id <> s.to_pole_id THEN least(s.from_pole_id, s.to_pole_id) END AS pole_a_id,
    CASE WHEN s.from_pole_id <> s.to_pole_id THEN greatest(s.from_pole_id, s.to_pole_id) END AS pole_b_id,
    s.geom
  FROM stretches AS s
  JOIN registry.cable AS c ON c.id = s.cable_id
  LEFT JOIN registry.pole AS f ON f.id = s.from_pole_id
  LEFT JOIN registry.pole AS t ON t.id = s.to_pole_id
  CROSS JOIN LATERAL (
    SELECT
      CASE WHEN f.id IS NULL THEN c.position_accuracy_m ELSE f.position_accuracy_m END AS from_m,
      CASE WHEN t.id IS NULL THEN c.position_accuracy_m ELSE t.position_accuracy_m END AS to_m
  ) AS e;
  GET DIAGNOSTICS cut = ROW_COUNT;
  PERFORM gisreg.topology_look('topo_segment');
  RETURN cut;
END
$$;

-- Write what topo_segment changes: segments, spans, lineage. Segments whose key stays keep their id.
-- \returns  how many segments are fresh, gone, changed
CREATE OR REPLACE FUNCTION gisreg.topology_write(OUT fresh bigint, OUT gone bigint, OUT changed bigint)
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp
AS $$
BEGIN
  DELETE FROM topo_gone;
  DELETE FROM topo_gone_state;
  DELETE FROM topo_fresh;

  INSERT INTO registry.span (pole_a_id, pole_b_id, geom, position_method, source, visibility, province_code)
  SELECT
    w.pole_a_id, w.pole_b_id, ST_MakeLine(a.geom, b.geom), 'derived', 'topology',
    -- A span is as hidden as the more hidden of its poles, and as the least hidden of its cables.
    gisreg.visibility_name(greatest(
      gisreg.visibility_rank(a.visibility), gisreg.visibility_rank(b.visibility), w.rank)),
    a.province_code
  FROM (
    SELECT pole_a_id, pole_b_id, min(gisreg.visibility_rank(visibility)) AS rank
    FROM topo_segment WHERE pole_a_id IS NOT NULL GROUP BY pole_a_id, pole_b_id
  ) AS w
  JOIN registry.pole AS a ON a.id = w.pole_a_id
  JOIN registry.pole AS b ON b.id = w.pole_b_id
  WHERE NOT EXISTS (
    SELECT FROM registry.span AS s WHERE s.pole_a_id = w.pole_a_id AND s.pole_b_id = w.pole_b_id
  );

  INSERT INTO topo_gone
  SELECT s.id, s.cable_id, s.span_id, s.geom
  FROM registry.segment AS s
  WHERE s.cable_id IN (SELECT id FROM topo_cable UNION ALL SELECT id FROM topo_withdrawn)
    AND NOT EXISTS (
      SELECT FROM topo_segment AS n
      WHERE n.cable_id = s.cable_id AND n.ordinal = s.ordinal
        AND n.from_pole_id IS NOT DISTINCT FROM s.from_pole_id
        AND n.to_pole_id IS NOT DISTINCT FROM s.to_pole_id
    );
  -- Deleting a segment takes its state along: keep it for the successors.
  INSERT INTO topo_gone_state
  SELECT s.* FROM registry.segment_state AS s JOIN topo_gone AS g ON g.id = s.segment_id;
  DELETE FROM registry.segment WHERE id IN (SELECT id FROM topo_gone);
  GET DIAGNOSTICS gone = ROW_COUNT;

  UPDATE registry.segment AS s
  SET sequence = n.sequence, geom = n.geom, owner_id = n.owner_id, role = n.role, medium = n.medium,
    state = n.state, visibility = n.visibility, position_accuracy_m = n.position_accuracy_m
  FROM topo_segment AS n
  WHERE s.cable_id = n.cable_id AND s.ordinal = n.ordinal
    AND s.from_pole_id IS NOT DISTINCT FROM n.from_pole_id
    AND s.to_pole_id IS NOT DISTINCT FROM n.to_pole_id
    AND ((s.sequence, s.owner_id, s.role, s.medium, s.state, s.visibility, s.position_accuracy_m)
        IS DISTINCT FROM (n.sequence, n.owner_id, n.role, n.medium, n.state, n.visibility, n.position_accuracy_m)
      OR NOT ST_OrderingEquals(s.geom, n.geom));
  GET DIAGNOSTICS changed = ROW_COUNT;

  INSERT INTO topo_fresh
  SELECT gisreg.new_id() AS id, n.*, sp.id AS span_id
  FROM topo_segment AS n
  LEFT JOIN registry.span AS sp ON sp.pole_a_id = n.pole_a_id AND sp.pole_b_id = n.pole_b_id
  WHERE NOT EXISTS (
    SELECT FROM registry.segment AS s
    WHERE s.cable_id = n.cable_id AND s.ordinal = n.ordinal
      AND s.from_pole_id IS NOT DISTINCT FROM n.from_pole_id
      AND s.to_pole_id IS NOT DISTINCT FROM n.to_pole_id
  );
  INSERT INTO registry.segment (
    id, cable_id, span_id, from_pole_id, to_pole_id, ordinal, sequence, owner_id, role, medium, state,
    visibility, province_code, position_accuracy_m, position_method, source, geom
  )
  SELECT
    id, cable_id, span_id, from_pole_id, to_pole_id, ordinal, sequence, owner_id, role, medium, state,
    visibility, province_code, position_accuracy_m, 'derived', 'topology', geom
  FROM topo_fresh;
  GET DIAGNOSTICS fresh = ROW_COUNT;
  PERFORM gisreg.topology_look('topo_gone', 'topo_fresh');
END
$$;
