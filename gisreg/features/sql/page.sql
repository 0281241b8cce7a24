-- One page of a layer as finished GeoJSON features, in the order of ids. One row more than wanted is
-- read: it tells whether there is a next page, without a count.
-- Derived columns are fetched for the page's objects at once, through the view that judges each once,
-- by where their rows lie.
-- Returns: the features joined by commas (NULL where none), rows read, the highest id shown.
WITH page AS MATERIALIZED (
  SELECT t.id, t.ctid AS row_place, row_number() OVER (ORDER BY t.id) AS place, {geometry} AS geom{columns}
  FROM {source}
  WHERE {conditions}
  ORDER BY t.id
  LIMIT {limit} + 1
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
FROM page{state}
