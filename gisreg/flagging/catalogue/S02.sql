-- layer: tower
-- concerned: o.id
-- vi: Cột ăng ten cồng kềnh quá gần cột cồng kềnh khác
-- en: The bulky mast stands too near to another bulky mast
-- asks_vi: loại và chiều cao cột ăng ten, loại của cột bên cạnh; khoảng cách quy định cho A2b ngoài đô thị (chưa có)
-- asks_en: class and height of the mast, class of its neighbour; the spacing of A2b outside towns (not known)
-- severity: minor
-- fails: below
-- unit: m
-- needs: mast_spacing_a2a_low_urban_m, mast_spacing_a2a_low_outside_m, mast_spacing_a2a_high_urban_m,
--   mast_spacing_a2a_high_outside_m, mast_spacing_a2b_urban_m, mast_spacing_a2b_outside_m,
--   mast_low_height_max_m
-- reach: mast_spacing_a2a_low_urban_m, mast_spacing_a2a_low_outside_m, mast_spacing_a2a_high_urban_m,
--   mast_spacing_a2a_high_outside_m, mast_spacing_a2b_urban_m, mast_spacing_a2b_outside_m
-- zone_kinds: urban, district_centre, aesthetic_priority, heritage, underground_only
-- costly: yes
-- legal: Quy hoạch hạ tầng viễn thông thụ động tỉnh Quảng Nam (quy định địa phương)
-- confidence: confirmed

-- Every A2a and A2b mast by the spacing of its own class, height and place (gisreg.masts); for A2c none is laid
-- down. A spacing without a value is not known, and what needs it cannot be evaluated. The distance to the nearest
-- bulky mast; where none is too near, the spacing itself stands for it.
SELECT
  o.id AS object_id, NULL::bigint AS zone_id, gisreg.told_owner(o.owner_id, b.owner_id, b.visibility) AS owner_id,
  gisreg.visibility_name(greatest(
    gisreg.visibility_rank(o.visibility),
    gisreg.visibility_rank(coalesce(b.visibility, u.visibility, o.visibility)))) AS visibility,
  CASE WHEN b.id IS NOT NULL THEN b.apart_m WHEN u.id IS NULL THEN o.most_m END AS measured_value,
  coalesce(b.tolerance, 0) AS tolerance, coalesce(o.least_m, o.most_m) AS threshold_value
FROM (
  SELECT
    m.*, least(l.low_m, l.high_m) AS least_m,
    CASE WHEN l.low_m IS NOT NULL AND l.high_m IS NOT NULL THEN greatest(l.low_m, l.high_m) END AS most_m
  FROM (
    SELECT * FROM gisreg.masts(:as_of) AS o WHERE o.mast_class IN ('A2a', 'A2b', 'unknown') AND {concerned}
    OFFSET 0  -- or zones would be searched for every use of is_inner
  ) AS m
  CROSS JOIN LATERAL (
    SELECT
      CASE
        WHEN m.mast_class = 'A2b' AND m.is_inner THEN :mast_spacing_a2b_urban_m
        WHEN m.mast_class = 'A2b' THEN :mast_spacing_a2b_outside_m
        WHEN m.mast_class = 'A2a' AND m.height_m > :mast_low_height_max_m THEN h.high_m
        WHEN m.mast_class = 'A2a' THEN h.low_m
      END AS low_m,
      CASE
        WHEN m.mast_class = 'A2b' AND m.is_inner THEN :mast_spacing_a2b_urban_m
        WHEN m.mast_class = 'A2b' THEN :mast_spacing_a2b_outside_m
        WHEN m.mast_class = 'A2a' AND m.height_m <= :mast_low_height_max_m THEN h.low_m
        WHEN m.mast_class = 'A2a' THEN h.high_m
      END AS high_m
    FROM (
      SELECT
        CASE WHEN m.is_inner THEN :mast_spacing_a2a_low_urban_m ELSE :mast_spacing_a2a_low_outside_m END AS low_m,
        CASE WHEN m.is_inner THEN :mast_spacing_a2a_high_urban_m ELSE :mast_spacing_a2a_high_outside_m END AS high_m
    ) AS h
  ) AS l
) AS o
-- The least hidden bulky mast that is too near in any case; of several the one that is so most surely.
LEFT JOIN LATERAL (
  SELECT
    n.id, n.owner_id, n.visibility, d.apart_m,
    sqrt(coalesce(o.position_accuracy_m, 0) ^ 2 + coalesce(n.position_accuracy_m, 0) ^ 2) AS tolerance
  FROM gisreg.masts(:as_of) AS n
  CROSS JOIN LATERAL (SELECT ST_Distance(n.geom::geography, o.geom::geography) AS apart_m) AS d
  WHERE n.geom && gisreg.around(o.geom, o.least_m) AND n.id <> o.id AND n.mast_class IN ('A2a', 'A2b', 'A2c')
    AND d.apart_m < o.least_m
  ORDER BY gisreg.visibility_rank(n.visibility), d.apart_m + sqrt(
    coalesce(o.position_accuracy_m, 0) ^ 2 + coalesce(n.position_accuracy_m, 0) ^ 2), n.id
  LIMIT 1
) AS b ON true
-- Else one that may be too near: by its own class, or by the height of the mast in question.
LEFT JOIN LATERAL (
  SELECT n.id, n.visibility
  FROM gisreg.masts(:as_of) AS n
  WHERE n.geom && gisreg.around(o.geom, o.most_m) AND n.id <> o.id
    AND n.mast_class IN ('A2a', 'A2b', 'A2c', 'unknown')
    AND ST_Distance(n.geom::geography, o.geom::geography) < o.most_m
  ORDER BY gisreg.visibility_rank(n.visibility), n.id
  LIMIT 1
) AS u ON b.id IS NULL
