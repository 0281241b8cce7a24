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
SELECT
  o.id AS object_id, NULL::bigint AS zone_id, o.owner_id,
  gisreg.visibility_name(greatest(gisreg.visibility_rank(o.visibility), e.rank)) AS visibility,
  CASE
    WHEN o.role = 'drop' THEN greatest(e.loose - 1, 0)
    WHEN o.role = 'unknown' AND e.loose > 0 THEN nullif(e.loose - 1, 0)
    ELSE e.loose
  END::double precision AS measured_value,
  0::double precision AS tolerance, 0::double precision AS threshold_value
FROM registry.cable AS o
CROSS JOIN LATERAL (
  SELECT count(*) FILTER (WHERE n.rank IS NULL) AS loose, max(n.rank) AS rank
  FROM (VALUES (ST_StartPoint(o.geom)), (ST_EndPoint(o.geom))) AS p (place)
  CROSS JOIN LATERAL (
    SELECT least(
      (
        SELECT min(gisreg.visibility_rank(n.visibility)) FROM registry.pole AS n
        WHERE n.geom && gisreg.around(p.place, :node_reach_m) AND n.status NOT IN ('planned', 'removed')
          AND ST_DWithin(n.geom::geography, p.place::geography, :node_reach_m)
      ), (
        SELECT min(gisreg.visibility_rank(n.visibility)) FROM registry.manhole AS n
        WHERE n.geom && gisreg.around(p.place, :node_reach_m) AND n.status NOT IN ('planned', 'removed')
          AND ST_DWithin(n.geom::geography, p.place::geography, :node_reach_m)
      ), (
        SELECT min(gisreg.visibility_rank(n.visibility)) FROM registry.tower AS n
        WHERE n.geom && gisreg.around(p.place, :node_reach_m) AND n.status NOT IN ('planned', 'removed')
          AND ST_DWithin(n.geom::geography, p.place::geography, :node_reach_m)
      )) AS rank
    OFFSET 0  -- or each search would be made for every use of its result
  ) AS n
) AS e
WHERE {concerned}
