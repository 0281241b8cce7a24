-- Rows without a code, and which object of the registry each is by distance and type; nearby.py puts in tables.

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
  JOIN registry.{table} AS t
    ON t.geom && ST_Expand(s.geom, {reach_deg}) AND t.owner_id IS NOT DISTINCT FROM s.owner_id AND {same_type}
  WHERE s.code IS NULL
    AND NOT EXISTS (SELECT FROM pg_temp.import_match AS m WHERE m.row_number = s.row_number)
    AND NOT EXISTS (SELECT FROM pg_temp.import_match AS m WHERE m.object_id = t.id)
) AS pairs
WHERE metres <= {within_m};

-- name: take(lead)
-- The pairs that are each other's nearest by a clear lead: row, object's name, metres.
WITH taken AS (
  SELECT n.row_number, n.id, n.called, n.metres
  FROM pg_temp.import_near AS n
  WHERE n.rank_for_row = 1 AND n.rank_for_object = 1
    AND coalesce(n.next_for_row, 'Infinity') >= :lead * n.metres
    AND coalesce(n.next_for_object, 'Infinity') >= :lead * n.metres
), noted AS (
  INSERT INTO pg_temp.import_match (row_number, object_id) SELECT row_number, id FROM taken
)
SELECT row_number, called, metres FROM taken ORDER BY row_number;

-- name: open()
-- Rows that have candidates and were not taken: row, the two nearest objects as text, whether another row is the
-- nearest one's.
SELECT
  n.row_number,
  string_agg(format('%s (%s m)', n.called, round(n.metres::numeric, 1)), ', ' ORDER BY n.metres)
    FILTER (WHERE n.rank_for_row <= 3),
  bool_and(EXISTS (SELECT FROM pg_temp.import_match AS m WHERE m.object_id = n.id))
FROM pg_temp.import_near AS n
WHERE NOT EXISTS (SELECT FROM pg_temp.import_match AS m WHERE m.row_number = n.row_number)
GROUP BY n.row_number
ORDER BY n.row_number;

-- name: forget()!
DROP TABLE pg_temp.import_near;
