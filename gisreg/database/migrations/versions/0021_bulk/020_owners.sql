-- Poles and cables come by the million. A foreign key looks its parent up once a row, which costs a third of
-- such a bulk; gisreg.require_owners and gisreg.refuse_orphans (functions/owners.sql) look once a statement,
-- and lock what they saw, as the key did.
ALTER TABLE registry.pole DROP CONSTRAINT pole_owner_id_fkey;
ALTER TABLE registry.cable DROP CONSTRAINT cable_owner_id_fkey;

-- The natural key (owner_id, code) finds an owner's objects as well.
DROP INDEX registry.pole_owner_id_idx, registry.cable_owner_id_idx;
