-- Zones whose recipe has to be built anew.

-- name: stale()
-- Recipes of which something has changed since they were built.
SELECT r.zone_id FROM registry.zone_recipe AS r JOIN registry.zone AS z ON z.id = r.zone_id
WHERE r.stale_since IS NOT NULL ORDER BY z.code, z.valid_from;

-- name: all_recipes()
-- All recipes.
SELECT r.zone_id FROM registry.zone_recipe AS r JOIN registry.zone AS z ON z.id = r.zone_id
ORDER BY z.code, z.valid_from;

-- name: lock(zone_id)$
-- Take a recipe for this transaction; a second one waits.
SELECT zone_id FROM registry.zone_recipe WHERE zone_id = :zone_id FOR UPDATE;

-- name: built(zone_id, md5, moment)!
-- Note that a recipe was built, and what it gave.
UPDATE registry.zone_recipe
SET geometry_md5 = :md5, built_at = :moment, stale_since = NULL, failed_at = NULL, failure_vi = NULL, failure_en = NULL
WHERE zone_id = :zone_id;

-- name: checked(zone_id)!
-- Note that a recipe gives what it gave.
UPDATE registry.zone_recipe SET stale_since = NULL, failed_at = NULL, failure_vi = NULL, failure_en = NULL
WHERE zone_id = :zone_id AND (stale_since IS NOT NULL OR failed_at IS NOT NULL);

-- name: failed(zone_id, moment, vi, en)$
-- Note why a recipe could not be built; returns whether that is news.
WITH before AS (
  SELECT failure_vi IS DISTINCT FROM :vi AS is_news FROM registry.zone_recipe WHERE zone_id = :zone_id
), noted AS (
  UPDATE registry.zone_recipe
  SET stale_since = NULL, failed_at = CASE WHEN failure_vi IS DISTINCT FROM :vi THEN :moment ELSE failed_at END,
    failure_vi = :vi, failure_en = :en
  WHERE zone_id = :zone_id AND (stale_since IS NOT NULL OR failure_vi IS DISTINCT FROM :vi)
)
SELECT is_news FROM before;

-- name: set_part(zone_id, ordinal, part)!
-- Keep what a part means now.
UPDATE registry.zone_part AS t
SET street_ids = p.street_ids, from_ids = p.from_ids, to_ids = p.to_ids, unit_ids = p.unit_ids, object_id = p.object_id
FROM jsonb_populate_record(NULL::registry.zone_part, :part) AS p
WHERE t.zone_id = :zone_id AND t.ordinal = :ordinal
  AND (t.street_ids, t.from_ids, t.to_ids, t.unit_ids, t.object_id)
    IS DISTINCT FROM (p.street_ids, p.from_ids, p.to_ids, p.unit_ids, p.object_id);
