-- layer: pole
-- concerned: p.id
-- vi: Cột mới đã dựng, cáp vẫn treo trên cột cũ
-- en: The new pole stands, the cable still hangs on the old one
-- asks_vi: ngày dựng của cột mới và cột cũ
-- asks_en: when the new and the old pole were put up
-- asks_in: records
-- severity: major
-- fails: above
-- unit: d
-- needs: old_pole_days, pole_pair_m
-- reach: pole_pair_m
-- legal: Thực hành ngành (Alden), chưa có văn bản Việt Nam
-- costly: yes
-- confidence: to_be_verified
--
-- Old and new: two poles of one owner and kind within pole_pair_m, of which the old one is out of use or was put up
-- before the other, and still carries cable. Days count from when the new one was put up. Two poles in use of
-- which one has no date cannot be told apart.
SELECT DISTINCT ON (object_id) object_id, zone_id, owner_id, visibility, measured_value, tolerance, threshold_value
FROM (
  SELECT
    p.id AS object_id, NULL::bigint AS zone_id, p.owner_id,
    gisreg.visibility_name(greatest(
      gisreg.visibility_rank(p.visibility), gisreg.visibility_rank(n.visibility), h.rank)) AS visibility,
    CASE
      WHEN p.status = 'disused' OR p.installed_on < n.installed_on THEN :as_of - n.installed_on
    END::double precision AS measured_value,
    0::double precision AS tolerance, :old_pole_days::double precision AS threshold_value, n.visibility AS other
  FROM gisreg.near_poles({ids}, :pole_pair_m) AS k
  JOIN registry.pole AS p ON p.id = k.pole_id
  JOIN registry.pole AS n
    ON n.id = k.other_id AND n.status = 'in_service' AND n.kind = p.kind
    AND n.owner_id IS NOT DISTINCT FROM p.owner_id
  CROSS JOIN LATERAL (
    SELECT min(gisreg.visibility_rank(s.visibility)) AS rank FROM registry.support AS s WHERE s.pole_id = p.id
  ) AS h
  WHERE p.status IN ('in_service', 'disused') AND h.rank IS NOT NULL
    AND (p.status = 'disused' OR p.installed_on < n.installed_on OR p.installed_on IS NULL OR n.installed_on IS NULL)
    AND {concerned}
) AS pair
ORDER BY object_id, measured_value DESC NULLS LAST, gisreg.visibility_rank(other)
