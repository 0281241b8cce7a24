-- name: seal(most)$
-- Seal at most so many change sets; the number sealed.
SELECT gisreg.seal(:most);

-- name: head()^
-- The last link.
SELECT number, digest, sealed_at FROM gisreg.chain ORDER BY number DESC LIMIT 1;

-- name: links(after, most)
-- Links in their order.
SELECT number, change_set_id, record, content, previous, (extract(epoch FROM sealed_at) * 1000000)::bigint, digest
FROM gisreg.chain WHERE number > :after ORDER BY number LIMIT :most;

-- name: records(ids)
-- Digests of change sets as they are now.
SELECT change_set_id, record FROM gisreg.chain_records(:ids);

-- name: blocks_now(ids)
-- Digests of history rows as they are now.
SELECT change_set_id, table_name, block, digest, leaves FROM gisreg.chain_blocks(:ids)
ORDER BY change_set_id, table_name COLLATE "C", block;

-- name: blocks_sealed(ids)
-- Digests of history rows as they were sealed.
SELECT change_set_id, table_name, block, digest, leaves FROM gisreg.chain_block
WHERE change_set_id = ANY (:ids)
ORDER BY change_set_id, table_name COLLATE "C", block;

-- name: tables()
-- Names of the history tables.
SELECT relname::text FROM pg_class
WHERE relnamespace = 'history'::regnamespace AND relkind IN ('r', 'v') ORDER BY relname COLLATE "C";

-- name: unsealed()$
-- How many committed change sets wait for the sealer.
SELECT count(*) FROM gisreg.change_set AS c
WHERE NOT EXISTS (SELECT FROM gisreg.chain AS d WHERE d.change_set_id = c.id);
