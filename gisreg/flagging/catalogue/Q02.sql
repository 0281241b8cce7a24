-- layer: cable
-- concerned: o.id
-- vi: Cáp đi sát cột mà không gắn vào cột
-- en: The cable passes close by a pole without being tied to it
-- severity: minor
-- fails: above
-- needs: pole_pair_m
-- legal: Kiểm tra chất lượng dữ liệu (không phải quy định)
-- confidence: confirmed

-- The near misses of topology, but not a pole beside another one to which this cable is tied: old and new poles
-- stand so (P04).
SELECT
  o.id AS object_id, NULL::bigint AS zone_id, gisreg.told_owner(o.owner_id, m.owner_id, m.visibility) AS owner_id,
  gisreg.visibility_name(greatest(
    gisreg.visibility_rank(o.visibility), gisreg.visibility_rank(coalesce(m.visibility, o.visibility)))) AS visibility,
  (m.visibility IS NOT NULL)::integer::double precision AS measured_value,
  0::double precision AS tolerance, 0::double precision AS threshold_value
FROM registry.cable AS o
LEFT JOIN LATERAL (
  SELECT p.owner_id, p.visibility
  FROM registry.near_miss AS n
  JOIN registry.pole AS p ON p.id = n.pole_id
  WHERE n.cable_id = o.id AND NOT EXISTS (
    SELECT FROM registry.support AS s JOIN registry.pole AS t ON t.id = s.pole_id
    WHERE s.cable_id = o.id AND ST_DWithin(t.geom::geography, p.geom::geography, :pole_pair_m)
  )
  ORDER BY gisreg.visibility_rank(p.visibility), p.owner_id IS DISTINCT FROM o.owner_id LIMIT 1
) AS m ON true
WHERE o.deployment = 'aerial' AND {concerned}
