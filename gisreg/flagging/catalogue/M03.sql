-- layer: span
-- concerned: o.id
-- vi: Tồn tại do thanh tra ghi nhận
-- en: Noted by an inspector
-- severity: major
-- fails: above
-- legal: Ghi nhận tại hiện trường
-- confidence: confirmed
WITH RECURSIVE noted AS (
  SELECT n.object_id FROM registry.finding_note AS n WHERE n.closed_at IS NULL AND n.layer = 'span'
  UNION
  -- What was cut anew carries the notes of what it was.
  SELECT l.to_id FROM noted JOIN registry.lineage AS l ON l.from_id = noted.object_id AND l.layer = 'span'
)
SELECT
  o.id AS object_id, NULL::bigint AS zone_id, NULL::bigint AS owner_id, o.visibility, 1::double precision AS measured_value,
  0::double precision AS tolerance, 0::double precision AS threshold_value
FROM registry.span AS o
WHERE o.id IN (SELECT object_id FROM noted)
  AND {concerned}
