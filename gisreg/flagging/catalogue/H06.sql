-- layer: segment
-- concerned: s.id
-- vi: Cáp quá gần mái nhà, công trình bên dưới
-- en: The cable hangs too close above a roof or structure
-- asks_vi: độ cao thấp nhất của khoảng cột so với mái nhà, công trình
-- asks_en: the span's lowest height above the roof or structure
-- severity: major
-- fails: below
-- unit: m
-- needs: height_over_roof_m, height_over_structure_m, height_tolerance_laser_m, height_tolerance_stick_m,
--   height_tolerance_photo_m, height_tolerance_estimate_m
-- legal: QCVN 33:2019/BTTTT (số liệu nhớ lại, chưa đối chiếu bảng khoảng cách)
-- confidence: to_be_verified
--
-- What is below is what a surveyor wrote, and the height is the one measured above it: heights of roofs are not
-- in the registry, so nothing is computed from the poles.
SELECT
  s.id AS object_id, NULL::bigint AS zone_id, s.owner_id, s.visibility,
  CASE WHEN l.limit_m IS NOT NULL THEN sp.lowest_height_m END AS measured_value,
  gisreg.height_tolerance_m(
    sp.height_method,
    ARRAY[
      :height_tolerance_laser_m, :height_tolerance_stick_m, :height_tolerance_photo_m,
      :height_tolerance_estimate_m
    ]::double precision[]
  ) AS tolerance,
  l.limit_m AS threshold_value
FROM registry.span AS sp
JOIN registry.segment AS s ON s.span_id = sp.id
CROSS JOIN LATERAL (
  SELECT CASE sp.surface_below WHEN 'roof' THEN :height_over_roof_m ELSE :height_over_structure_m END AS limit_m
) AS l
WHERE sp.surface_below IN ('roof', 'structure') AND {concerned}
