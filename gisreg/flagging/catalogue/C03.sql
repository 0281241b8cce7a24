-- layer: street
-- concerned: st.id
-- vi: Đơn vị chủ trì chưa đạt mức tối thiểu giữa kỳ: xem xét giao đơn vị khác
-- en: The lead carrier is behind at mid-term: to be reviewed for reassignment
-- asks_vi: tỷ lệ hoàn thành vào giữa kỳ
-- asks_en: the share done at mid-term
-- asks_in: records
-- severity: minor
-- fails: below
-- unit: 1
-- needs: lead_share_at_mid_term_min
-- legal: Thực tiễn quản lý tại Bình Dương (quy định địa phương)
-- confidence: confirmed
SELECT
  st.id AS object_id, NULL::bigint AS zone_id,
  (array_agg(u.lead_id ORDER BY u.share_at_mid_term NULLS LAST, u.id))[1] AS owner_id, st.visibility,
  CASE
    WHEN min(u.share_at_mid_term) < :lead_share_at_mid_term_min OR count(u.share_at_mid_term) = count(*)
      THEN min(u.share_at_mid_term)
  END AS measured_value,
  0::double precision AS tolerance, :lead_share_at_mid_term_min AS threshold_value
FROM registry.street AS st
JOIN registry.plan_street AS u ON u.street_id = st.id
WHERE coalesce(u.mid_term_on, u.starts_on + (u.deadline - u.starts_on) / 2) <= :as_of
  AND (u.accepted_on IS NULL OR u.accepted_on > :as_of) AND {concerned}
GROUP BY st.id
