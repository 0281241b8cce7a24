-- layer: segment
-- concerned: s.id
-- vi: Cáp dọc đường, vỉa hè thấp hơn quy định
-- en: The cable hangs too low along a road or pavement
-- asks_vi: độ cao thấp nhất của khoảng cột, hoặc độ cao treo ở hai cột
-- asks_en: the span's lowest height, or the attachment heights at both poles
-- severity: major
-- fails: below
-- unit: m
-- needs: height_along_road_m, default_sag_ratio, height_tolerance_laser_m, height_tolerance_stick_m,
--   height_tolerance_photo_m, height_tolerance_estimate_m
-- legal: QCVN 33:2019/BTTTT (số liệu nhớ lại, chưa đối chiếu bảng khoảng cách)
-- costly: yes
-- confidence: to_be_verified
--
-- Applies to a cable over a pavement (as a surveyor wrote) or over a footway, and to one of which nobody
-- wrote what is below it and that crosses no street: poles stand along the roads.
SELECT
  s.id AS object_id, NULL::bigint AS zone_id, s.owner_id, s.visibility,
  min(gisreg.height_m(
    m.height_m, a.attachment_height_m, b.attachment_height_m, m.sag_m,
    coalesce(o.t, gisreg.lowest_place(a.attachment_height_m, b.attachment_height_m, m.sag_m))
  )) AS measured_value,
  max(gisreg.height_tolerance_m(
    m.method,
    ARRAY[
      :height_tolerance_laser_m, :height_tolerance_stick_m, :height_tolerance_photo_m,
      :height_tolerance_estimate_m
    ]::double precision[]
  )) AS tolerance,
  :height_along_road_m::double precision AS threshold_value
FROM (
  SELECT s.id AS segment_id, c.measure_m / s.length_m AS t
  FROM registry.crossing AS c
  JOIN registry.street AS st ON st.id = c.street_id
  JOIN registry.segment AS s ON s.id = c.segment_id AND s.length_m > 0
  WHERE st.street_class = 'path' AND st.has_trucks IS NOT TRUE AND {concerned}
  UNION ALL
  SELECT s.id, NULL
  FROM registry.span AS sp
  JOIN registry.segment AS s ON s.span_id = sp.id
  WHERE sp.surface_below = 'pavement' AND {concerned}
  UNION ALL
  SELECT s.id, NULL
  FROM registry.segment AS s
  LEFT JOIN registry.span AS sp ON sp.id = s.span_id
  WHERE (sp.surface_below IS NULL OR sp.surface_below = 'unknown') AND {concerned}
    AND NOT EXISTS (SELECT FROM registry.crossing AS c WHERE c.segment_id = s.id)
) AS o
JOIN registry.segment AS s ON s.id = o.segment_id
LEFT JOIN registry.span AS sp ON sp.id = s.span_id
CROSS JOIN LATERAL (
  SELECT
    coalesce(sp.sag_ratio, :default_sag_ratio) * s.length_m AS sag_m,
    -- A height that was measured above another surface says nothing here.
    CASE WHEN coalesce(sp.surface_below, 'unknown') IN ('pavement', 'unknown') THEN sp.lowest_height_m END AS height_m,
    CASE
      WHEN coalesce(sp.surface_below, 'unknown') IN ('pavement', 'unknown') AND sp.lowest_height_m IS NOT NULL
        THEN coalesce(sp.height_method, 'unknown')
    END AS method
) AS m
LEFT JOIN registry.support AS a
  ON a.cable_id = s.cable_id AND a.pole_id = s.from_pole_id AND a.attachment_height_m IS NOT NULL
LEFT JOIN registry.support AS b
  ON b.cable_id = s.cable_id AND b.pole_id = s.to_pole_id AND b.attachment_height_m IS NOT NULL
GROUP BY s.id
