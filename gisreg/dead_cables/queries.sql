-- name: steps()
-- Which step may follow which.
SELECT from_state, to_state FROM gisreg.dead_cable_steps();

-- name: cable_of(cable_id, segment_id)^
-- The cable that a case is about, named by itself or by one of its segments: id and owner.
SELECT c.id, c.owner_id FROM registry.cable AS c
WHERE c.id = coalesce(:cable_id, (SELECT s.cable_id FROM registry.segment AS s WHERE s.id = :segment_id));

-- name: counted(span_id)^
-- Whether the span is seen, and how many suspicious cables its counts know beyond the drawn ones.
SELECT
  s.id,
  coalesce((
    SELECT sum(greatest(k.difference, 0)) FROM registry.span_cables AS k
    WHERE k.span_id = s.id AND k.count_stands AND k.state <> 'in_service'
  ), 0)::bigint AS counted,
  coalesce((
    SELECT sum(d.cable_count) FROM registry.dead_cable AS d
    WHERE d.span_id = s.id AND d.state <> 'dismissed'
  ), 0)::bigint AS taken
FROM registry.span AS s WHERE s.id = :span_id;

-- name: open_of_cable(cable_id, segment_id)$
-- Id of a case that is open for the cable, or for this segment of it.
SELECT id FROM registry.dead_cable
WHERE cable_id = :cable_id AND (segment_id IS NULL OR :segment_id::bigint IS NULL OR segment_id = :segment_id)
  AND state NOT IN ('dismissed', 'disposed')
ORDER BY id LIMIT 1;

-- name: open(cable_id, segment_id, span_id, cable_count, owner_id, day, source)$
-- Open a case and return its id.
INSERT INTO registry.dead_cable (cable_id, segment_id, span_id, cable_count, owner_id, state_since, source)
VALUES (:cable_id, :segment_id, :span_id, :cable_count, :owner_id, :day, :source)
RETURNING id;

-- name: case(id)^
-- A case's state, the day since which it is so, its owner and the day of its notice.
SELECT state, state_since, owner_id, notice_on FROM registry.dead_cable WHERE id = :id;

-- name: may_suspect(object_id)$
-- Whether the actor may suspect that an object is dead.
SELECT gisreg.may_suspect(:object_id);

-- name: may_step(id, to_state, claimant)$
-- Whether the actor may take this step.
SELECT gisreg.may_step_dead_cable(:id, :to_state, :claimant);

-- name: step(id, from_state, to_state, day, person, organisation, organisation_id, reason, metres, kg)!
-- Write a step; the case follows by a trigger.
INSERT INTO registry.dead_cable_event (
  dead_cable_id, from_state, to_state, happened_on, person, organisation, organisation_id, reason, metres, kg
)
VALUES (
  :id, :from_state, :to_state, :day, :person, :organisation, :organisation_id, :reason, :metres, :kg
);

-- name: cases(state, owner_id, ids)
-- Cases with what they are about and how long that is as drawn (a span's as often as cables are counted); metres and
-- kg where they were recovered and may be seen.
SELECT
  d.id, d.state, d.state_since, d.cable_id, d.segment_id, d.span_id, d.cable_count, d.owner_id, o.name AS owner,
  d.notice_on, e.metres, e.kg, d.row_version,
  CASE
    WHEN d.segment_id IS NOT NULL THEN (SELECT s.length_m FROM registry.segment AS s WHERE s.id = d.segment_id)
    WHEN d.cable_id IS NOT NULL THEN (SELECT c.length_m FROM registry.cable AS c WHERE c.id = d.cable_id)
    ELSE d.cable_count * (SELECT s.length_m FROM registry.span AS s WHERE s.id = d.span_id)
  END AS length_m
FROM registry.dead_cable AS d
LEFT JOIN registry.organisation AS o ON o.id = d.owner_id
LEFT JOIN registry.dead_cable_event AS e ON e.dead_cable_id = d.id AND e.to_state = 'recovered'
WHERE (:state::text IS NULL OR d.state = :state) AND (:owner_id::bigint IS NULL OR d.owner_id = :owner_id)
  AND (:ids::bigint[] IS NULL OR d.id = ANY (:ids))
ORDER BY d.state_since, d.id;

-- name: rules_of(id)
-- What the rules on dead cable find where a case is about: how many findings, since when, and the most days by which
-- a clock has run out.
SELECT
  f.rule_id, r.vi, r.en, count(*), min(f.first_seen_at), max(f.measured_value) FILTER (WHERE r.unit = 'd'),
  max(f.threshold_value) FILTER (WHERE r.unit = 'd')
FROM registry.dead_cable_place AS p
JOIN gisreg.seen_finding AS f ON f.object_id = coalesce(p.segment_id, p.span_id)
JOIN registry.rule AS r ON r.id = f.rule_id
WHERE p.dead_cable_id = :id AND f.rule_id ~ '^D'
GROUP BY f.rule_id, r.vi, r.en
ORDER BY f.rule_id;

-- name: trail(id)
-- A case's steps, the first one first.
SELECT from_state, to_state, happened_on, recorded_at, person, organisation, reason, metres, kg
FROM registry.dead_cable_event WHERE dead_cable_id = :id ORDER BY recorded_at, id;
