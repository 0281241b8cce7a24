-- Topology, third part: what follows from new segments - lineage, spans, counts, crossings.

-- Note what the gone segments became and hand their tidying state on.
-- A fresh segment comes from a gone one of the same cable if the middle of either lies on the other
-- (within the tolerance): pole inserted -> split, pole removed -> merged, pole exchanged -> replaced.
-- Of several it lies on the nearest, or on all that are equally near to a metre: next to a short segment
-- its neighbours are within the tolerance too, and have nothing to hand on.
-- \param reach_m  how far the middle may lie off, metres
CREATE OR REPLACE FUNCTION gisreg.topology_lineage(reach_m double precision) RETURNS bigint
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp
AS $$
DECLARE
  noted bigint;
BEGIN
  DELETE FROM topo_lineage;
  INSERT INTO topo_lineage
  WITH near AS (
    SELECT
      g.id AS from_id, f.id AS to_id, g.span_id AS from_span, f.span_id AS to_span,
      ST_Distance(ST_LineInterpolatePoint(f.geom, 0.5)::geography, g.geom::geography) AS to_off_m,
      ST_Distance(ST_LineInterpolatePoint(g.geom, 0.5)::geography, f.geom::geography) AS from_off_m
    FROM topo_gone AS g
    JOIN topo_fresh AS f ON f.cable_id = g.cable_id
      AND ST_DWithin(g.geom::geography, f.geom::geography, reach_m)
  ), compared AS (
    SELECT
      *, min(to_off_m) OVER (PARTITION BY to_id) AS to_least_m,
      min(from_off_m) OVER (PARTITION BY from_id) AS from_least_m
    FROM near
  ), pairs AS (
    SELECT from_id, to_id, from_span, to_span FROM compared
    WHERE to_off_m <= least(reach_m, to_least_m + 1) OR from_off_m <= least(reach_m, from_least_m + 1)
  )
  SELECT
    *,
    CASE
      WHEN count(*) OVER (PARTITION BY from_id) > 1 THEN 'split'
      WHEN count(*) OVER (PARTITION BY to_id) > 1 THEN 'merged'
      ELSE 'replaced'
    END AS kind
  FROM pairs;

  INSERT INTO registry.lineage (layer, from_id, to_id, kind)
  SELECT 'segment', from_id, to_id, kind FROM topo_lineage;
  GET DIAGNOSTICS noted = ROW_COUNT;
  INSERT INTO registry.lineage (layer, from_id, to_id, kind)
  SELECT 'span', from_span, to_span, min(kind)
  FROM topo_lineage
  WHERE from_span IS NOT NULL AND to_span IS NOT NULL AND from_span <> to_span
  GROUP BY from_span, to_span
  ON CONFLICT (from_id, to_id) DO NOTHING;

  -- The least advanced of the predecessors counts: nothing is accepted that was not accepted whole.
  -- One without a state has none, and then the flagging begins anew.
  INSERT INTO registry.segment_state (segment_id, tidying_state, tidying_since, flagged_m, reason, priority)
  SELECT to_id, tidying_state, tidying_since, 0, NULL, 0
  FROM (
    SELECT DISTINCT ON (l.to_id) l.to_id, s.tidying_state, s.tidying_since
    FROM topo_lineage AS l LEFT JOIN topo_gone_state AS s ON s.segment_id = l.from_id
    ORDER BY l.to_id, coalesce(gisreg.tidying_rank(s.tidying_state), 0), s.tidying_since DESC
  ) AS least
  WHERE tidying_state <> 'none';
  RETURN noted;
END
$$;

CREATE OR REPLACE FUNCTION gisreg.tidying_rank(state text) RETURNS integer
LANGUAGE sql IMMUTABLE PARALLEL SAFE
AS $$
  SELECT array_position(
    ARRAY['none', 'flagged', 'planned', 'in_progress', 'reported', 'accepted'], state)
$$;

-- Bring spans in line: move them with their poles, hand surveyed facts on, drop what nothing needs.
CREATE OR REPLACE FUNCTION gisreg.topology_spans() RETURNS void
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp
AS $$
BEGIN
  DELETE FROM topo_span;
  DELETE FROM topo_span_lineage;
  INSERT INTO topo_span
  SELECT span_id AS id FROM topo_gone WHERE span_id IS NOT NULL
  UNION
  SELECT s.id FROM topo_segment AS n
  JOIN registry.span AS s ON s.pole_a_id = n.pole_a_id AND s.pole_b_id = n.pole_b_id;
  PERFORM gisreg.topology_look('topo_span');

  UPDATE registry.span AS s
  SET geom = ST_MakeLine(a.geom, b.geom)
  FROM topo_span AS t, registry.pole AS a, registry.pole AS b
  WHERE s.id = t.id AND a.id = s.pole_a_id AND b.id = s.pole_b_id
    AND NOT ST_OrderingEquals(s.geom, ST_MakeLine(a.geom, b.geom));

  INSERT INTO topo_span_lineage
  SELECT l.from_span AS from_id, l.to_span AS to_id, min(l.kind) AS kind
  FROM topo_lineage AS l
  WHERE l.from_span <> l.to_span
    AND NOT EXISTS (SELECT FROM registry.segment AS s WHERE s.span_id = l.from_span)
  GROUP BY l.from_span, l.to_span;

  -- A count holds on every part of a split span; of merged ones the larger count stands.
  INSERT INTO registry.span_count (
    span_id, owner_id, role, medium, state, cable_count, counted_on, count_method, position_method,
    source, survey_date, visibility, province_code
  )
  SELECT DISTINCT ON (l.to_id, c.owner_id, c.role, c.medium, c.state, c.counted_on)
    l.to_id, c.owner_id, c.role, c.medium, c.state, c.cable_count, c.counted_on, c.count_method,
    c.position_method, c.source, c.survey_date, c.visibility, c.province_code
  FROM topo_span_lineage AS l JOIN registry.span_count AS c ON c.span_id = l.from_id
  ORDER BY l.to_id, c.owner_id, c.role, c.medium, c.state, c.counted_on, c.cable_count DESC
  ON CONFLICT ON CONSTRAINT span_count_natural_key
  DO UPDATE SET cable_count = greatest(span_count.cable_count, excluded.cable_count);
  UPDATE registry.span AS n
  SET surface_below = coalesce(n.surface_below, o.surface_below),
    lowest_height_m = coalesce(n.lowest_height_m, o.lowest_height_m),
    height_method = coalesce(n.height_method, o.height_method),
    sag_ratio = coalesce(n.sag_ratio, o.sag_ratio),
    bundle_diameter_mm = coalesce(n.bundle_diameter_mm, o.bundle_diameter_mm),
    has_height_sign = coalesce(n.has_height_sign, o.has_height_sign),
    survey_date = coalesce(n.survey_date, o.survey_date)
  FROM topo_span_lineage AS l JOIN registry.span AS o ON o.id = l.from_id
  WHERE n.id = l.to_id AND l.kind = 'replaced'
    AND num_nonnulls(o.surface_below, o.lowest_height_m, o.sag_ratio, o.bundle_diameter_mm,
      o.has_height_sign) > 0;
  UPDATE registry.fitting AS f
  SET span_id = l.to_id
  FROM (SELECT from_id, min(to_id) AS to_id FROM topo_span_lineage GROUP BY from_id) AS l
  WHERE f.span_id = l.from_id;

  PERFORM gisreg.hide_spans(ARRAY(SELECT id FROM topo_span));

  DELETE FROM registry.span AS s
  USING topo_span AS t
  WHERE s.id = t.id
    AND NOT EXISTS (SELECT FROM registry.segment AS g WHERE g.span_id = s.id)
    AND NOT EXISTS (SELECT FROM registry.fitting AS f WHERE f.span_id = s.id)
    AND (EXISTS (SELECT FROM topo_span_lineage AS l WHERE l.from_id = s.id)
      OR (num_nonnulls(s.surface_below, s.lowest_height_m, s.bundle_diameter_mm) = 0
        AND NOT EXISTS (SELECT FROM registry.span_count AS c WHERE c.span_id = s.id)));
END
$$;

-- Count again what hangs on the touched poles and spans. Cables that only the agency may know of
-- (visibility agency or secret) are left out: the counts are for everybody.
CREATE OR REPLACE FUNCTION gisreg.topology_counts() RETURNS void
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp
AS $$
BEGIN
  DELETE FROM topo_pole_count;
  DELETE FROM topo_span_count;
  INSERT INTO topo_pole_count
  SELECT
    t.pole_id,
    count(DISTINCT s.cable_id)::integer AS cables, count(DISTINCT s.owner_id)::integer AS owners
  FROM topo_touched AS t
  LEFT JOIN registry.support AS s ON s.pole_id = t.pole_id AND s.visibility IN ('public', 'partner')
  GROUP BY t.pole_id;
  PERFORM gisreg.topology_look('topo_pole_count');
  UPDATE registry.pole_state AS p
  SET cable_count = n.cables, carrier_count = n.owners
  FROM topo_pole_count AS n
  WHERE p.pole_id = n.pole_id AND (p.cable_count, p.carrier_count) IS DISTINCT FROM (n.cables, n.owners);
  INSERT INTO registry.pole_state (pole_id, cable_count, carrier_count)
  SELECT n.pole_id, n.cables, n.owners FROM topo_pole_count AS n
  WHERE NOT EXISTS (SELECT FROM registry.pole_state AS p WHERE p.pole_id = n.pole_id)
    AND EXISTS (SELECT FROM registry.pole AS p WHERE p.id = n.pole_id);

  INSERT INTO topo_span_count
  SELECT t.id AS span_id, count(g.id) FILTER (WHERE g.visibility IN ('public', 'partner'))::integer AS cables
  FROM topo_span AS t
  JOIN registry.span AS s ON s.id = t.id
  LEFT JOIN registry.segment AS g ON g.span_id = s.id
  GROUP BY t.id;
  UPDATE registry.span_state AS p
  SET cable_count = n.cables
  FROM topo_span_count AS n WHERE p.span_id = n.span_id AND p.cable_count <> n.cables;
  INSERT INTO registry.span_state (span_id, cable_count)
  SELECT n.span_id, n.cables FROM topo_span_count AS n
  WHERE NOT EXISTS (SELECT FROM registry.span_state AS p WHERE p.span_id = n.span_id);
END
$$;

-- Find where the run's segments cross the centre lines of streets.
CREATE OR REPLACE FUNCTION gisreg.topology_cross() RETURNS bigint
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp
AS $$
DECLARE
  found bigint;
BEGIN
  DELETE FROM registry.crossing AS c
  USING registry.segment AS s
  WHERE s.id = c.segment_id AND s.cable_id IN (SELECT id FROM topo_cable);
  INSERT INTO registry.crossing (segment_id, street_id, ordinal, measure_m, geom)
  SELECT
    segment_id, street_id,
    row_number() OVER (PARTITION BY segment_id, street_id ORDER BY fraction)::integer,
    fraction * length_m, point
  FROM (
    SELECT
      s.id AS segment_id, st.id AS street_id, s.length_m, d.geom AS point,
      ST_LineLocatePoint(s.geom, d.geom) AS fraction
    FROM topo_cable AS c
    JOIN registry.segment AS s ON s.cable_id = c.id
    JOIN registry.street AS st ON st.geom && s.geom AND ST_Intersects(st.geom, s.geom)
    CROSS JOIN LATERAL ST_Dump(ST_CollectionExtract(ST_Intersection(s.geom, st.geom), 1)) AS d
  ) AS points;
  GET DIAGNOSTICS found = ROW_COUNT;
  RETURN found;
END
$$;
