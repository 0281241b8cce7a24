-- Flagging: a run from the first step to the last, and the one that follows an edit.

-- \returns  the thresholds of a day: the province's own before the national ones
CREATE OR REPLACE FUNCTION gisreg.flag_limits(as_of date) RETURNS jsonb
LANGUAGE sql STABLE PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $$
  SELECT coalesce(jsonb_object_agg(t.key, t.value), '{}')
  FROM (
    SELECT DISTINCT ON (key) key, value
    FROM registry.threshold
    WHERE valid_from <= as_of AND (valid_to IS NULL OR valid_to > as_of)
      AND (province_code IS NULL OR province_code = gisreg.province_code())
    ORDER BY key, province_code NULLS LAST, valid_from DESC
  ) AS t
$$;

-- Add the findings of the catalogue's rules to flag_new; in a whole run also count what they looked at.
-- A value on the failing side of its threshold fails; one that might lie on the other side within its
-- measurement's tolerance is borderline. What was not measured is neither, and no row. Rules M.. answer what
-- people noted by hand.
-- \param objects  ids by layer, NULL for all; \param limits  the thresholds
-- \param is_try  only to be looked at: nothing is counted
-- \returns  how many findings there are
DROP FUNCTION IF EXISTS gisreg.flag_evaluate(date, jsonb, jsonb);
CREATE OR REPLACE FUNCTION gisreg.flag_evaluate(as_of date, objects jsonb, limits jsonb, is_try boolean) RETURNS bigint
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
SECURITY DEFINER
SET search_path = pg_catalog, public, staging, pg_temp
SET work_mem = '256MB'
AS $$
DECLARE
  is_whole boolean := objects IS NULL;
  is_counted boolean := is_whole AND NOT is_try;
  r registry.rule;
  ids bigint[];
  found bigint;
  total bigint := 0;
BEGIN
  FOR r IN
    SELECT * FROM registry.rule
    WHERE is_active AND needs IS NOT NULL
      AND (needs = '{}' OR jsonb_typeof(limits -> needs[1]) = 'number')
    ORDER BY id
  LOOP
    IF NOT is_whole THEN
      ids := ARRAY(SELECT o::bigint FROM jsonb_array_elements_text(objects -> r.layer) AS o);
      CONTINUE WHEN ids = '{}';
    END IF;
    EXECUTE format(
      'WITH looked_at AS %s (
         SELECT * FROM gisreg.%I(%s)
       ), failing AS (
         INSERT INTO flag_new (
           object_id, zone_id, rule_id, outcome, owner_id, visibility, priority, measured_value, threshold_value
         )
         SELECT
           object_id, zone_id, %L,
           CASE WHEN %L ~ ''^M'' THEN ''manual''
             WHEN measured_value %s tolerance %s threshold_value THEN ''fail'' ELSE ''borderline'' END,
           owner_id, visibility,
           gisreg.severity_weight(CASE WHEN measured_value %s %L::float8 THEN ''critical'' ELSE %L END),
           measured_value, threshold_value
         FROM looked_at
         WHERE measured_value %s threshold_value
         RETURNING 1
       )%s
       SELECT count(*) FROM failing',
      CASE WHEN is_counted THEN 'MATERIALIZED' ELSE '' END,
      format('rule_%s_%s', lower(r.id), CASE WHEN is_whole THEN 'whole' ELSE 'some' END),
      CASE WHEN is_whole THEN '$1, $2' ELSE '$3, $1, $2' END,
      r.id, r.id,
      CASE r.fails WHEN 'below' THEN '+' ELSE '-' END,
      CASE r.fails WHEN 'below' THEN '<' ELSE '>' END,
      CASE r.fails WHEN 'below' THEN '<' ELSE '>' END,
      limits ->> r.critical_at,
      r.severity,
      CASE r.fails WHEN 'below' THEN '<' ELSE '>' END,
      CASE WHEN is_counted THEN format(
        ', by_commune AS (
           INSERT INTO flag_counted (rule_id, commune_id, owner_id, visibility, applicable, evaluated)
           SELECT %1$L, p.commune_id, l.owner_id, l.visibility, count(*), count(l.measured_value)
           FROM looked_at AS l LEFT JOIN flag_place AS p ON p.object_id = l.object_id
           GROUP BY p.commune_id, l.owner_id, l.visibility
         ), by_zone AS (
           INSERT INTO flag_counted (rule_id, zone_id, owner_id, visibility, applicable, evaluated)
           SELECT %1$L, z.zone_id, l.owner_id, l.visibility, count(*), count(l.measured_value)
           FROM looked_at AS l JOIN flag_member AS z ON z.object_id = l.object_id
           GROUP BY z.zone_id, l.owner_id, l.visibility
         )', r.id)
      ELSE '' END
    ) INTO found USING as_of, limits, ids;
    total := total + found;
  END LOOP;
  RETURN total;
END
$$;

-- \returns  what a finding without metres weighs: one step of severity is ten of the next
CREATE OR REPLACE FUNCTION gisreg.severity_weight(severity text) RETURNS double precision
LANGUAGE sql IMMUTABLE PARALLEL SAFE
AS $$ SELECT CASE severity WHEN 'critical' THEN 100 WHEN 'major' THEN 10 ELSE 1 END $$;

-- Look at all objects, or at those named, by every rule, and write what differs.
-- \param objects  ids by layer (NULL: all); \param instead  thresholds to try in the place of the registry's
-- \returns  the run's number, its findings new, gone, changed, the same, segments whose state was touched,
--           and the rules that were off for want of a threshold
CREATE OR REPLACE FUNCTION gisreg.flag_run(
  as_of date, objects jsonb, instead jsonb, least_m double precision,
  OUT run_id bigint, OUT fresh bigint, OUT gone bigint, OUT changed bigint, OUT same bigint,
  OUT touched bigint, OUT off text[]
)
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp
AS $$
DECLARE
  is_whole boolean := objects IS NULL;
  limits jsonb := gisreg.flag_limits(as_of) || coalesce(instead, '{}');
  ids bigint[] := (
    SELECT array_agg(DISTINCT o::bigint)
    FROM jsonb_each(objects) AS l CROSS JOIN jsonb_array_elements_text(l.value) AS o
  );
  segments bigint[];
  total bigint;
  is_covered boolean;
BEGIN
  PERFORM pg_advisory_xact_lock(hashtext('gisreg.flagging'));
  IF NOT is_whole THEN
    ids := coalesce(ids, '{}');
    segments := ARRAY(SELECT o::bigint FROM jsonb_array_elements_text(objects -> 'segment') AS o);
  END IF;
  INSERT INTO registry.flag_run (as_of, scope)
  VALUES (flag_run.as_of, CASE WHEN is_whole THEN 'all' ELSE cardinality(ids) || ' objects' END)
  RETURNING id INTO run_id;
  total := gisreg.flag_compute(as_of, segments, least_m, false);
  is_covered := is_whole AND EXISTS (SELECT FROM registry.rule AS r WHERE r.is_active AND r.needs IS NOT NULL);
  IF is_covered THEN
    PERFORM gisreg.flag_places(as_of);
  END IF;
  total := total + gisreg.flag_evaluate(as_of, objects, limits, false);
  IF is_covered THEN
    PERFORM gisreg.flag_cover(run_id);
  END IF;
  SELECT w.fresh, w.gone, w.changed, w.same INTO fresh, gone, changed, same
  FROM gisreg.flag_write(run_id, ids, ARRAY(SELECT id FROM registry.rule), total) AS w;
  touched := gisreg.flag_settle(segments);
  UPDATE registry.flag_run AS f
  SET finished_at = clock_timestamp(), findings_new = flag_run.fresh, findings_gone = flag_run.gone,
    findings_changed = flag_run.changed, findings_same = flag_run.same
  WHERE f.id = run_id;
  off := ARRAY(
    SELECT id FROM registry.rule
    WHERE NOT is_active OR (needs <> '{}' AND jsonb_typeof(limits -> needs[1]) IS DISTINCT FROM 'number')
    ORDER BY id
  );
END
$$;

-- What follows an edit: the rules look again at what it touched, today, by the registry's own thresholds.
-- Harmless whatever it is told: it says again what is so.
-- \param layer_key  layer of the edited objects, \param ids  theirs; what this transaction did not edit is
--   passed over
CREATE OR REPLACE FUNCTION gisreg.flag_edited(layer_key text, ids bigint[])
RETURNS void
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp
AS $$
DECLARE
  as_of date := coalesce(
    (gisreg.actor() ->> 'today')::date, (now() AT TIME ZONE 'Asia/Ho_Chi_Minh')::date
  );
  edited bigint[] := gisreg.edited_now(layer_key, ids);
  objects jsonb;
BEGIN
  IF edited = '{}' THEN
    RETURN;
  END IF;
  CREATE TEMPORARY TABLE IF NOT EXISTS flag_left (object_layer text, object_id bigint) ON COMMIT DROP;
  SELECT jsonb_object_agg(o.object_layer, o.ids) INTO objects
  FROM (
    SELECT c.object_layer, jsonb_agg(DISTINCT c.object_id) AS ids
    FROM (
      SELECT n.object_layer, n.object_id FROM gisreg.flag_concerned(layer_key, edited) AS n
      UNION ALL
      SELECT b.object_layer, b.object_id FROM pg_temp.flag_left AS b
    ) AS c
    GROUP BY c.object_layer
  ) AS o;
  DROP TABLE pg_temp.flag_left;
  -- Over so many segments a whole run is the cheaper way.
  PERFORM gisreg.flag_run(
    as_of, CASE WHEN jsonb_array_length(coalesce(objects -> 'segment', '[]')) <= 20000 THEN objects END, NULL, 0.01
  );
END
$$;

REVOKE EXECUTE ON FUNCTION
  gisreg.flag_compute(date, bigint[], double precision, boolean), gisreg.flag_waive(date), gisreg.flag_places(date), gisreg.flag_cover(bigint),
  gisreg.flag_evaluate(date, jsonb, jsonb, boolean), gisreg.flag_write(bigint, bigint[], text[], bigint),
  gisreg.flag_settle(bigint[]), gisreg.flag_run(date, jsonb, jsonb, double precision),
  gisreg.drop_indexes(regclass)
FROM PUBLIC;
GRANT EXECUTE ON FUNCTION gisreg.flag_run(date, jsonb, jsonb, double precision) TO gisreg_worker;
