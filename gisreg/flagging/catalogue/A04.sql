-- layer: span
-- concerned: sp.id
-- vi: Quá nhiều cáp trên một khoảng cột
-- en: Too many cables on the span
-- asks_vi: số cáp đếm tại khoảng cột
-- asks_en: a count of the cables on the span
-- severity: minor
-- fails: above
-- needs: cables_per_span_max
-- legal: Tỉnh quy định (chưa có ngưỡng quốc gia)
-- confidence: to_be_verified

-- Counted and drawn cables are reconciled (gisreg.span_cables), never added. Drawn ones are at least there: more
-- of them than allowed fail, but fewer pass only where somebody surveyed the span. Counts are of public and
-- partner-visible cables, like all counts on poles and spans.
SELECT
  sp.id AS object_id, NULL::bigint AS zone_id, CASE WHEN a.owner_id = b.owner_id THEN a.owner_id END AS owner_id,
  sp.visibility,
  CASE
    WHEN coalesce(n.cables, t.cable_count) > :cables_per_span_max OR n.count_stands OR sp.survey_date IS NOT NULL
      THEN coalesce(n.cables, t.cable_count)
  END::double precision AS measured_value,
  0::double precision AS tolerance, :cables_per_span_max AS threshold_value
FROM registry.span AS sp
JOIN registry.pole AS a ON a.id = sp.pole_a_id
JOIN registry.pole AS b ON b.id = sp.pole_b_id
LEFT JOIN registry.span_state AS t ON t.span_id = sp.id
LEFT JOIN (
  SELECT span_id, sum(cables) AS cables, bool_or(count_stands) AS count_stands
  FROM gisreg.span_cables(false, true) GROUP BY span_id
) AS n ON n.span_id = sp.id
WHERE coalesce(n.cables, t.cable_count) > 0 AND {concerned}
