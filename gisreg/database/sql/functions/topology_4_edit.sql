-- Topology, fourth part: what an edit entails, and who may run what.
-- The steps of a run take cables, tolerances and a day, and count what they find: they are for the worker's
-- role. Whoever edits through the application has one function; it looks only at what this very transaction
-- has changed, takes the tolerances of the last whole run and the day of today, and sees every cable, also
-- those that the editor may not know of: they hang on the pole that he moved.

-- Keep the tolerances with which edits are tied.
CREATE OR REPLACE FUNCTION gisreg.keep_tolerances(snap_m double precision, near_m double precision, reach_m double precision)
RETURNS void
LANGUAGE sql VOLATILE PARALLEL UNSAFE
SET search_path = ''
AS $$
  INSERT INTO gisreg.setting AS s (key, value)
  VALUES ('snap_tolerance_m', snap_m::text), ('near_miss_m', near_m::text), ('lineage_reach_m', reach_m::text)
  ON CONFLICT (key) DO UPDATE SET value = excluded.value WHERE s.value <> excluded.value
$$;

-- \returns  ids of the objects of a layer that this transaction has changed, of those named
CREATE OR REPLACE FUNCTION gisreg.edited_now(layer_key text, ids bigint[]) RETURNS bigint[]
LANGUAGE plpgsql STABLE PARALLEL UNSAFE
SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp
AS $$
DECLARE
  changes bigint := (
    SELECT c.id FROM gisreg.change_set AS c
    WHERE c.transaction_id = pg_current_xact_id_if_assigned() AND c.began_at = now()
  );
  found bigint[];
BEGIN
  EXECUTE format(
    'SELECT coalesce(array_agg(DISTINCT h.id), ''{}'') FROM history.%I AS h
     WHERE h.change_set_id = $1 AND h.id = ANY ($2)', layer_key
  ) INTO found USING changes, ids;
  RETURN found;
END
$$;

-- \returns  of the objects named, those that this transaction has changed in what topology ties by
CREATE OR REPLACE FUNCTION gisreg.moved_now(layer_key text, ids bigint[]) RETURNS bigint[]
LANGUAGE plpgsql STABLE PARALLEL UNSAFE
SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp
AS $$
DECLARE
  changes bigint := (
    SELECT c.id FROM gisreg.change_set AS c
    WHERE c.transaction_id = pg_current_xact_id_if_assigned() AND c.began_at = now()
  );
  edited bigint[] := gisreg.edited_now(layer_key, ids);
BEGIN
  IF layer_key = 'pole' THEN
    RETURN ARRAY(
      SELECT e.id FROM unnest(edited) AS e (id)
      LEFT JOIN registry.pole AS n ON n.id = e.id
      LEFT JOIN LATERAL (
        SELECT h.* FROM history.pole AS h WHERE h.id = e.id AND h.change_set_id <> changes
        ORDER BY h.history_id DESC LIMIT 1
      ) AS o ON true
      WHERE n.id IS NULL OR o.id IS NULL OR o.operation = 'D' OR NOT ST_OrderingEquals(n.geom, o.geom)
        OR (n.status, n.visibility, n.province_code, n.position_accuracy_m)
          IS DISTINCT FROM (o.status, o.visibility, o.province_code, o.position_accuracy_m)
    );
  ELSIF layer_key = 'cable' THEN
    RETURN ARRAY(
      SELECT e.id FROM unnest(edited) AS e (id)
      LEFT JOIN registry.cable AS n ON n.id = e.id
      LEFT JOIN LATERAL (
        SELECT h.* FROM history.cable AS h WHERE h.id = e.id AND h.change_set_id <> changes
        ORDER BY h.history_id DESC LIMIT 1
      ) AS o ON true
      WHERE n.id IS NULL OR o.id IS NULL OR o.operation = 'D' OR NOT ST_OrderingEquals(n.geom, o.geom)
        OR (n.deployment, n.owner_id, n.visibility, n.province_code, n.position_accuracy_m)
          IS DISTINCT FROM (o.deployment, o.owner_id, o.visibility, o.province_code, o.position_accuracy_m)
    );
  END IF;
  RETURN edited;
END
$$;

-- Give segments anew what they copy from their cables and nothing is tied by: role, medium and state.
-- \param ids  cables
-- \returns  of these, the ones whose segments said something else
CREATE OR REPLACE FUNCTION gisreg.relabel_segments(ids bigint[]) RETURNS bigint[]
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp
AS $$
DECLARE
  relabelled bigint[];
  cables bigint[];
BEGIN
  WITH written AS (
    UPDATE registry.segment AS s
    SET role = c.role, medium = c.medium, state = c.state
    FROM registry.cable AS c
    WHERE c.id = ANY (ids) AND s.cable_id = c.id
      AND (s.role, s.medium, s.state) IS DISTINCT FROM (c.role, c.medium, c.state)
    RETURNING s.id, s.cable_id
  )
  SELECT coalesce(array_agg(id), '{}'), coalesce(array_agg(DISTINCT cable_id), '{}')
  INTO relabelled, cables FROM written;
  PERFORM gisreg.flag_remember('segment', relabelled);
  RETURN cables;
END
$$;

-- Tie cables again, with all that hangs on it: segments, lineage, spans, counts, crossings, places.
CREATE OR REPLACE FUNCTION gisreg.tie_again(cables bigint[], snap_m double precision, near_m double precision,
  reach_m double precision)
RETURNS void
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp
AS $$
BEGIN
  PERFORM gisreg.topology_gather(cables);
  PERFORM gisreg.topology_tie(snap_m, near_m);
  PERFORM gisreg.topology_cut(snap_m);
  PERFORM gisreg.topology_write();
  PERFORM gisreg.topology_lineage(reach_m);
  PERFORM gisreg.topology_spans();
  PERFORM gisreg.topology_counts();
  PERFORM gisreg.topology_cross();
  PERFORM gisreg.place_segments(
    ARRAY(SELECT s.id FROM registry.segment AS s WHERE s.cable_id = ANY (cables)), current_date);
  -- The rules look again at all that changed, also at what the editor may not see.
  PERFORM gisreg.flag_remember('segment', gisreg.edited_now('segment', ARRAY(
    SELECT s.id FROM registry.segment AS s WHERE s.cable_id = ANY (cables))));
  PERFORM gisreg.flag_remember('support', gisreg.edited_now('support', ARRAY(
    SELECT s.id FROM registry.support AS s WHERE s.cable_id = ANY (cables))));
  PERFORM gisreg.flag_remember('span', gisreg.edited_now('span', ARRAY(
    SELECT DISTINCT s.span_id FROM registry.segment AS s WHERE s.cable_id = ANY (cables) AND s.span_id IS NOT NULL)));
END
$$;

-- Bring the topology in line with poles, cables, streets or administrative units that this transaction has
-- changed; others touch nothing.
-- \param layer_key  their layer
-- \param ids  theirs; what was not changed here is passed over
-- \returns  ids of the segments of the cables concerned, as far as the actor may see them
CREATE OR REPLACE FUNCTION gisreg.topology_edited(layer_key text, ids bigint[]) RETURNS bigint[]
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp
SET plan_cache_mode = force_generic_plan
SET max_parallel_workers_per_gather = 0
AS $$
DECLARE
  edited bigint[];
  cables bigint[];
  relabelled bigint[] := '{}';
  tolerance jsonb := (SELECT jsonb_object_agg(key, value::float8) FROM gisreg.setting
    WHERE key IN ('snap_tolerance_m', 'near_miss_m', 'lineage_reach_m'));
  near_m double precision := (tolerance ->> 'near_miss_m')::float8;
BEGIN
  IF layer_key NOT IN ('pole', 'cable', 'street', 'admin_unit') THEN RETURN '{}'; END IF;
  edited := gisreg.moved_now(layer_key, ids);
  IF layer_key = 'cable' THEN
    relabelled := gisreg.relabel_segments(ARRAY(
      SELECT unnest(gisreg.edited_now('cable', ids)) EXCEPT SELECT unnest(edited)));
  END IF;
  IF edited = '{}' AND relabelled = '{}' THEN RETURN '{}'; END IF;
  IF layer_key = 'admin_unit' THEN
    PERFORM gisreg.place_segments(NULL, current_date);
    RETURN '{}';
  ELSIF layer_key = 'street' THEN
    PERFORM gisreg.cross_streets(edited);
    RETURN '{}';
  ELSIF layer_key = 'pole' THEN
    -- Cables that hang on these poles or pass them within reach, or did before the edit.
    cables := ARRAY(
      SELECT s.cable_id FROM registry.support AS s WHERE s.pole_id = ANY (edited)
      UNION
      SELECT n.cable_id FROM registry.near_miss AS n WHERE n.pole_id = ANY (edited)
      UNION
      SELECT c.id
      FROM registry.pole AS p
      JOIN registry.cable AS c
        ON c.geom && ST_Envelope(ST_Buffer(p.geom::geography, near_m)::geometry)
        AND ST_DWithin(c.geom::geography, p.geom::geography, near_m)
      WHERE p.id = ANY (edited) AND c.deployment = 'aerial'
    );
  ELSE
    cables := edited;
  END IF;
  IF cables <> '{}' THEN
    PERFORM gisreg.tie_again(
      cables, (tolerance ->> 'snap_tolerance_m')::float8, near_m, (tolerance ->> 'lineage_reach_m')::float8);
  END IF;
  RETURN ARRAY(
    SELECT s.id FROM registry.segment AS s
    WHERE s.cable_id = ANY (cables || relabelled) AND (
      session_user <> 'gisreg_app' OR s.visibility = ANY (gisreg.actor_sees())
      OR s.owner_id = gisreg.actor_organisation())
    ORDER BY s.id);
END
$$;

-- Find the crossings of these streets anew.
CREATE OR REPLACE FUNCTION gisreg.cross_streets(streets bigint[]) RETURNS void
LANGUAGE sql VOLATILE PARALLEL UNSAFE
SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp
AS $$
  DELETE FROM registry.crossing WHERE street_id = ANY (streets);
  INSERT INTO registry.crossing (segment_id, street_id, ordinal, measure_m, geom)
  SELECT
    segment_id, street_id,
    row_number() OVER (PARTITION BY segment_id, street_id ORDER BY fraction)::integer,
    fraction * length_m, point
  FROM (
    SELECT
      s.id AS segment_id, st.id AS street_id, s.length_m, d.geom AS point,
      ST_LineLocatePoint(s.geom, d.geom) AS fraction
    FROM registry.street AS st
    JOIN registry.segment AS s ON s.geom && st.geom AND ST_Intersects(st.geom, s.geom)
    CROSS JOIN LATERAL ST_Dump(ST_CollectionExtract(ST_Intersection(s.geom, st.geom), 1)) AS d
    WHERE st.id = ANY (streets)
  ) AS points
$$;

-- Count the present tenants of every tower anew; those that only the agency may know are left out.
CREATE OR REPLACE FUNCTION gisreg.count_tenants() RETURNS void
LANGUAGE sql VOLATILE PARALLEL UNSAFE
SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp
AS $$
  INSERT INTO registry.tower_state AS s (tower_id, tenant_count)
  SELECT t.id, count(n.id) FILTER (
    WHERE n.status = 'in_service' AND n.valid_to IS NULL AND n.visibility IN ('public', 'partner'))
  FROM registry.tower AS t LEFT JOIN registry.tower_tenancy AS n ON n.tower_id = t.id
  GROUP BY t.id
  ON CONFLICT (tower_id) DO UPDATE SET tenant_count = excluded.tenant_count
  WHERE s.tenant_count <> excluded.tenant_count
$$;

DO $do$
DECLARE
  f regprocedure;
BEGIN
  FOR f IN
    SELECT p.oid FROM pg_proc AS p
    WHERE p.pronamespace = 'gisreg'::regnamespace AND p.proname IN (
      'topology_gather', 'topology_tie', 'topology_cut', 'topology_write', 'topology_lineage', 'topology_spans',
      'topology_counts', 'topology_cross', 'place_segments', 'cross_streets', 'edited_now', 'moved_now', 'hide_spans',
      'relabel_segments', 'tie_again',
      'keep_tolerances', 'change_set_id')
  LOOP
    EXECUTE format('REVOKE EXECUTE ON FUNCTION %s FROM PUBLIC', f);
    EXECUTE format('GRANT EXECUTE ON FUNCTION %s TO gisreg_worker', f);
  END LOOP;
END
$do$;
