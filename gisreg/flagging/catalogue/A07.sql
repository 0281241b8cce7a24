-- layer: segment
-- concerned: o.segment_id
-- vi: Treo cáp mới trên tuyến chưa chỉnh trang khi không có giấy phép tạm
-- en: New cable without a temporary licence on a street that is not tidied yet
-- asks_vi: ngày treo cáp
-- asks_en: the day on which the cable was hung
-- asks_in: records
-- severity: major
-- fails: above
-- needs: street_reach_m
-- legal: Thực tiễn quản lý tại Hà Nội 2014 (quy định địa phương)
-- confidence: confirmed

-- Not tidied yet: a plan has begun on the street and its work was not accepted. New: hung since the plan's
-- first day. A licence counts that held on the day of hanging; A08 looks at its end.
SELECT
  s.id AS object_id, NULL::bigint AS zone_id, s.owner_id, s.visibility,
  CASE
    WHEN min(u.starts_on) > c.installed_on THEN 0
    WHEN EXISTS (
      SELECT FROM registry.temporary_licence AS l
      WHERE l.cable_id = c.id AND l.valid_from <= c.installed_on
        AND (l.valid_to IS NULL OR l.valid_to > c.installed_on)
    ) THEN 0
    WHEN c.installed_on IS NOT NULL THEN 1
  END::double precision AS measured_value,
  0::double precision AS tolerance, 0::double precision AS threshold_value
FROM gisreg.plan_segments(:street_reach_m) AS o
JOIN registry.plan_street AS u ON u.id = o.plan_street_id
JOIN registry.segment AS s ON s.id = o.segment_id
JOIN registry.cable AS c ON c.id = s.cable_id
WHERE u.starts_on <= :as_of AND (u.accepted_on IS NULL OR u.accepted_on > :as_of) AND {concerned}
GROUP BY s.id, c.id
