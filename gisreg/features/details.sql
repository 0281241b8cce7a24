-- name: reasons(id)
-- Why an object is flagged: its findings with rule and zone, the weightiest first; a pole's with those of what
-- hangs on it.
SELECT
  f.rule_id, r.vi, r.en, z.name AS zone, z.name_en AS zone_en, z.kind AS zone_kind, f.outcome,
  f.metres_inside, f.metres_possible, f.priority, coalesce(z.decision_no, r.legal_ref) AS legal, f.severity, r.confidence,
  f.measured_value, f.threshold_value, r.unit, r.fails
FROM gisreg.seen_finding AS f
JOIN registry.rule AS r ON r.id = f.rule_id
LEFT JOIN registry.zone AS z ON z.id = f.zone_id
WHERE f.object_id = :id OR f.object_id IN (SELECT s.id FROM registry.support AS s WHERE s.pole_id = :id)
ORDER BY f.priority DESC, f.rule_id, f.zone_id;

-- name: pole_codes(id)
-- Other organisations' numbers of a pole.
SELECT o.name, p.code, p.source
FROM registry.pole_code AS p JOIN registry.organisation AS o ON o.id = p.organisation_id
WHERE p.pole_id = :id ORDER BY o.name COLLATE "vi-x-icu", p.code;

-- name: tidying_events(id)
-- The steps of a segment's tidying, the latest first.
SELECT happened_at, from_state, to_state, person, organisation, note
FROM registry.tidying_event WHERE segment_id = :id ORDER BY happened_at DESC, id DESC LIMIT 200;

-- name: cable_progress(id)
-- A cable's segments by tidying state: how many, and their metres.
SELECT coalesce(s.tidying_state, 'none') AS state, count(*), sum(t.length_m)
FROM registry.segment AS t LEFT JOIN registry.segment_state AS s ON s.segment_id = t.id
WHERE t.cable_id = :id GROUP BY 1 ORDER BY 1;
