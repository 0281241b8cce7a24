-- How many rows match, counted up to a limit.
SELECT count(*) FROM (SELECT FROM {source} WHERE {conditions} LIMIT {limit}) AS matching
