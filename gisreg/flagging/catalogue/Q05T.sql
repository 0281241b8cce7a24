-- layer: tower
-- concerned: o.id
-- vi: Trùng vị trí với cột ăng ten khác
-- en: Another mast stands at the same place
-- severity: minor
-- fails: above
-- needs: duplicate_reach_m
-- reach: duplicate_reach_m
-- legal: Kiểm tra chất lượng dữ liệu (không phải quy định)
-- confidence: confirmed
WITH twin AS (
  SELECT o.id, n.id AS other_id, n.owner_id, n.visibility, o.owner_id IS DISTINCT FROM n.owner_id AS is_others
  FROM registry.tower AS o
  JOIN registry.tower AS n
    ON n.geom && gisreg.around(o.geom, :duplicate_reach_m)
    AND ST_DWithin(n.geom::geography, o.geom::geography, :duplicate_reach_m) AND n.id <> o.id
  WHERE o.status NOT IN ('planned', 'removed') AND n.status NOT IN ('planned', 'removed') AND {concerned}
)
SELECT
  o.id AS object_id, NULL::bigint AS zone_id, gisreg.told_owner(o.owner_id, t.owner_id, t.visibility) AS owner_id,
  gisreg.visibility_name(greatest(
    gisreg.visibility_rank(o.visibility), gisreg.visibility_rank(coalesce(t.visibility, o.visibility)))) AS visibility,
  (t.id IS NOT NULL)::integer::double precision AS measured_value,
  0::double precision AS tolerance, 0::double precision AS threshold_value
FROM registry.tower AS o
LEFT JOIN (
  SELECT DISTINCT ON (id) id, owner_id, visibility FROM twin
  ORDER BY id, gisreg.visibility_rank(visibility), is_others, other_id
) AS t ON t.id = o.id
WHERE {concerned}
