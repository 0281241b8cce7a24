-- layer: cable
-- concerned: o.id
-- vi: Ngày tháng của cáp sai thứ tự
-- en: The cable's dates are in the wrong order
-- asks_vi: ngày lắp đặt và ngày khảo sát
-- asks_en: when it was put up and when it was surveyed
-- severity: minor
-- fails: above
-- unit: d
-- needs: date_order_days_max
-- legal: Kiểm tra chất lượng dữ liệu (không phải quy định)
-- confidence: confirmed

-- Days by which it was put up after it was surveyed, or by which either lies in the future.
SELECT
  o.id AS object_id, NULL::bigint AS zone_id, o.owner_id, o.visibility,
  CASE
    WHEN d.days > :date_order_days_max THEN d.days
    WHEN o.installed_on IS NOT NULL AND o.survey_date IS NOT NULL THEN greatest(d.days, 0)
  END::double precision AS measured_value,
  0::double precision AS tolerance, :date_order_days_max AS threshold_value
FROM registry.cable AS o
CROSS JOIN LATERAL (
  SELECT greatest(o.installed_on - o.survey_date, o.installed_on - :as_of, o.survey_date - :as_of) AS days
) AS d
WHERE num_nonnulls(o.installed_on, o.survey_date) > 0 AND {concerned}
