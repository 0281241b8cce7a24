-- Objects by id alone: ids are unique over all layers. For the owner's functions; nobody else may ask.

-- \returns  an object's layer, owner, visibility and geometry; NULL where there is none
CREATE OR REPLACE FUNCTION gisreg.object_of(
  object bigint, OUT layer text, OUT owner_id bigint, OUT visibility text, OUT geom geometry
)
LANGUAGE sql STABLE PARALLEL SAFE
SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp
AS $$
  SELECT 'segment', s.owner_id, s.visibility, s.geom FROM registry.segment AS s WHERE s.id = object
  UNION ALL
  SELECT 'pole', p.owner_id, p.visibility, p.geom FROM registry.pole AS p WHERE p.id = object
  UNION ALL
  SELECT 'span', NULL, s.visibility, s.geom FROM registry.span AS s WHERE s.id = object
  UNION ALL
  SELECT 'tower', t.owner_id, t.visibility, t.geom FROM registry.tower AS t WHERE t.id = object
  UNION ALL
  SELECT 'cable', c.owner_id, c.visibility, c.geom FROM registry.cable AS c WHERE c.id = object
  UNION ALL
  SELECT 'fitting', f.owner_id, f.visibility, f.geom FROM registry.fitting AS f WHERE f.id = object
  UNION ALL
  SELECT 'manhole', m.owner_id, m.visibility, m.geom FROM registry.manhole AS m WHERE m.id = object
  UNION ALL
  SELECT 'duct', d.owner_id, d.visibility, d.geom FROM registry.duct AS d WHERE d.id = object
  UNION ALL
  SELECT 'support', s.owner_id, s.visibility, p.geom
  FROM registry.support AS s LEFT JOIN registry.pole AS p ON p.id = s.pole_id WHERE s.id = object
  UNION ALL
  SELECT 'street', NULL, t.visibility, t.geom FROM registry.street AS t WHERE t.id = object
  LIMIT 1
$$;

-- \returns  the commune of a place on a day (the lower id where drawings overlap), NULL for none
CREATE OR REPLACE FUNCTION gisreg.commune_at(place geometry, day date) RETURNS bigint
LANGUAGE sql STABLE PARALLEL SAFE
SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp
AS $$
  SELECT u.id FROM registry.admin_unit AS u
  WHERE u.geom && place AND u.level = 'commune' AND u.valid_from <= day AND (u.valid_to IS NULL OR u.valid_to > day)
    AND ST_Covers(u.geom, place)
  ORDER BY u.id LIMIT 1
$$;

-- \returns  a place that stands for an object's geometry: the middle of a line
CREATE OR REPLACE FUNCTION gisreg.middle_of(geom geometry) RETURNS geometry
LANGUAGE sql IMMUTABLE PARALLEL SAFE
SET search_path = pg_catalog, public, pg_temp
AS $$ SELECT CASE WHEN ST_GeometryType(geom) = 'ST_LineString' THEN ST_LineInterpolatePoint(geom, 0.5) ELSE ST_PointOnSurface(geom) END $$;

-- \returns  whether the actor may see findings of an owner's object (docs/rights.md, row "finding"): the
--           words of the policy on registry.finding
CREATE OR REPLACE FUNCTION gisreg.finding_shown(owner_id bigint, visibility text) RETURNS boolean
LANGUAGE sql STABLE PARALLEL RESTRICTED
AS $$
  SELECT coalesce(owner_id = gisreg.actor_organisation(), false)
    OR (visibility = ANY (gisreg.actor_sees()) AND gisreg.actor_is(ARRAY['inspector', 'ward_supervisor', 'authority']))
$$;

-- The owner of an object sees findings of it, whatever their visibility. What only another's object shows, which
-- the agency alone may know of, is not for him.
-- \param owner_id  of the object, \param other_owner_id, other_visibility  of what shows it (NULL: nothing does)
-- \returns  whose the finding is, NULL where that may not be told
CREATE OR REPLACE FUNCTION gisreg.told_owner(owner_id bigint, other_owner_id bigint, other_visibility text)
RETURNS bigint
LANGUAGE sql IMMUTABLE PARALLEL SAFE
AS $$
  SELECT CASE
    WHEN other_visibility IN ('agency', 'secret') AND other_owner_id IS DISTINCT FROM owner_id THEN NULL
    ELSE owner_id
  END
$$;

-- \returns  an object and what it became when the network was cut anew
CREATE OR REPLACE FUNCTION gisreg.heirs_of(object bigint) RETURNS SETOF bigint
LANGUAGE sql STABLE PARALLEL SAFE
SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp
AS $$
  WITH RECURSIVE heir AS (
    SELECT object AS id
    UNION
    SELECT l.to_id FROM heir JOIN registry.lineage AS l ON l.from_id = heir.id
  )
  SELECT id FROM heir
$$;

-- \returns  whether the actor may see the findings of an object that exists, or of what it became
CREATE OR REPLACE FUNCTION gisreg.findings_shown(object bigint) RETURNS boolean
LANGUAGE sql STABLE PARALLEL RESTRICTED
SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp
AS $$
  SELECT coalesce((
    SELECT bool_or(gisreg.finding_shown(o.owner_id, o.visibility))
    FROM gisreg.heirs_of(object) AS h (id) CROSS JOIN LATERAL gisreg.object_of(h.id) AS o WHERE o.layer IS NOT NULL
  ), false)
$$;

REVOKE EXECUTE ON FUNCTION gisreg.object_of(bigint), gisreg.commune_at(geometry, date), gisreg.heirs_of(bigint)
FROM PUBLIC, gisreg_app;
GRANT EXECUTE ON FUNCTION gisreg.object_of(bigint), gisreg.commune_at(geometry, date) TO gisreg_worker;
