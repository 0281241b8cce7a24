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
WITH attached AS NOT MATERIALIZED (
  -- A cable may pass a pole twice; the lower it is attached at either end, the lower it hangs.
  SELECT p.cable_id, p.pole_id, min(p.attachment_height_m) AS attached_m
  FROM registry.support AS p
  WHERE p.attachment_height_m IS NOT NULL
    AND p.cable_id IN (SELECT s.cable_id FROM registry.segment AS s WHERE {concerned})
  GROUP BY p.cable_id, p.pole_id
), hung AS NOT MATERIALIZED (
  SELECT
    s.id, s.owner_id, s.visibility, s.length_m, sp.surface_below,
    a.attached_m AS from_m, b.attached_m AS to_m,
    coalesce(sp.sag_ratio, :default_sag_ratio) * s.length_m AS sag_m,
    -- A height that was measured above another surface says nothing here.
    CASE WHEN coalesce(sp.surface_below, 'unknown') IN ('pavement', 'unknown') THEN sp.lowest_height_m END AS height_m,
    gisreg.height_tolerance_m(
      CASE
        WHEN coalesce(sp.surface_below, 'unknown') IN ('pavement', 'unknown') AND sp.lowest_height_m IS NOT NULL
          THEN coalesce(sp.height_method, 'unknown')
      END,
      ARRAY[
        :height_tolerance_laser_m, :height_tolerance_stick_m, :height_tolerance_photo_m,
        :height_tolerance_estimate_m
      ]::double precision[]
    ) AS tolerance
  FROM registry.segment AS s
  LEFT JOIN registry.span AS sp ON sp.id = s.span_id
  LEFT JOIN attached AS a ON a.cable_id = s.cable_id AND a.pole_id = s.from_pole_id
  LEFT JOIN attached AS b ON b.cable_id = s.cable_id AND b.pole_id = s.to_pole_id
  WHERE {concerned}
), footway AS NOT MATERIALIZED (
  SELECT c.segment_id, c.measure_m
  FROM registry.crossing AS c
  JOIN registry.street AS st ON st.id = c.street_id
  WHERE st.street_class = 'path' AND st.has_trucks IS NOT TRUE AND {concerned c.segment_id}
)
-- Over footways: where it hangs over each, and also where it is lowest if a pavement is below all of it.
SELECT
  h.id AS object_id, NULL::bigint AS zone_id, h.owner_id, h.visibility,
  least(
    min(gisreg.height_m(h.height_m, h.from_m, h.to_m, h.sag_m, f.measure_m / h.length_m)),
    CASE WHEN h.surface_below = 'pavement' THEN gisreg.height_m(
      h.height_m, h.from_m, h.to_m, h.sag_m, gisreg.lowest_place(h.from_m, h.to_m, h.sag_m)) END
  ) AS measured_value,
  h.tolerance, :height_along_road_m::double precision AS threshold_value
FROM footway AS f JOIN hung AS h ON h.id = f.segment_id AND h.length_m > 0
GROUP BY h.id, h.owner_id, h.visibility, h.surface_below, h.height_m, h.from_m, h.to_m, h.sag_m, h.tolerance
UNION ALL
SELECT
  h.id, NULL, h.owner_id, h.visibility,
  gisreg.height_m(h.height_m, h.from_m, h.to_m, h.sag_m, gisreg.lowest_place(h.from_m, h.to_m, h.sag_m)),
  h.tolerance, :height_along_road_m::double precision
FROM hung AS h
WHERE NOT EXISTS (SELECT FROM footway AS f WHERE f.segment_id = h.id AND h.length_m > 0)
  AND (h.surface_below = 'pavement' OR (
    coalesce(h.surface_below, 'unknown') = 'unknown'
    AND NOT EXISTS (SELECT FROM registry.crossing AS c WHERE c.segment_id = h.id)))
