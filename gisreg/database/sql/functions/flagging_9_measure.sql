-- What to measure next: the objects without whose measurement the rules cannot decide.

-- Open questions of the poles and spans in zones that ask for tidying, and of what hangs on them: rules that could
-- not be evaluated for want of a measurement on the street, or came out borderline. A segment's question is its
-- span's, where its height is measured (or its pole's where it has no span); an attachment's is its pole's, a
-- fitting's its pole's or span's. As far as the actor may see findings; he is asked once who he is, not for every
-- object.
-- \param zone  one zone, NULL for all; \param box  only what lies here, NULL for everywhere
-- \param most  how many objects at most
-- \returns  the weightiest objects: how many questions, their weight (severity, zone weight), by rule how many
--           lack a measurement and how many are borderline (the weightiest rule first), a place, the street along
--           which it lies
DROP FUNCTION IF EXISTS gisreg.open_questions(bigint, date, integer, double precision);
CREATE OR REPLACE FUNCTION gisreg.open_questions(
  zone bigint, day date, most integer, reach_m double precision, box geometry
)
RETURNS TABLE (
  layer text, object_id bigint, code text, questions bigint, weight double precision, asked jsonb, street bigint,
  geom geometry
)
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp
SET work_mem = '64MB'
AS $$
DECLARE
  limits jsonb := gisreg.flag_limits(day);
  own bigint := gisreg.actor_organisation();
  sees text[] := gisreg.actor_sees();
  inspects boolean := gisreg.actor_is(ARRAY['inspector', 'ward_supervisor', 'authority']);
  seen bigint[];
  r registry.rule;
BEGIN
  DROP TABLE IF EXISTS pg_temp.question_object, pg_temp.question;
  -- The actor's own scope first: the rules are asked only about objects whose findings he may see
  -- (gisreg.finding_shown).
  CREATE TEMPORARY TABLE question_object ON COMMIT DROP AS
  WITH area AS MATERIALIZED (
    SELECT z.geom, z.weight FROM registry.zone AS z
    WHERE gisreg.zone_rule(z.kind) IS NOT NULL AND z.valid_from <= day AND (z.valid_to IS NULL OR z.valid_to > day)
      AND (open_questions.zone IS NULL OR z.id = open_questions.zone)
      AND z.visibility = ANY (sees)
  ), pole AS MATERIALIZED (
    SELECT p.id, max(z.weight) AS weight
    FROM area AS z JOIN registry.pole AS p ON p.geom && z.geom AND ST_Covers(z.geom, p.geom)
    WHERE box IS NULL OR p.geom && box
    GROUP BY p.id
  ), span AS MATERIALIZED (
    SELECT s.id, max(z.weight) AS weight
    FROM area AS z JOIN registry.span AS s ON s.geom && z.geom AND ST_Intersects(z.geom, s.geom)
    WHERE box IS NULL OR s.geom && box
    GROUP BY s.id
  ), segment AS MATERIALIZED (
    SELECT s.id, max(z.weight) AS weight
    FROM area AS z JOIN registry.segment AS s ON s.geom && z.geom AND ST_Intersects(z.geom, s.geom)
    WHERE box IS NULL OR s.geom && box
    GROUP BY s.id
  )
  SELECT o.layer, o.id, o.at_layer, o.at_id, o.weight
  FROM (
    SELECT 'pole' AS layer, p.id, p.owner_id, p.visibility, 'pole' AS at_layer, p.id AS at_id, m.weight
    FROM pole AS m JOIN registry.pole AS p ON p.id = m.id
    UNION ALL
    SELECT 'span', s.id, NULL, s.visibility, 'span', s.id, m.weight
    FROM span AS m JOIN registry.span AS s ON s.id = m.id
    UNION ALL
    SELECT
      'segment', s.id, s.owner_id, s.visibility, CASE WHEN s.span_id IS NULL THEN 'pole' ELSE 'span' END,
      coalesce(s.span_id, s.from_pole_id, s.to_pole_id), m.weight
    FROM segment AS m JOIN registry.segment AS s ON s.id = m.id
    UNION ALL
    SELECT 'support', s.id, s.owner_id, s.visibility, 'pole', s.pole_id, m.weight
    FROM pole AS m JOIN registry.support AS s ON s.pole_id = m.id
    UNION ALL
    SELECT 'fitting', f.id, f.owner_id, f.visibility, 'pole', f.pole_id, m.weight
    FROM pole AS m JOIN registry.fitting AS f ON f.pole_id = m.id
    UNION ALL
    SELECT 'fitting', f.id, f.owner_id, f.visibility, 'span', f.span_id, m.weight
    FROM span AS m JOIN registry.fitting AS f ON f.span_id = m.id AND f.pole_id IS NULL
  ) AS o
  WHERE o.at_id IS NOT NULL AND (o.owner_id = own OR (inspects AND o.visibility = ANY (sees)));
  CREATE TEMPORARY TABLE question (layer text, object_id bigint, rule_id text, weight float8, is_missing boolean)
  ON COMMIT DROP;
  FOR r IN
    SELECT * FROM registry.rule AS k
    WHERE k.is_active AND k.needs IS NOT NULL AND k.asks_on_site AND k.asks_vi <> ''
      AND (k.needs = '{}' OR jsonb_typeof(limits -> k.needs[1]) = 'number')
    ORDER BY k.id
  LOOP
    seen := ARRAY(SELECT q.id FROM question_object AS q WHERE q.layer = r.layer);
    CONTINUE WHEN seen = '{}';
    EXECUTE format(
      'INSERT INTO question
       SELECT %1$L, a.object_id, %2$L, gisreg.severity_weight(%3$L), a.outcome = ''not_evaluable''
       FROM (
         SELECT
           s.object_id, s.owner_id, s.visibility,
           gisreg.outcome_of(%4$L, s.measured_value, s.tolerance, s.threshold_value) AS outcome
         FROM %5$s AS s
       ) AS a
       WHERE a.outcome IN (''not_evaluable'', ''borderline'') AND a.object_id = ANY ($1)
         AND (a.owner_id = $4 OR ($5 AND a.visibility = ANY ($6)))',
      r.layer, r.id, r.severity, r.fails,
      -- Of so many objects it costs less to ask about all of them.
      CASE WHEN cardinality(seen) > 50000 THEN format('gisreg.%I($2, $3)', format('rule_%s_whole', lower(r.id)))
        ELSE format('gisreg.%I($1, $2, $3)', format('rule_%s_some', lower(r.id))) END
    ) USING seen, day, limits, own, inspects, sees;
  END LOOP;
  RETURN QUERY
  WITH asked AS (
    SELECT
      o.at_layer AS layer, o.at_id AS id, q.rule_id, q.is_missing, q.weight * greatest(o.weight, 0.01) AS weight
    FROM question AS q
    JOIN question_object AS o ON o.layer = q.layer AND o.id = q.object_id
  ), by_rule AS (
    SELECT
      a.layer, a.id, a.rule_id, count(*) AS questions, sum(a.weight) AS weight,
      count(*) FILTER (WHERE a.is_missing) AS missing
    FROM asked AS a GROUP BY a.layer, a.id, a.rule_id
  ), ranked AS (
    SELECT
      b.layer, b.id, sum(b.questions)::bigint AS questions, sum(b.weight) AS weight,
      jsonb_agg(
        jsonb_build_object('rule', b.rule_id, 'missing', b.missing, 'borderline', b.questions - b.missing)
        ORDER BY b.weight DESC, b.rule_id
      ) AS asked
    FROM by_rule AS b GROUP BY b.layer, b.id
  ), shown AS (
    SELECT k.layer, k.id, p.code, k.questions, k.weight, k.asked, coalesce(p.geom, s.geom) AS geom
    FROM ranked AS k
    LEFT JOIN registry.pole AS p ON k.layer = 'pole' AND p.id = k.id
    LEFT JOIN registry.span AS s ON k.layer = 'span' AND s.id = k.id
    -- A segment may be shown although its span or pole is not.
    WHERE (p.id IS NOT NULL AND (p.visibility = ANY (sees) OR p.owner_id = own)) OR s.visibility = ANY (sees)
    ORDER BY k.weight DESC, k.questions DESC, k.id
    LIMIT most
  )
  SELECT
    n.layer, n.id, n.code, n.questions, n.weight, n.asked,
    (
      SELECT t.id FROM registry.street AS t
      WHERE t.id = gisreg.street_of(gisreg.middle_of(n.geom), reach_m) AND t.visibility = ANY (sees)
    ), n.geom
  FROM shown AS n;
END
$$;
