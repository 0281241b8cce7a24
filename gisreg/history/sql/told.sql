-- Changes of several history tables in one order: change set, table, row.
WITH told AS MATERIALIZED (
  SELECT c.* FROM gisreg.change_sets_told({since}, {until}) AS c WHERE {conditions}
)
SELECT * FROM ({selects}) AS h
ORDER BY change_set_id, place, history_id
LIMIT {limit}
