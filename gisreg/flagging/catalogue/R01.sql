-- layer: pole
-- concerned: p.id
-- vi: Chân cột quá gần nền đường sắt
-- en: The pole's foot stands too close to the railway
-- asks_vi: chiều cao cột; bề rộng nền đường sắt
-- asks_en: the pole's height; the width of the railway's formation
-- severity: critical
-- fails: below
-- unit: m
-- needs: railway_setback_m, railway_setback_heights, railway_side_m
-- legal: Nghị định 56/2018/NĐ-CP, Điều 28 (trích đoạn bị cắt, số liệu nhớ lại)
-- confidence: partial
--
-- From the pole's foot to the edge of the formation: the distance to the centre line less half the formation's
-- width, and at least 1.3 times the pole's height and 5 m. Without the width or the height only a pole that is
-- too close in any case fails; else the rule cannot be evaluated. Bridges and signal lines are not in the
-- registry, nor is the setback of antenna masts looked at. How well both positions are known is the tolerance.
SELECT DISTINCT ON (object_id) object_id, zone_id, owner_id, visibility, measured_value, tolerance, threshold_value
FROM (
  SELECT
    p.id AS object_id, NULL::bigint AS zone_id, p.owner_id,
    gisreg.visibility_name(greatest(
      gisreg.visibility_rank(p.visibility), gisreg.visibility_rank(l.visibility))) AS visibility,
    CASE
      WHEN p.height_m IS NOT NULL AND l.formation_width_m IS NOT NULL THEN d.edge_m
      WHEN d.edge_m < d.limit_m THEN d.edge_m
    END AS measured_value,
    sqrt(coalesce(p.position_accuracy_m, 0) ^ 2 + coalesce(l.position_accuracy_m, 0) ^ 2) AS tolerance,
    d.limit_m AS threshold_value
  FROM registry.railway AS l
  JOIN registry.pole AS p
    ON p.geom && gisreg.around(l.geom, :railway_side_m)
    AND ST_DWithin(p.geom::geography, l.geom::geography, :railway_side_m)
  CROSS JOIN LATERAL (
    SELECT
      greatest(:railway_setback_m, :railway_setback_heights * p.height_m) AS limit_m,
      greatest(
        ST_Distance(p.geom::geography, l.geom::geography) - coalesce(l.formation_width_m, 0) / 2, 0
      ) AS edge_m
  ) AS d
  WHERE p.status <> 'removed' AND {concerned}
) AS n
-- The worst railway counts: one that is too close, then one that cannot be evaluated, then the nearest.
ORDER BY object_id, coalesce((measured_value < threshold_value)::integer, 0.5) DESC, measured_value - threshold_value
