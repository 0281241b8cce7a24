-- Change sets name people and organisations by id as well as by the names they had then.

ALTER TABLE gisreg.change_set ADD COLUMN person_id bigint;
ALTER TABLE gisreg.change_set ADD COLUMN organisation_id bigint;
DROP FUNCTION IF EXISTS gisreg.begin_change(text, text, text, text, timestamptz);
