-- Who acts. The service signs a statement of person, organisation, roles and areas for one backend and
-- a short time; the database believes nothing else. SQL that runs as the application can neither make
-- such a statement (it cannot read the key) nor use one that it saw elsewhere (it names the backend).

-- \returns  the verified statement of who acts, or NULL for nobody (anonymous)
CREATE OR REPLACE FUNCTION gisreg.actor() RETURNS jsonb
LANGUAGE plpgsql STABLE PARALLEL RESTRICTED
SECURITY DEFINER
SET search_path = ''
AS $$
DECLARE
  token text := pg_catalog.current_setting('gisreg.actor', true);
  signed text;
  claims jsonb;
  genuine boolean;
BEGIN
  IF token IS NULL OR token = '' THEN
    RETURN NULL;
  END IF;
  signed := pg_catalog.substr(token, 66);
  -- Hash-based message authentication code of RFC 2104 with SHA-256.
  SELECT pg_catalog.left(token, 64) = pg_catalog.encode(pg_catalog.sha256(
    k.outer_pad || pg_catalog.sha256(k.inner_pad || pg_catalog.convert_to(signed, 'UTF8'))
  ), 'hex')
  INTO genuine FROM access.signing_key AS k;
  IF genuine IS NOT TRUE THEN
    RAISE insufficient_privilege USING MESSAGE = 'The statement of who acts is not signed by this registry.';
  END IF;
  claims := signed::jsonb;
  IF (claims ->> 'backend')::integer <> pg_catalog.pg_backend_pid()
    OR pg_catalog.to_timestamp((claims ->> 'until')::double precision) < pg_catalog.clock_timestamp() THEN
    RAISE insufficient_privilege USING MESSAGE = 'The statement of who acts is not for this connection and time.';
  END IF;
  -- A statement opens the transaction for which it was made; kept for a later one it is of no use.
  IF pg_catalog.abs((claims ->> 'issued')::double precision - pg_catalog.date_part('epoch', pg_catalog.now())) > 60
  THEN
    RAISE insufficient_privilege USING MESSAGE = 'The statement of who acts is not for this transaction.';
  END IF;
  RETURN claims;
END
$$;

-- Say who acts for the rest of the transaction; refused unless signed. (To set gisreg.actor is enough for
-- those who do not look with another's eyes: a statement is verified wherever it is read.) Whoever looks with the eyes of
-- another organisation changes nothing: PostgreSQL itself takes no way back out of a read-only transaction.
CREATE OR REPLACE FUNCTION gisreg.begin_actor(token text) RETURNS void
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
AS $$
BEGIN
  PERFORM pg_catalog.set_config('gisreg.actor', token, true);
  IF (gisreg.actor() ->> 'is_read_only')::boolean THEN
    PERFORM pg_catalog.set_config('transaction_read_only', 'on', true);
  END IF;
END
$$;

-- The readers below are plain expressions in PL/pgSQL: their plans stay in the session, where a function
-- in SQL would be planned again in every statement that asks.

-- \returns  id of the organisation for which the actor acts, NULL for none
CREATE OR REPLACE FUNCTION gisreg.actor_organisation() RETURNS bigint
LANGUAGE plpgsql STABLE PARALLEL RESTRICTED
SET search_path = ''
AS $$ BEGIN RETURN (gisreg.actor() ->> 'organisation_id')::bigint; END $$;

-- \returns  id of the acting person, NULL for nobody and at the server's own command line
CREATE OR REPLACE FUNCTION gisreg.actor_person() RETURNS bigint
LANGUAGE plpgsql STABLE PARALLEL RESTRICTED
SET search_path = ''
AS $$ BEGIN RETURN (gisreg.actor() ->> 'person_id')::bigint; END $$;

-- \returns  name of the acting person as the history keeps it, NULL for nobody
CREATE OR REPLACE FUNCTION gisreg.actor_name() RETURNS text
LANGUAGE plpgsql STABLE PARALLEL RESTRICTED
SET search_path = ''
AS $$ BEGIN RETURN gisreg.actor() ->> 'person'; END $$;

-- \returns  whether the actor holds one of these roles
CREATE OR REPLACE FUNCTION gisreg.actor_is(wanted text[]) RETURNS boolean
LANGUAGE plpgsql STABLE PARALLEL RESTRICTED
SET search_path = ''
AS $$ BEGIN RETURN coalesce(gisreg.actor() -> 'roles' ?| wanted, false); END $$;

-- \returns  the actor's roles, an empty list for nobody
CREATE OR REPLACE FUNCTION gisreg.actor_roles() RETURNS text[]
LANGUAGE plpgsql STABLE PARALLEL RESTRICTED
SET search_path = ''
AS $$
BEGIN
  RETURN ARRAY(
    SELECT role FROM pg_catalog.jsonb_array_elements_text(coalesce(gisreg.actor() -> 'roles', '[]')) AS role
  );
END
$$;

-- \returns  ids of a list in the statement, NULL where there is none
CREATE OR REPLACE FUNCTION gisreg.actor_places(list text) RETURNS bigint[]
LANGUAGE plpgsql STABLE PARALLEL RESTRICTED
SET search_path = ''
AS $$
DECLARE
  places jsonb := gisreg.actor() -> list;
BEGIN
  IF pg_catalog.jsonb_typeof(places) IS DISTINCT FROM 'array' THEN
    RETURN NULL;
  END IF;
  RETURN ARRAY(SELECT place::bigint FROM pg_catalog.jsonb_array_elements_text(places) AS place);
END
$$;

-- \returns  ids of the communes in which the actor acts as an inspector or ward supervisor, NULL for everywhere;
--           a ward supervisor without a ward acts nowhere
CREATE OR REPLACE FUNCTION gisreg.actor_areas() RETURNS bigint[]
LANGUAGE plpgsql STABLE PARALLEL RESTRICTED
SET search_path = ''
AS $$
BEGIN
  RETURN coalesce(
    gisreg.actor_places('areas'), CASE WHEN NOT gisreg.actor_is(ARRAY['inspector']) THEN '{}'::bigint[] END
  );
END
$$;

-- \returns  ids of the communes to which the actor is bound as an inspector, NULL for everywhere
CREATE OR REPLACE FUNCTION gisreg.actor_inspects() RETURNS bigint[]
LANGUAGE plpgsql STABLE PARALLEL RESTRICTED
SET search_path = ''
AS $$ BEGIN RETURN gisreg.actor_places('inspects'); END $$;

-- \returns  visibilities that the actor may see of objects that are not his own (docs/rights.md, row
--           "position"): nobody public; any signed-in role partner too; inspection agency too;
--           the authority everything
CREATE OR REPLACE FUNCTION gisreg.actor_sees() RETURNS text[]
LANGUAGE plpgsql STABLE PARALLEL RESTRICTED
SET search_path = ''
AS $$
DECLARE
  roles jsonb := coalesce(gisreg.actor() -> 'roles', '[]');
BEGIN
  IF roles ? 'authority' THEN
    RETURN ARRAY['public', 'partner', 'agency', 'secret'];
  ELSIF roles ?| ARRAY['inspector', 'ward_supervisor'] THEN
    RETURN ARRAY['public', 'partner', 'agency'];
  ELSIF roles <> '[]' THEN
    RETURN ARRAY['public', 'partner'];
  END IF;
  RETURN ARRAY['public'];
END
$$;

-- \returns  the organisation whose rows the actor may write as an engineer, NULL for none
CREATE OR REPLACE FUNCTION gisreg.actor_engineers_for() RETURNS bigint
LANGUAGE plpgsql STABLE PARALLEL RESTRICTED
SET search_path = ''
AS $$
BEGIN
  RETURN CASE WHEN gisreg.actor_is(ARRAY['engineer']) THEN gisreg.actor_organisation() END;
END
$$;

-- \returns  the organisation whose private columns the actor may see, NULL for none
CREATE OR REPLACE FUNCTION gisreg.actor_insider_of() RETURNS bigint
LANGUAGE plpgsql STABLE PARALLEL RESTRICTED
SET search_path = ''
AS $$
BEGIN
  RETURN CASE WHEN gisreg.actor_is(ARRAY['engineer', 'coordinator']) THEN gisreg.actor_organisation() END;
END
$$;
