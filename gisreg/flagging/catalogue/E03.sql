-- layer: support
-- concerned: s.id
-- vi: Làm việc tại điểm treo nằm trong khoảng cách an toàn điện
-- en: Work at this attachment comes closer to power than is safe
-- asks_vi: độ cao treo của cáp và độ cao dây điện thấp nhất trên cột
-- asks_en: the cable's attachment height and the height of the lowest power conductor on the pole
-- severity: major
-- fails: below
-- unit: m
-- needs: approach_lv_m, approach_mv_m, approach_hv_m, height_tolerance_laser_m, height_tolerance_stick_m,
--   height_tolerance_photo_m, height_tolerance_estimate_m
-- legal: Nghị định 14/2014/NĐ-CP, Điều 10 khoản 2 (theo báo chí, chưa đọc nguyên văn)
-- confidence: partial
--
-- Who works on the cable works at its height: the distance to the lowest conductor counts, above or below it. A
-- finding asks for the power to be cut or for the power company's watch before work begins. The kind of pole
-- stands for the voltage: high voltage as 110 kV.
SELECT
  s.id AS object_id, NULL::bigint AS zone_id, s.owner_id,
  gisreg.visibility_name(greatest(
    gisreg.visibility_rank(s.visibility), gisreg.visibility_rank(p.visibility))) AS visibility,
  CASE
    WHEN l.limit_m IS NOT NULL
      THEN round(abs(p.lowest_power_height_m - s.attachment_height_m)::numeric, 3)::double precision
  END AS measured_value,
  gisreg.height_tolerance_m(
    s.height_method,
    ARRAY[
      :height_tolerance_laser_m, :height_tolerance_stick_m, :height_tolerance_photo_m,
      :height_tolerance_estimate_m
    ]::double precision[]
  ) AS tolerance,
  l.limit_m AS threshold_value
FROM registry.support AS s
JOIN registry.pole AS p ON p.id = s.pole_id
CROSS JOIN LATERAL (
  SELECT
    CASE p.kind
      WHEN 'power_mv' THEN :approach_mv_m
      WHEN 'power_hv' THEN :approach_hv_m
      ELSE :approach_lv_m
    END AS limit_m
) AS l
WHERE (p.kind IN ('power_lv', 'power_mv', 'power_hv') OR p.lowest_power_height_m IS NOT NULL) AND {concerned}
