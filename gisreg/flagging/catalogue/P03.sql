-- layer: span
-- concerned: sp.id
-- vi: Khoảng cột dài
-- en: The span is long
-- severity: minor
-- critical_at: span_length_check_m
-- fails: above
-- unit: m
-- needs: span_length_warn_m, span_length_check_m
-- legal: QCVN 33:2019/BTTTT (không quy định số cố định, phải tính theo cột và cáp); ngưỡng nghiệp vụ đề xuất
-- confidence: to_be_verified
--
-- The regulation has no figure: beyond the first length a span is watched, beyond the second its design has to be
-- calculated. How well both poles' positions are known is the tolerance.
SELECT
  sp.id AS object_id, NULL::bigint AS zone_id, NULL::bigint AS owner_id, sp.visibility,
  sp.length_m AS measured_value,
  sqrt(coalesce(a.position_accuracy_m, 0) ^ 2 + coalesce(b.position_accuracy_m, 0) ^ 2) AS tolerance,
  :span_length_warn_m::double precision AS threshold_value
FROM registry.span AS sp
JOIN registry.pole AS a ON a.id = sp.pole_a_id
JOIN registry.pole AS b ON b.id = sp.pole_b_id
WHERE {concerned}
