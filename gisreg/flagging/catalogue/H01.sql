-- layer: segment
-- concerned: s.id
-- vi: Cáp qua đường thấp hơn quy định
-- en: The cable crosses the carriageway too low
-- asks_vi: độ cao thấp nhất của khoảng cột, hoặc độ cao treo ở hai cột
-- asks_en: the span's lowest height, or the attachment heights at both poles
-- severity: critical
-- fails: below
-- unit: m
-- needs: height_over_carriageway_m, default_sag_ratio, height_tolerance_laser_m, height_tolerance_stick_m,
--   height_tolerance_photo_m, height_tolerance_estimate_m
-- legal: Nghị định 11/2010/NĐ-CP, Điều 21 (cần đối chiếu Nghị định 165/2024/NĐ-CP)
-- confidence: confirmed
SELECT
  s.id AS object_id, NULL::bigint AS zone_id, s.owner_id, s.visibility,
  min(h.height_m) AS measured_value, max(h.tolerance_m) AS tolerance,
  :height_over_carriageway_m::double precision AS threshold_value
FROM registry.segment AS s
JOIN registry.crossing AS c ON c.segment_id = s.id
JOIN registry.street AS st ON st.id = c.street_id AND st.street_class NOT IN ('alley', 'path')
LEFT JOIN registry.span AS sp ON sp.id = s.span_id
CROSS JOIN LATERAL gisreg.height_at(
  sp.lowest_height_m, sp.height_method,
  gisreg.lowest_attachment_m(s.cable_id, s.from_pole_id), gisreg.lowest_attachment_m(s.cable_id, s.to_pole_id),
  coalesce(sp.sag_ratio, :default_sag_ratio) * s.length_m, c.measure_m / s.length_m,
  ARRAY[
    :height_tolerance_laser_m, :height_tolerance_stick_m, :height_tolerance_photo_m,
    :height_tolerance_estimate_m
  ]::double precision[]
) AS h
WHERE s.length_m > 0 AND {concerned}
GROUP BY s.id
