-- name: zone(code)$
-- The zone of a code, as far as the actor sees it.
SELECT gisreg.zone_called(:code, current_date);

-- name: carrier(code)$
-- The organisation of a code, as far as the actor sees it.
SELECT id FROM registry.organisation WHERE code = :code;

-- name: units(code, day)
-- Units of a code, of today or of a day, and whether their outline is known.
SELECT id, is_of_today, has_outline FROM gisreg.units_called(:code, :day::date) ORDER BY id;

-- name: communes(code, day)
-- Today's communes into which former ones of a code went.
SELECT c FROM gisreg.communes_called(:code, :day::date) AS c ORDER BY c;

-- name: counted_at()$
-- When the last whole run counted what could be evaluated.
SELECT gisreg.coverage_counted_at();

-- name: off(day)
-- Rules that are off on a day, and the threshold that has no value (NULL: the rule itself is switched off).
SELECT r.id, CASE WHEN r.is_active THEN r.needs[1] END
FROM registry.rule AS r
WHERE NOT r.is_active OR (
  r.needs <> '{}' AND jsonb_typeof(gisreg.flag_limits(:day) -> r.needs[1]) IS DISTINCT FROM 'number'
)
ORDER BY r.id;

-- name: names(zones, wards, carriers, streets)
-- What zones, wards, carriers and streets are called, by id.
SELECT 'zone', id, code, name, coalesce(name_en, name) FROM registry.zone WHERE id = ANY (:zones::bigint[])
UNION ALL
SELECT 'ward', id, gso_code, name, name FROM registry.admin_unit WHERE id = ANY (:wards::bigint[])
UNION ALL
SELECT 'carrier', id, code, name, name FROM registry.organisation WHERE id = ANY (:carriers::bigint[])
UNION ALL
SELECT 'street', id, coalesce(code, id::text), coalesce(name, code, '—'), coalesce(name, code, '—')
FROM registry.street WHERE id = ANY (:streets::bigint[]);

-- name: zone_names(day)
-- Codes and names of the zones that hold on a day, as far as the actor sees them.
SELECT code, name FROM registry.zone
WHERE valid_from <= :day AND (valid_to IS NULL OR valid_to > :day) ORDER BY code LIMIT 2000;

-- name: ward_names()
-- Codes and names of communes of today and before, those of today first.
SELECT gso_code, name, valid_to FROM registry.admin_unit
WHERE level = 'commune' ORDER BY valid_to NULLS FIRST, name COLLATE "vi-x-icu" LIMIT 2000;

-- name: carrier_names()
-- Codes and names of organisations, as far as the actor sees them.
SELECT code, name FROM registry.organisation ORDER BY name COLLATE "vi-x-icu" LIMIT 1000;
