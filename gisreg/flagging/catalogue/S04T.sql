-- layer: tower
-- concerned: o.id
-- vi: Đề nghị dùng chung cột ăng ten chưa được trả lời đúng hạn
-- en: A request to share the mast was not answered in time
-- asks_vi: ngày nhận đề nghị hoặc hạn trả lời
-- asks_en: the day on which it was received, or by which it must be answered
-- severity: major
-- fails: above
-- unit: d
-- needs: sharing_overdue_days_max, sharing_answer_days
-- legal: Ngưỡng nghiệp vụ đề xuất (so sánh 47 CFR 1.1411 của FCC)
-- confidence: to_be_verified

-- Days since the request that is longest overdue had to be answered. Requests are between two organisations and the
-- authority, so what they show is for whoever is asked, and the authority.
SELECT
  o.id AS object_id, NULL::bigint AS zone_id,
  (array_agg(q.owner_id ORDER BY d.days DESC NULLS LAST, q.id))[1] AS owner_id, 'secret' AS visibility,
  CASE
    WHEN max(d.days) > :sharing_overdue_days_max OR count(d.days) = count(*) THEN max(d.days)
  END::double precision AS measured_value,
  0::double precision AS tolerance, :sharing_overdue_days_max AS threshold_value
FROM registry.open_share_request AS q
JOIN registry.tower AS o ON o.id = q.tower_id
CROSS JOIN LATERAL (
  SELECT :as_of::date - coalesce(q.due_on, q.asked_on + :sharing_answer_days::integer) AS days
) AS d
WHERE (q.asked_on IS NULL OR q.asked_on <= :as_of) AND {concerned}
GROUP BY o.id
