-- People, their roles, sessions and keys. Nobody but the owner's functions reads password hashes.

CREATE SCHEMA access;

CREATE TABLE access.person (
  id bigint PRIMARY KEY DEFAULT gisreg.new_id(),
  login text NOT NULL,
  name text NOT NULL,
  organisation_id bigint REFERENCES registry.organisation,
  email text,
  password_hash text,
  oidc_issuer text,
  oidc_subject text,
  is_active boolean NOT NULL DEFAULT true,
  is_generated boolean NOT NULL DEFAULT false,
  failed_attempts integer NOT NULL DEFAULT 0,
  locked_until timestamptz,
  created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  CONSTRAINT person_login_key UNIQUE (login),
  CONSTRAINT person_login_form CHECK (login ~ '^[a-z0-9][a-z0-9._@-]{1,63}$'),
  CONSTRAINT person_oidc_key UNIQUE (oidc_issuer, oidc_subject)
);

-- A person can hold several roles; an inspector or ward supervisor may be bound to communes.
CREATE TABLE access.role_grant (
  person_id bigint NOT NULL REFERENCES access.person ON DELETE CASCADE,
  role text NOT NULL,
  area_id bigint REFERENCES registry.admin_unit,
  granted_by text NOT NULL,
  granted_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  valid_to timestamptz,
  CONSTRAINT role_grant_role_check CHECK (role IN (
    'viewer', 'engineer', 'coordinator', 'inspector', 'ward_supervisor', 'authority', 'administrator'
  )),
  CONSTRAINT role_grant_key UNIQUE NULLS NOT DISTINCT (person_id, role, area_id)
);

CREATE TABLE access.session (
  token_hash bytea PRIMARY KEY,
  person_id bigint NOT NULL REFERENCES access.person ON DELETE CASCADE,
  seen_as_organisation_id bigint REFERENCES registry.organisation,
  created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  last_seen_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  expires_at timestamptz NOT NULL
);
CREATE INDEX session_person_id_idx ON access.session (person_id);

CREATE TABLE access.api_key (
  id bigint PRIMARY KEY DEFAULT gisreg.new_id(),
  prefix text NOT NULL UNIQUE,
  key_hash bytea NOT NULL,
  person_id bigint NOT NULL REFERENCES access.person ON DELETE CASCADE,
  name text NOT NULL,
  scopes text[] NOT NULL,
  created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  expires_at timestamptz NOT NULL,
  revoked_at timestamptz,
  last_used_at timestamptz,
  CONSTRAINT api_key_scopes_check CHECK (scopes <@ ARRAY['read', 'write', 'export'] AND scopes <> '{}')
);
CREATE INDEX api_key_person_id_idx ON access.api_key (person_id);

-- The key with which the service signs who acts (read by the worker's role only), and the two padded
-- forms that a hash-based authentication code of RFC 2104 needs, so that checking costs two digests.
CREATE TABLE access.signing_key (
  is_only boolean PRIMARY KEY DEFAULT true CHECK (is_only),
  secret bytea NOT NULL,
  inner_pad bytea NOT NULL,
  outer_pad bytea NOT NULL
);
DO $do$
DECLARE
  secret bytea := decode(replace(gen_random_uuid()::text || gen_random_uuid()::text, '-', ''), 'hex');
  inner_pad bytea := decode(repeat('36', 64), 'hex');
  outer_pad bytea := decode(repeat('5c', 64), 'hex');
BEGIN
  FOR i IN 0 .. length(secret) - 1 LOOP
    inner_pad := set_byte(inner_pad, i, get_byte(secret, i) # 54);
    outer_pad := set_byte(outer_pad, i, get_byte(secret, i) # 92);
  END LOOP;
  INSERT INTO access.signing_key (secret, inner_pad, outer_pad) VALUES (secret, inner_pad, outer_pad);
END
$do$;

GRANT USAGE ON SCHEMA access TO gisreg_app, gisreg_worker;
GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA access TO gisreg_worker;
