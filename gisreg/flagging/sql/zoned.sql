-- The zones in force in which objects with findings lie, as whole runs count them: segments with a part, others with
-- their place. An object in two zones counts in both.
zoned AS MATERIALIZED (
  SELECT f.object_id, f.zone_id FROM gisreg.seen_finding AS f
  WHERE f.rule_id >= 'Z' AND f.metres_inside >= {least_m} AND f.object_id IN (SELECT o.object_id FROM object AS o)
  UNION
  SELECT p.object_id, z.id FROM place AS p
  JOIN registry.zone AS z ON z.geom && p.middle AND ST_Covers(z.geom, p.middle)
  WHERE p.layer NOT IN ('segment', 'street', 'cable') AND gisreg.zone_rule(z.kind) IS NOT NULL
    AND z.valid_from <= {day} AND (z.valid_to IS NULL OR z.valid_to > {day})
),
