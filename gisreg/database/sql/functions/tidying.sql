-- The one definition of progress: a row per segment that has to be tidied or has been.
-- Weeks begin on Monday in the database's time zone. metres: what is flagged; where a zone has ended meanwhile, the whole segment.
CREATE OR REPLACE VIEW registry.tidying_fact WITH (security_invoker = true) AS
SELECT
  s.id AS segment_id,
  s.owner_id,
  s.visibility,
  p.commune_id,
  t.tidying_state AS state,
  date_trunc('week', t.tidying_since)::date AS week,
  CASE WHEN t.flagged_m > 0 THEN t.flagged_m ELSE s.length_m END AS metres
FROM registry.segment_state AS t
JOIN registry.segment AS s ON s.id = t.segment_id
LEFT JOIN registry.segment_place AS p ON p.segment_id = s.id
WHERE t.tidying_state <> 'none';
COMMENT ON VIEW registry.tidying_fact IS
  'Segments that have to be tidied or have been, with carrier, commune, week of the last step, metres.';
GRANT SELECT ON registry.tidying_fact TO gisreg_app, gisreg_worker;
