-- Looking with the eyes of an organisation. Run as the worker's role.

-- name: organisations()
-- Code and name of every organisation.
SELECT code, name FROM registry.organisation ORDER BY name COLLATE "vi-x-icu", code;

-- name: organisation(code)^
-- Id and name of the organisation of that code.
SELECT id, name FROM registry.organisation WHERE code = :code;

-- name: begin(token_hash, organisation_id, reason)!
-- Let a session look as an organisation.
UPDATE access.session SET seen_as_organisation_id = :organisation_id, seen_as_reason = :reason
WHERE token_hash = :token_hash;

-- name: end(token_hash)!
-- Let a session look with its own eyes.
UPDATE access.session SET seen_as_organisation_id = NULL, seen_as_reason = NULL WHERE token_hash = :token_hash;

-- name: present(token_hash)^
-- As which organisation a session looks: id, name, reason. No row where it looks with its own eyes.
SELECT o.id, o.name, s.seen_as_reason
FROM access.session AS s JOIN registry.organisation AS o ON o.id = s.seen_as_organisation_id
WHERE s.token_hash = :token_hash FOR UPDATE OF s;

-- name: write_down(action, moment, person_id, person, organisation_id, organisation, reason, request_id)!
-- A line of the log.
INSERT INTO registry.see_as (
  action, happened_at, person_id, person, organisation_id, organisation, reason, request_id
)
VALUES (:action, :moment, :person_id, :person, :organisation_id, :organisation, :reason, :request_id);

-- name: looks(most)
-- The log, the newest first.
SELECT action, happened_at, person, organisation, reason, request_id
FROM registry.see_as ORDER BY happened_at DESC, action, id LIMIT :most;
