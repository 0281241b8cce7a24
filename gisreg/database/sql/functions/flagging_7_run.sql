-- Flagging: a run over the whole registry.

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

-- \returns  what a finding without metres weighs: one step of severity is ten of the next
CREATE OR REPLACE FUNCTION gisreg.severity_weight(severity text) RETURNS double precision
LANGUAGE sql IMMUTABLE PARALLEL SAFE
AS $$ SELECT CASE severity WHEN 'critical' THEN 100 WHEN 'major' THEN 10 ELSE 1 END $$;

-- \returns  the rules of the catalogue that are on: active, and their limit (if they have one) has a value
CREATE OR REPLACE FUNCTION gisreg.rules_on(limits jsonb) RETURNS text[]
LANGUAGE sql STABLE PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $$
  SELECT coalesce(array_agg(r.id ORDER BY r.id), '{}') FROM registry.rule AS r
  WHERE r.is_active AND r.needs IS NOT NULL
    AND (r.needs = '{}' OR jsonb_typeof(limits -> r.needs[1]) = 'number')
$$;

-- The SELECT that makes findings of a rule's answers. A value on the failing side of its threshold fails; one that
-- might lie on the other side within its measurement's tolerance is borderline. What was not measured is
-- neither, and no row. Rules M.. answer what people noted by hand.
-- \param r  the rule, \param answers  FROM item of its answers, \param limits  SQL of the thresholds
CREATE OR REPLACE FUNCTION gisreg.finding_query(r registry.rule, answers text, limits text) RETURNS text
LANGUAGE sql STABLE PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $$
  SELECT format(
    'SELECT
       a.object_id, a.zone_id, %1$L::text AS rule_id,
       CASE WHEN %2$L THEN ''manual'' WHEN a.measured_value %3$s a.tolerance %4$s a.threshold_value THEN ''fail''
         ELSE ''borderline'' END AS outcome,
       a.owner_id, a.visibility,
       %5$s AS priority, a.measured_value, a.threshold_value
     FROM %6$s AS a
     WHERE a.measured_value %4$s a.threshold_value',
    r.id, r.id ~ '^M', CASE r.fails WHEN 'below' THEN '+' ELSE '-' END, CASE r.fails WHEN 'below' THEN '<' ELSE '>' END,
    CASE WHEN r.critical_at IS NULL THEN gisreg.severity_weight(r.severity)::text || '::float8' ELSE format(
      'CASE WHEN a.measured_value %s (%s ->> %L)::float8 THEN 100 ELSE %s END::float8',
      CASE r.fails WHEN 'below' THEN '<' ELSE '>' END, limits, r.critical_at, gisreg.severity_weight(r.severity))
    END,
    answers
  )
$$;

-- Add the findings of the catalogue's rules to flag_new; unless it is only tried, also count what they looked at
-- (staging.flag_counted, by place).
-- Over many objects each rule is asked once for what fails and once for the counts: both are shared out among
-- workers, which a statement that writes is not.
-- \returns  how many findings there are
DROP FUNCTION IF EXISTS gisreg.flag_evaluate(date, jsonb, jsonb);
DROP FUNCTION IF EXISTS gisreg.flag_evaluate(date, jsonb, jsonb, boolean);
CREATE OR REPLACE FUNCTION gisreg.flag_evaluate(as_of date, limits jsonb, is_try boolean) RETURNS bigint
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
SECURITY DEFINER
SET search_path = pg_catalog, public, staging, pg_temp
SET work_mem = '256MB'
AS $$
DECLARE
  -- Bytes: about a hundred thousand segments or poles.
  is_large boolean := NOT is_try
    AND greatest(pg_relation_size('registry.segment'), pg_relation_size('registry.pole')) > 20000000;
  r registry.rule;
  answers text;
  failing text;
  found bigint;
  total bigint := 0;
  reach_m double precision := (
    SELECT max((limits ->> k.reach[1])::double precision) FROM registry.rule AS k
    WHERE k.layer = 'pole' AND k.id = ANY (gisreg.rules_on(limits))
  );
BEGIN
  IF NOT is_try AND reach_m > 0 THEN
    EXECUTE
      'CREATE UNLOGGED TABLE staging.flag_near AS
       SELECT k.pole_id, k.other_id, p.geom AS place, n.geom AS other_place
       FROM gisreg.near_poles_by_square($1) AS k
       JOIN registry.pole AS p ON p.id = k.pole_id JOIN registry.pole AS n ON n.id = k.other_id' USING reach_m;
  END IF;
  FOR r IN SELECT * FROM registry.rule AS k WHERE k.id = ANY (gisreg.rules_on(limits)) ORDER BY k.id LOOP
    answers := format('gisreg.%I(%L, %L)', format('rule_%s_whole', lower(r.id)), as_of, limits);
    IF is_large AND r.is_costly THEN
      EXECUTE format('CREATE UNLOGGED TABLE staging.flag_answer AS SELECT * FROM %s AS a', answers);
      answers := 'flag_answer';
    END IF;
    failing := gisreg.finding_query(r, answers, format('%L::jsonb', limits));
    IF is_large THEN
      EXECUTE 'CREATE UNLOGGED TABLE staging.flag_failing AS ' || failing;
      failing := 'SELECT * FROM flag_failing';
    END IF;
    EXECUTE
      'INSERT INTO flag_new (
         object_id, zone_id, rule_id, outcome, owner_id, visibility, priority, measured_value, threshold_value
       ) ' || failing;
    GET DIAGNOSTICS found = ROW_COUNT;
    total := total + found;
    IF NOT is_try THEN
      PERFORM gisreg.flag_count(r, answers, is_large);
    END IF;
    IF is_large THEN
      EXECUTE 'DROP TABLE IF EXISTS flag_failing, flag_answer';
    END IF;
  END LOOP;
  EXECUTE 'DROP TABLE IF EXISTS staging.flag_near';
  RETURN total;
END
$$;

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
-- What workers hand over is written to a table, which takes longer than the handing over.
SET parallel_tuple_cost = 0.01
AS $$
DECLARE
  limits jsonb := gisreg.flag_limits(as_of) || coalesce(instead, '{}');
  rules text[] := gisreg.rules_on(limits);
  total bigint;
BEGIN
  PERFORM pg_advisory_xact_lock(hashtext('gisreg.flagging'));
  INSERT INTO registry.flag_run (as_of, scope)
  VALUES (flag_run.as_of, CASE WHEN objects IS NULL THEN 'all' ELSE (
    SELECT coalesce(sum(jsonb_array_length(l.value)), 0) FROM jsonb_each(objects) AS l) || ' objects' END)
  RETURNING id INTO run_id;
  IF objects IS NOT NULL THEN
    SELECT s.fresh, s.gone, s.changed, s.same, s.touched INTO fresh, gone, changed, same, touched
    FROM gisreg.flag_some(run_id, as_of, objects, NULL, limits, least_m) AS s;
  ELSE
    total := gisreg.flag_compute(as_of, least_m, limits, false);
    IF rules <> '{}' THEN
      PERFORM gisreg.flag_places(as_of);
      total := total + gisreg.flag_evaluate(as_of, limits, false);
      PERFORM gisreg.flag_cover(run_id);
    END IF;
    SELECT w.fresh, w.gone, w.changed, w.same INTO fresh, gone, changed, same FROM gisreg.flag_write(run_id, total) AS w;
    touched := gisreg.flag_settle();
  END IF;
  UPDATE registry.flag_run AS f
  SET finished_at = clock_timestamp(), findings_new = flag_run.fresh, findings_gone = flag_run.gone,
    findings_changed = flag_run.changed, findings_same = flag_run.same
  WHERE f.id = run_id;
  off := ARRAY(
    SELECT r.id FROM registry.rule AS r
    WHERE CASE WHEN r.needs IS NULL THEN NOT r.is_active ELSE r.id <> ALL (rules) END
    ORDER BY r.id
  );
END
$$;

REVOKE EXECUTE ON FUNCTION
  gisreg.flag_zones(date, double precision, boolean), gisreg.flag_compute(date, double precision, jsonb, boolean),
  gisreg.flag_doubt(double precision, jsonb, boolean), gisreg.flag_waive(date), gisreg.flag_places(date),
  gisreg.flag_place(text, text, text, text),
  gisreg.flag_cover(bigint), gisreg.flag_count(registry.rule, text, boolean), gisreg.flag_evaluate(date, jsonb, boolean),
  gisreg.flag_write_bulk(bigint, text), gisreg.flag_write(bigint, bigint), gisreg.flag_settle(), gisreg.flag_settle_first(),
  gisreg.flag_run(date, jsonb, jsonb, double precision), gisreg.drop_indexes(regclass)
FROM PUBLIC;
GRANT EXECUTE ON FUNCTION gisreg.flag_run(date, jsonb, jsonb, double precision) TO gisreg_worker;
