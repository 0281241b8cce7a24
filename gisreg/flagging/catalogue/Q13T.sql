-- layer: tower
-- concerned: o.id
-- vi: Ngày tháng của cột ăng ten hoặc của đơn vị dùng chung mâu thuẫn
-- en: Dates of the mast or of its tenants contradict each other
-- asks_vi: ngày khảo sát cột ăng ten
-- asks_en: when the mast was surveyed
-- severity: minor
-- fails: above
-- unit: d
-- needs: date_order_days_max
-- legal: Kiểm tra chất lượng dữ liệu (không phải quy định)
-- confidence: confirmed
SELECT
  o.id AS object_id, NULL::bigint AS zone_id, o.owner_id,
  gisreg.visibility_name(greatest(gisreg.visibility_rank(o.visibility), n.rank)) AS visibility,
  CASE
    WHEN o.survey_date - :as_of > :date_order_days_max THEN o.survey_date - :as_of
    WHEN n.days > :date_order_days_max THEN n.days
    WHEN o.survey_date IS NOT NULL THEN greatest(o.survey_date - :as_of, n.days, 0)
  END::double precision AS measured_value,
  0::double precision AS tolerance, :date_order_days_max AS threshold_value
FROM registry.tower AS o
-- The least hidden tenancy that is said to be in service after its last day, or before its first.
LEFT JOIN LATERAL (
  SELECT gisreg.visibility_rank(n.visibility) AS rank, d.days
  FROM registry.tower_tenancy AS n
  CROSS JOIN LATERAL (SELECT greatest(:as_of - n.valid_to + 1, n.valid_from - :as_of) AS days) AS d
  WHERE n.tower_id = o.id AND n.status = 'in_service' AND d.days > :date_order_days_max
  ORDER BY gisreg.visibility_rank(n.visibility), d.days DESC LIMIT 1
) AS n ON o.survey_date - :as_of <= :date_order_days_max IS NOT FALSE
WHERE o.status <> 'removed' AND {concerned}
