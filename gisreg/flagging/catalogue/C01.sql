-- layer: segment
-- concerned: s.id
-- vi: Quá kỳ rà soát, chỉnh trang cáp
-- en: The cable was not tidied within the period
-- asks_vi: ngày nghiệm thu chỉnh trang gần nhất
-- asks_en: when it was last tidied and accepted
-- asks_in: records
-- severity: minor
-- fails: above
-- unit: month
-- needs: tidying_period_max_months
-- legal: QCVN 33:2019/BTTTT; Nghị định 14/2022/NĐ-CP
-- costly: yes
-- confidence: confirmed

-- A pole line is looked at piece by piece: every segment of a carrier says when it was last accepted
-- (registry.tidied_on). Six months to the day are no breach.
SELECT
  s.id AS object_id, NULL::bigint AS zone_id, s.owner_id, s.visibility,
  CASE WHEN l.tidied_on IS NOT NULL THEN gisreg.months_between(l.tidied_on, :as_of) END AS measured_value,
  0::double precision AS tolerance, :tidying_period_max_months AS threshold_value
FROM registry.segment AS s
LEFT JOIN (
  SELECT segment_id, max(tidied_on) AS tidied_on
  FROM registry.tidied_on WHERE tidied_on <= :as_of AND {concerned segment_id} GROUP BY segment_id
) AS l ON l.segment_id = s.id
WHERE {concerned}
