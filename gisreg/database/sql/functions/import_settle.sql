-- What has to be known of matched rows before they are written (import_match.sql), beyond their keys.

-- Give rows the very places of their objects where these are nearly the same, since files and reference systems
-- round; then compare what has not been compared: those, and rows whose objects were found by other means.
-- \param layer_key      the layer, which is the name of its table
-- \param updated        columns of its table that existing objects take over
-- \param given_private  columns of its private table that the file fills
-- \param same_deg       coordinates that differ by less, in degrees, are the same; where an area's edge begins
--                       does not matter
CREATE OR REPLACE FUNCTION gisreg.import_settle(
  layer_key text, updated text[], given_private text[], same_deg double precision
) RETURNS void
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
SET search_path = pg_catalog, public, pg_temp
SET work_mem = '256MB'
SET jit = off
AS $$
BEGIN
  IF NOT EXISTS (SELECT FROM pg_temp.import_match AS m WHERE m.differs IS NOT FALSE) THEN
    RETURN;
  END IF;
  EXECUTE format(
    'WITH brought AS (
       UPDATE pg_temp.import_stage AS s
       SET geom = t.geom
       FROM pg_temp.import_match AS m
       JOIN registry.%I AS t ON t.id = m.object_id
       WHERE m.row_number = s.row_number AND m.differs IS NOT FALSE
         AND s.geom IS DISTINCT FROM t.geom
         AND ST_NPoints(s.geom) = ST_NPoints(t.geom)
         AND abs(ST_XMin(s.geom) - ST_XMin(t.geom)) < $1 AND abs(ST_YMin(s.geom) - ST_YMin(t.geom)) < $1
         AND NOT EXISTS (
           SELECT
           FROM ST_DumpPoints(CASE ST_Dimension(s.geom) WHEN 2 THEN ST_Normalize(s.geom) ELSE s.geom END) AS a
           LEFT JOIN ST_DumpPoints(CASE ST_Dimension(t.geom) WHEN 2 THEN ST_Normalize(t.geom) ELSE t.geom END) AS b
             ON b.path = a.path
           WHERE b.path IS NULL
             OR abs(ST_X(a.geom) - ST_X(b.geom)) >= $1 OR abs(ST_Y(a.geom) - ST_Y(b.geom)) >= $1
         )
       RETURNING s.row_number
     )
     UPDATE pg_temp.import_match AS m SET differs = NULL FROM brought AS b WHERE b.row_number = m.row_number',
    layer_key) USING same_deg;
  EXECUTE format(
    'UPDATE pg_temp.import_match AS m
     SET differs = %s, private_differs = %s
     FROM pg_temp.import_stage AS s CROSS JOIN registry.%I AS t %s
     WHERE m.differs IS NULL AND s.row_number = m.row_number AND t.id = m.object_id',
    gisreg.import_differs('t', updated || '{geom}'::text[]),
    gisreg.import_private_differs(layer_key, given_private), layer_key,
    gisreg.import_private(layer_key, given_private));
END
$$;
