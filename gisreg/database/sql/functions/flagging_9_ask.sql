-- Asking the rules about one object, and following what people decide about a single finding.

-- \returns  what a rule says of a value: not_evaluable, pass, fail, or borderline where the value might lie on
--           the other side within its measurement's tolerance; the words of gisreg.flag_evaluate
CREATE OR REPLACE FUNCTION gisreg.outcome_of(
  fails text, measured double precision, tolerance double precision, threshold double precision
) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE
AS $$
  SELECT CASE
    WHEN measured IS NULL THEN 'not_evaluable'
    WHEN fails = 'below' THEN
      CASE WHEN measured + tolerance < threshold THEN 'fail' WHEN measured < threshold THEN 'borderline' ELSE 'pass' END
    WHEN measured - tolerance > threshold THEN 'fail'
    WHEN measured > threshold THEN 'borderline'
    ELSE 'pass'
  END
$$;

-- Every rule of an object's layer, asked about this object alone.
-- Only for whoever may see the object's findings; an answer that is more hidden than the object (through a
-- hidden zone) is told to whoever may see that.
-- \returns  a row per rule and zone: outcome is one of gisreg.outcome_of, waived, manual, off (the rule is
--           switched off or its threshold has no value) or not_applicable
DROP FUNCTION IF EXISTS gisreg.rules_of(bigint, date);
CREATE FUNCTION gisreg.rules_of(object bigint, as_of date)
RETURNS TABLE (
  rule_id text, zone_id bigint, outcome text, measured_value double precision, threshold_value double precision,
  tolerance double precision, is_estimated boolean, metres_inside double precision,
  metres_possible double precision, limit_key text,
  severity text, waived_until date, waived_because text, first_seen_at timestamptz
)
LANGUAGE plpgsql STABLE PARALLEL UNSAFE
SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp
AS $$
DECLARE
  limits jsonb := gisreg.flag_limits(as_of);
  what record;
  r registry.rule;
BEGIN
  SELECT * INTO what FROM gisreg.object_of(object);
  IF what.layer IS NULL OR NOT gisreg.finding_shown(what.owner_id, what.visibility) THEN
    RETURN;
  END IF;
  FOR r IN SELECT * FROM registry.rule AS k WHERE k.layer = what.layer ORDER BY k.id LOOP
    IF NOT r.is_active OR (r.needs <> '{}' AND jsonb_typeof(limits -> r.needs[1]) IS DISTINCT FROM 'number') THEN
      RETURN QUERY SELECT
        r.id, NULL::bigint, 'off', NULL::float8, NULL::float8, NULL::float8, false, NULL::float8, NULL::float8, r.needs[1],
        r.severity, NULL::date, NULL::text, NULL::timestamptz;
    ELSE
      RETURN QUERY EXECUTE format(
        'SELECT
           %1$L::text, a.zone_id,
           CASE WHEN a.outcome IN (''fail'', ''borderline'', ''manual'') AND w.id IS NOT NULL THEN ''waived'' ELSE a.outcome END,
           a.measured_value, a.threshold_value, a.tolerance, a.is_estimated, a.metres_inside, a.metres_possible,
           %2$L::text,
           CASE WHEN a.is_critical THEN ''critical'' ELSE %3$L END, w.valid_to, w.reason, f.first_seen_at
         FROM (%4$s) AS a
         LEFT JOIN LATERAL (
           SELECT w.id, w.valid_to, w.reason FROM registry.waiver AS w
           WHERE w.rule_id = %1$L AND w.object_id = $1 AND coalesce(w.zone_id, a.zone_id, 0) = coalesce(a.zone_id, 0)
             AND w.valid_from <= $2 AND (w.valid_to IS NULL OR w.valid_to > $2)
           ORDER BY w.valid_to DESC NULLS FIRST LIMIT 1
         ) AS w ON true
         LEFT JOIN registry.finding AS f
           ON f.object_id = $1 AND f.rule_id = %1$L AND coalesce(f.zone_id, 0) = coalesce(a.zone_id, 0)
         WHERE gisreg.finding_shown(a.owner_id, a.visibility)
         ORDER BY a.zone_id',
        r.id, r.needs[1], r.severity,
        CASE WHEN r.needs IS NULL THEN
          'SELECT
             z.zone_id, z.owner_id, z.visibility, z.outcome, z.metres_inside, z.metres_possible,
             NULL::float8 AS measured_value, NULL::float8 AS threshold_value, NULL::float8 AS tolerance,
             false AS is_estimated, false AS is_critical
           FROM gisreg.zone_answers(ARRAY[$1], NULL, $2, $3, 0.01) AS z WHERE z.rule_id = ' || quote_literal(r.id)
        ELSE format(
          'SELECT
             s.zone_id, s.owner_id, s.visibility,
             CASE WHEN %1$L ~ ''^M'' AND s.measured_value > 0 THEN ''manual''
               ELSE gisreg.outcome_of(%2$L, s.measured_value, s.tolerance, s.threshold_value) END AS outcome,
             NULL::float8 AS metres_inside, NULL::float8 AS metres_possible, s.measured_value, s.threshold_value, s.tolerance,
             -- A height with the tolerance of estimates was estimated.
             coalesce(s.measured_value IS NOT NULL AND s.tolerance > 0 AND %3$L::boolean
               AND s.tolerance >= ($3 ->> ''height_tolerance_estimate_m'')::float8, false) AS is_estimated,
             coalesce(s.measured_value %4$s ($3 ->> %5$L)::float8, false) AS is_critical
           FROM gisreg.%6$I(ARRAY[$1], $2, $3) AS s',
          r.id, r.fails, 'height_tolerance_estimate_m' = ANY (r.needs), CASE r.fails WHEN 'below' THEN '<' ELSE '>' END,
          r.critical_at, format('rule_%s_some', lower(r.id)))
        END
      ) USING object, as_of, limits;
      IF NOT FOUND THEN
        RETURN QUERY SELECT
          r.id, NULL::bigint, 'not_applicable', NULL::float8, NULL::float8, NULL::float8, false, NULL::float8,
          NULL::float8, r.needs[1], r.severity, NULL::date, NULL::text, NULL::timestamptz;
      END IF;
    END IF;
  END LOOP;
END
$$;

DROP FUNCTION IF EXISTS gisreg.zones_of(bigint, date);

-- Look again at objects whose waivers or notes this transaction changed; others are passed over.
CREATE OR REPLACE FUNCTION gisreg.flag_decided(objects bigint[]) RETURNS void
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp
AS $$
DECLARE
  as_of date := coalesce(
    (gisreg.actor() ->> 'today')::date, (now() AT TIME ZONE 'Asia/Ho_Chi_Minh')::date
  );
  changes bigint := gisreg.change_set_id();
  by_layer jsonb;
BEGIN
  SELECT jsonb_object_agg(l.layer, l.ids) INTO by_layer
  FROM (
    SELECT o.layer, jsonb_agg(DISTINCT n.id) AS ids
    FROM (
      SELECT h.object_id FROM history.waiver AS h WHERE h.change_set_id = changes
      UNION
      SELECT h.object_id FROM history.finding_note AS h WHERE h.change_set_id = changes
    ) AS d
    CROSS JOIN LATERAL gisreg.heirs_of(d.object_id) AS n (id)
    CROSS JOIN LATERAL gisreg.object_of(n.id) AS o
    WHERE d.object_id = ANY (objects) AND o.layer IS NOT NULL
    GROUP BY o.layer
  ) AS l;
  IF by_layer IS NOT NULL THEN
    PERFORM gisreg.flag_run(as_of, by_layer, NULL, 0.01);
  END IF;
END
$$;

-- \returns  what people noted by hand on an object, or on what it was before it was cut anew, and is open; as
--           far as the actor may see the object's findings
DROP FUNCTION IF EXISTS gisreg.notes_of(bigint);
CREATE FUNCTION gisreg.notes_of(object bigint)
RETURNS TABLE (id bigint, note text, noted_by text, noted_at timestamptz, row_version integer)
LANGUAGE sql STABLE PARALLEL RESTRICTED
SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp
AS $$
  WITH RECURSIVE origin AS (
    SELECT object AS id WHERE gisreg.findings_shown(object)
    UNION
    SELECT l.from_id FROM origin JOIN registry.lineage AS l ON l.to_id = origin.id
  )
  SELECT n.id, n.text, n.noted_by, n.noted_at, n.row_version
  FROM origin JOIN registry.finding_note AS n ON n.object_id = origin.id
  WHERE n.closed_at IS NULL
  ORDER BY n.noted_at DESC, n.id
$$;

-- How well the values of some findings were measured, for lists that bear a value: as far as the actor may see the
-- findings.
-- \param rules, objects  rule and object of each finding, in the same order
-- \returns  by rule and object the tolerance, and whether the value was estimated: a height with the tolerance of
--           estimates was
CREATE OR REPLACE FUNCTION gisreg.tolerances_of(rules text[], objects bigint[], as_of date)
RETURNS TABLE (rule_id text, object_id bigint, tolerance double precision, is_estimated boolean)
LANGUAGE plpgsql STABLE PARALLEL RESTRICTED
SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp
AS $$
DECLARE
  limits jsonb := gisreg.flag_limits(as_of);
  own bigint := gisreg.actor_organisation();
  sees text[] := gisreg.actor_sees();
  inspects boolean := gisreg.actor_is(ARRAY['inspector', 'ward_supervisor', 'authority']);
  r registry.rule;
BEGIN
  FOR r IN
    SELECT * FROM registry.rule AS k
    WHERE k.id = ANY (rules) AND k.id = ANY (gisreg.rules_on(limits)) AND k.id !~ '^M' AND k.unit <> ''
    ORDER BY k.id
  LOOP
    RETURN QUERY EXECUTE format(
      'SELECT DISTINCT ON (a.object_id)
         %L::text, a.object_id, a.tolerance,
         coalesce(%L::boolean AND a.tolerance > 0 AND a.tolerance >= ($3 ->> ''height_tolerance_estimate_m'')::float8, false)
       FROM gisreg.%I($1, $2, $3) AS a
       WHERE a.measured_value IS NOT NULL AND (a.owner_id = $4 OR ($5 AND a.visibility = ANY ($6)))
       ORDER BY a.object_id, a.zone_id',
      r.id, 'height_tolerance_estimate_m' = ANY (r.needs), format('rule_%s_some', lower(r.id))
    ) USING
      ARRAY(SELECT o.object FROM unnest(rules, objects) AS o (rule, object) WHERE o.rule = r.id), as_of, limits, own,
      inspects, sees;
  END LOOP;
END
$$;
