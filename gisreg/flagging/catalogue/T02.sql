-- layer: fitting
-- concerned: f.id
-- vi: Đơn vị ghi trên thẻ khác với chủ cáp trong sổ đăng ký
-- en: The tag names another owner than the registry
-- asks_vi: nội dung thẻ (tên hoặc mã đơn vị), chủ cáp trong sổ đăng ký
-- asks_en: the tag's text (an organisation's name or code), and the owner in the registry
-- severity: minor
-- fails: above
-- legal: Ngưỡng nghiệp vụ đề xuất (chưa có văn bản)
-- confidence: to_be_verified

-- A text names an organisation by its code, name or another of its names, without regard to case and tones.
-- The registry's owner is that of the tag's cable, or of the tag where it names no cable.
SELECT
  f.id AS object_id, NULL::bigint AS zone_id, f.owner_id, f.visibility,
  CASE WHEN coalesce(c.owner_id, f.owner_id) IS NOT NULL AND o.named IS NOT NULL
    THEN (NOT coalesce(c.owner_id, f.owner_id) = ANY (o.named))::integer
  END::double precision AS measured_value,
  0::double precision AS tolerance, 0::double precision AS threshold_value
FROM registry.fitting AS f
LEFT JOIN registry.cable AS c ON c.id = f.cable_id
LEFT JOIN (
  SELECT gisreg.search_text(btrim(w.word)) AS word, array_agg(DISTINCT g.id) AS named
  FROM registry.organisation AS g CROSS JOIN LATERAL unnest(ARRAY[g.code, g.name] || g.aliases) AS w (word)
  GROUP BY gisreg.search_text(btrim(w.word))
) AS o ON o.word = gisreg.search_text(btrim(f.tag_text))
WHERE f.kind = 'tag' AND {concerned}
