-- People, roles, sessions and keys. Run as the worker's role: no other may read these tables.

-- name: organisation_id(code)$
-- Id of the organisation of that code.
SELECT id FROM registry.organisation WHERE code = :code;

-- name: commune_id(code, day)$
-- Id of the commune of that code on a day.
SELECT id FROM registry.admin_unit
WHERE gso_code = :code AND level = 'commune'
  AND valid_from <= :day AND (valid_to IS NULL OR valid_to > :day);

-- name: insert_person(login, name, organisation_id, email, password_hash, is_generated, moment)$
-- Add a person; no row where the login is taken.
INSERT INTO access.person (login, name, organisation_id, email, password_hash, is_generated, password_set_at)
VALUES (
  :login, :name, :organisation_id, :email, :password_hash, :is_generated,
  CASE WHEN :password_hash::text IS NOT NULL THEN :moment END
)
ON CONFLICT (login) DO NOTHING
RETURNING id;

-- name: person_id(login)$
-- Id of the person of that login.
SELECT id FROM access.person WHERE login = :login;

-- name: people(moment)
-- Everybody, with roles and areas as text.
SELECT
  p.login, p.name, o.code AS organisation, p.is_active, p.is_generated,
  p.locked_until IS NOT NULL AND p.locked_until > :moment AS is_locked,
  coalesce(array_agg(r.role || coalesce(':' || u.gso_code, '') ORDER BY r.role, u.gso_code)
    FILTER (WHERE r.role IS NOT NULL), '{}') AS roles
FROM access.person AS p
LEFT JOIN registry.organisation AS o ON o.id = p.organisation_id
LEFT JOIN access.role_grant AS r ON r.person_id = p.id AND (r.valid_to IS NULL OR r.valid_to > :moment)
LEFT JOIN registry.admin_unit AS u ON u.id = r.area_id
GROUP BY p.id, o.code
ORDER BY p.login;

-- name: set_active(person_id, is_active)!
-- Let a person sign in, or not.
UPDATE access.person SET is_active = :is_active WHERE id = :person_id;

-- name: set_password(person_id, password_hash, moment)!
-- Keep a new password and forget failed attempts.
UPDATE access.person
SET password_hash = :password_hash, password_set_at = :moment, failed_attempts = 0, locked_until = NULL
WHERE id = :person_id;

-- name: keep_hash(person_id, password_hash)!
-- Keep a hash of the same password made anew.
UPDATE access.person SET password_hash = :password_hash WHERE id = :person_id;

-- name: grant_role(person_id, role, area_id, granted_by, valid_to, moment)!
-- Give a role, or change until when it holds.
INSERT INTO access.role_grant (person_id, role, area_id, granted_by, granted_at, valid_to)
VALUES (:person_id, :role, :area_id, :granted_by, :moment, :valid_to)
ON CONFLICT ON CONSTRAINT role_grant_key DO UPDATE
SET granted_by = excluded.granted_by, granted_at = excluded.granted_at, valid_to = excluded.valid_to;

-- name: revoke_role(person_id, role, area_id)!
-- Take a role away: everywhere, or for one commune.
DELETE FROM access.role_grant
WHERE person_id = :person_id AND role = :role
  AND (:area_id::bigint IS NULL OR area_id = :area_id::bigint);

-- name: wait_for_name(login)!
-- Let guesses at one name wait for each other, whether or not somebody has it.
SELECT pg_advisory_xact_lock(hashtextextended('gisreg.sign-in ' || :login, 0));

-- name: candidate(login)^
-- The person who tries to sign in; locked.
SELECT id, password_hash, failed_attempts, locked_until, is_active FROM access.person
WHERE login = :login FOR UPDATE;

-- name: note_failure(person_id, failed_attempts, locked_until)!
-- Count a failed attempt. Its commit waits for no disk: a count that is lost with the power gives a guesser nothing.
WITH quick AS MATERIALIZED (SELECT set_config('synchronous_commit', 'off', true) AS setting)
UPDATE access.person SET failed_attempts = :failed_attempts, locked_until = :locked_until
FROM quick WHERE id = :person_id AND quick.setting = 'off';

-- name: forget_failures(person_id)!
-- Begin to count anew.
UPDATE access.person SET failed_attempts = 0, locked_until = NULL WHERE id = :person_id;

-- name: start_session(token_hash, person_id, user_agent, issuer, moment, expires_at)!
-- Keep a new session.
INSERT INTO access.session (
  token_hash, person_id, user_agent, oidc_issuer, created_at, last_seen_at, expires_at
)
VALUES (:token_hash, :person_id, :user_agent, :issuer, :moment, :moment, :expires_at);

-- name: session(token_hash, moment, idle_since)^
-- Who is signed in with a session that has not ended.
SELECT
  s.last_seen_at, a.person_id, a.name, a.organisation_id, a.organisation, a.roles, a.areas,
  a.inspects,
  s.seen_as_organisation_id, o.name AS seen_as_organisation, s.seen_as_reason
FROM access.session AS s
CROSS JOIN LATERAL access.acting(s.person_id, :moment) AS a
LEFT JOIN registry.organisation AS o ON o.id = s.seen_as_organisation_id
WHERE s.token_hash = :token_hash AND s.expires_at > :moment AND s.last_seen_at > :idle_since;

-- name: touch_session(token_hash, moment)!
-- Note that a session was used.
UPDATE access.session SET last_seen_at = :moment WHERE token_hash = :token_hash;

-- name: end_session(token_hash)^
-- End one session; the provider at which it began, no row where there was none.
DELETE FROM access.session WHERE token_hash = :token_hash RETURNING oidc_issuer;

-- name: end_sessions(person_id)!
-- End every session of a person.
DELETE FROM access.session WHERE person_id = :person_id;

-- name: forget_old_sessions(moment, idle_since)!
-- Remove sessions that have ended by themselves.
DELETE FROM access.session WHERE expires_at <= :moment OR last_seen_at <= :idle_since;

-- name: insert_key(prefix, key_hash, person_id, name, scopes, moment, expires_at)!
-- Keep a new key.
INSERT INTO access.api_key (prefix, key_hash, person_id, name, scopes, created_at, expires_at)
VALUES (:prefix, :key_hash, :person_id, :name, :scopes, :moment, :expires_at);

-- name: key(prefix, moment)^
-- The key of that prefix, valid now, and for whom it acts.
SELECT
  k.id, k.key_hash, k.scopes, k.last_used_at,
  a.person_id, a.name, a.organisation_id, a.organisation, a.roles, a.areas, a.inspects
FROM access.api_key AS k CROSS JOIN LATERAL access.acting(k.person_id, :moment) AS a
WHERE k.prefix = :prefix AND k.revoked_at IS NULL AND k.expires_at > :moment;

-- name: touch_key(key_id, moment)!
-- Note that a key was used.
UPDATE access.api_key SET last_used_at = :moment WHERE id = :key_id;

-- name: revoke_key(prefix, moment)!
-- End a key.
UPDATE access.api_key SET revoked_at = :moment WHERE prefix = :prefix AND revoked_at IS NULL;

-- name: keys(login)
-- Keys of one person, or of everybody.
SELECT k.prefix, k.name, p.login, k.scopes, k.created_at, k.expires_at, k.revoked_at, k.last_used_at
FROM access.api_key AS k JOIN access.person AS p ON p.id = k.person_id
WHERE :login::text IS NULL OR p.login = :login
ORDER BY p.login, k.created_at;

-- name: forget_oidc_attempts(before)!
-- Remove sign-ins that nobody ended.
DELETE FROM access.oidc_attempt WHERE created_at < :before;

-- name: begin_oidc_attempt(state_hash, browser_hash, nonce, verifier, redirect_uri, target, moment)!
-- Note a sign-in that goes on at the provider.
INSERT INTO access.oidc_attempt (
  state_hash, browser_hash, nonce, verifier, redirect_uri, target, created_at
)
VALUES (:state_hash, :browser_hash, :nonce, :verifier, :redirect_uri, :target, :moment);

-- name: take_oidc_attempt(state_hash, browser_hash, since)^
-- The sign-in of that state and browser, which is over with this.
DELETE FROM access.oidc_attempt
WHERE state_hash = :state_hash AND browser_hash = :browser_hash AND created_at >= :since
RETURNING nonce, verifier, redirect_uri, target;

-- name: person_of_subject(issuer, subject)^
-- The person whom a provider's identity belongs to.
SELECT id, is_active FROM access.person WHERE oidc_issuer = :issuer AND oidc_subject = :subject;

-- name: people_of_email(email)
-- People of an address, and whether they are linked already and active; locked, so that only one links.
SELECT id, oidc_subject IS NOT NULL AS is_linked, is_active FROM access.person
WHERE lower(email) = lower(:email) FOR UPDATE;

-- name: link_subject(person_id, issuer, subject)!
-- Say which identity of a provider a person is.
UPDATE access.person SET oidc_issuer = :issuer, oidc_subject = :subject WHERE id = :person_id;

-- name: unlink_subject(person_id)!
-- Forget it.
UPDATE access.person SET oidc_issuer = NULL, oidc_subject = NULL
WHERE id = :person_id AND oidc_subject IS NOT NULL;

-- name: account(person_id)^
-- Who an active person is.
SELECT p.login, p.name, p.email, o.name AS organisation, p.password_hash IS NOT NULL AS has_password, p.oidc_issuer
FROM access.person AS p LEFT JOIN registry.organisation AS o ON o.id = p.organisation_id
WHERE p.id = :person_id AND p.is_active;

-- name: roles_of(person_id, moment)
-- Roles that hold, with the commune they are bound to.
SELECT r.role, u.name AS area, r.valid_to
FROM access.role_grant AS r LEFT JOIN registry.admin_unit AS u ON u.id = r.area_id
WHERE r.person_id = :person_id AND (r.valid_to IS NULL OR r.valid_to > :moment)
ORDER BY r.role, u.name;

-- name: sessions_of(person_id, token_hash, moment, idle_since)
-- Sessions that have not ended, this one first.
SELECT id, user_agent, created_at, last_seen_at, token_hash = :token_hash AS is_this
FROM access.session
WHERE person_id = :person_id AND expires_at > :moment AND last_seen_at > :idle_since
ORDER BY is_this DESC, last_seen_at DESC, id;

-- name: end_numbered_session(person_id, number)!
-- End one session of a person.
DELETE FROM access.session WHERE person_id = :person_id AND id = :number;

-- name: end_other_sessions(person_id, token_hash)!
-- End every session of a person but one.
DELETE FROM access.session WHERE person_id = :person_id AND token_hash <> :token_hash;

-- name: revoke_own_key(person_id, prefix, moment)!
-- End a key of a person.
UPDATE access.api_key SET revoked_at = :moment
WHERE person_id = :person_id AND prefix = :prefix AND revoked_at IS NULL;
