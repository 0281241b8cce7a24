-- Who a person is when he acts: read by the worker's role only (nobody else may read these tables).

-- \param person  id of a person
-- \param moment  when; grants that have ended by then do not count
-- \returns  one row for an active person, none otherwise; areas is NULL unless every inspector's and ward
--           supervisor's role is bound to communes
CREATE OR REPLACE FUNCTION access.acting(person bigint, moment timestamptz)
RETURNS TABLE (
  person_id bigint, name text, organisation_id bigint, organisation text, roles text[], areas bigint[]
)
LANGUAGE sql STABLE PARALLEL SAFE
AS $$
  SELECT p.id, p.name, p.organisation_id, o.name, coalesce(g.roles, '{}'), g.areas
  FROM access.person AS p
  LEFT JOIN registry.organisation AS o ON o.id = p.organisation_id
  CROSS JOIN LATERAL (
    SELECT
      array_agg(DISTINCT r.role) AS roles,
      CASE WHEN bool_and(r.area_id IS NOT NULL) FILTER (WHERE r.role IN ('inspector', 'ward_supervisor'))
        THEN array_agg(DISTINCT r.area_id) FILTER (WHERE r.role IN ('inspector', 'ward_supervisor'))
      END AS areas
    FROM access.role_grant AS r
    WHERE r.person_id = p.id AND (r.valid_to IS NULL OR r.valid_to > moment)
  ) AS g
  WHERE p.id = person AND p.is_active
$$;
