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
--
-- Applies to a cable that crosses the centre line of a street, or of an alley in which trucks drive, and to
-- one of whose span a surveyor wrote that its lowest point hangs over a carriageway. Its height is looked
-- at where it crosses, or at the lowest point.
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
  :height_over_carriageway_m::double precision AS threshold_value
FROM (
  SELECT s.id AS segment_id, c.measure_m / s.length_m AS t
  FROM registry.crossing AS c
  JOIN registry.street AS st ON st.id = c.street_id
  JOIN registry.segment AS s ON s.id = c.segment_id AND s.length_m > 0
  WHERE (st.street_class NOT IN ('alley', 'path') OR st.has_trucks) AND {concerned}
  UNION ALL
  SELECT s.id, NULL
  FROM registry.span AS sp
  JOIN registry.segment AS s ON s.span_id = sp.id
  WHERE sp.surface_below = 'carriageway' AND {concerned}
) AS o
JOIN registry.segment AS s ON s.id = o.segment_id
LEFT JOIN registry.span AS sp ON sp.id = s.span_id
CROSS JOIN LATERAL (
  SELECT
    coalesce(sp.sag_ratio, :default_sag_ratio) * s.length_m AS sag_m,
    -- A height that was measured above another surface says nothing here.
    CASE WHEN coalesce(sp.surface_below, 'unknown') IN ('carriageway', 'unknown') THEN sp.lowest_height_m END AS height_m,
    CASE
      WHEN coalesce(sp.surface_below, 'unknown') IN ('carriageway', 'unknown') AND sp.lowest_height_m IS NOT NULL
        THEN coalesce(sp.height_method, 'unknown')
    END AS method
) AS m
LEFT JOIN registry.support AS a
  ON a.cable_id = s.cable_id AND a.pole_id = s.from_pole_id AND a.attachment_height_m IS NOT NULL
LEFT JOIN registry.support AS b
  ON b.cable_id = s.cable_id AND b.pole_id = s.to_pole_id AND b.attachment_height_m IS NOT NULL
GROUP BY s.id
