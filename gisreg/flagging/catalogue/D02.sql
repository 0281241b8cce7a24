-- layer: segment
-- concerned: s.id
-- vi: Cáp thuê bao vượt đường
-- en: Subscriber cable crosses the road
-- asks_vi: cấp cáp (cáp thuê bao hay không)
-- asks_en: the cable's role (whether it is a subscriber's)
-- severity: major
-- fails: above
-- legal: QCVN 33:2019/BTTTT
-- confidence: confirmed
SELECT
  s.id AS object_id, NULL::bigint AS zone_id, s.owner_id, s.visibility,
  CASE c.role WHEN 'drop' THEN 1 WHEN 'unknown' THEN NULL ELSE 0 END::double precision AS measured_value,
  0::double precision AS tolerance, 0::double precision AS threshold_value
FROM registry.segment AS s
JOIN registry.cable AS c ON c.id = s.cable_id
WHERE EXISTS (
    SELECT FROM registry.crossing AS x JOIN registry.street AS st ON st.id = x.street_id
    WHERE x.segment_id = s.id AND st.street_class NOT IN ('alley', 'path')
  )
  AND {concerned}
