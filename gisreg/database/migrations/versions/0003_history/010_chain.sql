-- The chain: a digest over every change set and its history rows, linked in the order of sealing.
-- `record` is the digest of the change set's own columns, `content` that of record and blocks, `digest`
-- that of the whole link, which repeats the digest before it (gisreg.chain_link).
CREATE TABLE gisreg.chain (
  number bigint PRIMARY KEY,
  change_set_id bigint NOT NULL UNIQUE,
  record bytea NOT NULL,
  content bytea NOT NULL,
  previous bytea NOT NULL,
  sealed_at timestamptz NOT NULL,
  digest bytea NOT NULL
);

-- A change set's rows in one history table, in blocks of 65,536 history ids. `leaves` has 16 bytes a row
-- (history id, first half of the row's digest cut to 8 bytes): with them a broken row is named.
CREATE TABLE gisreg.chain_block (
  change_set_id bigint NOT NULL,
  table_name text NOT NULL,
  block bigint NOT NULL,
  digest bytea NOT NULL,
  leaves bytea NOT NULL,
  PRIMARY KEY (change_set_id, table_name, block)
);
-- Digests do not compress.
ALTER TABLE gisreg.chain_block ALTER COLUMN leaves SET STORAGE EXTERNAL;

-- A transaction's number begins anew in a server to which a dump is restored; with the moment at which the
-- transaction began it stays unique, and no new change lands in an old change set.
ALTER TABLE gisreg.change_set ADD COLUMN began_at timestamptz NOT NULL DEFAULT now();
ALTER TABLE gisreg.change_set DROP CONSTRAINT change_set_transaction_id_key;
ALTER TABLE gisreg.change_set ADD CONSTRAINT change_set_transaction_key UNIQUE (transaction_id, began_at);

-- Append-only: nobody writes history but through the triggers, whose functions belong to the owner.
REVOKE ALL ON ALL TABLES IN SCHEMA history FROM gisreg_app, gisreg_worker;
REVOKE ALL ON gisreg.change_set, gisreg.chain, gisreg.chain_block FROM gisreg_app, gisreg_worker;
-- A finding that stands is the newest row of its own history.
REVOKE INSERT, UPDATE, DELETE ON registry.finding FROM gisreg_app, gisreg_worker;
REVOKE ALL ON gisreg.finding_past FROM gisreg_app, gisreg_worker;
GRANT SELECT ON ALL TABLES IN SCHEMA history TO gisreg_app, gisreg_worker;
GRANT SELECT ON gisreg.change_set, gisreg.finding_past TO gisreg_app, gisreg_worker;
GRANT SELECT ON gisreg.chain, gisreg.chain_block TO gisreg_worker;
