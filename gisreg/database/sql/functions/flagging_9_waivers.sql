-- What the authority lets pass goes with what its object becomes when the network is cut anew, as notes by hand do.
CREATE OR REPLACE FUNCTION gisreg.hand_waivers_on() RETURNS trigger
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp
AS $$
BEGIN
  IF NOT EXISTS (SELECT FROM registry.waiver) THEN
    RETURN NULL;
  END IF;
  INSERT INTO registry.waiver (rule_id, object_id, zone_id, reason, legal_ref, granted_by, valid_from, valid_to)
  SELECT DISTINCT w.rule_id, n.to_id, w.zone_id, w.reason, w.legal_ref, w.granted_by, w.valid_from, w.valid_to
  FROM new_rows AS n
  JOIN registry.waiver AS w ON w.object_id = n.from_id
  WHERE n.to_id <> n.from_id AND NOT EXISTS (
    SELECT FROM registry.waiver AS o
    WHERE o.object_id = n.to_id AND o.rule_id = w.rule_id AND coalesce(o.zone_id, 0) = coalesce(w.zone_id, 0)
      AND daterange(o.valid_from, o.valid_to) && daterange(w.valid_from, w.valid_to)
  );
  RETURN NULL;
END
$$;
CREATE OR REPLACE TRIGGER hand_waivers_on AFTER INSERT ON registry.lineage
  REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION gisreg.hand_waivers_on();
