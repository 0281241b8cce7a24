-- Flagging: which segments lie in which zones that ask for tidying, over the whole registry.
-- The zones stand outside and containment is tested first: intersection is computed only for segments that
-- cross an edge. The run's copy of the zones keeps its polygons in the heap's pages (STORAGE MAIN) and has no
-- index, so that the planner shares its pages out among the workers.
DROP FUNCTION IF EXISTS gisreg.flag_compute(date, bigint[], double precision);
DROP FUNCTION IF EXISTS gisreg.flag_compute(date, bigint[], double precision, boolean);

-- The zones that ask for tidying on a day, for a run: staging.flag_zone, or a temporary table.
-- `sure` is the zone less, `near` the zone and all around it by the widest tolerance of a position; both are
-- NULL where all positions are taken as they are drawn.
CREATE OR REPLACE FUNCTION gisreg.flag_zones(as_of date, widest_m double precision, is_try boolean) RETURNS void
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
SECURITY DEFINER
SET search_path = pg_catalog, public, staging, pg_temp
AS $$
BEGIN
  EXECUTE 'DROP TABLE IF EXISTS flag_zone';
  EXECUTE format(
    'CREATE %s TABLE %sflag_zone (
       id bigint, rule_id text, reason text, weight float8, visibility text, geom geometry, sure geometry, near geometry
     ) %s',
    CASE WHEN is_try THEN 'TEMPORARY' ELSE 'UNLOGGED' END, CASE WHEN is_try THEN '' ELSE 'staging.' END,
    CASE WHEN is_try THEN 'ON COMMIT DROP' ELSE '' END
  );
  EXECUTE
    'ALTER TABLE flag_zone ALTER COLUMN geom SET STORAGE MAIN, ALTER COLUMN sure SET STORAGE MAIN,
       ALTER COLUMN near SET STORAGE MAIN';
  -- So small a table is shared out among workers only if it says so itself.
  EXECUTE 'ALTER TABLE flag_zone SET (parallel_workers = 2)';
  EXECUTE
    'INSERT INTO flag_zone
     SELECT
       z.id, r.id, gisreg.rule_zone(r.id), z.weight, z.visibility, z.geom,
       CASE WHEN $2 > 0 THEN gisreg.grown(z.geom, -$2) END, CASE WHEN $2 > 0 THEN gisreg.grown(z.geom, $2) END
     FROM registry.zone AS z
     JOIN registry.rule AS r ON r.id = gisreg.zone_rule(z.kind) AND r.is_active
     WHERE z.valid_from <= $1 AND (z.valid_to IS NULL OR z.valid_to > $1)
     ORDER BY z.id' USING as_of, widest_m;
  EXECUTE 'ANALYZE flag_zone';
END
$$;

-- Compute the findings of the zone rules into flag_new (a table of the schema staging, or a temporary
-- one); the findings of all other rules are added to it.
-- \param as_of  day on which zones must be valid
-- \param least_m  metres inside below which a touch is no finding
-- \param limits  the thresholds
-- \param is_try  only to be looked at: in temporary tables, without keeping other runs waiting
-- \returns  how many there are
CREATE OR REPLACE FUNCTION gisreg.flag_compute(
  as_of date, least_m double precision, limits jsonb, is_try boolean
) RETURNS bigint
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
SECURITY DEFINER
SET search_path = pg_catalog, public, staging, pg_temp
AS $$
DECLARE
  new_table text := CASE WHEN is_try THEN 'TEMPORARY TABLE ' ELSE 'UNLOGGED TABLE staging.' END;
  tail text := CASE WHEN is_try THEN 'ON COMMIT DROP' ELSE '' END;
  widest_m double precision;
  assumed_m double precision := gisreg.position_tolerance_m(NULL, limits);
  computed bigint;
BEGIN
  IF NOT is_try THEN
    PERFORM pg_advisory_xact_lock(hashtext('gisreg.flagging'));
  END IF;
  EXECUTE 'DROP TABLE IF EXISTS flag_new, flag_close';
  -- The widest there is: of the accuracies that are known, by their index, or what is assumed of the others.
  widest_m := coalesce((
    SELECT gisreg.position_tolerance_m(s.position_accuracy_m, limits) FROM registry.segment AS s
    WHERE s.position_accuracy_m IS NOT NULL
    ORDER BY s.position_accuracy_m DESC LIMIT 1), 0);
  IF assumed_m > widest_m AND EXISTS (SELECT FROM registry.segment AS s WHERE s.position_accuracy_m IS NULL) THEN
    widest_m := assumed_m;
  END IF;
  PERFORM gisreg.flag_zones(as_of, widest_m, is_try);

  -- What lies in a more hidden zone is a finding as hidden as the zone, and leaves no mark on the segment's
  -- state (only rows with a length count for that).
  -- raw_m is NULL where the segment is surely all inside, infinite where it is out of reach, negative where neither
  -- end is inside: one number, since geometries would have to be handed from the workers to the leader.
  -- OFFSET 0 keeps the list of results apart from the conditions on it, which would compute the
  -- intersection once more.
  EXECUTE format(
    'CREATE %1$sflag_new %2$s AS
     SELECT
       n.object_id, n.zone_id,
       CASE
         WHEN n.raw_m IS NULL OR abs(n.raw_m) >= n.length_m OR abs(n.raw_m) < %3$L THEN n.rule_id
         WHEN abs(n.raw_m) < %4$L THEN ''Z06''
         WHEN n.raw_m < 0 AND %5$L THEN ''Z07''
         ELSE n.rule_id
       END AS rule_id,
       ''fail'' AS outcome, n.owner_id,
       CASE WHEN n.is_hidden THEN n.zone_visibility ELSE n.visibility END AS visibility,
       coalesce(abs(n.raw_m), n.length_m) AS metres_inside, NULL::float8 AS metres_possible,
       CASE WHEN NOT n.is_hidden AND coalesce(abs(n.raw_m) >= %3$L, true) THEN n.length_m END AS length_m,
       n.weight * coalesce(abs(n.raw_m), n.length_m) AS priority, NULL::float8 AS measured_value,
       NULL::float8 AS threshold_value,
       CASE WHEN n.raw_m IS NOT NULL AND n.tolerance_m > 0 THEN n.tolerance_m END AS tolerance_m
     FROM (
       SELECT
         s.id AS object_id, z.id AS zone_id, z.rule_id, z.weight, s.length_m, s.owner_id, s.visibility,
         z.visibility AS zone_visibility, z.visibility <> ''public'' AND z.visibility <> s.visibility
           AND gisreg.visibility_rank(z.visibility) > gisreg.visibility_rank(s.visibility) AS is_hidden,
         %6$s AS tolerance_m,
         CASE
           WHEN ST_Covers(%7$s, s.geom) THEN NULL
           -- All inside, but not deep: its length to the last digit, as an edit says it.
           WHEN %9$s THEN s.length_m
           WHEN ST_Intersects(%8$s, s.geom)
             THEN least(
               s.length_m,
               CASE WHEN ST_NPoints(s.geom) = 2 THEN ST_Length(ST_Intersection(z.geom, s.geom)::geography)
                 ELSE gisreg.metres_in(z.geom, s.geom) END)
               * CASE WHEN ST_Covers(z.geom, ST_StartPoint(s.geom)) OR ST_Covers(z.geom, ST_EndPoint(s.geom)) THEN 1 ELSE -1 END
           ELSE ''infinity''
         END AS raw_m
       FROM flag_zone AS z JOIN registry.segment AS s ON s.geom && %8$s
       OFFSET 0
     ) AS n
     WHERE CASE WHEN n.raw_m IS NULL THEN n.length_m >= %3$L
       ELSE n.raw_m < ''infinity'' AND (abs(n.raw_m) >= %3$L OR n.tolerance_m > 0) END',
    new_table, tail, least_m, gisreg.zone_stub_m(limits), gisreg.tells_crossing(),
    CASE WHEN widest_m > 0 THEN format('gisreg.position_tolerance_m(s.position_accuracy_m, %L)', limits) ELSE '0::float8' END,
    CASE WHEN widest_m > 0 THEN 'z.sure' ELSE 'z.geom' END,
    CASE WHEN widest_m > 0 THEN 'z.near' ELSE 'z.geom' END,
    CASE WHEN widest_m > 0 THEN 'ST_Covers(z.geom, s.geom)' ELSE 'false' END
  );
  GET DIAGNOSTICS computed = ROW_COUNT;
  IF widest_m > 0 THEN
    computed := computed - gisreg.flag_doubt(least_m, limits, is_try);
  END IF;
  RETURN computed;
END
$$;

-- Look closer at the rows of flag_new whose position may be wrong by more than they lie from the zone's edge:
-- those that reach no deeper than their tolerance are borderline, those that stay out of reach go.
-- Tolerances are rounded up to a step of a ladder, for which each zone is made smaller and larger once; what
-- that does not decide is computed pair by pair.
-- \returns  how many rows went
CREATE OR REPLACE FUNCTION gisreg.flag_doubt(least_m double precision, limits jsonb, is_try boolean) RETURNS bigint
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
SECURITY DEFINER
SET search_path = pg_catalog, public, staging, pg_temp
AS $$
DECLARE
  new_table text := CASE WHEN is_try THEN 'TEMPORARY TABLE ' ELSE 'UNLOGGED TABLE staging.' END;
  tail text := CASE WHEN is_try THEN 'ON COMMIT DROP' ELSE '' END;
  gone bigint;
BEGIN
  EXECUTE 'DROP TABLE IF EXISTS flag_margin, flag_close';
  EXECUTE 'ANALYZE flag_new';
  EXECUTE format(
    'CREATE %sflag_margin %s AS
     SELECT
       z.id AS zone_id, n.step_m, z.geom, gisreg.grown(z.geom, -1.02 * n.step_m) AS sure,
       gisreg.grown(z.geom, 1.02 * n.step_m) AS near
     FROM (
       SELECT DISTINCT zone_id, gisreg.step_of(tolerance_m) AS step_m FROM flag_new WHERE tolerance_m IS NOT NULL
     ) AS n
     JOIN flag_zone AS z ON z.id = n.zone_id', new_table, tail
  );
  EXECUTE 'ANALYZE flag_margin';
  EXECUTE format(
    'CREATE %sflag_close %s AS
     SELECT n.object_id, n.zone_id, a.metres_possible
     FROM flag_new AS n
     JOIN flag_margin AS m ON m.zone_id = n.zone_id AND m.step_m = gisreg.step_of(n.tolerance_m)
     JOIN registry.segment AS s ON s.id = n.object_id
     CROSS JOIN LATERAL gisreg.in_zone(m.geom, s.geom, s.length_m, n.tolerance_m, 0, %L) AS a
     WHERE n.tolerance_m IS NOT NULL AND NOT ST_Intersects(m.sure, s.geom) AND ST_Intersects(m.near, s.geom)
       AND a.outcome = ''borderline''', new_table, tail, least_m
  );
  EXECUTE 'ANALYZE flag_close';
  EXECUTE
    'DELETE FROM flag_new AS n
     WHERE n.metres_inside < $1 AND NOT EXISTS (
       SELECT FROM flag_close AS c WHERE c.object_id = n.object_id AND c.zone_id = n.zone_id
     )' USING least_m;
  GET DIAGNOSTICS gone = ROW_COUNT;
  EXECUTE
    'UPDATE flag_new AS n SET outcome = ''borderline'', metres_possible = c.metres_possible
     FROM flag_close AS c
     WHERE c.object_id = n.object_id AND c.zone_id = n.zone_id';
  EXECUTE 'DROP TABLE flag_close, flag_margin';
  RETURN gone;
END
$$;
