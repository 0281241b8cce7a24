-- layer: pole
-- concerned: o.id
-- vi: Tồn tại do thanh tra ghi nhận
-- en: Noted by an inspector
-- severity: major
-- fails: above
-- legal: Ghi nhận tại hiện trường
-- confidence: confirmed
SELECT
  o.id AS object_id, NULL::bigint AS zone_id, o.owner_id AS owner_id, o.visibility, 1::double precision AS measured_value,
  0::double precision AS tolerance, 0::double precision AS threshold_value
FROM registry.pole AS o
WHERE o.id IN (SELECT n.object_id FROM registry.finding_note AS n WHERE n.closed_at IS NULL)
  AND {concerned}
