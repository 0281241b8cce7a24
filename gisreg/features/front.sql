-- name: is_small(layer)$
-- Whether a layer's table is so small (16 MB) that reading it whole costs nothing.
SELECT pg_relation_size(('registry.' || quote_ident(:layer))::regclass) < 16777216;

-- name: is_generated()$
-- Whether the registry holds the generated demonstration town.
SELECT coalesce((SELECT value = 'true' FROM gisreg.setting WHERE key = 'generated'), false);

-- name: holds_openstreetmap()$
-- Whether streets, or objects with a code of OpenStreetMap's, are in the registry: its contributors must
-- be named then. Streets are few; the others are asked by their index on the code.
SELECT
  EXISTS (SELECT FROM registry.street WHERE position('OpenStreetMap' IN source) > 0)
  OR EXISTS (SELECT FROM registry.pole WHERE code ~>=~ 'osm-' AND code ~<~ 'osm.')
  OR EXISTS (SELECT FROM registry.tower WHERE code ~>=~ 'osm-' AND code ~<~ 'osm.')
  OR EXISTS (SELECT FROM registry.cable WHERE code ~>=~ 'osm-' AND code ~<~ 'osm.');

-- name: carriers()
-- Organisations whose cables or poles are in the registry, by name.
SELECT o.id, o.name
FROM registry.organisation AS o
WHERE o.kind IN ('carrier', 'pay_tv')
ORDER BY o.name COLLATE "vi-x-icu", o.id;
