-- layer: fitting
-- concerned: f.id
-- vi: Còn tủ, hộp, măng sông hỏng hoặc không sử dụng
-- en: A broken or unused box, closure or splitter is still there
-- asks_vi: phụ kiện có đang sử dụng hay không
-- asks_en: whether the fitting is in use
-- severity: minor
-- fails: above
-- legal: QCVN 33:2019/BTTTT; Nghị định 14/2022/NĐ-CP (phạt 50-70 triệu đồng)
-- confidence: confirmed
SELECT
  f.id AS object_id, NULL::bigint AS zone_id, f.owner_id, f.visibility,
  CASE f.state WHEN 'in_service' THEN 0 WHEN 'unknown' THEN NULL ELSE 1 END::double precision AS measured_value,
  0::double precision AS tolerance, 0::double precision AS threshold_value
FROM registry.fitting AS f
WHERE f.kind IN ('box', 'closure', 'splitter', 'coil') AND {concerned}
