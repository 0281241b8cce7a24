-- layer: street
-- concerned: st.id
-- vi: Tuyến trong kế hoạch quá hạn, thiếu minh chứng hoặc nghiệm thu không có biên bản
-- en: A street of the plan is overdue, lacks evidence or was accepted without minutes
-- asks_vi: thời hạn của tuyến; minh chứng của tuyến đã nghiệm thu
-- asks_en: the street's deadline; evidence of what was accepted
-- asks_in: records
-- severity: major
-- fails: above
-- unit: d
-- needs: plan_overdue_days_max
-- legal: Kế hoạch chỉnh trang của tỉnh
-- confidence: to_be_verified

-- Days in default, of the plan that is longest so: since the deadline, or, of what was accepted without minutes
-- or evidence, since the acceptance (that day being the first).
SELECT
  st.id AS object_id, NULL::bigint AS zone_id, (array_agg(u.lead_id ORDER BY d.days DESC NULLS LAST, u.id))[1] AS owner_id,
  st.visibility,
  CASE
    WHEN max(d.days) > :plan_overdue_days_max OR count(d.days) = count(*) THEN max(d.days)
  END::double precision AS measured_value,
  0::double precision AS tolerance, :plan_overdue_days_max AS threshold_value
FROM registry.street AS st
JOIN registry.plan_street AS u ON u.street_id = st.id
CROSS JOIN LATERAL (
  SELECT CASE
    WHEN u.accepted_on IS NULL OR u.accepted_on > :as_of THEN :as_of::date - u.deadline
    WHEN u.minutes_no IS NULL OR u.has_evidence = false THEN :as_of::date - u.accepted_on + 1
    WHEN u.has_evidence THEN 0
  END AS days
) AS d
WHERE u.starts_on <= :as_of AND {concerned}
GROUP BY st.id
