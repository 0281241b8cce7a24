-- layer: pole
-- concerned: p.id
-- vi: Một doanh nghiệp có quá nhiều tủ, hộp cáp trên một cột
-- en: One carrier has too many boxes on the pole
-- asks_vi: khảo sát tủ, hộp cáp trên cột và chủ của từng hộp
-- asks_en: a survey of the boxes on the pole, and whose each is
-- severity: minor
-- fails: above
-- needs: boxes_per_carrier_max
-- legal: QCVN 33:2019/BTTTT
-- confidence: confirmed

-- Applies to poles that carry cable or a box. A box is recorded where somebody looked; a pole without any that
-- nobody surveyed says nothing. Boxes of unknown owners may all be the fullest carrier's.
SELECT
  p.id AS object_id, NULL::bigint AS zone_id, p.owner_id, p.visibility,
  CASE
    WHEN b.most > :boxes_per_carrier_max THEN b.most
    WHEN b.most + b.unknown > :boxes_per_carrier_max THEN NULL
    WHEN p.survey_date IS NULL AND b.fittings = 0 THEN NULL
    ELSE b.most
  END::double precision AS measured_value,
  0::double precision AS tolerance, :boxes_per_carrier_max AS threshold_value
FROM registry.pole AS p
LEFT JOIN registry.pole_state AS t ON t.pole_id = p.id
LEFT JOIN (
  SELECT
    f.pole_id, coalesce(max(f.boxes) FILTER (WHERE f.owner_id IS NOT NULL), 0) AS most,
    coalesce(sum(f.boxes) FILTER (WHERE f.owner_id IS NULL), 0) AS unknown, sum(f.fittings) AS fittings
  FROM (
    SELECT pole_id, owner_id, count(*) FILTER (WHERE kind = 'box') AS boxes, count(*) AS fittings
    FROM registry.fitting WHERE visibility IN ('public', 'partner') GROUP BY pole_id, owner_id
  ) AS f
  GROUP BY f.pole_id
) AS q ON q.pole_id = p.id
CROSS JOIN LATERAL (
  SELECT coalesce(q.most, 0) AS most, coalesce(q.unknown, 0) AS unknown, coalesce(q.fittings, 0) AS fittings
) AS b
WHERE p.status <> 'removed' AND (t.cable_count > 0 OR b.most + b.unknown > 0) AND {concerned}
