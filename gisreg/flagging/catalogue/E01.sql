-- layer: support
-- concerned: s.id
-- vi: Cáp viễn thông quá gần dây điện hạ thế phía trên
-- en: The telecom cable hangs too close below low-voltage conductors
-- asks_vi: độ cao treo của cáp và độ cao dây điện thấp nhất trên cột
-- asks_en: the cable's attachment height and the height of the lowest power conductor on the pole
-- severity: critical
-- fails: below
-- unit: m
-- needs: clearance_to_lv_m, height_tolerance_laser_m, height_tolerance_stick_m,
--   height_tolerance_photo_m, height_tolerance_estimate_m
-- legal: QCVN 33:2019/BTTTT (số liệu nhớ lại, chưa đối chiếu)
-- confidence: to_be_verified
--
-- The lowest conductor counts as low voltage on every pole that is none of medium or high voltage. A cable above
-- it has a negative distance, and fails.
SELECT
  s.id AS object_id, NULL::bigint AS zone_id, s.owner_id,
  gisreg.visibility_name(greatest(
    gisreg.visibility_rank(s.visibility), gisreg.visibility_rank(p.visibility))) AS visibility,
  round((p.lowest_power_height_m - s.attachment_height_m)::numeric, 3)::double precision AS measured_value,
  gisreg.height_tolerance_m(
    s.height_method,
    ARRAY[
      :height_tolerance_laser_m, :height_tolerance_stick_m, :height_tolerance_photo_m,
      :height_tolerance_estimate_m
    ]::double precision[]
  ) AS tolerance,
  :clearance_to_lv_m::double precision AS threshold_value
FROM registry.support AS s
JOIN registry.pole AS p ON p.id = s.pole_id
WHERE (p.kind = 'power_lv' OR (p.kind NOT IN ('power_mv', 'power_hv') AND p.lowest_power_height_m IS NOT NULL)) AND {concerned}
