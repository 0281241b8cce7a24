-- The street and the unit of a day in which objects with findings lie.
placed AS MATERIALIZED (
  SELECT p.object_id, {street} AS street_id, {unit} AS unit_id FROM place AS p {near}
),
