-- layer: span
-- concerned: sp.id
-- vi: Chỗ cáp qua đường không có biển báo chiều cao
-- en: No height-limit sign where cable crosses the carriageway
-- asks_vi: có biển hạn chế chiều cao hay không
-- asks_en: whether there is a height-limit sign
-- severity: minor
-- fails: above
-- legal: Kiến thức nghiệp vụ (chưa có văn bản)
-- confidence: to_be_verified
--
-- Looks at spans on which a cable crosses the centre line of a street, or of an alley in which trucks drive.
SELECT
  sp.id AS object_id, NULL::bigint AS zone_id, NULL::bigint AS owner_id,
  gisreg.visibility_name(greatest(
    gisreg.visibility_rank(sp.visibility), min(gisreg.visibility_rank(s.visibility)))) AS visibility,
  (NOT sp.has_height_sign)::integer::double precision AS measured_value,
  0::double precision AS tolerance, 0::double precision AS threshold_value
FROM registry.crossing AS c
JOIN registry.street AS st ON st.id = c.street_id AND (st.street_class NOT IN ('alley', 'path') OR st.has_trucks)
JOIN registry.segment AS s ON s.id = c.segment_id
JOIN registry.span AS sp ON sp.id = s.span_id
WHERE {concerned}
GROUP BY sp.id
