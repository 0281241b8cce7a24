-- Which objects the rules on carriers must look at again after an edit, beyond gisreg.flag_concerned.

-- \param layer  key of the edited objects' layer or table, \param ids  their ids, present or gone
CREATE OR REPLACE FUNCTION gisreg.flag_concerned_carriers(layer text, ids bigint[])
RETURNS TABLE (object_layer text, object_id bigint)
LANGUAGE sql STABLE PARALLEL RESTRICTED
SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp
AS $$
  WITH reach AS (
    -- The longest that ever held.
    SELECT max(value) / 90000 AS degrees FROM registry.threshold WHERE key = 'street_reach_m'
  ), street AS (
    SELECT unnest(ids) AS id WHERE flag_concerned_carriers.layer = 'street'
    UNION
    SELECT street_id FROM registry.plan_street WHERE flag_concerned_carriers.layer = 'plan_street' AND id = ANY (ids)
  ), near AS (
    SELECT ST_Expand(st.geom, r.degrees) AS box
    FROM street JOIN registry.street AS st ON st.id = street.id CROSS JOIN reach AS r
    -- A street matters where a plan's street is near.
    WHERE EXISTS (
      SELECT FROM registry.plan_street AS p JOIN registry.street AS o ON o.id = p.street_id
      WHERE o.geom && ST_Expand(st.geom, 2 * r.degrees))
  ), pole AS (
    SELECT unnest(ids) AS id WHERE flag_concerned_carriers.layer = 'pole'
    UNION
    SELECT pole_id FROM registry.fitting WHERE flag_concerned_carriers.layer = 'fitting' AND id = ANY (ids)
    UNION
    SELECT pole_id FROM registry.attachment_approval
    WHERE flag_concerned_carriers.layer = 'attachment_approval' AND id = ANY (ids)
    UNION
    SELECT p.id FROM registry.zone AS z JOIN registry.pole AS p ON p.geom && z.geom
    WHERE flag_concerned_carriers.layer = 'zone' AND z.id = ANY (ids)
    UNION
    SELECT p.id FROM near JOIN registry.pole AS p ON p.geom && near.box
  ), support AS (
    SELECT unnest(ids) AS id WHERE flag_concerned_carriers.layer = 'support'
    UNION
    SELECT s.id FROM pole JOIN registry.support AS s ON s.pole_id = pole.id
    UNION
    SELECT id FROM registry.support WHERE flag_concerned_carriers.layer = 'cable' AND cable_id = ANY (ids)
    UNION
    -- Segments that were cut anew hang on new supports.
    SELECT p.id FROM registry.segment AS s JOIN registry.support AS p ON p.cable_id = s.cable_id
    WHERE flag_concerned_carriers.layer = 'segment' AND s.id = ANY (ids)
  ), dead AS (
    SELECT unnest(ids) AS id WHERE flag_concerned_carriers.layer = 'dead_cable'
    UNION
    SELECT dead_cable_id FROM registry.dead_cable_event
    WHERE flag_concerned_carriers.layer = 'dead_cable_event' AND id = ANY (ids)
  ), cable AS (
    SELECT cable_id AS id FROM registry.temporary_licence
    WHERE flag_concerned_carriers.layer = 'temporary_licence' AND id = ANY (ids)
  ), segment AS (
    SELECT p.segment_id AS id FROM registry.dead_cable_place AS p JOIN dead ON dead.id = p.dead_cable_id
    UNION
    SELECT segment_id FROM registry.tidying_event
    WHERE flag_concerned_carriers.layer = 'tidying_event' AND id = ANY (ids)
    UNION
    SELECT s.id FROM cable JOIN registry.segment AS s ON s.cable_id = cable.id
    UNION
    SELECT s.id FROM near JOIN registry.segment AS s ON s.geom && near.box
  ), span AS (
    SELECT p.span_id AS id FROM registry.dead_cable_place AS p JOIN dead ON dead.id = p.dead_cable_id
    UNION
    SELECT span_id FROM registry.segment WHERE flag_concerned_carriers.layer = 'cable' AND cable_id = ANY (ids)
    UNION
    -- Where a street crosses decides over counted drops.
    SELECT s.span_id FROM registry.crossing AS c JOIN registry.segment AS s ON s.id = c.segment_id
    WHERE flag_concerned_carriers.layer = 'street' AND c.street_id = ANY (ids)
  ), hanging AS (
    -- A pole's cables are at least those of its fullest span.
    SELECT unnest(ARRAY[s.pole_a_id, s.pole_b_id]) AS id
    FROM registry.span_count AS n JOIN registry.span AS s ON s.id = n.span_id
    WHERE flag_concerned_carriers.layer = 'span_count' AND n.id = ANY (ids)
  ), tag AS (
    SELECT id FROM registry.fitting WHERE flag_concerned_carriers.layer = 'cable' AND cable_id = ANY (ids)
    UNION
    -- Tags name organisations by their code, name or other names.
    SELECT f.id FROM registry.fitting AS f
    WHERE flag_concerned_carriers.layer = 'organisation' AND f.kind = 'tag'
  )
  SELECT 'support', id FROM support
  UNION ALL
  SELECT 'segment', id FROM segment WHERE id IS NOT NULL
  UNION ALL
  SELECT 'span', id FROM span WHERE id IS NOT NULL
  UNION ALL
  SELECT 'cable', id FROM cable
  UNION ALL
  SELECT 'pole', id FROM hanging
  UNION ALL
  SELECT 'street', id FROM street
  UNION ALL
  SELECT 'fitting', id FROM tag
$$;
REVOKE EXECUTE ON FUNCTION gisreg.flag_concerned_carriers(text, bigint[]) FROM PUBLIC;
