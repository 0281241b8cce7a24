-- Names of streets and units as decisions write them: with or without the word for the kind, diacritics, i or y.

-- \param name  a street's name
-- \returns  what two spellings of one name have in common: searchable text without the words for "street"
--           (phố, đường, Đ., P.), letters and digits apart; an alley keeps its word, for it is another street
CREATE OR REPLACE FUNCTION gisreg.street_key(name text) RETURNS text
LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE STRICT
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  plain text := btrim(gisreg.search_text(name));
  bare text;
BEGIN
  -- "Đ. Lê Lợi", "Đ.Lê Lợi", "P. Hàng Bạc": abbreviated, but D1 and P2 are names.
  plain := regexp_replace(plain, '^[dp]\s*\.\s*', '');
  plain := regexp_replace(plain, '^[dp]\s+(?=[a-z]{2})', '');
  plain := regexp_replace(plain, '([a-z])(\d)', '\1 \2', 'g');
  plain := regexp_replace(plain, '(\d)([a-z])', '\1 \2', 'g');
  plain := btrim(regexp_replace(plain, '[^a-z0-9]+', ' ', 'g'));
  plain := regexp_replace(plain, '\mquoc lo\M', 'ql', 'g');
  plain := regexp_replace(plain, '\m(tinh lo|duong tinh|dt)\M', 'tl', 'g');
  -- Lý and Lí, Mỹ and Mĩ are one name.
  plain := regexp_replace(plain, '\m(b|c|d|g|h|k|l|m|n|p|q|r|s|t|v|x|ch|gi|kh|ng|ngh|nh|ph|qu|th|tr)y\M', '\1i', 'g');
  bare := regexp_replace(plain, '^((duong|pho|dai lo|dl|tuyen|truc)\s+)+(?=\S)', '');
  IF bare ~ '^(ngo|ngach|hem|kiet)\M' THEN
    bare := regexp_replace(bare, '\s(duong|pho)\s', ' ', 'g');
  END IF;
  RETURN bare;
END
$$;

-- \param name  name of an administrative unit
-- \returns  the same for a unit: without the word for its kind (phường, P., xã, thị trấn, TT., quận, TP.)
CREATE OR REPLACE FUNCTION gisreg.unit_key(name text) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE STRICT
SET search_path = pg_catalog, pg_temp
AS $$
  SELECT regexp_replace(
    regexp_replace(
      btrim(regexp_replace(regexp_replace(gisreg.search_text(name), '([a-z])(\d)', '\1 \2', 'g'), '[^a-z0-9]+', ' ', 'g')),
      '^(phuong|xa|thi tran|thi xa|thanh pho|quan|huyen|tinh|dac khu|p|x|tt|tx|tp|q|h)\s+(?=\S)', ''),
    '\m(b|c|d|g|h|k|l|m|n|p|q|r|s|t|v|x|ch|gi|kh|ng|ngh|nh|ph|qu|th|tr)y\M', '\1i', 'g')
$$;

CREATE INDEX IF NOT EXISTS street_key_idx ON registry.street (gisreg.street_key(name));

-- As `gisreg.named`: under a policy the index of an expression is out of reach, so these two run as the owner and
-- apply the words of the policy on streets themselves.

-- \param keys  names as gisreg.street_key writes them
-- \returns  the streets of these names that the actor may see
CREATE OR REPLACE FUNCTION gisreg.streets_called(keys text[])
RETURNS TABLE (key text, id bigint, code text, name text, visibility text)
LANGUAGE sql STABLE PARALLEL RESTRICTED
SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp
AS $$
  SELECT gisreg.street_key(s.name), s.id, s.code, s.name, s.visibility
  FROM registry.street AS s
  WHERE gisreg.street_key(s.name) = ANY (keys)
    AND ((SELECT session_user IN ('gisreg_owner', 'gisreg_worker')) OR s.visibility = ANY ((SELECT gisreg.actor_sees())::text[]))
  ORDER BY s.name, s.id
$$;

-- \param written  a name that is none of a street's, \param most  how many
-- \returns  names of streets that the actor may see and that are like it, the likest first
CREATE OR REPLACE FUNCTION gisreg.streets_like(written text, most integer) RETURNS SETOF text
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp
AS $$
DECLARE
  wanted text := gisreg.street_key(written);
BEGIN
  -- So that the index finds names with a few other letters; no setting of the function's, which only a
  -- superuser may make before the extension is loaded.
  PERFORM set_config('pg_trgm.word_similarity_threshold', '0.4', true);
  RETURN QUERY
    SELECT s.name
    FROM registry.street AS s
    WHERE gisreg.search_text(s.name) %> wanted
      AND ((SELECT session_user IN ('gisreg_owner', 'gisreg_worker')) OR s.visibility = ANY ((SELECT gisreg.actor_sees())::text[]))
    GROUP BY s.name
    HAVING similarity(gisreg.street_key(s.name), wanted) > 0.35
    ORDER BY similarity(gisreg.street_key(s.name), wanted) DESC, s.name
    LIMIT most;
END
$$;
REVOKE EXECUTE ON FUNCTION gisreg.streets_called(text[]), gisreg.streets_like(text, integer) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION gisreg.streets_called(text[]), gisreg.streets_like(text, integer) TO gisreg_app, gisreg_worker;
