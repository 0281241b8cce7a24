-- Sign-ins that were begun at an OpenID provider: each ends once, in the browser that began it. Of the
-- state and the browser's token only digests are kept; nonce and verifier never leave for the browser.
CREATE TABLE access.oidc_attempt (
  state_hash bytea PRIMARY KEY,
  browser_hash bytea NOT NULL,
  nonce text NOT NULL,
  verifier text NOT NULL,
  redirect_uri text NOT NULL,
  target text NOT NULL,
  created_at timestamptz NOT NULL
);

-- A person tells his sessions apart by program and time, and ends one by a number that is no secret.
ALTER TABLE access.session
  ADD COLUMN id bigint NOT NULL DEFAULT gisreg.new_id(),
  ADD COLUMN user_agent text,
  ADD COLUMN oidc_issuer text,
  ADD CONSTRAINT session_id_key UNIQUE (id);

ALTER TABLE access.person
  ADD CONSTRAINT person_oidc_check CHECK ((oidc_issuer IS NULL) = (oidc_subject IS NULL));

GRANT SELECT, INSERT, DELETE ON access.oidc_attempt TO gisreg_worker;
