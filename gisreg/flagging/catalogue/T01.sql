-- layer: support
-- concerned: s.id
-- vi: Cáp thiếu thẻ nhận biết, thẻ không phải màu vàng hoặc không có số điện thoại
-- en: The cable has no tag on the pole, or one that is not yellow or bears no phone
-- asks_vi: khảo sát thẻ nhận biết, màu thẻ
-- asks_en: a survey of the tags on the pole, and their colour
-- severity: minor
-- fails: above
-- legal: Thông tư liên tịch 21/2013/TTLT-BXD-BCT-BTTTT, Điều 7
-- costly: yes
-- confidence: confirmed

-- One good tag of a carrier on a pole stands for all its cables there; a tag may also name its cable. Where
-- nobody surveyed the pole and no tag is recorded on it, nobody knows. How tags are spaced is not laid down.
SELECT
  s.id AS object_id, NULL::bigint AS zone_id, s.owner_id, s.visibility,
  CASE
    WHEN g.good THEN 0
    WHEN g.unsure THEN NULL
    WHEN g.tags > 0 OR p.survey_date IS NOT NULL OR EXISTS (
      SELECT FROM registry.fitting AS f WHERE f.pole_id = s.pole_id AND f.kind = 'tag'
    ) THEN 1
  END::double precision AS measured_value,
  0::double precision AS tolerance, 0::double precision AS threshold_value
FROM registry.support AS s
JOIN registry.pole AS p ON p.id = s.pole_id
CROSS JOIN LATERAL (
  SELECT
    count(*) AS tags,
    bool_or(btrim(f.tag_phone) <> '' AND lower(btrim(f.tag_colour)) IN ('yellow', 'vàng', 'vang')) AS good,
    bool_or(btrim(f.tag_phone) <> '' AND f.tag_colour IS NULL) AS unsure
  FROM registry.fitting AS f
  WHERE f.pole_id = s.pole_id AND f.kind = 'tag' AND (
    f.cable_id = s.cable_id OR f.cable_id IS NULL AND f.owner_id = s.owner_id)
) AS g
WHERE {concerned}
