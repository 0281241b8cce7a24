-- Rows without a code, and which object of the registry each is by distance and type; nearby.py puts in tables.

-- name: same_places()!
-- Coordinates that differ by less than a millimetre are the same: files and reference systems round. Where an
-- area's edge begins does not matter.
UPDATE pg_temp.import_stage AS s
SET geom = t.geom
FROM pg_temp.import_match AS m
JOIN registry.{table} AS t ON t.id = m.existing_id
WHERE m.row_number = s.row_number
  AND s.geom IS DISTINCT FROM t.geom
  AND ST_NPoints(s.geom) = ST_NPoints(t.geom)
  AND abs(ST_XMin(s.geom) - ST_XMin(t.geom)) < {same_deg} AND abs(ST_YMin(s.geom) - ST_YMin(t.geom)) < {same_deg}
  AND NOT EXISTS (
    SELECT
    FROM ST_DumpPoints(CASE ST_Dimension(s.geom) WHEN 2 THEN ST_Normalize(s.geom) ELSE s.geom END) AS a
    LEFT JOIN ST_DumpPoints(CASE ST_Dimension(t.geom) WHEN 2 THEN ST_Normalize(t.geom) ELSE t.geom END) AS b
      ON b.path = a.path
    WHERE b.path IS NULL
      OR abs(ST_X(a.geom) - ST_X(b.geom)) >= {same_deg} OR abs(ST_Y(a.geom) - ST_Y(b.geom)) >= {same_deg}
  );

-- name: candidates()!
-- Rows without a code and objects of the same owner and type within reach that no row is yet, with the metres.
CREATE TEMP TABLE import_near ON COMMIT DROP AS
SELECT
  row_number, id, called, metres,
  row_number() OVER (PARTITION BY row_number ORDER BY metres, id) AS rank_for_row,
  row_number() OVER (PARTITION BY id ORDER BY metres, row_number) AS rank_for_object,
  lead(metres) OVER (PARTITION BY row_number ORDER BY metres, id) AS next_for_row,
  lead(metres) OVER (PARTITION BY id ORDER BY metres, row_number) AS next_for_object
FROM (
  SELECT s.row_number, t.id, {called} AS called, {metres} AS metres
  FROM pg_temp.import_stage AS s
  JOIN pg_temp.import_match AS m ON m.row_number = s.row_number
  JOIN registry.{table} AS t
    ON t.geom && ST_Expand(s.geom, {reach_deg}) AND t.owner_id IS NOT DISTINCT FROM s.owner_id AND {same_type}
  WHERE s.code IS NULL AND m.existing_id IS NULL
    AND NOT EXISTS (SELECT FROM pg_temp.import_match AS x WHERE x.existing_id = t.id)
) AS pairs
WHERE metres <= {within_m};

-- name: take()
-- The pairs that are each other's nearest by a clear lead: row, object's name, metres.
UPDATE pg_temp.import_match AS m
SET existing_id = n.id, object_id = n.id
FROM pg_temp.import_near AS n
WHERE n.row_number = m.row_number AND n.rank_for_row = 1 AND n.rank_for_object = 1
  AND coalesce(n.next_for_row, 'Infinity') >= {lead} * n.metres
  AND coalesce(n.next_for_object, 'Infinity') >= {lead} * n.metres
RETURNING m.row_number, n.called, n.metres;

-- name: open()
-- Rows that have candidates and were not taken: row, the two nearest objects as text, whether another row is the
-- nearest one's.
SELECT
  n.row_number,
  string_agg(format('%s (%s m)', n.called, round(n.metres::numeric, 1)), ', ' ORDER BY n.metres)
    FILTER (WHERE n.rank_for_row <= 3),
  bool_and(EXISTS (SELECT FROM pg_temp.import_match AS x WHERE x.existing_id = n.id))
FROM pg_temp.import_near AS n
JOIN pg_temp.import_match AS m ON m.row_number = n.row_number AND m.existing_id IS NULL
GROUP BY n.row_number
ORDER BY n.row_number;

-- name: forget()!
DROP TABLE pg_temp.import_near;
