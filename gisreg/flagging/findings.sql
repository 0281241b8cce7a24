-- name: zone(code)$
-- The zone of a code, as far as the actor sees it.
SELECT gisreg.zone_called(:code, current_date);

-- name: carrier(code)$
-- The organisation of a code, as far as the actor sees it.
SELECT id FROM registry.organisation WHERE code = :code;

-- name: communes(code, day)
-- Today's communes of a code, present or former.
SELECT c FROM gisreg.communes_called(:code, :day::date) AS c;

-- name: along(street, reach_m)
-- Objects along a street.
SELECT id FROM gisreg.objects_along(:street, :reach_m);

-- name: counted_at()$
-- When the last whole run counted what could be evaluated.
SELECT gisreg.coverage_counted_at();

-- name: names(zones, wards, carriers)
-- What zones, wards and carriers are called, by id.
SELECT 'zone', id, code, name, coalesce(name_en, name) FROM registry.zone WHERE id = ANY (:zones::bigint[])
UNION ALL
SELECT 'ward', id, gso_code, name, name FROM registry.admin_unit WHERE id = ANY (:wards::bigint[])
UNION ALL
SELECT 'carrier', id, code, name, name FROM registry.organisation WHERE id = ANY (:carriers::bigint[]);
