-- layer: support
-- concerned: s.id
-- vi: Cáp thiếu thẻ nhận biết, thẻ không phải màu vàng hoặc không có số điện thoại
-- en: The cable has no tag on the pole, or one that is not yellow or bears no phone
-- asks_vi: khảo sát thẻ nhận biết, màu thẻ
-- asks_en: a survey of the tags on the pole, and their colour
-- severity: minor
-- fails: above
-- legal: Thông tư liên tịch 21/2013/TTLT-BXD-BCT-BTTTT, Điều 7
-- confidence: confirmed

-- One good tag of a carrier on a pole stands for all its cables there; a tag may also name its cable. Where
-- nobody surveyed the pole and no tag is recorded on it, nobody knows. How tags are spaced is not laid down.
WITH tag AS NOT MATERIALIZED (
  SELECT
    f.pole_id, f.cable_id, f.owner_id,
    btrim(f.tag_phone) <> '' AND lower(btrim(f.tag_colour)) IN ('yellow', 'vàng', 'vang') AS good,
    btrim(f.tag_phone) <> '' AND f.tag_colour IS NULL AS unsure
  FROM registry.fitting AS f
  WHERE f.kind = 'tag' AND f.pole_id IN (SELECT s.pole_id FROM registry.support AS s WHERE {concerned})
)
SELECT
  s.id AS object_id, NULL::bigint AS zone_id, s.owner_id, s.visibility,
  CASE
    WHEN c.good OR o.good THEN 0
    WHEN c.unsure OR o.unsure THEN NULL
    -- A tag on the pole, whosever, shows that somebody looked.
    WHEN a.pole_id IS NOT NULL OR p.survey_date IS NOT NULL THEN 1
  END::double precision AS measured_value,
  0::double precision AS tolerance, 0::double precision AS threshold_value
FROM registry.support AS s
JOIN registry.pole AS p ON p.id = s.pole_id
LEFT JOIN (
  SELECT tag.pole_id, tag.cable_id, bool_or(tag.good) AS good, bool_or(tag.unsure) AS unsure
  FROM tag WHERE tag.cable_id IS NOT NULL GROUP BY tag.pole_id, tag.cable_id
) AS c ON c.pole_id = s.pole_id AND c.cable_id = s.cable_id
LEFT JOIN (
  SELECT tag.pole_id, tag.owner_id, bool_or(tag.good) AS good, bool_or(tag.unsure) AS unsure
  FROM tag WHERE tag.cable_id IS NULL AND tag.owner_id IS NOT NULL GROUP BY tag.pole_id, tag.owner_id
) AS o ON o.pole_id = s.pole_id AND o.owner_id = s.owner_id
LEFT JOIN (SELECT DISTINCT tag.pole_id FROM tag) AS a ON a.pole_id = s.pole_id
WHERE {concerned}
