-- Text as people search for it: without diacritics, lower case, đ as d. What remains has no tones, so
-- it does not matter on which vowel one was written (thụy, thuỵ).

-- \param value  any text, NFC or NFD
-- \returns  lower-case ASCII-like text; IMMUTABLE so that it can be indexed (unaccent itself is STABLE
--           only because its dictionary could be exchanged; ours is not)
CREATE OR REPLACE FUNCTION gisreg.search_text(value text) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE STRICT
SET search_path = ''
AS $$
  SELECT pg_catalog.lower(
    public.unaccent('public.unaccent'::regdictionary, normalize(value, NFC))
  )
$$;

-- \returns  text for comparing, as gisreg.importing.text.folded makes it: lower case, no diacritics, no unit in
--           brackets, letters and digits only
CREATE OR REPLACE FUNCTION gisreg.folded(value text) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE STRICT
AS $$
  SELECT regexp_replace(
    gisreg.search_text(regexp_replace(value, '\([^)]*\)|\[[^]]*\]', '', 'g')), '[^0-9a-z]+', '', 'g')
$$;
