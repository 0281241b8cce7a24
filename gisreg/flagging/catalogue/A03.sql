-- layer: support
-- concerned: s.id
-- vi: Cáp không được bó vào gông trên cột đã có gông
-- en: The cable is not bundled although the pole has a bracket
-- asks_vi: cột có gông hay không, cáp đã bó gọn hay chưa
-- asks_en: whether the pole has a bracket, and whether the cable is bundled
-- severity: minor
-- fails: above
-- legal: QCVN 33:2019/BTTTT
-- confidence: confirmed

-- A bracket is known from the pole itself or as a fitting on it; where the pole has none, nothing is asked.
SELECT
  s.id AS object_id, NULL::bigint AS zone_id, s.owner_id, s.visibility,
  CASE
    WHEN c.is_bundled THEN 0
    WHEN b.pole_id IS NULL AND p.has_bracket IS NULL THEN NULL
    ELSE (NOT c.is_bundled)::integer
  END::double precision AS measured_value,
  0::double precision AS tolerance, 0::double precision AS threshold_value
FROM registry.support AS s
JOIN registry.pole AS p ON p.id = s.pole_id
JOIN registry.cable AS c ON c.id = s.cable_id
LEFT JOIN (
  SELECT DISTINCT pole_id FROM registry.fitting WHERE kind = 'bracket' AND visibility IN ('public', 'partner')
) AS b ON b.pole_id = s.pole_id
WHERE (b.pole_id IS NOT NULL OR p.has_bracket IS DISTINCT FROM false) AND {concerned}
