-- What organisations kept in fields of their own although the column is called like a field of the layer: the
-- import could not take it, or was told not to. gisreg.field_names and gisreg.field_limits tell what layers
-- say of their fields; gisreg.flagging.described makes them out of the descriptions.

-- \returns  metres in a unit of length, NULL for what is none
CREATE OR REPLACE FUNCTION gisreg.metres_in(unit text) RETURNS double precision
LANGUAGE sql IMMUTABLE PARALLEL SAFE
AS $$
  SELECT CASE lower(unit) WHEN 'mm' THEN 0.001 WHEN 'cm' THEN 0.01 WHEN 'dm' THEN 0.1 WHEN 'm' THEN 1 WHEN 'km' THEN 1000 END
$$;

-- Names are compared once for every name, not for every object.
-- \param layer_key  a layer with own fields, \param ids  its objects, NULL for all
-- \returns  what own fields say that are called like a field: text, and the unit of length in their name
CREATE OR REPLACE FUNCTION gisreg.own_words(layer_key text, ids bigint[])
RETURNS TABLE (object_id bigint, field text, told text, unit text)
LANGUAGE plpgsql STABLE PARALLEL SAFE
AS $$
DECLARE
  has_own boolean;
BEGIN
  IF ids IS NOT NULL THEN
    -- Most objects have no own fields, and an edit has no time to lose.
    EXECUTE format(
      'SELECT EXISTS (SELECT FROM registry.%I AS x WHERE x.%I = ANY ($1) AND x.extra <> ''{}'')',
      layer_key || '_private', layer_key || '_id') USING ids INTO has_own;
    IF NOT has_own THEN
      RETURN;
    END IF;
  END IF;
  RETURN QUERY EXECUTE format(
    'WITH name AS MATERIALIZED (
       SELECT k.key, n.field,
         substring(lower(k.key) FROM ''[(\[_ ]\s*(mm|cm|dm|m|km)\s*[)\]]?\s*$'') AS unit
       FROM (
         SELECT DISTINCT jsonb_object_keys(x.extra) AS key FROM registry.%1$I AS x WHERE x.extra <> ''{}'' %3$s
       ) AS k
       JOIN gisreg.field_names($1) AS n ON n.name = gisreg.folded(k.key)
     )
     SELECT x.%2$I, n.field, btrim(x.extra ->> n.key), n.unit
     FROM name AS n JOIN registry.%1$I AS x ON x.extra ? n.key
     WHERE x.extra ->> n.key <> '''' %3$s',
    layer_key || '_private', layer_key || '_id',
    CASE WHEN ids IS NULL THEN '' ELSE format('AND x.%I = ANY ($2)', layer_key || '_id') END
  ) USING layer_key, ids;
END
$$;

-- \returns  own fields that are called like one with a codelist, by object: how many say what the codelist does
--           not know, and how many that it is not known
CREATE OR REPLACE FUNCTION gisreg.own_codes(layer_key text, ids bigint[])
RETURNS TABLE (object_id bigint, outside bigint, unknown bigint)
LANGUAGE plpgsql STABLE PARALLEL SAFE
AS $$
BEGIN
  RETURN QUERY
  WITH said AS MATERIALIZED (
    SELECT w.object_id, w.field, w.told FROM gisreg.own_words(layer_key, ids) AS w
  ), word AS MATERIALIZED (
    -- A word is compared once, however many objects say it.
    SELECT
      d.field, d.told, NOT gisreg.folded(d.told) = ANY (l.words) AS is_outside,
      gisreg.folded(d.told) = ANY (l.unknown_words) AS is_unknown
    FROM (SELECT DISTINCT s.field, s.told FROM said AS s) AS d
    JOIN gisreg.field_limits(layer_key) AS l ON l.field = d.field AND l.words IS NOT NULL
  )
  SELECT s.object_id, count(*) FILTER (WHERE w.is_outside), count(*) FILTER (WHERE w.is_unknown)
  FROM said AS s JOIN word AS w ON w.field = s.field AND w.told = s.told
  GROUP BY s.object_id;
END
$$;

-- \returns  own fields that are called like a number: what they state in the field's unit, NULL for what cannot
--           be read
CREATE OR REPLACE FUNCTION gisreg.own_values(layer_key text, ids bigint[])
RETURNS TABLE (object_id bigint, field text, stated double precision, is_outside boolean)
LANGUAGE plpgsql STABLE PARALLEL SAFE
AS $$
BEGIN
  RETURN QUERY
  SELECT v.object_id, v.field, v.stated, coalesce(v.stated < v.minimum OR v.stated > v.maximum, false)
  FROM (
    SELECT
      w.object_id, w.field, l.minimum, l.maximum,
      CASE WHEN w.told ~ '^[+-]?[0-9]{1,15}([.,][0-9]+)?$' THEN replace(w.told, ',', '.')::double precision END
        * coalesce(gisreg.metres_in(w.unit) / gisreg.metres_in(l.unit), 1) AS stated
    FROM gisreg.own_words(layer_key, ids) AS w
    JOIN gisreg.field_limits(layer_key) AS l ON l.field = w.field AND l.words IS NULL
  ) AS v;
END
$$;

-- \returns  the same by object: how many lie outside their field's range, how many cannot be read. Lengths that
--           the registry computes itself have no range and are no matter here.
CREATE OR REPLACE FUNCTION gisreg.own_numbers(layer_key text, ids bigint[])
RETURNS TABLE (object_id bigint, outside bigint, unreadable bigint)
LANGUAGE plpgsql STABLE PARALLEL SAFE
AS $$
BEGIN
  RETURN QUERY
  SELECT v.object_id, count(*) FILTER (WHERE v.is_outside), count(*) FILTER (WHERE v.stated IS NULL)
  FROM gisreg.own_values(layer_key, ids) AS v
  WHERE v.field <> 'length_m'
  GROUP BY v.object_id;
END
$$;
REVOKE EXECUTE ON FUNCTION
  gisreg.own_words(text, bigint[]), gisreg.own_codes(text, bigint[]), gisreg.own_values(text, bigint[]),
  gisreg.own_numbers(text, bigint[])
FROM PUBLIC;
