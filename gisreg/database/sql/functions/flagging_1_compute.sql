-- Flagging: which segments lie in which zones that ask for tidying, and what follows for their state.
-- A whole run puts the zones outside and tests containment first: intersection is computed only for
-- segments that cross an edge. The run's copy of the zones keeps its polygons in the heap's pages
-- (STORAGE MAIN) and has no index, so that the planner shares its pages out among the workers.

-- The rule that a kind of zone stands for; kinds without one do not flag. Where zones overlap, the kind
-- with the higher rule decides: heritage, aesthetic priority, district centre, urban.
CREATE OR REPLACE FUNCTION gisreg.zone_rule(kind text) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE
AS $$
  SELECT CASE kind
    WHEN 'heritage' THEN 'Z04' WHEN 'aesthetic_priority' THEN 'Z03' WHEN 'district_centre' THEN 'Z02'
    WHEN 'urban' THEN 'Z01'
  END
$$;

CREATE OR REPLACE FUNCTION gisreg.rule_zone(rule_id text) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE
AS $$
  SELECT CASE rule_id
    WHEN 'Z04' THEN 'heritage' WHEN 'Z03' THEN 'aesthetic_priority' WHEN 'Z02' THEN 'district_centre'
    WHEN 'Z01' THEN 'urban'
  END
$$;

-- Compute the findings of the zone rules into flag_new (a table of the schema staging, or a temporary
-- one); the findings of all other rules are added to it.
-- \param as_of  day on which zones must be valid
-- \param ids  segments concerned, NULL for all
-- \param least_m  metres inside below which a touch is no finding
-- \param is_try  only to be looked at: in temporary tables, without keeping other runs waiting
-- \returns  how many there are
DROP FUNCTION IF EXISTS gisreg.flag_compute(date, bigint[], double precision);
CREATE OR REPLACE FUNCTION gisreg.flag_compute(
  as_of date, ids bigint[], least_m double precision, is_try boolean
) RETURNS bigint
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
SECURITY DEFINER
SET search_path = pg_catalog, public, staging, pg_temp
AS $$
DECLARE
  is_whole boolean := ids IS NULL;
  new_table text := CASE WHEN is_whole AND NOT is_try THEN 'UNLOGGED TABLE staging.' ELSE 'TEMPORARY TABLE ' END;
  tail text := CASE WHEN is_whole AND NOT is_try THEN '' ELSE 'ON COMMIT DROP' END;
  computed bigint;
BEGIN
  IF NOT is_try THEN
    PERFORM pg_advisory_xact_lock(hashtext('gisreg.flagging'));
  END IF;
  EXECUTE 'DROP TABLE IF EXISTS flag_zone, flag_new';
  IF NOT is_whole THEN
    DROP TABLE IF EXISTS flag_segment;
    CREATE TEMPORARY TABLE flag_segment ON COMMIT DROP AS
    SELECT s.* FROM registry.segment AS s WHERE s.id = ANY (ids);
  END IF;

  EXECUTE format('CREATE %sflag_zone (id bigint, rule_id text, weight float8, visibility text, geom geometry) %s', new_table, tail);
  EXECUTE 'ALTER TABLE flag_zone ALTER COLUMN geom SET STORAGE MAIN';
  -- So small a table is shared out among workers only if it says so itself.
  EXECUTE 'ALTER TABLE flag_zone SET (parallel_workers = 2)';
  EXECUTE format(
    'INSERT INTO flag_zone
     SELECT z.id, gisreg.zone_rule(z.kind), z.weight, z.visibility, z.geom FROM registry.zone AS z
     WHERE gisreg.zone_rule(z.kind) IS NOT NULL AND z.valid_from <= $1
       AND (z.valid_to IS NULL OR z.valid_to > $1)
       %s
     ORDER BY z.id',
    CASE WHEN is_whole THEN ''
      ELSE 'AND EXISTS (SELECT FROM flag_segment AS s WHERE s.geom && z.geom)' END
  ) USING as_of;
  EXECUTE 'ANALYZE flag_zone';

  -- What lies in a more hidden zone is a finding as hidden as the zone, and leaves no mark on the segment's
  -- state (only rows with a length count for that).
  -- OFFSET 0 keeps the list of results apart from the condition on it, which would compute the
  -- intersection once more.
  EXECUTE format(
    'CREATE %sflag_new %s AS
     SELECT
       n.object_id, n.zone_id, n.rule_id, ''fail'' AS outcome, n.owner_id,
       CASE WHEN n.is_hidden THEN n.zone_visibility ELSE n.visibility END AS visibility, n.metres_inside,
       CASE WHEN NOT n.is_hidden THEN n.length_m END AS length_m, n.weight * n.metres_inside AS priority, NULL::float8 AS measured_value,
       NULL::float8 AS threshold_value
     FROM (
       SELECT
         s.id AS object_id, z.id AS zone_id, z.rule_id, z.weight, s.length_m, s.owner_id, s.visibility,
         z.visibility AS zone_visibility, z.visibility <> ''public'' AND z.visibility <> s.visibility
           AND gisreg.visibility_rank(z.visibility) > gisreg.visibility_rank(s.visibility) AS is_hidden,
         CASE
           WHEN ST_Covers(z.geom, s.geom) THEN s.length_m
           WHEN ST_Intersects(z.geom, s.geom) THEN ST_Length(ST_Intersection(z.geom, s.geom)::geography)
         END AS metres_inside
       FROM flag_zone AS z JOIN %s AS s ON s.geom && z.geom
       OFFSET 0
     ) AS n
     WHERE n.metres_inside >= %L',
    new_table, tail, CASE WHEN is_whole THEN 'registry.segment' ELSE 'flag_segment' END, least_m
  );
  GET DIAGNOSTICS computed = ROW_COUNT;
  RETURN computed;
END
$$;
