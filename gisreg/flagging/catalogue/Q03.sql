-- layer: pole
-- concerned: o.id
-- vi: Cột không có cáp, phụ kiện hay đèn nào
-- en: Nothing hangs on the pole: no cable, fitting or light
-- asks_vi: khảo sát cột: loại cột, có cáp, phụ kiện, đèn hay không
-- asks_en: a survey of the pole: its kind, and whether cable, fittings or a light hang there
-- severity: minor
-- fails: above
-- legal: Kiểm tra chất lượng dữ liệu (không phải quy định)
-- confidence: confirmed
-- costly: yes

-- Poles of power and light, and trees, have a use of their own. Where nobody surveyed the pole, or a cable passes
-- closely without being tied to it (Q02), nobody knows.
SELECT
  o.id AS object_id, NULL::bigint AS zone_id, o.owner_id,
  gisreg.visibility_name(greatest(gisreg.visibility_rank(o.visibility), u.rank)) AS visibility,
  CASE
    WHEN u.rank IS NOT NULL THEN 0
    WHEN o.kind <> 'unknown' AND o.survey_date IS NOT NULL AND NOT EXISTS (
      SELECT FROM registry.near_miss AS n WHERE n.pole_id = o.id
    ) THEN 1
  END::double precision AS measured_value,
  0::double precision AS tolerance, 0::double precision AS threshold_value
FROM registry.pole AS o
LEFT JOIN registry.pole_state AS t ON t.pole_id = o.id
CROSS JOIN LATERAL (
  SELECT CASE
    WHEN t.cable_count > 0 OR o.has_light OR o.has_transformer OR o.lowest_power_height_m IS NOT NULL THEN 0
    ELSE least(
      (SELECT min(gisreg.visibility_rank(s.visibility)) FROM registry.support AS s WHERE s.pole_id = o.id),
      (SELECT min(gisreg.visibility_rank(f.visibility)) FROM registry.fitting AS f WHERE f.pole_id = o.id),
      (
        SELECT min(gisreg.visibility_rank(k.visibility))
        FROM registry.span AS sp JOIN registry.span_count AS k ON k.span_id = sp.id
        WHERE o.id IN (sp.pole_a_id, sp.pole_b_id) AND k.cable_count > 0
      ))
  END AS rank
  OFFSET 0  -- or it would be asked for every use of its result
) AS u
WHERE o.status = 'in_service' AND o.kind IN ('telecom', 'other', 'unknown') AND {concerned}
