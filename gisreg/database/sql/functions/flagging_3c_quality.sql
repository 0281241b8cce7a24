-- Which objects the rules on the quality of data and on sharing must look at again after an edit, beyond
-- gisreg.flag_concerned.

-- \param layer_key  key of the edited objects' layer or table, \param ids  theirs, present or gone
CREATE OR REPLACE FUNCTION gisreg.flag_concerned_quality(layer_key text, ids bigint[])
RETURNS TABLE (object_layer text, object_id bigint)
LANGUAGE plpgsql STABLE PARALLEL RESTRICTED
SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp
AS $$
DECLARE
  -- The longest that ever held.
  node_m double precision := (SELECT max(value) FROM registry.threshold WHERE key = 'node_reach_m');
  same_m double precision := (SELECT max(value) FROM registry.threshold WHERE key = 'duplicate_reach_m');
BEGIN
  IF layer_key IN ('pole', 'tower', 'manhole') THEN
    -- Cables that end where such a thing stands, or pass a pole closely.
    RETURN QUERY EXECUTE format(
      'SELECT ''cable'', c.id
       FROM registry.%I AS n JOIN registry.cable AS c ON c.geom && gisreg.around(n.geom, $2)
       WHERE n.id = ANY ($1) AND (
         ST_DWithin(ST_StartPoint(c.geom)::geography, n.geom::geography, $2)
         OR ST_DWithin(ST_EndPoint(c.geom)::geography, n.geom::geography, $2))', layer_key) USING ids, node_m;
  END IF;
  IF layer_key = 'pole' THEN
    RETURN QUERY SELECT 'cable', n.cable_id FROM registry.near_miss AS n WHERE n.pole_id = ANY (ids);
    RETURN QUERY SELECT 'fitting', f.id FROM registry.fitting AS f WHERE f.pole_id = ANY (ids);
    -- Poles with the same numbers.
    RETURN QUERY
    WITH code AS (
      SELECT p.code FROM registry.pole AS p WHERE p.id = ANY (ids)
      UNION
      SELECT c.code FROM registry.pole_code AS c WHERE c.pole_id = ANY (ids)
    )
    SELECT 'pole', p.id FROM code JOIN registry.pole AS p ON p.code = code.code
    UNION
    SELECT 'pole', c.pole_id FROM code JOIN registry.pole_code AS c ON c.code = code.code;
  ELSIF layer_key = 'manhole' THEN
    RETURN QUERY
    SELECT 'manhole', n.id
    FROM registry.manhole AS m JOIN registry.manhole AS n
      ON n.geom && gisreg.around(m.geom, same_m) AND ST_DWithin(n.geom::geography, m.geom::geography, same_m)
    WHERE m.id = ANY (ids);
  ELSIF layer_key IN ('cable', 'duct') THEN
    RETURN QUERY EXECUTE format(
      'SELECT $2, n.id FROM registry.%1$I AS o JOIN registry.%1$I AS n ON n.geom ~= o.geom WHERE o.id = ANY ($1)',
      layer_key) USING ids, layer_key;
  ELSIF layer_key = 'share_request' THEN
    RETURN QUERY
    SELECT t.layer, t.id
    FROM registry.share_request AS q
    CROSS JOIN LATERAL (VALUES ('pole', q.pole_id), ('tower', q.tower_id), ('duct', q.duct_id)) AS t (layer, id)
    WHERE q.id = ANY (ids) AND t.id IS NOT NULL;
  ELSIF layer_key = 'zone' THEN
    -- Whether a mast counts as inner decides over its neighbours, too.
    RETURN QUERY
    SELECT 'tower', n.id
    FROM registry.zone AS z
    JOIN registry.tower AS t ON t.geom && z.geom
    CROSS JOIN (
      SELECT max(h.value) AS metres FROM registry.rule AS r JOIN registry.threshold AS h ON h.key = ANY (r.reach)
      WHERE r.layer = 'tower'
    ) AS reach
    JOIN registry.tower AS n ON n.geom && gisreg.around(t.geom, reach.metres)
    WHERE z.id = ANY (ids);
  ELSIF layer_key = 'admin_unit' THEN
    -- The outline of all units decides over everything; over so many segments a whole run follows.
    IF (SELECT count(*) > 20000 FROM (SELECT FROM registry.segment LIMIT 20001) AS many) THEN
      RETURN QUERY SELECT 'segment', s.id FROM registry.segment AS s LIMIT 20001;
    ELSE
      RETURN QUERY
      SELECT 'pole', p.id FROM registry.pole AS p
      UNION ALL SELECT 'cable', c.id FROM registry.cable AS c
      UNION ALL SELECT 'tower', t.id FROM registry.tower AS t
      UNION ALL SELECT 'manhole', m.id FROM registry.manhole AS m
      UNION ALL SELECT 'duct', d.id FROM registry.duct AS d;
    END IF;
  END IF;
  IF layer_key IN ('cable', 'segment') THEN
    -- A cable that was tied anew passes other poles closely than before.
    RETURN QUERY
    WITH cable AS (
      SELECT unnest(ids) AS id WHERE layer_key = 'cable'
      UNION
      SELECT s.cable_id FROM registry.segment AS s WHERE layer_key = 'segment' AND s.id = ANY (ids)
    )
    SELECT 'cable', cable.id FROM cable
    UNION ALL
    SELECT 'pole', n.pole_id FROM cable JOIN registry.near_miss AS n ON n.cable_id = cable.id;
  END IF;
END
$$;
REVOKE EXECUTE ON FUNCTION gisreg.flag_concerned_quality(text, bigint[]) FROM PUBLIC;
