-- Versions of objects, for those who look back. History tables have the policies of their layers; which
-- version held at a moment, and which one came before, is decided over all versions nevertheless: an object
-- that was secret at that moment must not appear as it was before, when it was public. So two functions a
-- table (their bodies name table and key) see everything and tell nothing but that:
--   gisreg.<table>_held(history_id, at, known_at)  whether the version held at a moment, as known at another
--   gisreg.<table>_before(history_id)              history id of the version before, NULL for a first one
DO $do$
DECLARE
  t text;
  same text;
BEGIN
  FOR t, same IN
    SELECT
      c.relname,
      string_agg(
        format(
          CASE WHEN a.attnotnull THEN 'o.%1$I = v.%1$I' ELSE 'o.%1$I IS NOT DISTINCT FROM v.%1$I' END, a.attname),
        ' AND ' ORDER BY a.attnum)
    FROM pg_index AS i
    JOIN pg_attribute AS a ON a.attrelid = i.indrelid AND a.attnum = ANY (i.indkey)
    JOIN pg_class AS c ON c.oid = i.indrelid
    WHERE c.relnamespace IN ('registry'::regnamespace, 'access'::regnamespace)
      AND (i.indisprimary OR i.indexrelid IN (
        to_regclass('registry.finding_fingerprint'), to_regclass('access.role_grant_key')))
      AND to_regclass('history.' || quote_ident(c.relname)) IS NOT NULL
    GROUP BY c.relname
  LOOP
    -- The version that held is the one of the latest moment; of several, the one that was written last.
    EXECUTE format(
      'CREATE OR REPLACE FUNCTION gisreg.%1$I(history_row bigint, at timestamptz, known_at timestamptz) RETURNS boolean
       LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY DEFINER
       SET search_path = pg_catalog, public, pg_temp
       AS $body$
       BEGIN
         RETURN EXISTS (
           SELECT FROM history.%2$I AS v
           JOIN gisreg.change_set AS c ON c.id = v.change_set_id
           WHERE v.history_id = history_row AND v.operation <> ''D''
             AND c.recorded_at <= known_at AND coalesce(c.happened_at, c.recorded_at) <= at
             AND NOT EXISTS (
               SELECT FROM history.%2$I AS o
               JOIN gisreg.change_set AS d ON d.id = o.change_set_id
               WHERE %3$s
                 AND d.recorded_at <= known_at AND coalesce(d.happened_at, d.recorded_at) <= at
                 AND (coalesce(d.happened_at, d.recorded_at), o.history_id)
                   > (coalesce(c.happened_at, c.recorded_at), v.history_id)
             )
         );
       END
       $body$', t || '_held', t, same);
    EXECUTE format(
      'CREATE OR REPLACE FUNCTION gisreg.%1$I(history_row bigint) RETURNS bigint
       LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY DEFINER
       SET search_path = pg_catalog, public, pg_temp
       AS $body$
       BEGIN
         RETURN (
           SELECT max(o.history_id)
           FROM history.%2$I AS v JOIN history.%2$I AS o ON %3$s AND o.history_id < v.history_id
           WHERE v.history_id = history_row
         );
       END
       $body$', t || '_before', t, same);
  END LOOP;
END
$do$;

-- \returns  whether a change set changed accounts
CREATE OR REPLACE FUNCTION gisreg.is_about_accounts(changes bigint) RETURNS boolean
LANGUAGE sql STABLE PARALLEL SAFE
SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp
AS $$
  SELECT EXISTS (SELECT FROM history.person AS h WHERE h.change_set_id = changes)
    OR EXISTS (SELECT FROM history.role_grant AS h WHERE h.change_set_id = changes)
    OR EXISTS (SELECT FROM history.api_key AS h WHERE h.change_set_id = changes)
$$;
REVOKE EXECUTE ON FUNCTION gisreg.is_about_accounts(bigint) FROM PUBLIC;

-- Change sets recorded in a span of time, as far as the actor may know of them: persons, reasons and requests are
-- told to the authority, within the organisation, and of accounts to administrators; to others only which
-- organisation (competitors read this), and that only of organisations that they may see. The rows themselves come
-- under their own policies.
-- \param since  the first moment, \param until  the first one that is not meant any more
CREATE OR REPLACE FUNCTION gisreg.change_sets_told(since timestamptz, until timestamptz)
RETURNS TABLE (
  change_set_id bigint, recorded_at timestamptz, happened_at timestamptz, organisation_id bigint,
  organisation text, person_id bigint, person text, reason text, request_id text
)
LANGUAGE sql STABLE PARALLEL RESTRICTED
SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp
AS $$
  SELECT
    c.id, c.recorded_at, c.happened_at,
    CASE WHEN k.is_insider OR k.is_known THEN c.organisation_id END,
    CASE WHEN k.is_insider OR k.is_known THEN c.organisation END,
    CASE WHEN k.is_insider THEN c.person_id END, CASE WHEN k.is_insider THEN c.person END,
    CASE WHEN k.is_insider THEN c.reason END, CASE WHEN k.is_insider THEN c.request_id END
  FROM (
    SELECT
      gisreg.actor_is(ARRAY['authority']) AS is_authority, gisreg.actor_organisation() AS own,
      gisreg.actor_is(ARRAY['administrator']) AS is_administrator, gisreg.actor_sees() AS sees
  ) AS a
  CROSS JOIN gisreg.change_set AS c
  CROSS JOIN LATERAL (
    SELECT
      a.is_authority OR coalesce(c.organisation_id = a.own, false)
        OR (a.is_administrator AND gisreg.is_about_accounts(c.id)) AS is_insider,
      c.organisation_id IS NULL OR NOT EXISTS (
        SELECT FROM registry.organisation AS o
        WHERE o.id = c.organisation_id AND NOT o.visibility = ANY (a.sees)
      ) AS is_known
  ) AS k
  WHERE c.recorded_at >= since AND c.recorded_at < until
$$;

-- \param ids  of change sets that the actor met in rows that he may see
-- \returns  when they were recorded; persons and reasons are told to the authority and within the organisation
CREATE OR REPLACE FUNCTION gisreg.change_sets_of(ids bigint[])
RETURNS TABLE (change_set_id bigint, recorded_at timestamptz, person text, reason text)
LANGUAGE sql STABLE PARALLEL RESTRICTED
SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp
AS $$
  SELECT
    c.id, c.recorded_at, CASE WHEN k.is_insider THEN c.person END, CASE WHEN k.is_insider THEN c.reason END
  FROM (SELECT gisreg.actor_is(ARRAY['authority']) AS is_authority, gisreg.actor_organisation() AS own) AS a
  CROSS JOIN gisreg.change_set AS c
  CROSS JOIN LATERAL (
    SELECT a.is_authority OR coalesce(c.organisation_id = a.own, false) AS is_insider
  ) AS k
  WHERE c.id = ANY (ids)
$$;
