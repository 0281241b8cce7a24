-- The permutation behind gisreg.new_id as one expression, with the same key: where a statement makes a
-- million ids the planner puts the expression in its place, which costs a third of a million calls.
DO $do$
DECLARE
  keys text[] := ARRAY(
    SELECT found.parts[1]
    FROM pg_catalog.pg_proc AS p,
      regexp_matches(p.prosrc, 'hashint8extended\([lr], (-?\d+)\)', 'g') WITH ORDINALITY AS found (parts, place)
    WHERE p.oid = 'gisreg.new_id()'::regprocedure
    ORDER BY found.place
  );
  l text := '($1 >> 26)';
  r text := '($1 & 67108863)';
BEGIN
  IF cardinality(keys) <> 4 THEN
    RAISE EXCEPTION 'gisreg.new_id has % keys, not 4', cardinality(keys);
  END IF;
  l := format('(%s # (pg_catalog.hashint8extended(%s, %s) & 67108863))', l, r, keys[1]);
  r := format('(%s # (pg_catalog.hashint8extended(%s, %s) & 67108863))', r, l, keys[2]);
  l := format('(%s # (pg_catalog.hashint8extended(%s, %s) & 67108863))', l, r, keys[3]);
  r := format('(%s # (pg_catalog.hashint8extended(%s, %s) & 67108863))', r, l, keys[4]);
  EXECUTE format(
    'CREATE FUNCTION gisreg.id_of(object_number bigint) RETURNS bigint
     LANGUAGE sql IMMUTABLE PARALLEL SAFE
     AS $body$ SELECT (%s << 26) | %s $body$', l, r
  );
END
$do$;
REVOKE ALL ON FUNCTION gisreg.id_of(bigint) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION gisreg.id_of(bigint) TO gisreg_worker;
COMMENT ON FUNCTION gisreg.id_of(bigint) IS 'The id that gisreg.new_id makes of a number of gisreg.object_number.';
