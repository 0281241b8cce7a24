-- layer: cable
-- concerned: o.id
-- vi: Số sợi đã dùng nhiều hơn số sợi, hoặc trường riêng có số ngoài khoảng cho phép
-- en: More fibres in use than there are, or an own field outside its range
-- asks_vi: tổng số sợi và số sợi đã dùng; số đọc được trong trường riêng
-- asks_en: fibres, and fibres in use; a number that can be read in the own field
-- severity: minor
-- fails: above
-- costly: yes
-- legal: Kiểm tra chất lượng dữ liệu (không phải quy định)
-- confidence: confirmed

-- Each number lies in its range, or the table would not hold it; but one may be more than the other allows. Own
-- fields (as for Q07) that are called like a number of the layer and lie outside its range count, too. Both are for
-- the owner and the authority.
SELECT
  o.id AS object_id, NULL::bigint AS zone_id, o.owner_id, 'secret' AS visibility,
  CASE
    WHEN v.beyond OR w.outside > 0 THEN coalesce(v.beyond::integer, 0) + coalesce(w.outside, 0)
    WHEN (num_nonnulls(p.fibres_used, p.fibre_count) = 0 OR v.beyond IS NOT NULL) AND coalesce(w.unreadable, 0) = 0 THEN 0
  END::double precision AS measured_value,
  0::double precision AS tolerance, 0::double precision AS threshold_value
FROM registry.cable AS o
LEFT JOIN registry.cable_private AS p ON p.cable_id = o.id
CROSS JOIN LATERAL (SELECT p.fibres_used > p.fibre_count AS beyond) AS v
LEFT JOIN gisreg.own_numbers('cable', {ids}) AS w ON w.object_id = o.id
WHERE (num_nonnulls(p.fibres_used, p.fibre_count) > 0 OR w.object_id IS NOT NULL) AND {concerned}
