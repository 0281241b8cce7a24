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
