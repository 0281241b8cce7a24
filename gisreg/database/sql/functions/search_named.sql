-- Search by any part of a name. LIKE tells by its errors and by its index what it saw, so under a policy it
-- may not go first and reads every row. This function runs as the owner, uses the index, and applies the
-- words of the policies itself; nothing but ids that the actor may see leaves it. It builds the pattern
-- itself: one that ends in an escape would raise an error on some rows and not on others.

-- \param layer_key  street or tower
-- \param plain  part of the name as gisreg.search_text writes it
-- \param most  how many ids
-- \returns  ids of objects with such names that the actor may see; names that begin so come first
CREATE OR REPLACE FUNCTION gisreg.named(layer_key text, plain text, most integer) RETURNS SETOF bigint
LANGUAGE plpgsql STABLE PARALLEL RESTRICTED
SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp
AS $$
DECLARE
  escaped text := regexp_replace(plain, '([\\%_])', '\\\1', 'g');
  sees text[] := gisreg.actor_sees();
  organisation bigint := gisreg.actor_organisation();
  everything boolean := session_user IN ('gisreg_owner', 'gisreg_worker');
BEGIN
  IF layer_key = 'street' THEN
    RETURN QUERY
      SELECT t.id FROM registry.street AS t
      WHERE gisreg.search_text(t.name) LIKE '%' || escaped || '%'
        AND (everything OR t.visibility = ANY (sees))
      ORDER BY gisreg.search_text(t.name) LIKE escaped || '%' DESC, t.name, t.id
      LIMIT most;
  ELSIF layer_key = 'tower' THEN
    RETURN QUERY
      SELECT t.id FROM registry.tower AS t
      WHERE gisreg.search_text(t.name) LIKE '%' || escaped || '%'
        AND (everything OR t.visibility = ANY (sees) OR t.owner_id = organisation)
      ORDER BY gisreg.search_text(t.name) LIKE escaped || '%' DESC, t.name, t.id
      LIMIT most;
  END IF;
END
$$;
REVOKE EXECUTE ON FUNCTION gisreg.named(text, text, integer) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION gisreg.named(text, text, integer) TO gisreg_app, gisreg_worker;
