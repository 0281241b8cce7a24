-- What a run would change, without changing it.

-- Look at objects by every rule, or by those named, and tell how the findings would differ. Writes temporary tables
-- only, and waits for nobody: a run may write meanwhile (what it commits is not seen).
-- \param objects  ids by layer, NULL for all; \param rules  ids, NULL for all: a threshold changes only the answers
--   of the rules that need it, and asking only those is a matter of seconds
-- \param instead  thresholds in the place of the registry's
-- \param reach_m  within how many metres an object lies along a street
-- \returns  findings new, gone and changed by rule, owner and street (none told where more than 50,000 differ),
--           with the metres inside zones that come or go
DROP FUNCTION IF EXISTS gisreg.flag_try(date, jsonb, jsonb, double precision, double precision);
CREATE OR REPLACE FUNCTION gisreg.flag_try(
  as_of date, objects jsonb, rules text[], instead jsonb, least_m double precision, reach_m double precision
) RETURNS TABLE (change text, rule_id text, owner_id bigint, street_id bigint, findings bigint, metres double precision)
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp
SET work_mem = '256MB'
AS $$
DECLARE
  limits jsonb := gisreg.flag_limits(as_of) || coalesce(instead, '{}');
  asked text[] := CASE WHEN rules IS NULL THEN gisreg.rules_on(limits)
    ELSE ARRAY(SELECT o FROM unnest(gisreg.rules_on(limits)) AS o WHERE o = ANY (rules)) END;
  asks_zones boolean := rules IS NULL OR EXISTS (SELECT FROM unnest(rules) AS o WHERE o COLLATE "C" >= 'Z');
  ids bigint[];
  segments bigint[];
  differing bigint;
  r registry.rule;
BEGIN
  IF objects IS NOT NULL THEN
    ids := coalesce((
      SELECT array_agg(DISTINCT o::bigint)
      FROM jsonb_each(objects) AS l CROSS JOIN jsonb_array_elements_text(l.value) AS o
    ), '{}');
    segments := ARRAY(SELECT o::bigint FROM jsonb_array_elements_text(objects -> 'segment') AS o);
  END IF;
  IF objects IS NULL THEN
    IF asks_zones THEN
      PERFORM gisreg.flag_compute(as_of, least_m, limits, true);
    ELSE
      DROP TABLE IF EXISTS pg_temp.flag_new;
      CREATE TEMPORARY TABLE flag_new (
        object_id bigint, zone_id bigint, rule_id text, outcome text, owner_id bigint, visibility text,
        metres_inside double precision, metres_possible double precision, priority double precision,
        measured_value double precision, threshold_value double precision
      ) ON COMMIT DROP;
    END IF;
    FOR r IN SELECT * FROM registry.rule AS k WHERE k.id = ANY (asked) ORDER BY k.id LOOP
      EXECUTE
        'INSERT INTO flag_new (
           object_id, zone_id, rule_id, outcome, owner_id, visibility, priority, measured_value, threshold_value
         ) '
        || gisreg.finding_query(
          r, format('gisreg.%I(%L, %L)', format('rule_%s_whole', lower(r.id)), as_of, limits), format('%L::jsonb', limits));
    END LOOP;
  ELSE
    DROP TABLE IF EXISTS pg_temp.flag_new;
    CREATE TEMPORARY TABLE flag_new ON COMMIT DROP AS
    SELECT
      z.object_id, z.zone_id, z.rule_id, z.outcome, z.owner_id, z.visibility, z.metres_inside, z.metres_possible,
      z.priority, NULL::double precision AS measured_value, NULL::double precision AS threshold_value
    FROM gisreg.zone_answers(segments, NULL, as_of, limits, least_m) AS z
    WHERE asks_zones
    UNION ALL
    SELECT
      a.object_id, a.zone_id, a.rule_id, a.outcome, a.owner_id, a.visibility, NULL, NULL, a.priority, a.measured_value,
      a.threshold_value
    FROM gisreg.rule_answers(objects, asked, as_of, limits) AS a;
  END IF;
  PERFORM gisreg.flag_waive(as_of);
  ANALYZE flag_new;
  DROP TABLE IF EXISTS pg_temp.flag_difference;
  CREATE TEMPORARY TABLE flag_difference ON COMMIT DROP AS
  SELECT
    CASE WHEN f.object_id IS NULL THEN 'new' WHEN n.object_id IS NULL THEN 'gone' ELSE 'changed' END AS change,
    coalesce(n.rule_id, f.rule_id) AS rule_id, coalesce(n.object_id, f.object_id) AS object_id,
    coalesce(n.owner_id, f.owner_id) AS owner_id,
    coalesce(n.metres_inside, 0) - coalesce(f.metres_inside, 0) AS metres
  FROM flag_new AS n
  FULL JOIN (
    SELECT * FROM registry.finding AS f
    WHERE (ids IS NULL OR f.object_id = ANY (ids))
      AND (rules IS NULL OR f.rule_id = ANY (rules) OR (asks_zones AND f.rule_id >= 'Z'))
  ) AS f
    ON f.object_id = n.object_id AND f.rule_id = n.rule_id AND coalesce(f.zone_id, 0) = coalesce(n.zone_id, 0)
  WHERE f.object_id IS NULL OR n.object_id IS NULL
    OR (n.outcome, n.metres_inside, n.metres_possible, n.measured_value, n.threshold_value, n.priority)
      IS DISTINCT FROM
      (f.outcome, f.metres_inside, f.metres_possible, f.measured_value, f.threshold_value, f.priority);
  GET DIAGNOSTICS differing = ROW_COUNT;
  RETURN QUERY
  WITH along AS (
    SELECT o.object_id, n.street_id
    FROM (
      SELECT d.object_id, gisreg.middle_of(g.geom) AS middle
      FROM (SELECT DISTINCT c.object_id FROM flag_difference AS c WHERE differing <= 50000) AS d
      CROSS JOIN LATERAL gisreg.object_of(d.object_id) AS g
    ) AS o
    CROSS JOIN LATERAL gisreg.street_near(o.middle, reach_m) AS n
  )
  SELECT d.change, d.rule_id, d.owner_id, a.street_id, count(*), sum(d.metres)
  FROM flag_difference AS d LEFT JOIN along AS a ON a.object_id = d.object_id
  GROUP BY d.change, d.rule_id, d.owner_id, a.street_id
  ORDER BY d.rule_id, d.change, d.owner_id, a.street_id;
END
$$;

-- \returns  what was edited since a moment, and whatever the rules must look at again for it, by layer
CREATE OR REPLACE FUNCTION gisreg.flag_since(since timestamptz) RETURNS TABLE (layer text, object_id bigint)
LANGUAGE plpgsql STABLE PARALLEL UNSAFE
SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp
AS $$
DECLARE
  changes bigint[] := ARRAY(SELECT c.id FROM gisreg.change_set AS c WHERE c.recorded_at >= since);
  of_layer text;
  edited bigint[];
BEGIN
  FOREACH of_layer IN ARRAY ARRAY[
    'pole', 'tower', 'tower_tenancy', 'cable', 'fitting', 'support', 'segment', 'span', 'street', 'zone', 'manhole',
    'duct', 'share_request', 'admin_unit'
  ] LOOP
    EXECUTE format(
      'SELECT coalesce(array_agg(DISTINCT h.id), ''{}'') FROM history.%I AS h
       WHERE h.change_set_id >= (SELECT min(c) FROM unnest($1) AS c) AND h.change_set_id = ANY ($1)', of_layer
    ) INTO edited USING changes;
    CONTINUE WHEN edited = '{}';
    RETURN QUERY SELECT c.object_layer, c.object_id FROM gisreg.flag_concerned(of_layer, edited) AS c;
    IF of_layer = 'zone' THEN
      RETURN QUERY SELECT c.object_layer, c.object_id FROM gisreg.objects_in_zones(edited) AS c;
    END IF;
  END LOOP;
END
$$;

REVOKE EXECUTE ON FUNCTION
  gisreg.flag_try(date, jsonb, text[], jsonb, double precision, double precision), gisreg.flag_since(timestamptz)
FROM PUBLIC, gisreg_app;
GRANT EXECUTE ON FUNCTION
  gisreg.flag_try(date, jsonb, text[], jsonb, double precision, double precision), gisreg.flag_since(timestamptz)
TO gisreg_worker;
