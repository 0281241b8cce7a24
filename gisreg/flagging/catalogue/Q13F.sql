-- layer: fitting
-- concerned: o.id
-- vi: Phụ kiện được khảo sát trước khi cột được dựng, hoặc ngày khảo sát ở tương lai
-- en: The fitting was surveyed before its pole was put up, or in the future
-- asks_vi: ngày dựng cột và ngày khảo sát phụ kiện
-- asks_en: when the pole was put up and when the fitting was surveyed
-- severity: minor
-- fails: above
-- unit: d
-- needs: date_order_days_max
-- legal: Kiểm tra chất lượng dữ liệu (không phải quy định)
-- confidence: confirmed
SELECT
  o.id AS object_id, NULL::bigint AS zone_id, gisreg.told_owner(o.owner_id, p.owner_id, p.visibility) AS owner_id,
  gisreg.visibility_name(greatest(
    gisreg.visibility_rank(o.visibility), gisreg.visibility_rank(p.visibility))) AS visibility,
  CASE
    WHEN d.days > :date_order_days_max THEN d.days
    WHEN o.survey_date IS NOT NULL AND p.installed_on IS NOT NULL THEN greatest(d.days, 0)
  END::double precision AS measured_value,
  0::double precision AS tolerance, :date_order_days_max AS threshold_value
FROM registry.fitting AS o
JOIN registry.pole AS p ON p.id = o.pole_id
CROSS JOIN LATERAL (SELECT greatest(p.installed_on - o.survey_date, o.survey_date - :as_of) AS days) AS d
WHERE num_nonnulls(o.survey_date, p.installed_on) > 0 AND {concerned}
