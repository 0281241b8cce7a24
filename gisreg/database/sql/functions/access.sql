-- Who a person is when he acts: read by the worker's role only (nobody else may read these tables).

-- \param person  id of a person
-- \param moment  when; grants that have ended by then do not count
-- \returns  one row for an active person, none otherwise; areas is where he acts as an inspector or ward
--           supervisor, inspects where as an inspector: NULL for everywhere. A ward supervisor's is never NULL
DROP FUNCTION IF EXISTS access.acting(bigint, timestamptz);
CREATE FUNCTION access.acting(person bigint, moment timestamptz)
RETURNS TABLE (
  person_id bigint, name text, organisation_id bigint, organisation text, roles text[], areas bigint[],
  inspects bigint[]
)
LANGUAGE sql STABLE PARALLEL SAFE
AS $$
  SELECT p.id, p.name, p.organisation_id, o.name, coalesce(g.roles, '{}'), g.areas, g.inspects
  FROM access.person AS p
  LEFT JOIN registry.organisation AS o ON o.id = p.organisation_id
  CROSS JOIN LATERAL (
    SELECT
      array_agg(DISTINCT r.role) AS roles,
      CASE WHEN bool_or(r.role IN ('inspector', 'ward_supervisor'))
          AND NOT bool_or(r.role = 'inspector' AND r.area_id IS NULL)
        THEN coalesce(array_agg(DISTINCT r.area_id) FILTER (
          WHERE r.role IN ('inspector', 'ward_supervisor') AND r.area_id IS NOT NULL), '{}')
      END AS areas,
      CASE WHEN bool_or(r.role = 'inspector') AND NOT bool_or(r.role = 'inspector' AND r.area_id IS NULL)
        THEN array_agg(DISTINCT r.area_id) FILTER (WHERE r.role = 'inspector')
      END AS inspects
    FROM access.role_grant AS r
    WHERE r.person_id = p.id AND (r.valid_to IS NULL OR r.valid_to > moment)
  ) AS g
  WHERE p.id = person AND p.is_active
$$;
