-- layer: tower
-- concerned: o.id
-- vi: Cột ăng ten cồng kềnh trong khu vực chỉ cho phép cột không cồng kềnh (A1)
-- en: A bulky mast stands in a zone for A1 masts only
-- asks_vi: loại cột ăng ten
-- asks_en: the mast's class
-- severity: major
-- fails: above
-- unit: m
-- zone_kinds: a1_only
-- legal: Quy hoạch hạ tầng viễn thông thụ động tỉnh Quảng Nam (quy định địa phương)
-- confidence: confirmed

-- In every zone of the kind that holds on the day: how many metres inside its edge the mast stands. One that stands
-- less far inside than its position is exact may stand outside, and is borderline.
SELECT
  o.id AS object_id, z.id AS zone_id, gisreg.told_owner(o.owner_id, NULL, z.visibility) AS owner_id,
  gisreg.visibility_name(greatest(
    gisreg.visibility_rank(o.visibility), gisreg.visibility_rank(z.visibility))) AS visibility,
  CASE
    WHEN o.mast_class IN ('A1a', 'A1b') THEN 0
    WHEN o.mast_class <> 'unknown' THEN ST_Distance(ST_Boundary(z.geom)::geography, o.geom::geography)
  END AS measured_value,
  coalesce(o.position_accuracy_m, 0) AS tolerance, 0::double precision AS threshold_value
FROM registry.tower AS o
JOIN registry.zone AS z ON z.geom && o.geom AND ST_Covers(z.geom, o.geom)
WHERE z.kind = 'a1_only' AND z.valid_from <= :as_of AND (z.valid_to IS NULL OR z.valid_to > :as_of)
  AND o.status <> 'removed' AND {concerned}
