-- layer: span
-- concerned: sp.id
-- vi: Đếm được cáp hỏng, cáp không sử dụng chưa có trên bản vẽ
-- en: Dead or ownerless cable was counted that is not drawn
-- asks_vi: trạng thái của các cáp đã đếm
-- asks_en: the state of the cables that were counted
-- severity: major
-- fails: above
-- legal: QCVN 33:2019/BTTTT; Nghị định 14/2022/NĐ-CP (phạt 50-70 triệu đồng)
-- confidence: confirmed

-- What is drawn is D01's; here stand the cables that the newest count has more (gisreg.span_cables), less those
-- that cases say were recovered. Suspected ones are borderline: they are the tolerance.
SELECT
  sp.id AS object_id, NULL::bigint AS zone_id, n.owner_id, sp.visibility,
  CASE WHEN n.suspect + n.dead - n.gone > 0 THEN n.suspect + n.dead - n.gone WHEN n.unknown = 0 THEN 0 END::double precision
    AS measured_value,
  n.suspect::double precision AS tolerance, 0::double precision AS threshold_value
FROM registry.span AS sp
JOIN (
  SELECT
    k.span_id, CASE WHEN count(DISTINCT coalesce(k.owner_id, 0)) = 1 THEN max(k.owner_id) END AS owner_id,
    greatest(coalesce(sum(k.difference) FILTER (WHERE k.state IN ('dead', 'ownerless')), 0), 0) AS dead,
    greatest(coalesce(sum(k.difference) FILTER (WHERE k.state = 'suspect'), 0), 0) AS suspect,
    greatest(coalesce(sum(k.difference) FILTER (WHERE k.state = 'unknown'), 0), 0) AS unknown,
    coalesce(max(g.gone), 0) AS gone
  FROM gisreg.span_cables(false, true) AS k
  LEFT JOIN (
    SELECT o.span_id, sum(d.cable_count) AS gone
    FROM registry.dead_cable_place AS o JOIN registry.dead_cable AS d ON d.id = o.dead_cable_id
    WHERE o.span_id IS NOT NULL AND d.state IN ('recovered', 'disposed')
    GROUP BY o.span_id
  ) AS g ON g.span_id = k.span_id
  WHERE k.count_stands AND {concerned k.span_id}
  GROUP BY k.span_id
) AS n ON n.span_id = sp.id
WHERE {concerned}
