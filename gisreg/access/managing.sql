-- People as those who manage them see them. Run as the worker's role: no other may read these tables.

-- name: managed(moment, of)
-- Everybody, or the person of one login, with the roles that have not ended as a list of role, area and end.
SELECT
  p.login, p.name, p.email, o.code AS organisation, p.is_active,
  p.locked_until IS NOT NULL AND p.locked_until > :moment AS is_locked,
  p.password_hash IS NOT NULL AS has_password, p.oidc_issuer AS provider, p.row_version AS version,
  coalesce(
    json_agg(json_build_object('role', r.role, 'area', u.gso_code, 'place', u.name, 'until', r.valid_to)
      ORDER BY r.role, u.gso_code) FILTER (WHERE r.role IS NOT NULL),
    '[]'
  ) AS roles
FROM access.person AS p
LEFT JOIN registry.organisation AS o ON o.id = p.organisation_id
LEFT JOIN access.role_grant AS r ON r.person_id = p.id AND (r.valid_to IS NULL OR r.valid_to > :moment)
LEFT JOIN registry.admin_unit AS u ON u.id = r.area_id
WHERE :of::text IS NULL OR p.login = :of
GROUP BY p.id, o.code
ORDER BY p.login;

-- name: hold_person(login, moment)^
-- Id and version of a person, and whether he holds the role of an administrator; nobody else changes him meanwhile.
SELECT
  p.id, p.row_version,
  EXISTS (
    SELECT FROM access.role_grant AS r
    WHERE r.person_id = p.id AND r.role = 'administrator' AND (r.valid_to IS NULL OR r.valid_to > :moment)
  ) AS is_administrator
FROM access.person AS p
WHERE p.login = :login FOR UPDATE;

-- name: person_as_seen(person_id, version)^
-- A person as he was at a version.
SELECT h.name, h.email, o.code AS organisation, h.is_active
FROM history.person AS h LEFT JOIN registry.organisation AS o ON o.id = h.organisation_id
WHERE h.id = :person_id AND h.row_version = :version
ORDER BY h.history_id DESC LIMIT 1;

-- name: change_person(person_id, name, email, organisation_id)!
-- Call a person otherwise, or let him act for another organisation.
UPDATE access.person SET name = :name, email = :email, organisation_id = :organisation_id WHERE id = :person_id;

-- name: organisations()
-- Codes and names of the organisations.
SELECT code, name FROM registry.organisation ORDER BY code;

-- name: communes(day)
-- Codes and names of the communes of a day.
SELECT gso_code, name FROM registry.admin_unit
WHERE level = 'commune' AND valid_from <= :day AND (valid_to IS NULL OR valid_to > :day)
ORDER BY name, gso_code;

-- name: login_of(person_id)$
-- Login of a person.
SELECT login FROM access.person WHERE id = :person_id;
