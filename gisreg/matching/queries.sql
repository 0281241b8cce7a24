-- Rows of several organisations that may be one pole. Candidates are gathered by the worker, which sees all;
-- what only the agency may know is never proposed: its match alone would show that it exists.

-- name: gather(west, south, east, north)!
-- Poles of an area (all where it is NULL) in metres, with the numbers that stand on them.
CREATE TEMPORARY TABLE matching_pole ON COMMIT DROP AS
SELECT
  p.id, coalesce(p.owner_id, -p.id) AS owner_id, p.code, p.kind, p.height_m,
  ST_Transform(p.geom, gisreg.metric_srid()) AS geom_m
FROM registry.pole AS p
WHERE p.status <> 'removed' AND p.visibility IN ('public', 'partner')
  AND (
    :west::double precision IS NULL
    OR p.geom && ST_MakeEnvelope(
      :west::double precision, :south::double precision, :east::double precision, :north::double precision, 4326)
  );

-- name: inside(west, south, east, north)
-- Those of the gathered poles that stand in a box.
SELECT g.id
FROM matching_pole AS g
JOIN registry.pole AS p ON p.id = g.id
WHERE p.geom && ST_MakeEnvelope(:west, :south, :east, :north, 4326);

-- name: extent_of(batch)^
-- The box of the poles that an import wrote: west, south, east, north.
SELECT min(ST_X(h.geom)), min(ST_Y(h.geom)), max(ST_X(h.geom)), max(ST_Y(h.geom))
FROM registry.import_batch AS b
JOIN history.pole AS h ON h.change_set_id = b.change_set_id
WHERE b.id = :batch AND b.layer = 'pole';

-- name: index_gathered#
CREATE INDEX ON matching_pole USING gist (geom_m);
ANALYZE matching_pole;

-- name: poles()
-- The gathered poles in the order of ids: id, owner (its own negative id where unknown), code, x, y, height, kind.
SELECT id, owner_id, ST_X(geom_m), ST_Y(geom_m), height_m, kind FROM matching_pole ORDER BY id;

-- name: candidates(radius_m)
-- Pairs of different organisations within the radius: ids, and whether both bear the same number. A pole to which
-- the other's organisation gave a number of its own is not that other one; nor is what people decided on.
SELECT
  a.id, b.id,
  EXISTS (
    SELECT FROM registry.pole_code AS c
    WHERE (c.pole_id = a.id AND c.organisation_id = b.owner_id AND c.code = b.code)
      OR (c.pole_id = b.id AND c.organisation_id = a.owner_id AND c.code = a.code)
  ) AS same_number
FROM matching_pole AS a
JOIN matching_pole AS b ON b.geom_m && ST_Expand(a.geom_m, :radius_m::double precision) AND a.id < b.id
WHERE ST_DWithin(a.geom_m, b.geom_m, :radius_m) AND a.owner_id <> b.owner_id
  AND NOT EXISTS (
    SELECT FROM registry.pole_code AS c
    WHERE (c.pole_id = a.id AND c.organisation_id = b.owner_id AND c.code IS DISTINCT FROM b.code)
      OR (c.pole_id = b.id AND c.organisation_id = a.owner_id AND c.code IS DISTINCT FROM a.code)
  )
  AND NOT EXISTS (
    SELECT FROM registry.pole_match AS m
    WHERE m.first_id = a.id AND m.second_id = b.id AND m.state IN ('refused', 'split')
  );

-- name: side_by_side(look_m)
-- Poles near which their organisation has another one.
SELECT DISTINCT n.id
FROM matching_pole AS a
JOIN matching_pole AS b ON b.geom_m && ST_Expand(a.geom_m, :look_m::double precision) AND a.id < b.id
CROSS JOIN LATERAL (VALUES (a.id), (b.id)) AS n (id)
WHERE a.owner_id = b.owner_id AND ST_DWithin(a.geom_m, b.geom_m, :look_m);

-- name: forget_open(ids)!
-- Earlier proposals about these poles that nobody has said anything about make room for new ones.
DELETE FROM registry.pole_match
WHERE state = 'open' AND num_nonnulls(first_agreed_by, second_agreed_by) = 0
  AND (first_id = ANY (:ids) OR second_id = ANY (:ids));

-- name: write(firsts, seconds, groups, distances, certainties, doubles)!
-- New proposals; a pair that is written down keeps what was said about it.
INSERT INTO registry.pole_match (
  first_id, second_id, group_id, distance_m, certainty, beside_double, first_owner_id, second_owner_id, first_code,
  second_code
)
SELECT n.a, n.b, n.g, n.d, n.c, n.t, f.owner_id, s.owner_id, f.code, s.code
FROM unnest(
  :firsts::bigint[], :seconds::bigint[], :groups::bigint[], :distances::double precision[],
  :certainties::double precision[], :doubles::boolean[]
) AS n (a, b, g, d, c, t)
JOIN registry.pole AS f ON f.id = n.a
JOIN registry.pole AS s ON s.id = n.b
ON CONFLICT (first_id, second_id) DO UPDATE
SET state = 'open', group_id = excluded.group_id, distance_m = excluded.distance_m,
  certainty = excluded.certainty, beside_double = excluded.beside_double
WHERE pole_match.state IN ('superseded', 'open');

-- name: matches(ids, state, double, after, most)
-- Matches that the actor may see, the surest first within a group.
SELECT
  m.id, m.group_id, m.first_id, m.second_id, m.first_owner_id, m.second_owner_id, f.code AS first_owner,
  s.code AS second_owner, m.first_code, m.second_code, m.distance_m, m.certainty, m.beside_double, m.state,
  m.first_agreed_by, m.second_agreed_by, m.decided_by, m.decided_at, m.note,
  m.row_version, ST_X(p.geom) AS lon, ST_Y(p.geom) AS lat
FROM registry.pole_match AS m
LEFT JOIN registry.organisation AS f ON f.id = m.first_owner_id
LEFT JOIN registry.organisation AS s ON s.id = m.second_owner_id
LEFT JOIN LATERAL (
  SELECT geom FROM registry.pole WHERE id IN (m.first_id, m.second_id) ORDER BY id = m.second_id LIMIT 1
) AS p ON true
WHERE (:ids::bigint[] IS NULL OR m.id = ANY (:ids::bigint[]))
  AND (:state::text IS NULL OR m.state = :state)
  AND (:double::boolean IS NULL OR m.beside_double = :double)
  AND (:after::bigint IS NULL OR m.id > :after)
ORDER BY m.id
LIMIT :most;

-- name: standing(ids)
-- What decides which pole stays: a power company's own, then the better measured, then more cables.
SELECT
  p.id, p.owner_id, coalesce(o.kind = 'power', false), p.position_method = 'survey',
  coalesce(p.position_accuracy_m, 99), (SELECT count(*) FROM registry.support AS s WHERE s.pole_id = p.id)
FROM registry.pole AS p LEFT JOIN registry.organisation AS o ON o.id = p.owner_id
WHERE p.id = ANY (:ids);

-- name: hold()!
-- Let nobody else decide until the transaction ends.
SELECT pg_advisory_xact_lock(hashtext('gisreg.match'));

-- name: agree(ids)$
SELECT gisreg.agree_matches(:ids::bigint[]);

-- name: refuse(ids, why)$
SELECT gisreg.refuse_matches(:ids::bigint[], :why);

-- name: merge(survivors, absorbed, matches)$
SELECT gisreg.merge_poles(:survivors::bigint[], :absorbed::bigint[], :matches::bigint[]);

-- name: split(id)$
SELECT gisreg.split_pole(:id);

-- name: merges(id, most)
-- Merges that the actor may see, the newest first.
SELECT
  m.id, m.match_id, m.survivor_id, m.absorbed_id, m.alias_code, m.merged_at, m.merged_by, m.undone_at, m.undone_by,
  p.code AS survivor_code, jsonb_array_length(m.cables) AS cables
FROM registry.pole_merge AS m LEFT JOIN registry.pole AS p ON p.id = m.survivor_id
WHERE :id::bigint IS NULL OR m.id = :id
ORDER BY m.merged_at DESC, m.id
LIMIT :most;

-- name: because(reason)!
-- Why, for the change set of this transaction.
SELECT set_config('gisreg.reason', :reason, true);

-- name: cables_on(ids)
-- Cables that hang on these poles, as far as the actor may see them.
SELECT DISTINCT cable_id FROM registry.support WHERE pole_id = ANY (:ids) ORDER BY cable_id;
