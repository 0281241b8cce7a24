-- Proposals. Who may see and do what is the policies' part; nothing here asks for it.

-- name: new_number()$
-- The id of a row to come.
SELECT gisreg.new_id();

-- name: street_near(lon, lat, within_m)$
-- The nearest street within so many metres; the box is a little larger, in degrees.
SELECT s.id
FROM registry.street AS s, (SELECT ST_SetSRID(ST_MakePoint(:lon, :lat), 4326) AS geom) AS p
WHERE s.geom && ST_Expand(p.geom, :within_m / 100000.0)
  AND ST_DWithin(s.geom::geography, p.geom::geography, :within_m)
ORDER BY ST_Distance(s.geom::geography, p.geom::geography), s.id LIMIT 1;

-- name: insert_proposal(id, layer, object_id, base_version, base, proposed, organisation_id, organisation, person_id, person, owner_id, reason, evidence, batch, street_id, commune_id, moment, due_on)!
-- Write a proposal down.
INSERT INTO registry.proposal (
  id, layer, object_id, base_version, base, proposed, organisation_id, organisation, person_id, person,
  owner_id, reason, evidence, batch, street_id, commune_id, proposed_at, due_on
)
VALUES (
  :id, :layer, :object_id, :base_version, :base, :proposed, :organisation_id, :organisation, :person_id, :person,
  :owner_id, :reason, :evidence, :batch, :street_id, :commune_id, :moment, :due_on
);

-- name: note_step(ids, before, to_state, moment, person_id, person, organisation_id, organisation, note)!
-- Write a step down for each of some proposals; `before` holds the state that each had, NULL for a new one.
INSERT INTO registry.proposal_event (
  proposal_id, from_state, to_state, happened_at, person_id, person, organisation_id, organisation, note
)
SELECT i.id, i.before, :to_state, :moment, :person_id, :person, :organisation_id, :organisation, :note
FROM unnest(:ids::bigint[], :before::text[]) AS i (id, before);

-- name: own_waiting(object_id, organisation_id)
-- What an organisation has proposed about an object and nobody has decided; locked.
SELECT id, proposed, state FROM registry.proposal
WHERE object_id = :object_id AND organisation_id = :organisation_id AND state IN ('open', 'escalated')
ORDER BY id FOR UPDATE;

-- name: set_state(ids, state)!
-- Move proposals on.
UPDATE registry.proposal SET state = :state WHERE id = ANY (:ids);

-- name: lock(ids)
-- Proposals that the actor may decide or withdraw, locked in the order of ids.
SELECT id, layer, object_id, base_version, base, proposed, organisation_id, commune_id, state
FROM registry.proposal WHERE id = ANY (:ids) ORDER BY id FOR UPDATE;

-- name: seen(ids)
-- Which of these proposals the actor may see.
SELECT id FROM registry.proposal WHERE id = ANY (:ids) ORDER BY id;

-- name: waiting_about(object_ids)
-- Proposals about these objects that nobody has decided; locked.
SELECT id, layer, object_id, proposed, organisation_id, commune_id, state FROM registry.proposal
WHERE object_id = ANY (:object_ids) AND state IN ('open', 'escalated') ORDER BY id FOR UPDATE;

-- name: because(reason)$
-- Say why for the change set of this transaction.
SELECT set_config('gisreg.reason', :reason, true);

-- name: listed(ids, states, batch, street_id, owner_id, layer, object_id, overdue_on, after, moreover)
-- Proposals that meet all conditions (NULL is any), the oldest first, one more than a page.
SELECT
  p.id, p.layer, p.object_id, p.base_version, p.base, p.proposed, p.organisation_id, p.organisation, p.person,
  p.owner_id, o.name AS owner, p.reason, p.evidence, p.batch, p.street_id, s.name AS street, p.commune_id,
  u.name AS commune, p.proposed_at, p.due_on, p.state, p.row_version,
  (
    SELECT jsonb_agg(jsonb_build_object(
      'at', e.happened_at, 'from', e.from_state, 'to', e.to_state, 'person', e.person,
      'organisation', e.organisation, 'note', e.note) ORDER BY e.happened_at, e.id)
    FROM registry.proposal_event AS e WHERE e.proposal_id = p.id
  ) AS steps,
  ARRAY(
    SELECT f.id FROM registry.photo AS f WHERE f.pole_id = p.object_id
    ORDER BY f.taken_at DESC NULLS LAST, f.id LIMIT 3
  ) AS photos
FROM registry.proposal AS p
LEFT JOIN registry.organisation AS o ON o.id = p.owner_id
LEFT JOIN registry.street AS s ON s.id = p.street_id
LEFT JOIN registry.admin_unit AS u ON u.id = p.commune_id
WHERE (:ids::bigint[] IS NULL OR p.id = ANY (:ids::bigint[]))
  AND (:states::text[] IS NULL OR p.state = ANY (:states::text[]))
  AND (:batch::text IS NULL OR p.batch = :batch)
  AND (:street_id::bigint IS NULL OR p.street_id = :street_id)
  AND (:owner_id::bigint IS NULL OR p.owner_id = :owner_id)
  AND (:layer::text IS NULL OR p.layer = :layer)
  AND (:object_id::bigint IS NULL OR p.object_id = :object_id)
  AND (:overdue_on::date IS NULL OR (p.due_on < :overdue_on AND p.state IN ('open', 'escalated')))
  AND (:after::bigint IS NULL
    OR (p.proposed_at, p.id) > (SELECT a.proposed_at, a.id FROM registry.proposal AS a WHERE a.id = :after))
ORDER BY p.proposed_at, p.id LIMIT :moreover;

-- name: overdue(day, at_most)
-- Open proposals whose last day is over; locked, those in other hands left out.
SELECT id, layer, object_id, commune_id FROM registry.proposal
WHERE state = 'open' AND due_on < :day ORDER BY id LIMIT :at_most FOR UPDATE SKIP LOCKED;

-- name: orphans(layer, present, at_most)
-- Waiting proposals of a layer; which of them still have their object is asked beside.
SELECT id, state, organisation_id, commune_id FROM registry.proposal
WHERE state IN ('open', 'escalated') AND layer = :layer AND NOT (object_id = ANY (:present))
ORDER BY id LIMIT :at_most FOR UPDATE SKIP LOCKED;

-- name: waiting_objects()
-- Layers and ids of the objects about which proposals wait.
SELECT layer, array_agg(DISTINCT object_id) FROM registry.proposal
WHERE state IN ('open', 'escalated') GROUP BY layer ORDER BY layer;
