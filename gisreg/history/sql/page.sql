-- One page of a layer as it was, as finished GeoJSON features in the order of ids. Whether a version held
-- is asked last and in the order of ids, so that a page asks it about as often as it is long.
-- Returns: the features joined by commas (NULL where none), rows read, the highest id shown.
WITH page AS MATERIALIZED (
  SELECT t.id, row_number() OVER (ORDER BY t.id) AS place, t.geom{columns}
  FROM (
    SELECT t.*
    FROM (
      SELECT t.history_id, t.id, {geometry} AS geom{columns}
      FROM {source} AS t
      WHERE t.operation <> 'D' AND {conditions}
      ORDER BY t.id, t.history_id
      OFFSET 0
    ) AS t
    WHERE {held}
    ORDER BY t.id
    LIMIT {limit} + 1
  ) AS t
)
SELECT
  string_agg(
    json_build_object(
      'type', 'Feature',
      'id', page.id,
      'geometry', ST_AsGeoJSON(page.geom, 8)::json,
      'properties', to_json((SELECT p FROM (SELECT {names}) AS p))
    )::text,
    ',' ORDER BY page.id
  ) FILTER (WHERE page.place <= {limit}),
  count(*),
  max(page.id) FILTER (WHERE page.place <= {limit})
FROM page
