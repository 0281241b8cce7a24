-- How sure a rule is, and how much of a place its answers could evaluate.

-- \returns  by rule: how sure it is on a day, the lower confidence of its own text and of its limit (the first
--           threshold that it needs), and that limit with its source
CREATE OR REPLACE FUNCTION gisreg.rule_sources(as_of date)
RETURNS TABLE (rule_id text, confidence text, limit_key text, limit_source text, limit_article text)
LANGUAGE sql STABLE PARALLEL SAFE
AS $$
  SELECT
    r.id,
    CASE
      WHEN 'to_be_verified' IN (r.confidence, t.confidence) THEN 'to_be_verified'
      WHEN 'partial' IN (r.confidence, t.confidence) THEN 'partial'
      ELSE 'confirmed'
    END,
    r.needs[1], t.source, t.article
  FROM registry.rule AS r
  LEFT JOIN LATERAL (
    SELECT h.source, h.article, h.confidence FROM registry.threshold AS h
    WHERE h.key = r.needs[1] AND h.valid_from <= as_of AND (h.valid_to IS NULL OR h.valid_to > as_of)
      AND (h.province_code IS NULL OR h.province_code = gisreg.province_code())
    ORDER BY h.province_code NULLS LAST, h.valid_from DESC LIMIT 1
  ) AS t ON true
$$;

-- What rules can say of some objects right now, where the counts of whole runs (registry.flag_coverage) know no
-- such place. Counts only answers whose findings the actor may see; he is asked once who he is.
-- \param objects  ids by layer, \param rules  ids of the rules that are asked; those that are off say nothing
-- \returns  by rule and owner how many answers there are, and how many of them could be evaluated
CREATE OR REPLACE FUNCTION gisreg.coverage_of(objects jsonb, rules text[], as_of date)
RETURNS TABLE (rule_id text, owner_id bigint, applicable bigint, evaluated bigint)
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
    WHERE k.id = ANY (rules) AND k.id = ANY (gisreg.rules_on(limits)) AND k.id !~ '^M' AND objects ? k.layer
    ORDER BY k.id
  LOOP
    RETURN QUERY EXECUTE format(
      'SELECT %L::text, a.owner_id, count(*), count(a.measured_value)
       FROM gisreg.%I($1, $2, $3) AS a
       WHERE a.owner_id = $4 OR ($5 AND a.visibility = ANY ($6))
       GROUP BY a.owner_id', r.id, format('rule_%s_some', lower(r.id))
    ) USING ARRAY(SELECT o::bigint FROM jsonb_array_elements_text(objects -> r.layer) AS o), as_of, limits, own,
      inspects, sees;
  END LOOP;
END
$$;

-- \returns  ids of the units that a code names: of today, or that bore it on a day; a code of the past without a
--           day names those that bore it last
CREATE OR REPLACE FUNCTION gisreg.units_called(code text, day date)
RETURNS TABLE (id bigint, is_of_today boolean, has_outline boolean)
LANGUAGE sql STABLE PARALLEL SAFE
AS $$
  WITH unit AS (
    SELECT
      u.id, u.valid_from, u.valid_from <= current_date AND (u.valid_to IS NULL OR u.valid_to > current_date) AS is_of_today,
      u.geom IS NOT NULL AS has_outline
    FROM registry.admin_unit AS u
    WHERE u.gso_code = code AND u.level IN ('commune', 'district')
      AND (day IS NULL OR u.valid_from <= day AND (u.valid_to IS NULL OR u.valid_to > day))
  )
  SELECT n.id, n.is_of_today, n.has_outline FROM unit AS n
  WHERE CASE WHEN (SELECT bool_or(o.is_of_today) FROM unit AS o) THEN n.is_of_today
    ELSE n.valid_from = (SELECT max(o.valid_from) FROM unit AS o) END
$$;
