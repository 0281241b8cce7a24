-- Flagging: a run over named objects, as it follows every edit. Nothing is kept in tables: a few statements whose
-- plans a connection keeps from one edit to the next.

-- Write what differs between the answers for some objects and their findings.
-- \param run  number of the run
-- \param objects  ids by layer
-- \param zones  ids of zones at which only the zone rules, and the rules that read such zones, look anew; NULL
--   where every rule looks at the objects
-- \returns  how many findings are new, gone, changed, the same; how many segments' states were touched
CREATE OR REPLACE FUNCTION gisreg.flag_some(
  run bigint, as_of date, objects jsonb, zones bigint[], limits jsonb, least_m double precision,
  OUT fresh bigint, OUT gone bigint, OUT changed bigint, OUT same bigint, OUT touched bigint
)
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp
SET plan_cache_mode = force_generic_plan
SET max_parallel_workers_per_gather = 0
AS $$
DECLARE
  segments bigint[] := CASE WHEN zones IS NULL
    THEN ARRAY(SELECT DISTINCT o::bigint FROM jsonb_array_elements_text(objects -> 'segment') AS o) END;
  ids bigint[] := ARRAY(
    SELECT DISTINCT o::bigint
    FROM jsonb_each(objects) AS l CROSS JOIN jsonb_array_elements_text(l.value) AS o
  );
  rules text[] := gisreg.rules_on(limits);
  looked_at text[];
  has_waivers boolean := EXISTS (SELECT FROM registry.waiver);
  settled bigint[];
BEGIN
  IF zones IS NULL THEN
    looked_at := ARRAY(SELECT r.id FROM registry.rule AS r);
  ELSE
    looked_at := ARRAY(SELECT r.id FROM registry.rule AS r WHERE r.zone_kinds && gisreg.kinds_ever(zones));
    rules := ARRAY(SELECT r.id FROM registry.rule AS r WHERE r.id = ANY (rules) AND r.id = ANY (looked_at));
  END IF;
  WITH answer AS MATERIALIZED (
    SELECT
      n.object_id, n.zone_id, n.rule_id, n.owner_id, n.visibility, n.metres_inside, n.metres_possible, n.priority,
      n.measured_value, n.threshold_value, n.length_m,
      CASE WHEN has_waivers AND EXISTS (
        SELECT FROM registry.waiver AS w
        WHERE w.rule_id = n.rule_id AND w.object_id = n.object_id
          AND coalesce(w.zone_id, n.zone_id, 0) = coalesce(n.zone_id, 0)
          AND w.valid_from <= as_of AND (w.valid_to IS NULL OR w.valid_to > as_of)
      ) THEN 'waived' ELSE n.outcome END AS outcome
    FROM (
      SELECT
        z.object_id, z.zone_id, z.rule_id, z.outcome, z.owner_id, z.visibility, z.metres_inside, z.metres_possible,
        z.priority, NULL::double precision AS measured_value, NULL::double precision AS threshold_value, z.length_m
      FROM gisreg.zone_answers(segments, zones, as_of, limits, least_m) AS z
      UNION ALL
      SELECT
        a.object_id, a.zone_id, a.rule_id, a.outcome, a.owner_id, a.visibility, NULL, NULL, a.priority,
        a.measured_value, a.threshold_value, NULL
      FROM gisreg.rule_answers(objects, rules, as_of, limits) AS a
    ) AS n
  ), standing AS MATERIALIZED (
    SELECT f.* FROM registry.finding AS f
    WHERE f.object_id = ANY (ids) AND f.rule_id = ANY (looked_at) AND (zones IS NULL OR f.rule_id < 'Z')
    UNION ALL
    SELECT f.* FROM registry.finding AS f WHERE f.zone_id = ANY (zones) AND f.rule_id >= 'Z'
  ), gone AS (
    DELETE FROM registry.finding AS f
    USING standing AS s
    WHERE f.object_id = s.object_id AND f.zone_id IS NOT DISTINCT FROM s.zone_id AND f.rule_id = s.rule_id
      AND NOT EXISTS (
        SELECT FROM answer AS a
        WHERE a.object_id = s.object_id AND coalesce(a.zone_id, 0) = coalesce(s.zone_id, 0) AND a.rule_id = s.rule_id
      )
    RETURNING f.object_id, f.rule_id
  ), differing AS MATERIALIZED (
    SELECT a.*, s.object_id IS NULL AS is_fresh
    FROM answer AS a
    LEFT JOIN standing AS s
      ON s.object_id = a.object_id AND coalesce(s.zone_id, 0) = coalesce(a.zone_id, 0) AND s.rule_id = a.rule_id
    WHERE s.object_id IS NULL
      OR (s.priority, s.outcome, s.visibility, s.metres_inside, s.metres_possible, s.measured_value, s.threshold_value, s.owner_id)
        IS DISTINCT FROM
        (a.priority, a.outcome, a.visibility, a.metres_inside, a.metres_possible, a.measured_value, a.threshold_value, a.owner_id)
  ), changed AS (
    UPDATE registry.finding AS f
    SET metres_inside = d.metres_inside, metres_possible = d.metres_possible, measured_value = d.measured_value,
      threshold_value = d.threshold_value, priority = d.priority, outcome = d.outcome, owner_id = d.owner_id,
      visibility = d.visibility, run_id = run
    FROM differing AS d
    WHERE NOT d.is_fresh AND f.object_id = d.object_id AND f.zone_id IS NOT DISTINCT FROM d.zone_id AND f.rule_id = d.rule_id
    RETURNING f.object_id, f.rule_id
  ), fresh AS (
    INSERT INTO registry.finding (
      object_id, zone_id, owner_id, run_id, first_seen_at, metres_inside, metres_possible, measured_value,
      threshold_value, priority, rule_id, outcome, visibility
    )
    SELECT
      d.object_id, d.zone_id, d.owner_id, run, now(), d.metres_inside, d.metres_possible, d.measured_value,
      d.threshold_value, d.priority, d.rule_id, d.outcome, d.visibility
    FROM differing AS d WHERE d.is_fresh
    RETURNING object_id, rule_id
  )
  SELECT
    (SELECT count(*) FROM fresh), (SELECT count(*) FROM gone), (SELECT count(*) FROM changed),
    (SELECT count(*) FROM answer) - (SELECT count(*) FROM differing),
    ARRAY(
      SELECT o.object_id FROM gone AS o WHERE o.rule_id >= 'Z' UNION SELECT o.object_id FROM changed AS o WHERE o.rule_id >= 'Z'
      UNION SELECT o.object_id FROM fresh AS o WHERE o.rule_id >= 'Z'
      -- At a zone's edge the metres may be the same, but not the part that another zone shares.
      UNION SELECT o.object_id FROM answer AS o WHERE o.metres_inside < o.length_m
    )
  INTO fresh, gone, changed, same, settled;
  -- Also where nothing changed: a segment may have its state from a predecessor.
  touched := gisreg.flag_settle_some(CASE WHEN zones IS NULL THEN segments ELSE settled END);
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
  number bigint;
  counts record;
BEGIN
  IF edited = '{}' THEN
    RETURN;
  END IF;
  CREATE TEMPORARY TABLE IF NOT EXISTS flag_left (object_layer text, object_id bigint) ON COMMIT DELETE ROWS;
  SELECT coalesce(jsonb_object_agg(o.object_layer, o.ids), '{}') INTO objects
  FROM (
    SELECT c.object_layer, jsonb_agg(DISTINCT c.object_id) AS ids
    FROM (
      SELECT n.object_layer, n.object_id FROM gisreg.flag_concerned(layer_key, edited) AS n
      UNION ALL
      SELECT b.object_layer, b.object_id FROM pg_temp.flag_left AS b
    ) AS c
    GROUP BY c.object_layer
  ) AS o;
  DELETE FROM pg_temp.flag_left;
  IF layer_key <> 'zone' THEN
    -- Over so many segments a whole run is the cheaper way.
    PERFORM gisreg.flag_run(
      as_of, CASE WHEN jsonb_array_length(coalesce(objects -> 'segment', '[]')) <= 20000 THEN objects END, NULL, 0.01
    );
    RETURN;
  END IF;
  PERFORM pg_advisory_xact_lock(hashtext('gisreg.flagging'));
  INSERT INTO registry.flag_run (as_of, scope) VALUES (as_of, cardinality(edited) || ' zones')
  RETURNING id INTO number;
  SELECT * INTO counts FROM gisreg.flag_some(number, as_of, objects, edited, gisreg.flag_limits(as_of), 0.01);
  UPDATE registry.flag_run AS f
  SET finished_at = clock_timestamp(), findings_new = counts.fresh, findings_gone = counts.gone,
    findings_changed = counts.changed, findings_same = counts.same
  WHERE f.id = number;
END
$$;

REVOKE EXECUTE ON FUNCTION
  gisreg.flag_some(bigint, date, jsonb, bigint[], jsonb, double precision), gisreg.flag_settle_some(bigint[])
FROM PUBLIC;

-- Make gisreg.rule_answers out of the rules' texts: a function per layer with a statement per rule, whose plans a
-- connection keeps. Called after the rules were stored.
CREATE OR REPLACE FUNCTION gisreg.install_rule_answers() RETURNS void
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
SET search_path = pg_catalog, public, pg_temp
AS $body$
DECLARE
  l text;
  statements text;
  dispatch text := '';
  -- The rules' statements name columns, never these variables.
  head text := '
    RETURNS TABLE (
      object_id bigint, zone_id bigint, rule_id text, outcome text, owner_id bigint, visibility text,
      priority double precision, measured_value double precision, threshold_value double precision
    )
    LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $f$
    #variable_conflict use_column
    ';
BEGIN
  FOR l IN SELECT DISTINCT r.layer FROM registry.rule AS r WHERE r.needs IS NOT NULL ORDER BY r.layer LOOP
    SELECT string_agg(format(
        'IF %L = ANY (rules) THEN RETURN QUERY %s; END IF;
        ', r.id, gisreg.finding_query(r, format('gisreg.%I(ids, as_of, limits)', format('rule_%s_some', lower(r.id))), 'limits')
      ), '' ORDER BY r.id)
    INTO statements FROM registry.rule AS r WHERE r.layer = l AND r.needs IS NOT NULL;
    EXECUTE format(
      'CREATE OR REPLACE FUNCTION gisreg.%I(ids bigint[], rules text[], as_of date, limits jsonb) %s BEGIN %s END $f$',
      'rule_answers_' || l, head, statements);
    EXECUTE format(
      'REVOKE EXECUTE ON FUNCTION gisreg.%I(bigint[], text[], date, jsonb) FROM PUBLIC, gisreg_app, gisreg_worker',
      'rule_answers_' || l);
    dispatch := dispatch || format(
      'IF objects ? %1$L THEN
         RETURN QUERY SELECT * FROM gisreg.%2$I(
           ARRAY(SELECT DISTINCT o::bigint FROM jsonb_array_elements_text(objects -> %1$L) AS o), rules, as_of, limits);
       END IF;
      ', l, 'rule_answers_' || l);
  END LOOP;
  EXECUTE format(
    'CREATE OR REPLACE FUNCTION gisreg.rule_answers(objects jsonb, rules text[], as_of date, limits jsonb) %s BEGIN %s END $f$',
    head, dispatch);
  EXECUTE
    'REVOKE EXECUTE ON FUNCTION gisreg.rule_answers(jsonb, text[], date, jsonb) FROM PUBLIC, gisreg_app, gisreg_worker';
END
$body$;
REVOKE EXECUTE ON FUNCTION gisreg.install_rule_answers() FROM PUBLIC, gisreg_app, gisreg_worker;
