-- layer: pole
-- concerned: p.id
-- vi: Cột bị nghiêng
-- en: The pole leans
-- asks_vi: độ nghiêng của cột (độ)
-- asks_en: the pole's lean (degrees)
-- severity: minor
-- critical_at: pole_lean_critical_deg
-- fails: above
-- unit: deg
-- needs: pole_lean_warn_deg, pole_lean_critical_deg, lean_tolerance_deg
-- legal: Ngưỡng nghiệp vụ đề xuất (chưa có văn bản)
-- confidence: to_be_verified
SELECT
  p.id AS object_id, NULL::bigint AS zone_id, p.owner_id, p.visibility, p.lean_deg AS measured_value,
  coalesce(:lean_tolerance_deg, 0)::double precision AS tolerance,
  :pole_lean_warn_deg::double precision AS threshold_value
FROM registry.pole AS p
WHERE p.status <> 'removed' AND {concerned}
