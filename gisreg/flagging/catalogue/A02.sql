-- layer: support
-- concerned: s.id
-- vi: Cáp quấn quanh thân cột
-- en: The cable is wound round the pole
-- asks_vi: cáp có quấn quanh cột hay không
-- asks_en: whether the cable is wound round the pole
-- severity: minor
-- fails: above
-- legal: QCVN 33:2019/BTTTT
-- confidence: confirmed
SELECT
  s.id AS object_id, NULL::bigint AS zone_id, s.owner_id, s.visibility,
  s.is_wound::integer::double precision AS measured_value, 0::double precision AS tolerance,
  0::double precision AS threshold_value
FROM registry.support AS s
WHERE {concerned}
