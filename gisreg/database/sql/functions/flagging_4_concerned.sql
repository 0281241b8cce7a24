-- Which objects the rules must look at again after an edit. Plain statements behind plain conditions: a connection
-- keeps their plans, and an edit of a pole does not pay for what an edit of a street would ask.

-- \returns  poles whose answers may hang on some poles: themselves, and those within the reach of a rule
CREATE OR REPLACE FUNCTION gisreg.poles_about(ids bigint[]) RETURNS SETOF bigint
LANGUAGE plpgsql STABLE PARALLEL RESTRICTED
SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp
AS $$
DECLARE
  -- The longest that ever held.
  reach_m double precision := (
    SELECT max(t.value) FROM registry.rule AS r JOIN registry.threshold AS t ON t.key = ANY (r.reach) WHERE r.layer = 'pole'
  );
BEGIN
  RETURN QUERY SELECT unnest(ids);
  RETURN QUERY
  SELECT n.id FROM registry.pole AS p
  JOIN registry.pole AS n
    ON n.geom && gisreg.around(p.geom, reach_m) AND ST_DWithin(n.geom::geography, p.geom::geography, reach_m)
  WHERE p.id = ANY (ids);
END
$$;

-- \returns  towers whose answers may hang on some towers
CREATE OR REPLACE FUNCTION gisreg.towers_about(ids bigint[]) RETURNS SETOF bigint
LANGUAGE plpgsql STABLE PARALLEL RESTRICTED
SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp
AS $$
DECLARE
  reach_m double precision := (
    SELECT max(t.value) FROM registry.rule AS r JOIN registry.threshold AS t ON t.key = ANY (r.reach) WHERE r.layer = 'tower'
  );
BEGIN
  RETURN QUERY SELECT unnest(ids);
  RETURN QUERY
  SELECT n.id FROM registry.tower AS t
  JOIN registry.tower AS n
    ON n.geom && gisreg.around(t.geom, reach_m) AND ST_DWithin(n.geom::geography, t.geom::geography, reach_m)
  WHERE t.id = ANY (ids);
END
$$;

-- \returns  telecom poles on the streets at which some telecom poles stand, or on some streets: whether a new pole
--           may stand hangs on all poles of its street
CREATE OR REPLACE FUNCTION gisreg.poles_of_line(poles bigint[], streets bigint[]) RETURNS SETOF bigint
LANGUAGE plpgsql STABLE PARALLEL RESTRICTED
SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp
AS $$
DECLARE
  side_m double precision := (SELECT max(value) FROM registry.threshold WHERE key = 'street_side_m');
  about bigint[] := streets;
BEGIN
  IF about IS NOT NULL THEN
    -- Poles that stood on this street may stand on others, and the other way round.
    poles := ARRAY(
      SELECT p.id FROM registry.street AS st
      JOIN registry.pole AS p
        ON p.geom && gisreg.around(st.geom, side_m) AND ST_DWithin(p.geom::geography, st.geom::geography, side_m)
      WHERE st.id = ANY (streets) AND p.kind = 'telecom'
    );
  END IF;
  about := ARRAY(
    SELECT DISTINCT st.id FROM registry.pole AS p
    JOIN registry.street AS st
      ON st.geom && gisreg.around(p.geom, side_m) AND ST_DWithin(st.geom::geography, p.geom::geography, side_m)
    WHERE p.id = ANY (poles) AND p.kind = 'telecom'
  );
  RETURN QUERY
  SELECT p.id FROM registry.street AS st
  JOIN registry.pole AS p
    ON p.geom && gisreg.around(st.geom, side_m) AND ST_DWithin(p.geom::geography, st.geom::geography, side_m)
  WHERE st.id = ANY (about) AND p.kind = 'telecom';
END
$$;

-- \returns  the kinds that some zones have or had
CREATE OR REPLACE FUNCTION gisreg.kinds_ever(zones bigint[]) RETURNS text[]
LANGUAGE sql STABLE PARALLEL SAFE
SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp
AS $$ SELECT coalesce(array_agg(DISTINCT h.kind), '{}') FROM history.zone AS h WHERE h.id = ANY (zones) $$;

-- \returns  objects in some zones, of the layers whose rules read zones of their kinds; the zone rules themselves
--           look at zones another way (gisreg.zone_answers)
CREATE OR REPLACE FUNCTION gisreg.zone_readers(zones bigint[]) RETURNS TABLE (object_layer text, object_id bigint)
LANGUAGE plpgsql STABLE PARALLEL RESTRICTED
SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp
AS $$
DECLARE
  layers text[] := ARRAY(SELECT DISTINCT r.layer FROM registry.rule AS r WHERE r.zone_kinds && gisreg.kinds_ever(zones));
  poles bigint[];
BEGIN
  IF layers && ARRAY['pole', 'support'] THEN
    poles := ARRAY(
      SELECT p.id FROM registry.zone AS z JOIN registry.pole AS p ON p.geom && z.geom WHERE z.id = ANY (zones));
    RETURN QUERY SELECT 'pole', p FROM unnest(poles) AS p WHERE 'pole' = ANY (layers);
    RETURN QUERY
    SELECT 'support', s.id FROM registry.support AS s WHERE 'support' = ANY (layers) AND s.pole_id = ANY (poles);
  END IF;
  IF 'segment' = ANY (layers) THEN
    RETURN QUERY
    SELECT 'segment', s.id FROM registry.zone AS z JOIN registry.segment AS s ON s.geom && z.geom WHERE z.id = ANY (zones);
  END IF;
  IF 'tower' = ANY (layers) THEN
    RETURN QUERY
    SELECT 'tower', t.id FROM registry.zone AS z JOIN registry.tower AS t ON t.geom && z.geom WHERE z.id = ANY (zones);
  END IF;
END
$$;

-- \returns  all that lies in some zones or hangs on what does, by layer
CREATE OR REPLACE FUNCTION gisreg.objects_in_zones(zones bigint[]) RETURNS TABLE (object_layer text, object_id bigint)
LANGUAGE plpgsql STABLE PARALLEL RESTRICTED
SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp
AS $$
BEGIN
  RETURN QUERY
  SELECT c.object_layer, c.object_id FROM gisreg.flag_concerned('pole', ARRAY(
    SELECT p.id FROM registry.zone AS z JOIN registry.pole AS p ON p.geom && z.geom WHERE z.id = ANY (zones))) AS c;
  RETURN QUERY
  SELECT c.object_layer, c.object_id FROM gisreg.flag_concerned('segment', ARRAY(
    SELECT s.id FROM registry.zone AS z JOIN registry.segment AS s ON s.geom && z.geom WHERE z.id = ANY (zones))) AS c;
  RETURN QUERY
  SELECT 'tower', t.id FROM registry.zone AS z JOIN registry.tower AS t ON t.geom && z.geom WHERE z.id = ANY (zones);
END
$$;

-- \param layer  key of the edited objects' layer, \param ids  theirs, present or gone
-- \returns  the edited objects and those whose answers may have changed with them, by layer
CREATE OR REPLACE FUNCTION gisreg.flag_concerned(layer text, ids bigint[])
RETURNS TABLE (object_layer text, object_id bigint)
LANGUAGE plpgsql STABLE PARALLEL RESTRICTED
SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp
SET plan_cache_mode = force_generic_plan
SET max_parallel_workers_per_gather = 0
AS $$
DECLARE
  poles bigint[] := '{}';
  spans bigint[] := '{}';
  segments bigint[] := '{}';
  side_m double precision;
BEGIN
  IF layer = 'pole' THEN
    poles := ARRAY(SELECT gisreg.poles_about(ids));
  ELSIF layer = 'fitting' THEN
    poles := ARRAY(SELECT f.pole_id FROM registry.fitting AS f WHERE f.id = ANY (ids) AND f.pole_id IS NOT NULL);
    spans := ARRAY(SELECT f.span_id FROM registry.fitting AS f WHERE f.id = ANY (ids) AND f.span_id IS NOT NULL);
  ELSIF layer = 'support' THEN
    poles := ARRAY(SELECT s.pole_id FROM registry.support AS s WHERE s.id = ANY (ids));
  ELSIF layer = 'cable' THEN
    poles := ARRAY(SELECT s.pole_id FROM registry.support AS s WHERE s.cable_id = ANY (ids));
    segments := ARRAY(SELECT s.id FROM registry.segment AS s WHERE s.cable_id = ANY (ids));
  ELSIF layer = 'span' THEN
    poles := ARRAY(SELECT unnest(ARRAY[s.pole_a_id, s.pole_b_id]) FROM registry.span AS s WHERE s.id = ANY (ids));
    spans := ids;
  ELSIF layer = 'span_count' THEN
    spans := ARRAY(SELECT c.span_id FROM registry.span_count AS c WHERE c.id = ANY (ids));
  ELSIF layer = 'segment' THEN
    poles := ARRAY(SELECT unnest(ARRAY[s.from_pole_id, s.to_pole_id]) FROM registry.segment AS s WHERE s.id = ANY (ids));
    segments := ids;
  ELSIF layer = 'street' THEN
    segments := ARRAY(SELECT c.segment_id FROM registry.crossing AS c WHERE c.street_id = ANY (ids));
  ELSIF layer = 'railway' THEN
    segments := ARRAY(
      SELECT s.id FROM registry.railway AS l
      JOIN registry.segment AS s ON s.geom && l.geom AND ST_Intersects(s.geom, l.geom) WHERE l.id = ANY (ids));
  ELSIF layer = 'waterway' THEN
    segments := ARRAY(
      SELECT s.id FROM registry.waterway AS l
      JOIN registry.segment AS s ON s.geom && l.geom AND ST_Intersects(s.geom, l.geom) WHERE l.id = ANY (ids));
  END IF;

  -- What hangs between poles hangs on them.
  IF poles <> '{}' THEN
    spans := ARRAY(
      SELECT unnest(spans)
      UNION SELECT s.id FROM registry.span AS s WHERE s.pole_a_id = ANY (poles)
      UNION SELECT s.id FROM registry.span AS s WHERE s.pole_b_id = ANY (poles));
    segments := ARRAY(
      SELECT unnest(segments)
      UNION SELECT s.id FROM registry.segment AS s WHERE s.from_pole_id = ANY (poles)
      UNION SELECT s.id FROM registry.segment AS s WHERE s.to_pole_id = ANY (poles));
  END IF;
  IF spans <> '{}' THEN
    segments := ARRAY(
      SELECT unnest(segments) UNION SELECT s.id FROM registry.segment AS s WHERE s.span_id = ANY (spans));
  END IF;
  RETURN QUERY SELECT 'pole', p FROM unnest(poles) AS p WHERE p IS NOT NULL;
  RETURN QUERY SELECT 'span', s FROM unnest(spans) AS s WHERE s IS NOT NULL;
  RETURN QUERY SELECT 'segment', s FROM unnest(segments) AS s;

  -- Objects that the rules look at again, but nothing that hangs on them.
  IF layer = 'pole' THEN
    RETURN QUERY SELECT 'pole', p FROM gisreg.poles_of_line(ids, NULL) AS p;
    RETURN QUERY SELECT 'support', s.id FROM registry.support AS s WHERE s.pole_id = ANY (ids);
  ELSIF layer = 'street' THEN
    -- A street decides over the spans and poles of the segments that cross it, too.
    RETURN QUERY SELECT 'span', s.span_id FROM registry.segment AS s WHERE s.id = ANY (segments) AND s.span_id IS NOT NULL;
    RETURN QUERY
    SELECT 'pole', e.id
    FROM registry.segment AS s CROSS JOIN unnest(ARRAY[s.from_pole_id, s.to_pole_id]) AS e (id)
    WHERE s.id = ANY (segments) AND e.id IS NOT NULL;
    RETURN QUERY SELECT 'pole', p FROM gisreg.poles_of_line(NULL, ids) AS p;
  ELSIF layer = 'railway' THEN
    side_m := (SELECT max(value) FROM registry.threshold WHERE key = 'railway_side_m');
    RETURN QUERY
    SELECT 'pole', p.id FROM registry.railway AS r
    JOIN registry.pole AS p
      ON p.geom && gisreg.around(r.geom, side_m) AND ST_DWithin(p.geom::geography, r.geom::geography, side_m)
    WHERE r.id = ANY (ids);
  ELSIF layer = 'cable' THEN
    RETURN QUERY SELECT 'support', s.id FROM registry.support AS s WHERE s.cable_id = ANY (ids);
  ELSIF layer = 'segment' THEN
    -- Segments that were cut anew hang on new supports.
    RETURN QUERY
    SELECT 'support', p.id FROM registry.support AS p
    WHERE p.cable_id = ANY (ARRAY(SELECT s.cable_id FROM registry.segment AS s WHERE s.id = ANY (ids)));
  ELSIF layer = 'zone' THEN
    RETURN QUERY SELECT r.object_layer, r.object_id FROM gisreg.zone_readers(ids) AS r;
  ELSIF layer = 'tower' THEN
    RETURN QUERY SELECT 'tower', t FROM gisreg.towers_about(ids) AS t;
  ELSIF layer = 'tower_tenancy' THEN
    RETURN QUERY SELECT 'tower', t.tower_id FROM registry.tower_tenancy AS t WHERE t.id = ANY (ids);
  END IF;
  RETURN QUERY SELECT c.object_layer, c.object_id FROM gisreg.flag_concerned_carriers(layer, ids) AS c;
  RETURN QUERY SELECT c.object_layer, c.object_id FROM gisreg.flag_concerned_quality(layer, ids) AS c;
  IF layer NOT IN ('pole', 'span', 'segment', 'tower') THEN
    RETURN QUERY SELECT layer, unnest(ids);
  END IF;
END
$$;

-- Keep for the rest of the transaction what an edit is about to touch or has cut anew, for
-- gisreg.flag_edited. The application learns nothing of it: neighbours may be secret.
CREATE OR REPLACE FUNCTION gisreg.flag_remember(layer text, ids bigint[]) RETURNS void
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp
AS $$
BEGIN
  CREATE TEMPORARY TABLE IF NOT EXISTS flag_left (object_layer text, object_id bigint) ON COMMIT DELETE ROWS;
  INSERT INTO pg_temp.flag_left SELECT c.object_layer, c.object_id FROM gisreg.flag_concerned(layer, ids) AS c;
END
$$;
REVOKE EXECUTE ON FUNCTION
  gisreg.flag_concerned(text, bigint[]), gisreg.poles_about(bigint[]), gisreg.towers_about(bigint[]),
  gisreg.poles_of_line(bigint[], bigint[]), gisreg.kinds_ever(bigint[]), gisreg.zone_readers(bigint[]),
  gisreg.objects_in_zones(bigint[])
FROM PUBLIC;
GRANT EXECUTE ON FUNCTION gisreg.flag_concerned(text, bigint[]), gisreg.objects_in_zones(bigint[]) TO gisreg_worker;
