-- layer: span
-- concerned: sp.id
-- vi: Bó cáp quá lớn
-- en: The bundle of cables is too thick
-- asks_vi: đường kính bó cáp
-- asks_en: the bundle's diameter
-- severity: minor
-- fails: above
-- unit: mm
-- needs: bundle_diameter_max_mm
-- legal: Tỉnh quy định (chưa có ngưỡng quốc gia)
-- confidence: to_be_verified
SELECT
  sp.id AS object_id, NULL::bigint AS zone_id, CASE WHEN a.owner_id = b.owner_id THEN a.owner_id END AS owner_id,
  sp.visibility, sp.bundle_diameter_mm AS measured_value, 0::double precision AS tolerance,
  :bundle_diameter_max_mm AS threshold_value
FROM registry.span AS sp
JOIN registry.pole AS a ON a.id = sp.pole_a_id
JOIN registry.pole AS b ON b.id = sp.pole_b_id
WHERE {concerned}
