-- layer: cable
-- concerned: o.id
-- vi: Cáp vẽ trùng với cáp khác của cùng chủ
-- en: The cable is drawn exactly like another one of its owner
-- asks_vi: chủ của hai cáp vẽ trùng nhau
-- asks_en: whose both cables are
-- severity: minor
-- fails: above
-- legal: Kiểm tra chất lượng dữ liệu (không phải quy định)
-- confidence: confirmed
-- costly: yes

-- The same points, in either direction. Of two without an owner nobody knows whether they are one owner's.
SELECT
  o.id AS object_id, NULL::bigint AS zone_id, o.owner_id,
  gisreg.visibility_name(greatest(gisreg.visibility_rank(o.visibility), t.rank)) AS visibility,
  CASE
    WHEN t.rank IS NULL THEN 0
    WHEN o.owner_id IS NOT NULL THEN 1
  END::double precision AS measured_value,
  0::double precision AS tolerance, 0::double precision AS threshold_value
FROM registry.cable AS o
LEFT JOIN (
  SELECT o.id, min(gisreg.visibility_rank(n.visibility)) AS rank
  FROM registry.cable AS o
  JOIN registry.cable AS n
    ON n.geom ~= o.geom AND n.id <> o.id AND n.owner_id IS NOT DISTINCT FROM o.owner_id
    AND (n.geom = o.geom OR n.geom = ST_Reverse(o.geom))
  WHERE {concerned}
  GROUP BY o.id
) AS t ON t.id = o.id
WHERE {concerned}
