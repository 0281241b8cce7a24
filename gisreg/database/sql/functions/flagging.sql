-- Flagging: which segments lie in which zones that ask for tidying, and what follows for their state.
-- A whole run puts the zones outside and tests containment first: intersection is computed only for
-- segments that cross an edge. The run's copy of the zones keeps its polygons in the heap's pages
-- (STORAGE MAIN) and has no index, so that the planner shares its pages out among the workers.

-- The rule that a kind of zone stands for, the order in which kinds decide where zones overlap (lower
-- first), and the kinds that flag at all.
CREATE OR REPLACE FUNCTION gisreg.zone_rule(kind text) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE
AS $$
  SELECT CASE kind
    WHEN 'heritage' THEN 'Z04' WHEN 'aesthetic_priority' THEN 'Z03' WHEN 'district_centre' THEN 'Z02'
    WHEN 'urban' THEN 'Z01'
  END
$$;

CREATE OR REPLACE FUNCTION gisreg.zone_precedence(kind text) RETURNS integer
LANGUAGE sql IMMUTABLE PARALLEL SAFE
AS $$ SELECT array_position(ARRAY['heritage', 'aesthetic_priority', 'district_centre', 'urban'], kind) $$;

-- Compute the findings of a run into flag_new (a table of the schema staging, or a temporary one).
-- \param as_of  day on which zones must be valid
-- \param ids  segments concerned, NULL for all
-- \param least_m  metres inside below which a touch is no finding
CREATE OR REPLACE FUNCTION gisreg.flag_compute(as_of date, ids bigint[], least_m double precision)
RETURNS bigint
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
SECURITY DEFINER
SET search_path = pg_catalog, public, staging, pg_temp
AS $$
DECLARE
  kind text := CASE WHEN ids IS NULL THEN 'UNLOGGED TABLE staging.' ELSE 'TEMPORARY TABLE ' END;
  tail text := CASE WHEN ids IS NULL THEN '' ELSE 'ON COMMIT DROP' END;
  computed bigint;
BEGIN
  PERFORM pg_advisory_xact_lock(hashtext('gisreg.flagging'));
  EXECUTE 'DROP TABLE IF EXISTS flag_zone, flag_new';
  IF ids IS NOT NULL THEN
    DROP TABLE IF EXISTS flag_segment;
    CREATE TEMPORARY TABLE flag_segment ON COMMIT DROP AS
    SELECT s.* FROM registry.segment AS s WHERE s.id = ANY (ids);
  END IF;

  EXECUTE format('CREATE %sflag_zone (id bigint, kind text, weight float8, geom geometry) %s', kind, tail);
  EXECUTE 'ALTER TABLE flag_zone ALTER COLUMN geom SET STORAGE MAIN';
  EXECUTE format(
    'INSERT INTO flag_zone
     SELECT z.id, z.kind, z.weight, z.geom FROM registry.zone AS z
     WHERE gisreg.zone_rule(z.kind) IS NOT NULL AND z.valid_from <= $1
       AND (z.valid_to IS NULL OR z.valid_to > $1)
       %s
     ORDER BY z.id',
    CASE WHEN ids IS NULL THEN ''
      ELSE 'AND EXISTS (SELECT FROM flag_segment AS s WHERE s.geom && z.geom)' END
  ) USING as_of;
  EXECUTE 'ANALYZE flag_zone';

  EXECUTE format(
    'CREATE %sflag_new %s AS
     SELECT
       object_id, zone_id, gisreg.zone_rule(kind) AS rule_id, kind AS reason, metres_inside,
       weight * metres_inside AS priority, owner_id, visibility, province_code
     FROM (
       SELECT
         s.id AS object_id, z.id AS zone_id, z.kind, z.weight, s.owner_id, s.visibility, s.province_code,
         CASE
           WHEN ST_Covers(z.geom, s.geom) THEN s.length_m
           WHEN ST_Intersects(z.geom, s.geom) THEN ST_Length(ST_Intersection(z.geom, s.geom)::geography)
         END AS metres_inside
       FROM flag_zone AS z JOIN %s AS s ON s.geom && z.geom
     ) AS hit
     WHERE metres_inside >= %s',
    kind, tail, CASE WHEN ids IS NULL THEN 'registry.segment' ELSE 'flag_segment' END, least_m::text
  );
  GET DIAGNOSTICS computed = ROW_COUNT;
  EXECUTE 'CREATE UNIQUE INDEX ON flag_new (object_id, rule_id, zone_id)';
  EXECUTE 'ANALYZE flag_new';
  RETURN computed;
END
$$;

-- Write the differences between flag_new and the findings that stand.
-- \param ids  segments concerned, NULL for all
-- \returns  how many findings are new, gone, changed, the same
CREATE OR REPLACE FUNCTION gisreg.flag_write(
  run bigint, ids bigint[], OUT fresh bigint, OUT gone bigint, OUT changed bigint, OUT same bigint
)
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
SECURITY DEFINER
SET search_path = pg_catalog, public, staging, pg_temp
AS $$
DECLARE
  total bigint;
  rebuild boolean;
BEGIN
  SELECT count(*) INTO total FROM flag_new;
  -- A first run writes everything: the index is then built once instead of row by row.
  rebuild := ids IS NULL AND total > 100000 AND NOT EXISTS (SELECT FROM registry.finding);
  IF rebuild THEN
    DROP INDEX registry.finding_fingerprint;
    DROP INDEX registry.finding_zone_id_idx;
  END IF;

  DELETE FROM registry.finding AS f
  WHERE f.rule_id IN ('Z01', 'Z02', 'Z03', 'Z04') AND (ids IS NULL OR f.object_id = ANY (ids))
    AND NOT EXISTS (
      SELECT FROM flag_new AS n
      WHERE n.object_id = f.object_id AND n.rule_id = f.rule_id AND n.zone_id = f.zone_id
    );
  GET DIAGNOSTICS gone = ROW_COUNT;
  UPDATE registry.finding AS f
  SET metres_inside = n.metres_inside, priority = n.priority, owner_id = n.owner_id,
    visibility = n.visibility, run_id = run
  FROM flag_new AS n
  WHERE n.object_id = f.object_id AND n.rule_id = f.rule_id AND n.zone_id = f.zone_id
    AND (f.metres_inside, f.priority, f.owner_id, f.visibility)
      IS DISTINCT FROM (n.metres_inside, n.priority, n.owner_id, n.visibility);
  GET DIAGNOSTICS changed = ROW_COUNT;
  INSERT INTO registry.finding (
    object_id, rule_id, zone_id, layer, outcome, reason, metres_inside, priority, owner_id, visibility,
    province_code, first_seen_at, run_id
  )
  SELECT
    n.object_id, n.rule_id, n.zone_id, 'segment', 'fail', n.reason, n.metres_inside, n.priority, n.owner_id,
    n.visibility, n.province_code, clock_timestamp(), run
  FROM flag_new AS n
  WHERE NOT EXISTS (
    SELECT FROM registry.finding AS f
    WHERE f.object_id = n.object_id AND f.rule_id = n.rule_id AND f.zone_id = n.zone_id
  );
  GET DIAGNOSTICS fresh = ROW_COUNT;
  same := total - fresh - changed;

  IF rebuild THEN
    CREATE UNIQUE INDEX finding_fingerprint
      ON registry.finding (object_id, rule_id, zone_id) NULLS NOT DISTINCT;
    CREATE INDEX finding_zone_id_idx ON registry.finding (zone_id, rule_id);
  END IF;
END
$$;

-- Bring the state of segments in line with the findings: flagged metres (zones that overlap count
-- once), the deciding reason, the priority; "flagged" where work has not begun, "none" where no zone
-- asks any more. What people have set (planned and beyond) is never taken back by a run.
CREATE OR REPLACE FUNCTION gisreg.flag_settle(ids bigint[]) RETURNS bigint
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
SECURITY DEFINER
SET search_path = pg_catalog, public, staging, pg_temp
AS $$
DECLARE
  touched bigint;
  more bigint;
BEGIN
  DROP TABLE IF EXISTS flag_state;
  CREATE TEMPORARY TABLE flag_state ON COMMIT DROP AS
  SELECT
    n.object_id AS segment_id,
    max(n.metres_inside) AS flagged_m,
    (array_agg(n.reason ORDER BY gisreg.zone_precedence(n.reason), n.zone_id))[1] AS reason,
    max(n.priority) AS priority,
    count(*) AS zones
  FROM flag_new AS n
  GROUP BY n.object_id;

  -- Metres in several zones, none of which holds the whole segment: measure their union.
  UPDATE flag_state AS f
  SET flagged_m = u.metres
  FROM (
    SELECT s.id, ST_Length(ST_Intersection(ST_Union(z.geom), s.geom)::geography) AS metres
    FROM flag_state AS m
    JOIN registry.segment AS s ON s.id = m.segment_id
    JOIN flag_new AS n ON n.object_id = s.id
    JOIN flag_zone AS z ON z.id = n.zone_id
    WHERE m.zones > 1 AND m.flagged_m < s.length_m
    GROUP BY s.id, s.geom
  ) AS u
  WHERE f.segment_id = u.id;
  CREATE UNIQUE INDEX ON flag_state (segment_id);
  ANALYZE flag_state;

  UPDATE registry.segment_state AS s
  SET flagged_m = n.flagged_m, reason = n.reason, priority = n.priority,
    tidying_state = CASE s.tidying_state WHEN 'none' THEN 'flagged' ELSE s.tidying_state END,
    tidying_since = CASE s.tidying_state WHEN 'none' THEN clock_timestamp() ELSE s.tidying_since END
  FROM flag_state AS n
  WHERE s.segment_id = n.segment_id
    AND (s.tidying_state = 'none'
      OR (s.flagged_m, s.reason, s.priority) IS DISTINCT FROM (n.flagged_m, n.reason, n.priority));
  GET DIAGNOSTICS touched = ROW_COUNT;
  INSERT INTO registry.segment_state (segment_id, tidying_state, flagged_m, reason, priority)
  SELECT n.segment_id, 'flagged', n.flagged_m, n.reason, n.priority
  FROM flag_state AS n
  WHERE NOT EXISTS (SELECT FROM registry.segment_state AS s WHERE s.segment_id = n.segment_id);
  GET DIAGNOSTICS more = ROW_COUNT;
  touched := touched + more;
  UPDATE registry.segment_state AS s
  SET flagged_m = 0, reason = NULL, priority = 0,
    tidying_state = CASE s.tidying_state WHEN 'flagged' THEN 'none' ELSE s.tidying_state END,
    tidying_since = CASE s.tidying_state WHEN 'flagged' THEN clock_timestamp() ELSE s.tidying_since END
  WHERE (ids IS NULL OR s.segment_id = ANY (ids))
    AND (s.flagged_m > 0 OR s.reason IS NOT NULL)
    AND NOT EXISTS (SELECT FROM flag_state AS n WHERE n.segment_id = s.segment_id);
  GET DIAGNOSTICS more = ROW_COUNT;
  EXECUTE 'DROP TABLE IF EXISTS flag_new, flag_zone';
  RETURN touched + more;
END
$$;
