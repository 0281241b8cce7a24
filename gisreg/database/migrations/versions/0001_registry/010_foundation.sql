-- Schemas, ids and the registry's own area: what every table below stands on.

CREATE SCHEMA registry;
CREATE SCHEMA history;
CREATE SCHEMA staging;
CREATE SCHEMA IF NOT EXISTS gisreg;

-- Settings of this database that SQL needs (province, metric CRS); written by `gisreg db migrate`.
CREATE TABLE gisreg.setting (
  key text PRIMARY KEY,
  value text NOT NULL
);
INSERT INTO gisreg.setting (key, value)
VALUES ('province_code', '33'), ('metric_srid', '9209'), ('generated', 'false');

CREATE FUNCTION gisreg.province_code() RETURNS text
LANGUAGE sql STABLE PARALLEL SAFE
SET search_path = ''
AS $$ SELECT value FROM gisreg.setting WHERE key = 'province_code' $$;

-- Ids. One sequence for the whole registry, so that an id names one object of any layer; what is
-- stored and shown is a keyed permutation of it below 2^52 (a Feistel network of four rounds), so
-- that neither gaps nor order tell anybody how much a competitor or a secret owner has entered.
-- The key is drawn once per database and is part of the function, so dump and restore keep it.
CREATE SEQUENCE gisreg.object_number;

DO $do$
DECLARE
  k bigint[] := ARRAY(
    SELECT ('x' || substr(md5(gen_random_uuid()::text), 1, 16))::bit(64)::bigint FROM generate_series(1, 4)
  );
BEGIN
  EXECUTE format($f$
    CREATE FUNCTION gisreg.new_id() RETURNS bigint
    LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
    AS $body$
    DECLARE
      n bigint := pg_catalog.nextval('gisreg.object_number');
      l bigint := n >> 26;
      r bigint := n & 67108863;
    BEGIN
      l := l # (pg_catalog.hashint8extended(r, %s) & 67108863);
      r := r # (pg_catalog.hashint8extended(l, %s) & 67108863);
      l := l # (pg_catalog.hashint8extended(r, %s) & 67108863);
      r := r # (pg_catalog.hashint8extended(l, %s) & 67108863);
      RETURN (l << 26) | r;
    END
    $body$
  $f$, k[1], k[2], k[3], k[4]);
END
$do$;
COMMENT ON FUNCTION gisreg.new_id() IS
  'Next object id: a keyed permutation of gisreg.object_number below 2^52.';
