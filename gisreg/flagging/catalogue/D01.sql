-- layer: segment
-- concerned: s.id
-- vi: Còn cáp hỏng, cáp không sử dụng
-- en: Dead, broken or ownerless cable is still there
-- asks_vi: cáp có đang sử dụng hay không
-- asks_en: whether the cable is in service
-- severity: major
-- fails: above
-- legal: QCVN 33:2019/BTTTT; Nghị định 14/2022/NĐ-CP (phạt 50-70 triệu đồng)
-- confidence: confirmed

-- A suspicion is borderline: value 1 with a tolerance of 1. An open case counts like what the cable says of
-- itself; what a case says was recovered is gone.
SELECT
  s.id AS object_id, NULL::bigint AS zone_id, s.owner_id, s.visibility,
  CASE WHEN k.is_recovered THEN 0 WHEN v.level > 0 THEN 1 ELSE v.level END::double precision AS measured_value,
  CASE WHEN v.level = 1 THEN 1 ELSE 0 END::double precision AS tolerance, 0::double precision AS threshold_value
FROM registry.segment AS s
JOIN registry.cable AS c ON c.id = s.cable_id
LEFT JOIN (
  SELECT
    o.segment_id, bool_or(d.state IN ('recovered', 'disposed')) AS is_recovered,
    max(CASE WHEN d.state = 'suspected' THEN 1 WHEN d.state <> 'dismissed' THEN 2 END) AS level
  FROM registry.dead_cable_place AS o JOIN registry.dead_cable AS d ON d.id = o.dead_cable_id
  WHERE o.segment_id IS NOT NULL
  GROUP BY o.segment_id
) AS k ON k.segment_id = s.id
CROSS JOIN LATERAL (
  SELECT greatest(
    CASE c.state WHEN 'in_service' THEN 0 WHEN 'suspect' THEN 1 WHEN 'dead' THEN 2 WHEN 'ownerless' THEN 2 END,
    k.level
  ) AS level
) AS v
WHERE {concerned}
