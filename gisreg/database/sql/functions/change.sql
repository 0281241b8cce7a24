-- The change set of the running transaction: who, for whom, why.

-- Return the id of this transaction's change set; make it on the first call.
-- Reads what gisreg.begin_change left for the transaction; without it the session's role is named.
CREATE OR REPLACE FUNCTION gisreg.change_set_id() RETURNS bigint
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
SECURITY DEFINER
SET search_path = ''
AS $$
DECLARE
  found_id bigint;
BEGIN
  SELECT id INTO found_id FROM gisreg.change_set WHERE transaction_id = pg_catalog.pg_current_xact_id();
  IF found_id IS NULL THEN
    INSERT INTO gisreg.change_set (person, organisation, request_id, reason, happened_at)
    VALUES (
      coalesce(nullif(pg_catalog.current_setting('gisreg.person', true), ''), session_user),
      nullif(pg_catalog.current_setting('gisreg.organisation', true), ''),
      nullif(pg_catalog.current_setting('gisreg.request_id', true), ''),
      nullif(pg_catalog.current_setting('gisreg.reason', true), ''),
      nullif(pg_catalog.current_setting('gisreg.happened_at', true), '')::timestamptz
    )
    RETURNING id INTO found_id;
  END IF;
  RETURN found_id;
END
$$;

-- Say who acts for the rest of this transaction.
-- \param person, organisation  as they are named today; kept as text for ever
-- \param happened_at  when it happened, where that is not now
CREATE OR REPLACE FUNCTION gisreg.begin_change(
  person text, organisation text, request_id text, reason text, happened_at timestamptz DEFAULT NULL
) RETURNS void
LANGUAGE sql VOLATILE PARALLEL UNSAFE
AS $$
  SELECT
    set_config('gisreg.person', coalesce(person, ''), true),
    set_config('gisreg.organisation', coalesce(organisation, ''), true),
    set_config('gisreg.request_id', coalesce(request_id, ''), true),
    set_config('gisreg.reason', coalesce(reason, ''), true),
    set_config('gisreg.happened_at', coalesce(happened_at::text, ''), true);
$$;
