-- A decision may draw a zone anew from a day on: the code comes again with another first day. On no day
-- does a code hold twice.
ALTER TABLE registry.zone DROP CONSTRAINT zone_natural_key;
ALTER TABLE registry.zone ADD CONSTRAINT zone_natural_key UNIQUE (code, valid_from);
ALTER TABLE registry.zone ADD CONSTRAINT zone_overlap
  EXCLUDE USING gist (code WITH =, daterange(valid_from, valid_to) WITH &&);
