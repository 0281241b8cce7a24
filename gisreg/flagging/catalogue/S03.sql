-- layer: tower
-- concerned: o.id
-- vi: Cột ăng ten của hai đơn vị trong bán kính phải dùng chung
-- en: Masts of two owners stand within the radius in which they must share one
-- asks_vi: chủ của hai cột ăng ten
-- asks_en: the owners of both masts
-- severity: minor
-- fails: below
-- unit: m
-- needs: sharing_radius_outer_m, sharing_radius_inner_m
-- reach: sharing_radius_outer_m, sharing_radius_inner_m
-- zone_kinds: urban, district_centre, aesthetic_priority, heritage, underground_only
-- costly: yes
-- legal: Quyết định 5800/QĐ-UBND năm 2017 của Hà Nội (quy định địa phương)
-- confidence: confirmed

-- The pairs are those of `gisreg sharing candidates` (gisreg.mast_pairs); one of which an owner is not known cannot
-- be evaluated. Where there is none, the outer radius stands for the distance.
SELECT DISTINCT ON (o.id)
  o.id AS object_id, NULL::bigint AS zone_id, gisreg.told_owner(o.owner_id, p.b_owner_id, p.b_visibility) AS owner_id,
  gisreg.visibility_name(greatest(
    gisreg.visibility_rank(o.visibility), gisreg.visibility_rank(coalesce(p.b_visibility, o.visibility)))) AS visibility,
  CASE
    WHEN p.b_id IS NULL AND o.is_inner AND :sharing_radius_inner_m IS NULL THEN NULL
    WHEN p.b_id IS NULL THEN :sharing_radius_outer_m
    WHEN p.a_owner_id IS NOT NULL AND p.b_owner_id IS NOT NULL THEN p.distance_m
  END AS measured_value,
  coalesce(p.tolerance_m, 0) AS tolerance, coalesce(p.radius_m, :sharing_radius_outer_m) AS threshold_value
FROM gisreg.masts(:as_of) AS o
LEFT JOIN gisreg.mast_pairs(:as_of, :sharing_radius_inner_m, :sharing_radius_outer_m) AS p ON p.a_id = o.id
WHERE {concerned}
-- Of several the least hidden one, and of those the one that is within its radius most surely.
ORDER BY
  o.id, p.a_owner_id IS NULL OR p.b_owner_id IS NULL, gisreg.visibility_rank(p.b_visibility),
  p.distance_m + p.tolerance_m - p.radius_m, p.b_id
