-- layer: segment
-- concerned: s.id
-- vi: Cáp không sử dụng quá hạn nhận sau thông báo
-- en: Dead cable that nobody claimed in time after the notice
-- asks_vi: ngày thông báo công khai
-- asks_en: the day of the public notice
-- asks_in: records
-- severity: major
-- fails: above
-- unit: d
-- needs: dead_cable_notice_days
-- legal: Ngưỡng nghiệp vụ đề xuất (chưa có văn bản)
-- confidence: to_be_verified

-- The clock runs from the notice until somebody claims or the removal is authorised.
SELECT
  s.id AS object_id, NULL::bigint AS zone_id, s.owner_id, s.visibility,
  CASE WHEN bool_or(d.state = 'noticed') THEN max(CASE WHEN d.state = 'noticed' THEN :as_of::date - d.notice_on END)
    WHEN NOT bool_or(d.state IN ('suspected', 'ownerless')) THEN 0 END::double precision AS measured_value,
  0::double precision AS tolerance, :dead_cable_notice_days AS threshold_value
FROM registry.dead_cable_place AS o
JOIN registry.dead_cable AS d ON d.id = o.dead_cable_id
JOIN registry.segment AS s ON s.id = o.segment_id
WHERE d.state NOT IN ('dismissed', 'recovered', 'disposed') AND {concerned}
GROUP BY s.id
