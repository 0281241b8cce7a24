-- Masts that stand near each other: one definition for the rules (S02, S03) and for `gisreg sharing candidates`.
-- Plain selects, so that the planner writes them into what asks them, and policies hold for whoever asks.

-- Masts that stand or are planned, and whether they stand in a zone of the programme that holds on the day
-- (`is_inner`). Zones that only the agency may know of do not count: nobody shall learn of them from a radius.
CREATE OR REPLACE FUNCTION gisreg.masts(day date)
RETURNS TABLE (
  id bigint, owner_id bigint, mast_class text, height_m double precision, position_accuracy_m double precision,
  visibility text, geom geometry, is_inner boolean
)
LANGUAGE sql STABLE PARALLEL SAFE
AS $$
  SELECT
    t.id, t.owner_id, t.mast_class, t.height_m, t.position_accuracy_m, t.visibility, t.geom,
    EXISTS (
      SELECT FROM registry.zone AS z
      WHERE gisreg.zone_rule(z.kind) IS NOT NULL AND z.visibility IN ('public', 'partner')
        AND z.valid_from <= day AND (z.valid_to IS NULL OR z.valid_to > day)
        AND z.geom && t.geom AND ST_Covers(z.geom, t.geom)
    )
  FROM registry.tower AS t
  WHERE t.status IN ('planned', 'in_service')
$$;

-- Masts of which another one stands within the radius that both have to share in: the inner one where both are
-- inner, else the outer one; a radius of NULL is none. One of two without an owner counts as another's.
-- \returns  every pair twice, once from each; `tolerance_m` is how well the distance is known
CREATE OR REPLACE FUNCTION gisreg.mast_pairs(day date, inner_m double precision, outer_m double precision)
RETURNS TABLE (
  a_id bigint, b_id bigint, a_owner_id bigint, b_owner_id bigint, b_visibility text, is_inner boolean,
  distance_m double precision, tolerance_m double precision, radius_m double precision
)
LANGUAGE sql STABLE PARALLEL SAFE
AS $$
  SELECT
    a.id, b.id, a.owner_id, b.owner_id, b.visibility, a.is_inner AND b.is_inner, d.distance_m,
    sqrt(coalesce(a.position_accuracy_m, 0) ^ 2 + coalesce(b.position_accuracy_m, 0) ^ 2), d.radius_m
  FROM gisreg.masts(day) AS a
  JOIN gisreg.masts(day) AS b
    ON b.geom && gisreg.around(a.geom, greatest(inner_m, outer_m)) AND b.id <> a.id
    AND b.owner_id IS DISTINCT FROM a.owner_id
  CROSS JOIN LATERAL (
    SELECT
      ST_Distance(b.geom::geography, a.geom::geography) AS distance_m,
      CASE WHEN a.is_inner AND b.is_inner THEN inner_m ELSE outer_m END AS radius_m
  ) AS d
  WHERE d.distance_m < d.radius_m
$$;
