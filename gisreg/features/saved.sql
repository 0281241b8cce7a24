-- name: zone_shape(code, day)^
-- The area of the zone of a code that holds on a day, as hexadecimal EWKB.
SELECT geom::text
FROM registry.zone
WHERE code = :code AND valid_from <= :day AND (valid_to IS NULL OR valid_to > :day);
