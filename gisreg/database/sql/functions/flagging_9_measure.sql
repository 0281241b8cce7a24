-- What to measure next: the objects without whose measurement the rules cannot decide.

-- Open questions of the poles, spans and segments in zones that ask for tidying: rules that could not be
-- evaluated for want of a measurement, or came out borderline. A segment's question is its span's, where its
-- height is measured (or its pole's where it has no span). As far as the actor may see findings.
-- \param zone  one zone, NULL for all; \param most  how many objects at most
-- \returns  the weightiest objects: how many questions, their weight (severity, zone weight), the rules, a
--           place, the street along which it lies
CREATE OR REPLACE FUNCTION gisreg.open_questions(zone bigint, day date, most integer, reach_m double precision)
RETURNS TABLE (
  layer text, object_id bigint, code text, questions bigint, weight double precision, rules text[], street bigint,
  geom geometry
)
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp
SET work_mem = '64MB'
AS $$
DECLARE
  limits jsonb := gisreg.flag_limits(day);
  seen bigint[];
  r registry.rule;
BEGIN
  DROP TABLE IF EXISTS pg_temp.question_object, pg_temp.question;
  -- The actor's own scope first: the rules are asked only about objects whose findings he may see.
  CREATE TEMPORARY TABLE question_object ON COMMIT DROP AS
  SELECT o.layer, o.id, max(z.weight) AS weight
  FROM registry.zone AS z
  CROSS JOIN LATERAL (
    SELECT 'pole' AS layer, p.id, p.owner_id, p.visibility FROM registry.pole AS p
    WHERE p.geom && z.geom AND ST_Covers(z.geom, p.geom)
    UNION ALL
    SELECT 'span', s.id, NULL, s.visibility FROM registry.span AS s
    WHERE s.geom && z.geom AND ST_Intersects(z.geom, s.geom)
    UNION ALL
    SELECT 'segment', s.id, s.owner_id, s.visibility FROM registry.segment AS s
    WHERE s.geom && z.geom AND ST_Intersects(z.geom, s.geom)
  ) AS o
  WHERE gisreg.zone_rule(z.kind) IS NOT NULL AND z.valid_from <= day AND (z.valid_to IS NULL OR z.valid_to > day)
    AND (open_questions.zone IS NULL OR z.id = open_questions.zone)
    AND z.visibility = ANY (gisreg.actor_sees())
    AND gisreg.finding_shown(o.owner_id, o.visibility)
  GROUP BY o.layer, o.id;
  CREATE TEMPORARY TABLE question (layer text, object_id bigint, rule_id text, weight float8) ON COMMIT DROP;
  FOR r IN
    SELECT * FROM registry.rule AS k
    WHERE k.is_active AND k.needs IS NOT NULL AND k.asks_vi <> ''
      AND (k.needs = '{}' OR jsonb_typeof(limits -> k.needs[1]) = 'number')
    ORDER BY k.id
  LOOP
    seen := ARRAY(SELECT q.id FROM question_object AS q WHERE q.layer = r.layer);
    CONTINUE WHEN seen = '{}';
    EXECUTE format(
      'INSERT INTO question
       SELECT %L, a.object_id, %L, gisreg.severity_weight(%L)
       FROM gisreg.%I($1, $2, $3) AS a
       WHERE gisreg.outcome_of(%L, a.measured_value, a.tolerance, a.threshold_value) IN (''not_evaluable'', ''borderline'')
         AND gisreg.finding_shown(a.owner_id, a.visibility)',
      r.layer, r.id, r.severity, format('rule_%s_some', lower(r.id)), r.fails
    ) USING seen, day, limits;
  END LOOP;
  RETURN QUERY
  WITH asked AS (
    SELECT
      CASE WHEN q.layer <> 'segment' THEN q.layer WHEN s.span_id IS NOT NULL THEN 'span' ELSE 'pole' END AS layer,
      CASE WHEN q.layer <> 'segment' THEN q.object_id ELSE coalesce(s.span_id, s.from_pole_id, s.to_pole_id) END AS id,
      q.rule_id, q.weight * greatest(o.weight, 0.01) AS weight
    FROM question AS q
    JOIN question_object AS o ON o.layer = q.layer AND o.id = q.object_id
    LEFT JOIN registry.segment AS s ON q.layer = 'segment' AND s.id = q.object_id
  ), ranked AS (
    SELECT a.layer, a.id, count(*) AS questions, sum(a.weight) AS weight, array_agg(DISTINCT a.rule_id) AS rules
    FROM asked AS a WHERE a.id IS NOT NULL GROUP BY a.layer, a.id
  )
  SELECT
    k.layer, k.id, p.code, k.questions, k.weight, k.rules,
    (
      SELECT t.id FROM registry.street AS t
      WHERE t.id = gisreg.street_of(gisreg.middle_of(coalesce(p.geom, s.geom)), reach_m)
        AND t.visibility = ANY (gisreg.actor_sees())
    ), coalesce(p.geom, s.geom)
  FROM ranked AS k
  LEFT JOIN registry.pole AS p ON k.layer = 'pole' AND p.id = k.id
  LEFT JOIN registry.span AS s ON k.layer = 'span' AND s.id = k.id
  -- A segment may be shown although its span or pole is not.
  WHERE (p.id IS NOT NULL AND (p.visibility = ANY (gisreg.actor_sees()) OR p.owner_id = gisreg.actor_organisation()))
    OR s.visibility = ANY (gisreg.actor_sees())
  ORDER BY k.weight DESC, k.questions DESC, k.id
  LIMIT most;
END
$$;
