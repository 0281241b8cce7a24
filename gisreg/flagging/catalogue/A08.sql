-- layer: cable
-- concerned: c.id
-- vi: Giấy phép tạm đã hết hạn, cáp vẫn còn
-- en: The temporary licence has expired and the cable is still there
-- asks_vi: ngày hết hạn của giấy phép tạm
-- asks_en: the licence's last day
-- asks_in: records
-- severity: critical
-- fails: above
-- unit: d
-- legal: Thực tiễn quản lý tại Hà Nội 2014 (quy định địa phương)
-- confidence: confirmed

-- Days since the last day of the last licence; still there: it hangs, and was not recovered as dead cable.
SELECT
  c.id AS object_id, NULL::bigint AS zone_id, c.owner_id, c.visibility,
  (:as_of::date - max(l.valid_to) + 1)::double precision AS measured_value, 0::double precision AS tolerance,
  0::double precision AS threshold_value
FROM registry.cable AS c
JOIN (
  SELECT cable_id, CASE WHEN bool_and(valid_to IS NOT NULL) THEN max(valid_to) END AS valid_to
  FROM registry.temporary_licence WHERE valid_from <= :as_of GROUP BY cable_id
) AS l ON l.cable_id = c.id
WHERE c.deployment = 'aerial' AND NOT EXISTS (
    SELECT FROM registry.dead_cable AS d
    WHERE d.cable_id = c.id AND d.segment_id IS NULL AND d.state IN ('recovered', 'disposed')
  )
  AND {concerned}
GROUP BY c.id
