-- The first row of a history table that belongs to no change set.
SELECT h.history_id, h.change_set_id FROM {table} AS h
WHERE NOT EXISTS (SELECT FROM gisreg.change_set AS c WHERE c.id = h.change_set_id)
ORDER BY h.history_id LIMIT 1
