-- layer: cable
-- concerned: o.id
-- vi: Đầu cáp không nằm trên cột, cột ăng ten, bể hay tủ cáp nào
-- en: An end of the cable is on no pole, mast, manhole or cabinet
-- asks_vi: cáp có phải cáp thuê bao (một đầu ở nhà khách hàng) hay không
-- asks_en: whether it is a subscriber's cable, one end of which is in a house
-- severity: minor
-- fails: above
-- needs: node_reach_m
-- costly: yes
-- legal: Kiểm tra chất lượng dữ liệu (không phải quy định)
-- confidence: confirmed

-- The number of loose ends. One end of a subscriber's cable is in a house, which the registry does not know; a
-- cable whose role is not known may be one.
WITH cable_end AS NOT MATERIALIZED (
  SELECT o.id, e.number, CASE e.number WHEN 1 THEN ST_StartPoint(o.geom) ELSE ST_EndPoint(o.geom) END AS place
  FROM registry.cable AS o CROSS JOIN (VALUES (1), (2)) AS e (number)
  WHERE {concerned}
), held AS (
  SELECT h.id, h.number, min(gisreg.visibility_rank(h.visibility)) AS rank
  FROM (
    SELECT e.id, e.number, n.visibility
    FROM cable_end AS e
    JOIN registry.pole AS n
      ON n.geom && gisreg.around(e.place, :node_reach_m) AND n.status NOT IN ('planned', 'removed')
      AND ST_DWithin(n.geom::geography, e.place::geography, :node_reach_m)
    UNION ALL
    SELECT e.id, e.number, n.visibility
    FROM cable_end AS e
    JOIN registry.manhole AS n
      ON n.geom && gisreg.around(e.place, :node_reach_m) AND n.status NOT IN ('planned', 'removed')
      AND ST_DWithin(n.geom::geography, e.place::geography, :node_reach_m)
    UNION ALL
    SELECT e.id, e.number, n.visibility
    FROM cable_end AS e
    JOIN registry.tower AS n
      ON n.geom && gisreg.around(e.place, :node_reach_m) AND n.status NOT IN ('planned', 'removed')
      AND ST_DWithin(n.geom::geography, e.place::geography, :node_reach_m)
  ) AS h
  GROUP BY h.id, h.number
), cable AS (
  SELECT held.id, 2 - count(*) AS loose, max(held.rank) AS rank FROM held GROUP BY held.id
)
SELECT
  o.id AS object_id, NULL::bigint AS zone_id, o.owner_id,
  gisreg.visibility_name(greatest(gisreg.visibility_rank(o.visibility), e.rank)) AS visibility,
  CASE
    WHEN o.role = 'drop' THEN greatest(l.loose - 1, 0)
    WHEN o.role = 'unknown' AND l.loose > 0 THEN nullif(l.loose - 1, 0)
    ELSE l.loose
  END::double precision AS measured_value,
  0::double precision AS tolerance, 0::double precision AS threshold_value
FROM registry.cable AS o
LEFT JOIN cable AS e ON e.id = o.id
CROSS JOIN LATERAL (SELECT coalesce(e.loose, 2) AS loose) AS l
WHERE {concerned}
