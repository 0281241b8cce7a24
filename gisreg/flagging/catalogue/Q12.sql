-- layer: support
-- concerned: o.id
-- vi: Điểm treo cao hơn đỉnh cột
-- en: The cable is said to hang above the pole's top
-- asks_vi: chiều cao cột
-- asks_en: the pole's height
-- severity: minor
-- fails: above
-- unit: m
-- needs: above_pole_max_m, height_tolerance_laser_m, height_tolerance_stick_m, height_tolerance_photo_m,
--   height_tolerance_estimate_m
-- legal: Kiểm tra chất lượng dữ liệu (không phải quy định)
-- confidence: confirmed

-- Attachments whose height somebody measured. A pole's height is its whole length, part of which is in the ground.
SELECT
  o.id AS object_id, NULL::bigint AS zone_id, gisreg.told_owner(o.owner_id, p.owner_id, p.visibility) AS owner_id,
  gisreg.visibility_name(greatest(
    gisreg.visibility_rank(o.visibility), gisreg.visibility_rank(p.visibility))) AS visibility,
  round((o.attachment_height_m - p.height_m)::numeric, 3)::double precision AS measured_value,
  gisreg.height_tolerance_m(
    o.height_method,
    ARRAY[
      :height_tolerance_laser_m, :height_tolerance_stick_m, :height_tolerance_photo_m, :height_tolerance_estimate_m
    ]::double precision[]
  ) AS tolerance,
  :above_pole_max_m AS threshold_value
FROM registry.support AS o
JOIN registry.pole AS p ON p.id = o.pole_id
WHERE o.attachment_height_m IS NOT NULL AND {concerned}
