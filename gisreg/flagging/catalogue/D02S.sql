-- layer: span
-- concerned: sp.id
-- vi: Đếm được cáp thuê bao vượt đường chưa có trên bản vẽ
-- en: Subscriber cable across the road was counted that is not drawn
-- asks_vi: cấp của các cáp đã đếm
-- asks_en: the role of the cables that were counted
-- severity: major
-- fails: above
-- legal: QCVN 33:2019/BTTTT
-- confidence: confirmed

-- What is drawn is D02's; here stand the drops that the newest count has more.
SELECT
  sp.id AS object_id, NULL::bigint AS zone_id, n.owner_id, sp.visibility,
  CASE WHEN n.drops > 0 THEN n.drops WHEN n.unknown = 0 THEN 0 END::double precision AS measured_value,
  0::double precision AS tolerance, 0::double precision AS threshold_value
FROM registry.span AS sp
JOIN (
  SELECT
    k.span_id, CASE WHEN count(DISTINCT coalesce(k.owner_id, 0)) = 1 THEN max(k.owner_id) END AS owner_id,
    greatest(coalesce(sum(k.difference) FILTER (WHERE k.role = 'drop'), 0), 0) AS drops,
    greatest(coalesce(sum(k.difference) FILTER (WHERE k.role = 'unknown'), 0), 0) AS unknown
  FROM gisreg.span_cables(false, true) AS k
  WHERE k.count_stands
  GROUP BY k.span_id
) AS n ON n.span_id = sp.id
WHERE (sp.surface_below = 'carriageway' OR EXISTS (
    SELECT FROM registry.segment AS s
    JOIN registry.crossing AS x ON x.segment_id = s.id
    JOIN registry.street AS st ON st.id = x.street_id
    WHERE s.span_id = sp.id AND st.street_class NOT IN ('alley', 'path') AND s.visibility IN ('public', 'partner')
  ))
  AND {concerned}
