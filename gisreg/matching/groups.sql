-- Groups of matches: what several organisations' rows say of one pole, for a map and for bulk decisions.

-- name: groups(state, owner, double, sure, west, south, east, north, most, skipped)
-- Groups of which a match in this state is seen: the pairs in that state, the poles as they stand, the surest first
-- and those beside double poles last. JSON throughout, since pages take it as it is.
WITH chosen AS (
  SELECT
    m.group_id, min(m.certainty) AS certainty, bool_or(m.beside_double) AS beside_double,
    max(m.distance_m) AS distance_m, array_agg(m.id ORDER BY m.id) AS ids
  FROM registry.pole_match AS m
  WHERE (:state::text IS NULL OR m.state = :state)
    AND (:owner::bigint IS NULL OR :owner IN (m.first_owner_id, m.second_owner_id))
    AND (:west::double precision IS NULL OR EXISTS (
      SELECT FROM registry.pole AS p
      WHERE p.id IN (m.first_id, m.second_id)
        AND p.geom && ST_MakeEnvelope(:west, :south, :east, :north, 4326)
    ))
  GROUP BY m.group_id
  HAVING min(m.certainty) >= :sure AND (:double::boolean IS NULL OR bool_or(m.beside_double) = :double)
  ORDER BY bool_or(m.beside_double), min(m.certainty) DESC, m.group_id
  LIMIT :most OFFSET :skipped
)
SELECT jsonb_build_object(
  'id', c.group_id,
  'certainty', c.certainty,
  'beside_double', c.beside_double,
  'distance_m', c.distance_m,
  'matches', (
    SELECT jsonb_agg(jsonb_build_object(
      'id', m.id, 'first_id', m.first_id, 'second_id', m.second_id, 'distance_m', m.distance_m,
      'certainty', m.certainty, 'state', m.state, 'first_agreed_by', m.first_agreed_by,
      'second_agreed_by', m.second_agreed_by, 'decided_by', m.decided_by, 'note', m.note
    ) ORDER BY m.certainty DESC, m.id)
    FROM registry.pole_match AS m WHERE m.id = ANY (c.ids)
  ),
  'poles', (
    SELECT jsonb_agg(jsonb_build_object(
      'id', r.pole_id, 'code', coalesce(p.code, r.code), 'owner_id', r.owner_id, 'owner', o.code,
      'height_m', p.height_m, 'kind', p.kind, 'stands', p.id IS NOT NULL,
      'lon', ST_X(p.geom), 'lat', ST_Y(p.geom),
      'cables', (SELECT count(DISTINCT s.cable_id) FROM registry.support AS s WHERE s.pole_id = p.id)
    ) ORDER BY o.code, r.pole_id)
    FROM (
      SELECT DISTINCT ON (pole_id) pole_id, owner_id, code
      FROM registry.pole_match AS m
      CROSS JOIN LATERAL (VALUES
        (m.first_id, m.first_owner_id, m.first_code), (m.second_id, m.second_owner_id, m.second_code)
      ) AS v (pole_id, owner_id, code)
      WHERE m.id = ANY (c.ids)
      ORDER BY pole_id
    ) AS r
    LEFT JOIN registry.pole AS p ON p.id = r.pole_id
    LEFT JOIN registry.organisation AS o ON o.id = r.owner_id
  )
)
FROM chosen AS c
ORDER BY c.beside_double, c.certainty DESC, c.group_id;

-- name: counts()
-- How many groups and matches there are in each state, and how many of the groups stand beside double poles.
SELECT
  state, count(DISTINCT group_id), count(*), count(DISTINCT group_id) FILTER (WHERE beside_double)
FROM registry.pole_match
GROUP BY state
ORDER BY state;

-- name: merges(undone, most, skipped)
-- Merges as JSON, the newest first: who went into whom and where that is.
SELECT jsonb_build_object(
  'id', m.id, 'match_id', m.match_id, 'merged_at', m.merged_at, 'merged_by', m.merged_by, 'undone_at', m.undone_at,
  'undone_by', m.undone_by, 'survivor_id', m.survivor_id, 'survivor_code', p.code,
  'survivor_owner', s.code, 'absorbed_id', m.absorbed_id, 'absorbed_code', m.alias_code,
  'absorbed_owner', a.code, 'cables', jsonb_array_length(m.cables), 'lon', ST_X(p.geom), 'lat', ST_Y(p.geom)
)
FROM registry.pole_merge AS m
LEFT JOIN registry.pole AS p ON p.id = m.survivor_id
LEFT JOIN registry.organisation AS s ON s.id = m.survivor_owner_id
LEFT JOIN registry.organisation AS a ON a.id = m.absorbed_owner_id
WHERE (m.undone_at IS NOT NULL) = :undone
ORDER BY m.merged_at DESC, m.id
LIMIT :most OFFSET :skipped;
