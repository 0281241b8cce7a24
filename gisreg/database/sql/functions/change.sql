-- The change set of the running transaction: who, for whom, why.

-- Return the id of this transaction's change set; make it on the first call.
-- Who acts is read from the signed statement (gisreg.actor), never from a setting that the application
-- could write; without one (migrations, the server's own runs) the database role is named.
CREATE OR REPLACE FUNCTION gisreg.change_set_id() RETURNS bigint
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
SECURITY DEFINER
SET search_path = ''
AS $$
DECLARE
  found_id bigint;
  actor jsonb;
BEGIN
  -- Numbers of transactions begin anew after a restore: the moment of its beginning tells it apart.
  SELECT id INTO found_id FROM gisreg.change_set
  WHERE transaction_id = pg_catalog.pg_current_xact_id() AND began_at = pg_catalog.now();
  IF found_id IS NULL THEN
    actor := gisreg.actor();
    INSERT INTO gisreg.change_set (
      person, person_id, organisation, organisation_id, request_id, reason, happened_at
    )
    VALUES (
      coalesce(actor ->> 'person', session_user),
      (actor ->> 'person_id')::bigint,
      actor ->> 'organisation',
      (actor ->> 'organisation_id')::bigint,
      actor ->> 'request_id',
      -- Why is a remark, not a right: a run may give it as a setting where its caller gave none.
      coalesce(actor ->> 'reason', nullif(pg_catalog.current_setting('gisreg.reason', true), '')),
      (actor ->> 'happened_at')::timestamptz
    )
    RETURNING id INTO found_id;
  END IF;
  RETURN found_id;
END
$$;
