-- Accounts in the history: who may sign in, with which roles and keys, and who changed that. What proves who
-- somebody is stays out: of a password is kept when it was set, of a key its name; never a hash.
-- These tables are no copies of whole rows, so their triggers choose the columns (functions/accounts.sql).

ALTER TABLE access.person ADD COLUMN password_set_at timestamptz;
UPDATE access.person SET password_set_at = created_at WHERE password_hash IS NOT NULL;
ALTER TABLE access.person ADD COLUMN row_version integer NOT NULL DEFAULT 1;

CREATE TABLE history.person (
  history_id bigint GENERATED ALWAYS AS IDENTITY,
  change_set_id bigint NOT NULL,
  operation "char" NOT NULL,
  id bigint NOT NULL,
  login text NOT NULL,
  name text NOT NULL,
  organisation_id bigint,
  email text,
  password_set_at timestamptz,
  oidc_issuer text,
  oidc_subject text,
  is_active boolean NOT NULL,
  is_generated boolean NOT NULL,
  created_at timestamptz NOT NULL,
  row_version integer NOT NULL
);

CREATE TABLE history.role_grant (
  history_id bigint GENERATED ALWAYS AS IDENTITY,
  change_set_id bigint NOT NULL,
  operation "char" NOT NULL,
  person_id bigint NOT NULL,
  role text NOT NULL,
  area_id bigint,
  granted_by text NOT NULL,
  granted_at timestamptz NOT NULL,
  valid_to timestamptz
);

CREATE TABLE history.api_key (
  history_id bigint GENERATED ALWAYS AS IDENTITY,
  change_set_id bigint NOT NULL,
  operation "char" NOT NULL,
  id bigint NOT NULL,
  prefix text NOT NULL,
  person_id bigint NOT NULL,
  name text NOT NULL,
  scopes text[] NOT NULL,
  created_at timestamptz NOT NULL,
  expires_at timestamptz NOT NULL,
  revoked_at timestamptz
);

DO $do$
DECLARE
  t text;
BEGIN
  FOREACH t IN ARRAY ARRAY['person', 'role_grant', 'api_key'] LOOP
    EXECUTE format('CREATE INDEX %I ON history.%I USING brin (change_set_id)', t || '_change_set_idx', t);
    EXECUTE format('CREATE INDEX %I ON history.%I (%I, history_id)', t || '_key_idx', t,
      CASE t WHEN 'role_grant' THEN 'person_id' ELSE 'id' END);
    EXECUTE format('REVOKE ALL ON history.%I FROM gisreg_app, gisreg_worker', t);
    EXECUTE format('GRANT SELECT ON history.%I TO gisreg_app, gisreg_worker', t);
  END LOOP;
END
$do$;

-- What there is today is where the history of accounts begins.
DO $do$
BEGIN
  IF EXISTS (SELECT FROM access.person) THEN
    INSERT INTO history.person (
      change_set_id, operation, id, login, name, organisation_id, email, password_set_at, oidc_issuer,
      oidc_subject, is_active, is_generated, created_at, row_version
    )
    SELECT
      gisreg.change_set_id(), 'I', id, login, name, organisation_id, email, password_set_at, oidc_issuer,
      oidc_subject, is_active, is_generated, created_at, row_version
    FROM access.person;
    INSERT INTO history.role_grant (
      change_set_id, operation, person_id, role, area_id, granted_by, granted_at, valid_to
    )
    SELECT gisreg.change_set_id(), 'I', person_id, role, area_id, granted_by, granted_at, valid_to
    FROM access.role_grant;
    INSERT INTO history.api_key (
      change_set_id, operation, id, prefix, person_id, name, scopes, created_at, expires_at, revoked_at
    )
    SELECT
      gisreg.change_set_id(), 'I', id, prefix, person_id, name, scopes, created_at, expires_at, revoked_at
    FROM access.api_key;
  END IF;
END
$do$;
