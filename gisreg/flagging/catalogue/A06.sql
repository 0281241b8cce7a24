-- layer: support
-- concerned: s.id
-- vi: Treo cáp lên cột đèn, cây xanh trên tuyến đã hạ ngầm
-- en: The cable hangs on a light pole or tree on a street that is undergrounded
-- asks_vi: loại cột
-- asks_en: what kind of pole it is
-- severity: major
-- fails: above
-- needs: street_reach_m
-- zone_kinds: undergrounded
-- legal: Thực tiễn quản lý tại Đà Nẵng (quy định địa phương)
-- confidence: confirmed

-- Undergrounded: in a zone of that kind, or on a street whose undergrounding was accepted.
SELECT
  s.id AS object_id, NULL::bigint AS zone_id, s.owner_id, s.visibility,
  CASE p.kind WHEN 'unknown' THEN NULL WHEN 'lighting' THEN 1 WHEN 'tree' THEN 1 ELSE 0 END::double precision
    AS measured_value,
  0::double precision AS tolerance, 0::double precision AS threshold_value
FROM registry.support AS s
JOIN registry.pole AS p ON p.id = s.pole_id
WHERE s.pole_id IN (
    SELECT o.id FROM registry.zone AS z JOIN registry.pole AS o ON o.geom && z.geom AND ST_Intersects(z.geom, o.geom)
    WHERE z.kind = 'undergrounded' AND z.visibility IN ('public', 'partner') AND z.valid_from <= :as_of
      AND (z.valid_to IS NULL OR z.valid_to > :as_of)
    UNION ALL
    SELECT o.pole_id
    FROM gisreg.plan_poles(:street_reach_m) AS o JOIN registry.plan_street AS u ON u.id = o.plan_street_id
    WHERE u.kind = 'underground' AND u.accepted_on <= :as_of
  )
  AND {concerned}
