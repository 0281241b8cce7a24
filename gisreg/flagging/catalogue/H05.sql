-- layer: segment
-- concerned: s.id
-- vi: Cáp qua sông, kênh có tàu thuyền thấp hơn quy định
-- en: The cable crosses navigable water too low
-- asks_vi: độ cao thấp nhất của khoảng cột hoặc độ cao treo ở hai cột; cấp và tĩnh không của luồng
-- asks_en: the span's lowest height or the attachment heights at both poles; the waterway's class and clearance
-- severity: critical
-- fails: below
-- unit: m
-- needs: height_over_vessel_m, default_sag_ratio, height_tolerance_laser_m, height_tolerance_stick_m,
--   height_tolerance_photo_m, height_tolerance_estimate_m
-- legal: QCVN 33:2019/BTTTT (số liệu nhớ lại, chưa đối chiếu bảng khoảng cách)
-- confidence: to_be_verified
--
-- Heights are above the water level for which the waterway's clearance was announced. The clearance of a class
-- is entered with each waterway: its table was not read. Water that nobody drew, or whose clearance nobody
-- entered, cannot be evaluated.
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
      round((l.clearance_height_m + :height_over_vessel_m)::numeric, 3)::double precision AS limit_m
    FROM registry.waterway AS l
    JOIN registry.segment AS s ON s.geom && l.geom AND ST_Intersects(s.geom, l.geom)
    CROSS JOIN LATERAL ST_Dump(ST_CollectionExtract(ST_Intersection(s.geom, l.geom), 1)) AS d
    WHERE l.waterway_class <> 'not_navigable' AND {concerned}
    UNION ALL
    SELECT s.id, 'public', NULL, NULL
    FROM registry.span AS sp
    JOIN registry.segment AS s ON s.span_id = sp.id
    WHERE sp.surface_below = 'water' AND {concerned}
      AND NOT EXISTS (
        SELECT FROM registry.waterway AS l WHERE l.geom && s.geom AND ST_Intersects(l.geom, s.geom)
      )
  ) AS o
  JOIN registry.segment AS s ON s.id = o.segment_id
  LEFT JOIN registry.span AS sp ON sp.id = s.span_id
  CROSS JOIN LATERAL (
    SELECT
      coalesce(sp.sag_ratio, :default_sag_ratio) * s.length_m AS sag_m,
      -- A height that was measured above another surface says nothing here.
      CASE WHEN coalesce(sp.surface_below, 'unknown') IN ('water', 'unknown') THEN sp.lowest_height_m END
        AS height_m,
      CASE
        WHEN coalesce(sp.surface_below, 'unknown') IN ('water', 'unknown') AND sp.lowest_height_m IS NOT NULL
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
