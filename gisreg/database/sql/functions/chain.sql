-- Tamper evidence. Nothing is computed while people write: a committed change set never grows again, so
-- the sealer digests its rows afterwards, set-wise, and writers wait neither for each other nor for it.
-- (A digest made by a trigger at the end of the writer's transaction would prove no more: until a head is
-- exported, whoever owns the tables can rewrite both; and a trigger can be made to fire before the last row.)
-- A row's digest is SHA-256 of its text, without NULLs at the end: a column added later, empty in old rows,
-- changes no digest. A history column must not be dropped, retyped or filled afterwards.

-- Digest the history rows of change sets.
-- \returns  a row per change set, table and block of 65,536 history ids: digest of the rows' digests in
--           the order of history ids, and 16 bytes a row that name it (id, first 8 bytes of its digest)
CREATE OR REPLACE FUNCTION gisreg.chain_blocks(ids bigint[])
RETURNS TABLE (change_set_id bigint, table_name text, block bigint, digest bytea, leaves bytea)
LANGUAGE plpgsql STABLE PARALLEL SAFE
SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp
SET timezone = 'UTC'
SET datestyle = 'ISO, YMD'
SET intervalstyle = 'postgres'
SET bytea_output = 'hex'
SET extra_float_digits = 1
SET enable_nestloop = off
SET max_parallel_workers_per_gather = 0
AS $$
DECLARE
  t text;
  least bigint := (SELECT min(i) FROM unnest(ids) AS i);
  most bigint := (SELECT max(i) FROM unnest(ids) AS i);
BEGIN
  FOR t IN
    SELECT relname::text FROM pg_class
    WHERE relnamespace = 'history'::regnamespace AND relkind IN ('r', 'v') ORDER BY relname COLLATE "C"
  LOOP
    -- The range lets the block range index on change_set_id skip everything else.
    RETURN QUERY EXECUTE format(
      'SELECT
         change_set_id, %L, history_id >> 16,
         sha256(string_agg(leaf, ''''::bytea)),
         string_agg(int8send(history_id) || substr(leaf, 1, 8), ''''::bytea)
       FROM (
         -- Sorted once; an aggregate takes its rows in the order in which they come.
         SELECT h.change_set_id, h.history_id, sha256(convert_to(rtrim(h::text, '',)''), ''UTF8'')) AS leaf
         FROM history.%I AS h
         WHERE h.change_set_id BETWEEN %s AND %s AND h.change_set_id IN (SELECT unnest($1))
         ORDER BY h.change_set_id, h.history_id
       ) AS row_digest
       GROUP BY 1, 3', t, t, least, most
    ) USING ids;
  END LOOP;
END
$$;

-- \returns  a row per change set with the digest of its own columns
CREATE OR REPLACE FUNCTION gisreg.chain_records(ids bigint[])
RETURNS TABLE (change_set_id bigint, record bytea)
LANGUAGE sql STABLE PARALLEL SAFE
SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp
SET timezone = 'UTC'
SET datestyle = 'ISO, YMD'
AS $$
  SELECT c.id, sha256(convert_to(rtrim(c::text, ',)'), 'UTF8'))
  FROM gisreg.change_set AS c WHERE c.id = ANY (ids)
$$;

-- \returns  one link: the digest of its own number, change set, moment, content and the digest before
CREATE OR REPLACE FUNCTION gisreg.chain_link(
  number bigint, change_set_id bigint, content bytea, previous bytea, sealed_at timestamptz
) RETURNS bytea
LANGUAGE sql IMMUTABLE PARALLEL SAFE
AS $$
  SELECT sha256(
    int8send(number) || int8send(change_set_id) || content || previous
    || int8send((extract(epoch FROM sealed_at) * 1000000)::bigint)
  )
$$;

-- Seal committed change sets that are not sealed yet, at most so many, in the order of their ids.
-- Whatever a statement can see is committed, so none can be half written; and since the chain itself says
-- what is sealed (no mark "up to here"), one that commits late is taken the next time, never skipped.
-- Call it in a transaction of its own (READ COMMITTED: it must see what was committed while it waited).
-- \returns  how many were sealed
CREATE OR REPLACE FUNCTION gisreg.seal(most integer) RETURNS bigint
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp
AS $$
DECLARE
  ids bigint[];
  last_number bigint;
  last_digest bytea;
  sealed bigint := 0;
  c record;
BEGIN
  PERFORM pg_advisory_xact_lock(hashtext('gisreg.chain'));
  ids := ARRAY(
    SELECT s.id FROM gisreg.change_set AS s
    WHERE NOT EXISTS (SELECT FROM gisreg.chain AS d WHERE d.change_set_id = s.id)
      -- What the caller's own transaction has written is not closed.
      AND s.transaction_id IS DISTINCT FROM pg_current_xact_id_if_assigned()
    ORDER BY s.id LIMIT most
  );
  IF ids = '{}' THEN
    RETURN 0;
  END IF;
  INSERT INTO gisreg.chain_block SELECT * FROM gisreg.chain_blocks(ids);
  SELECT d.number, d.digest INTO last_number, last_digest FROM gisreg.chain AS d ORDER BY d.number DESC LIMIT 1;
  last_number := coalesce(last_number, 0);
  last_digest := coalesce(last_digest, sha256(''));
  FOR c IN
    SELECT r.change_set_id, r.record, gisreg.chain_content(r.record, b.table_names, b.blocks, b.digests) AS content
    FROM gisreg.chain_records(ids) AS r
    LEFT JOIN (
      SELECT
        change_set_id, array_agg(table_name ORDER BY table_name COLLATE "C", block) AS table_names,
        array_agg(block ORDER BY table_name COLLATE "C", block) AS blocks,
        array_agg(digest ORDER BY table_name COLLATE "C", block) AS digests
      FROM gisreg.chain_block WHERE change_set_id = ANY (ids) GROUP BY change_set_id
    ) AS b USING (change_set_id)
    ORDER BY r.change_set_id
  LOOP
    last_number := last_number + 1;
    INSERT INTO gisreg.chain (number, change_set_id, record, content, previous, sealed_at, digest)
    VALUES (
      last_number, c.change_set_id, c.record, c.content, last_digest, now(),
      gisreg.chain_link(last_number, c.change_set_id, c.content, last_digest, now())
    )
    RETURNING digest INTO last_digest;
    sealed := sealed + 1;
  END LOOP;
  RETURN sealed;
END
$$;

-- \returns  the digest of a change set: of its record, and of each block's table, number and digest
CREATE OR REPLACE FUNCTION gisreg.chain_content(
  record bytea, table_names text[], blocks bigint[], digests bytea[]
) RETURNS bytea
LANGUAGE sql IMMUTABLE PARALLEL SAFE
AS $$
  SELECT sha256(record || coalesce(string_agg(
    convert_to(b.table_name, 'UTF8') || '\x00'::bytea || int8send(b.block) || b.digest, ''::bytea ORDER BY b.place
  ), ''))
  FROM unnest(table_names, blocks, digests) WITH ORDINALITY AS b (table_name, block, digest, place)
$$;

REVOKE EXECUTE ON FUNCTION gisreg.chain_blocks(bigint[]), gisreg.chain_records(bigint[]), gisreg.seal(integer)
FROM PUBLIC;
GRANT EXECUTE ON FUNCTION gisreg.chain_blocks(bigint[]), gisreg.chain_records(bigint[]), gisreg.seal(integer)
TO gisreg_worker;
