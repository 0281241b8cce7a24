-- Which objects the rules on carriers must look at again after an edit, beyond gisreg.flag_concerned.

-- \returns  poles ('pole') and segments ('segment') around streets, as far as a plan's street is near
CREATE OR REPLACE FUNCTION gisreg.planned_about(streets bigint[]) RETURNS TABLE (object_layer text, object_id bigint)
LANGUAGE plpgsql STABLE PARALLEL RESTRICTED
SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp
AS $$
DECLARE
  -- The longest that ever held.
  degrees double precision := (SELECT max(value) / 90000 FROM registry.threshold WHERE key = 'street_reach_m');
  boxes geometry[] := ARRAY(
    SELECT ST_Expand(st.geom, degrees) FROM registry.street AS st
    WHERE st.id = ANY (streets) AND EXISTS (
      SELECT FROM registry.plan_street AS p JOIN registry.street AS o ON o.id = p.street_id
      WHERE o.geom && ST_Expand(st.geom, 2 * degrees))
  );
BEGIN
  RETURN QUERY SELECT 'pole', p.id FROM unnest(boxes) AS b (box) JOIN registry.pole AS p ON p.geom && b.box;
  RETURN QUERY SELECT 'segment', s.id FROM unnest(boxes) AS b (box) JOIN registry.segment AS s ON s.geom && b.box;
END
$$;

-- \param layer  key of the edited objects' layer or table, \param ids  their ids, present or gone
CREATE OR REPLACE FUNCTION gisreg.flag_concerned_carriers(layer text, ids bigint[])
RETURNS TABLE (object_layer text, object_id bigint)
LANGUAGE plpgsql STABLE PARALLEL RESTRICTED
SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp
AS $$
DECLARE
  streets bigint[] := '{}';
  poles bigint[] := '{}';
  cables bigint[];
BEGIN
  IF layer = 'street' THEN
    streets := ids;
  ELSIF layer = 'plan_street' THEN
    streets := ARRAY(SELECT DISTINCT p.street_id FROM registry.plan_street AS p WHERE p.id = ANY (ids));
  ELSIF layer = 'pole' THEN
    poles := ids;
  ELSIF layer = 'fitting' THEN
    poles := ARRAY(SELECT f.pole_id FROM registry.fitting AS f WHERE f.id = ANY (ids));
    RETURN QUERY SELECT 'fitting', unnest(ids);
  ELSIF layer = 'attachment_approval' THEN
    poles := ARRAY(SELECT a.pole_id FROM registry.attachment_approval AS a WHERE a.id = ANY (ids));
  ELSIF layer = 'segment' THEN
    -- Segments that were cut anew hang on new supports.
    cables := ARRAY(SELECT DISTINCT s.cable_id FROM registry.segment AS s WHERE s.id = ANY (ids));
    RETURN QUERY SELECT 'support', p.id FROM registry.support AS p WHERE p.cable_id = ANY (cables);
  ELSIF layer = 'cable' THEN
    RETURN QUERY SELECT 'support', s.id FROM registry.support AS s WHERE s.cable_id = ANY (ids);
    RETURN QUERY
    SELECT 'span', s.span_id FROM registry.segment AS s WHERE s.cable_id = ANY (ids) AND s.span_id IS NOT NULL;
    RETURN QUERY SELECT 'fitting', f.id FROM registry.fitting AS f WHERE f.cable_id = ANY (ids);
  ELSIF layer = 'temporary_licence' THEN
    cables := ARRAY(SELECT DISTINCT l.cable_id FROM registry.temporary_licence AS l WHERE l.id = ANY (ids));
    RETURN QUERY SELECT 'cable', unnest(cables);
    RETURN QUERY SELECT 'segment', s.id FROM registry.segment AS s WHERE s.cable_id = ANY (cables);
  ELSIF layer IN ('dead_cable', 'dead_cable_event') THEN
    IF layer = 'dead_cable_event' THEN
      ids := ARRAY(SELECT DISTINCT e.dead_cable_id FROM registry.dead_cable_event AS e WHERE e.id = ANY (ids));
    END IF;
    RETURN QUERY
    SELECT 'segment', p.segment_id FROM registry.dead_cable_place AS p
    WHERE p.dead_cable_id = ANY (ids) AND p.segment_id IS NOT NULL;
    RETURN QUERY
    SELECT 'span', p.span_id FROM registry.dead_cable_place AS p WHERE p.dead_cable_id = ANY (ids) AND p.span_id IS NOT NULL;
  ELSIF layer = 'tidying_event' THEN
    RETURN QUERY SELECT 'segment', e.segment_id FROM registry.tidying_event AS e WHERE e.id = ANY (ids);
  ELSIF layer = 'span_count' THEN
    -- A pole's cables are at least those of its fullest span.
    RETURN QUERY
    SELECT 'pole', e.id
    FROM registry.span_count AS n
    JOIN registry.span AS s ON s.id = n.span_id
    CROSS JOIN unnest(ARRAY[s.pole_a_id, s.pole_b_id]) AS e (id)
    WHERE n.id = ANY (ids);
  ELSIF layer = 'organisation' THEN
    -- Tags name organisations by their code, name or other names.
    RETURN QUERY SELECT 'fitting', f.id FROM registry.fitting AS f WHERE f.kind = 'tag';
  END IF;

  IF streets <> '{}' THEN
    RETURN QUERY SELECT 'street', unnest(streets);
    poles := poles || ARRAY(SELECT a.object_id FROM gisreg.planned_about(streets) AS a WHERE a.object_layer = 'pole');
    RETURN QUERY SELECT 'segment', a.object_id FROM gisreg.planned_about(streets) AS a WHERE a.object_layer = 'segment';
    IF layer = 'street' THEN
      -- Where a street crosses decides over counted drops.
      RETURN QUERY
      SELECT 'span', s.span_id FROM registry.crossing AS c JOIN registry.segment AS s ON s.id = c.segment_id
      WHERE c.street_id = ANY (ids) AND s.span_id IS NOT NULL;
    END IF;
  END IF;
  IF poles <> '{}' THEN
    RETURN QUERY SELECT 'support', s.id FROM registry.support AS s WHERE s.pole_id = ANY (poles);
  END IF;
END
$$;
REVOKE EXECUTE ON FUNCTION gisreg.flag_concerned_carriers(text, bigint[]), gisreg.planned_about(bigint[]) FROM PUBLIC;
