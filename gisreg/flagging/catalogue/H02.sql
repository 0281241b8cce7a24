-- layer: segment
-- concerned: s.id
-- vi: Cáp qua đường sắt thấp hơn quy định
-- en: The cable crosses the railway too low
-- asks_vi: độ cao thấp nhất của khoảng cột hoặc độ cao treo ở hai cột; loại đường sắt
-- asks_en: the span's lowest height or the attachment heights at both poles; the railway's class
-- severity: critical
-- fails: below
-- unit: m
-- needs: railway_envelope_gauge_1000_m, railway_envelope_gauge_1435_m, railway_envelope_high_speed_m,
--   railway_envelope_urban_overhead_m, railway_envelope_urban_third_rail_m, height_over_railway_m,
--   default_sag_ratio, height_tolerance_laser_m, height_tolerance_stick_m,
--   height_tolerance_photo_m, height_tolerance_estimate_m
-- legal: Nghị định 56/2018/NĐ-CP, Điều 9 (khuôn giới hạn trên không); Luật Đường sắt 2025: cần đối chiếu
-- confidence: confirmed
--
-- Heights are above the top of the rail: a cable stays above the overhead envelope of the railway's class, and
-- above the greater height that QCVN 33 is remembered to recommend, once a province enters one. A railway of
-- unknown class, or one that only the surveyor saw, cannot be evaluated.
SELECT DISTINCT ON (object_id) object_id, zone_id, owner_id, visibility, measured_value, tolerance, threshold_value
FROM (
  SELECT
    s.id AS object_id, NULL::bigint AS zone_id, s.owner_id,
    -- What crosses something hidden is itself hidden.
    gisreg.visibility_name(greatest(
      gisreg.visibility_rank(s.visibility), gisreg.visibility_rank(o.visibility))) AS visibility,
    CASE
      WHEN o.limit_m IS NOT NULL THEN gisreg.height_m(
        m.height_m, a.attachment_height_m, b.attachment_height_m, m.sag_m,
        coalesce(o.t, gisreg.lowest_place(a.attachment_height_m, b.attachment_height_m, m.sag_m))
      )
    END AS measured_value,
    gisreg.height_tolerance_m(
      m.method,
      ARRAY[
        :height_tolerance_laser_m, :height_tolerance_stick_m, :height_tolerance_photo_m,
        :height_tolerance_estimate_m
      ]::double precision[]
    ) AS tolerance,
    o.limit_m AS threshold_value
  FROM (
    SELECT s.id AS segment_id, l.visibility, ST_LineLocatePoint(s.geom, d.geom) AS t,
      greatest(
        CASE l.railway_class
          WHEN 'gauge_1000' THEN :railway_envelope_gauge_1000_m
          WHEN 'gauge_1435' THEN :railway_envelope_gauge_1435_m
          WHEN 'high_speed' THEN :railway_envelope_high_speed_m
          WHEN 'urban_overhead' THEN :railway_envelope_urban_overhead_m
          WHEN 'urban_third_rail' THEN :railway_envelope_urban_third_rail_m
        END,
        CASE WHEN l.railway_class <> 'unknown' THEN :height_over_railway_m END
      ) AS limit_m
    FROM registry.railway AS l
    JOIN registry.segment AS s ON s.geom && l.geom AND ST_Intersects(s.geom, l.geom)
    CROSS JOIN LATERAL ST_Dump(ST_CollectionExtract(ST_Intersection(s.geom, l.geom), 1)) AS d
    WHERE {concerned}
    UNION ALL
    SELECT s.id, 'public', NULL, NULL
    FROM registry.span AS sp
    JOIN registry.segment AS s ON s.span_id = sp.id
    WHERE sp.surface_below = 'railway' AND {concerned}
      AND NOT EXISTS (
        SELECT FROM registry.railway AS l WHERE l.geom && s.geom AND ST_Intersects(l.geom, s.geom)
      )
  ) AS o
  JOIN registry.segment AS s ON s.id = o.segment_id
  LEFT JOIN registry.span AS sp ON sp.id = s.span_id
  CROSS JOIN LATERAL (
    SELECT
      coalesce(sp.sag_ratio, :default_sag_ratio) * s.length_m AS sag_m,
      -- A height that was measured above another surface says nothing here.
      CASE WHEN coalesce(sp.surface_below, 'unknown') IN ('railway', 'unknown') THEN sp.lowest_height_m END
        AS height_m,
      CASE
        WHEN coalesce(sp.surface_below, 'unknown') IN ('railway', 'unknown') AND sp.lowest_height_m IS NOT NULL
          THEN coalesce(sp.height_method, 'unknown')
      END AS method
  ) AS m
  LEFT JOIN registry.support AS a
    ON a.cable_id = s.cable_id AND a.pole_id = s.from_pole_id AND a.attachment_height_m IS NOT NULL
  LEFT JOIN registry.support AS b
    ON b.cable_id = s.cable_id AND b.pole_id = s.to_pole_id AND b.attachment_height_m IS NOT NULL
) AS c
-- The worst crossing counts: one that fails, then one that nobody measured, then the lowest.
ORDER BY object_id, coalesce((measured_value < threshold_value)::integer, 0.5) DESC, measured_value - threshold_value
