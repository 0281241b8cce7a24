-- layer: support
-- concerned: s.id
-- vi: Treo cáp khi chưa được chấp thuận, chưa có hợp đồng
-- en: The cable hangs on the pole without an approved request or contract
-- asks_vi: chủ cột, chủ cáp và danh sách chấp thuận treo cáp trên cột
-- asks_en: owners of pole and cable, and which attachments on the pole were approved
-- asks_in: records
-- severity: major
-- fails: above
-- legal: Nghị định 72/2012/NĐ-CP (nguyên tắc sử dụng chung)
-- confidence: partial
-- costly: yes

-- Nobody needs an approval on one's own pole. Where nothing at all was recorded for a pole, nobody knows.
SELECT
  s.id AS object_id, NULL::bigint AS zone_id, s.owner_id, s.visibility,
  CASE
    WHEN p.owner_id = s.owner_id THEN 0
    WHEN p.owner_id IS NULL OR s.owner_id IS NULL THEN NULL
    WHEN EXISTS (
      SELECT FROM registry.attachment_approved AS a
      WHERE a.pole_id = s.pole_id AND a.owner_id = s.owner_id AND a.valid_from <= :as_of
        AND (a.valid_to IS NULL OR a.valid_to > :as_of)
    ) THEN 0
    WHEN EXISTS (SELECT FROM registry.attachment_approval AS a WHERE a.pole_id = s.pole_id) THEN 1
  END::double precision AS measured_value,
  0::double precision AS tolerance, 0::double precision AS threshold_value
FROM registry.support AS s
JOIN registry.pole AS p ON p.id = s.pole_id
WHERE {concerned}
