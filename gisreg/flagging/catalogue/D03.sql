-- layer: segment
-- concerned: o.segment_id
-- vi: Còn cáp treo sau hạn hạ ngầm
-- en: Overhead cable after the deadline of undergrounding
-- asks_vi: hạn hạ ngầm của tuyến trong kế hoạch
-- asks_en: the deadline of the street's undergrounding
-- asks_in: records
-- severity: major
-- fails: above
-- unit: d
-- needs: plan_overdue_days_max, street_reach_m
-- legal: Kế hoạch hạ ngầm của tỉnh
-- confidence: confirmed
SELECT
  s.id AS object_id, NULL::bigint AS zone_id, s.owner_id, s.visibility,
  (:as_of::date - min(u.deadline))::double precision AS measured_value, 0::double precision AS tolerance,
  :plan_overdue_days_max AS threshold_value
FROM gisreg.plan_segments(:street_reach_m) AS o
JOIN registry.plan_street AS u ON u.id = o.plan_street_id
JOIN registry.segment AS s ON s.id = o.segment_id
WHERE u.kind = 'underground' AND {concerned}
GROUP BY s.id
