-- layer: pole
-- concerned: p.id
-- vi: Quá nhiều cáp trên một cột
-- en: Too many cables on the pole
-- asks_vi: số cáp đếm tại các khoảng cột
-- asks_en: a count of the cables on the pole's spans
-- severity: minor
-- fails: above
-- needs: cables_per_pole_max
-- legal: Tỉnh quy định (chưa có ngưỡng quốc gia)
-- confidence: to_be_verified

-- A pole carries at least what is drawn on it, and at least the cables of its fullest span (reconciled).
SELECT
  p.id AS object_id, NULL::bigint AS zone_id, p.owner_id, p.visibility,
  CASE
    WHEN v.cables > :cables_per_pole_max OR n.pole_id IS NOT NULL OR p.survey_date IS NOT NULL THEN v.cables
  END::double precision AS measured_value,
  0::double precision AS tolerance, :cables_per_pole_max AS threshold_value
FROM registry.pole AS p
LEFT JOIN registry.pole_state AS t ON t.pole_id = p.id
LEFT JOIN (
  SELECT e.pole_id, max(k.cables) AS cables
  FROM (
    SELECT span_id, sum(cables) AS cables FROM gisreg.span_cables(false, true)
    WHERE count_stands GROUP BY span_id
  ) AS k
  JOIN registry.span AS s ON s.id = k.span_id
  CROSS JOIN LATERAL (VALUES (s.pole_a_id), (s.pole_b_id)) AS e (pole_id)
  GROUP BY e.pole_id
) AS n ON n.pole_id = p.id
CROSS JOIN LATERAL (SELECT greatest(t.cable_count, n.cables) AS cables) AS v
WHERE p.status <> 'removed' AND v.cables > 0 AND {concerned}
