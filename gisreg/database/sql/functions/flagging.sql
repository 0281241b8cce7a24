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
  is_whole boolean := ids IS NULL;
  new_table text := CASE WHEN is_whole THEN 'UNLOGGED TABLE staging.' ELSE 'TEMPORARY TABLE ' END;
  tail text := CASE WHEN is_whole THEN '' ELSE 'ON COMMIT DROP' END;
  computed bigint;
  touches bigint;
BEGIN
  PERFORM pg_advisory_xact_lock(hashtext('gisreg.flagging'));
  EXECUTE 'DROP TABLE IF EXISTS flag_zone, flag_new';
  IF NOT is_whole THEN
    DROP TABLE IF EXISTS flag_segment;
    CREATE TEMPORARY TABLE flag_segment ON COMMIT DROP AS
    SELECT s.* FROM registry.segment AS s WHERE s.id = ANY (ids);
  END IF;

  EXECUTE format('CREATE %sflag_zone (id bigint, rule_id text, weight float8, geom geometry) %s', new_table, tail);
  EXECUTE 'ALTER TABLE flag_zone ALTER COLUMN geom SET STORAGE MAIN';
  -- So small a table is shared out among workers only if it says so itself.
  EXECUTE 'ALTER TABLE flag_zone SET (parallel_workers = 2)';
  EXECUTE format(
    'INSERT INTO flag_zone
     SELECT z.id, gisreg.zone_rule(z.kind), z.weight, z.geom FROM registry.zone AS z
     WHERE gisreg.zone_rule(z.kind) IS NOT NULL AND z.valid_from <= $1
       AND (z.valid_to IS NULL OR z.valid_to > $1)
       %s
     ORDER BY z.id',
    CASE WHEN is_whole THEN ''
      ELSE 'AND EXISTS (SELECT FROM flag_segment AS s WHERE s.geom && z.geom)' END
  ) USING as_of;
  EXECUTE 'ANALYZE flag_zone';

  -- The metres stand in the list of results alone: a condition on them would compute the intersection
  -- once more. Touches that are no findings are few and go afterwards.
  EXECUTE format(
    'CREATE %sflag_new %s AS
     SELECT
       s.id AS object_id, z.id AS zone_id, z.rule_id, z.weight, s.length_m, s.owner_id, s.visibility,
       CASE
         WHEN ST_Covers(z.geom, s.geom) THEN s.length_m
         ELSE ST_Length(ST_Intersection(z.geom, s.geom)::geography)
       END AS metres_inside
     FROM flag_zone AS z JOIN %s AS s ON s.geom && z.geom AND ST_Intersects(z.geom, s.geom)',
    new_table, tail, CASE WHEN is_whole THEN 'registry.segment' ELSE 'flag_segment' END
  );
  GET DIAGNOSTICS computed = ROW_COUNT;
  EXECUTE 'DELETE FROM flag_new WHERE metres_inside < $1' USING least_m;
  GET DIAGNOSTICS touches = ROW_COUNT;
  EXECUTE 'ANALYZE flag_new';
  RETURN computed - touches;
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
SET work_mem = '256MB'
AS $$
DECLARE
  total bigint;
  changes bigint;
  key_again text;
BEGIN
  SELECT count(*) INTO total FROM flag_new;
  IF ids IS NULL AND NOT EXISTS (SELECT FROM registry.finding) THEN
    -- A first run writes everything: the indexes are then built once instead of row by row, and the
    -- history is copied from the table instead of being carried through a trigger's row store.
    ALTER TABLE registry.finding DISABLE TRIGGER record_insert;
    DROP INDEX registry.finding_fingerprint;
    DROP INDEX registry.finding_zone_id_idx;
    INSERT INTO registry.finding (
      object_id, zone_id, owner_id, run_id, first_seen_at, metres_inside, priority, rule_id, outcome, visibility
    )
    SELECT
      object_id, zone_id, owner_id, run, now(), metres_inside, weight * metres_inside, rule_id, 'fail',
      visibility
    FROM flag_new;
    IF total > 0 THEN
      changes := gisreg.change_set_id();
      key_again := gisreg.drop_history_key('finding', total);
      INSERT INTO history.finding (
        change_set_id, operation, object_id, zone_id, owner_id, run_id, first_seen_at, metres_inside,
        priority, rule_id, outcome, visibility
      )
      SELECT
        changes, 'I', object_id, zone_id, owner_id, run_id, first_seen_at, metres_inside, priority, rule_id,
        outcome, visibility
      FROM registry.finding;
    END IF;
    ALTER TABLE registry.finding ENABLE TRIGGER record_insert;
    CREATE UNIQUE INDEX finding_fingerprint
      ON registry.finding (object_id, zone_id, rule_id) NULLS NOT DISTINCT;
    CREATE INDEX finding_zone_id_idx ON registry.finding (zone_id);
    fresh := total;
    gone := 0;
    changed := 0;
    same := 0;
    RETURN;
  END IF;

  DELETE FROM registry.finding AS f
  WHERE f.rule_id IN ('Z01', 'Z02', 'Z03', 'Z04') AND (ids IS NULL OR f.object_id = ANY (ids))
    AND NOT EXISTS (
      SELECT FROM flag_new AS n
      WHERE n.object_id = f.object_id AND n.rule_id = f.rule_id AND n.zone_id = f.zone_id
    );
  GET DIAGNOSTICS gone = ROW_COUNT;
  UPDATE registry.finding AS f
  SET metres_inside = n.metres_inside, priority = n.weight * n.metres_inside, owner_id = n.owner_id,
    visibility = n.visibility, run_id = run
  FROM flag_new AS n
  WHERE n.object_id = f.object_id AND n.rule_id = f.rule_id AND n.zone_id = f.zone_id
    AND (ids IS NULL OR f.object_id = ANY (ids))
    AND (f.metres_inside, f.priority, f.owner_id, f.visibility)
      IS DISTINCT FROM (n.metres_inside, n.weight * n.metres_inside, n.owner_id, n.visibility);
  GET DIAGNOSTICS changed = ROW_COUNT;
  INSERT INTO registry.finding (
    object_id, zone_id, owner_id, run_id, first_seen_at, metres_inside, priority, rule_id, outcome, visibility
  )
  SELECT
    n.object_id, n.zone_id, n.owner_id, run, now(), n.metres_inside, n.weight * n.metres_inside, n.rule_id,
    'fail', n.visibility
  FROM flag_new AS n
  WHERE NOT EXISTS (
    SELECT FROM registry.finding AS f
    WHERE f.object_id = n.object_id AND f.rule_id = n.rule_id AND f.zone_id = n.zone_id
      AND (ids IS NULL OR f.object_id = ANY (ids))
  );
  GET DIAGNOSTICS fresh = ROW_COUNT;
  same := total - fresh - changed;
END
$$;

-- Bring the state of segments in line with the findings: flagged metres (zones that overlap count
-- once), the deciding reason, the priority; "flagged" where work has not begun, "none" where no zone
-- asks any more. What people have set (planned and beyond) is never taken back by a run.
CREATE OR REPLACE FUNCTION gisreg.flag_settle(ids bigint[]) RETURNS bigint
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
SECURITY DEFINER
SET search_path = pg_catalog, public, staging, pg_temp
SET work_mem = '256MB'
AS $$
DECLARE
  touched bigint;
  more bigint;
  -- One row a segment: the highest rule decides, metres in several zones are those of their union.
  summary text :=
    'SELECT
       g.segment_id, coalesce(u.flagged_m, g.flagged_m) AS flagged_m, gisreg.rule_zone(g.rule_id) AS reason,
       g.priority
     FROM (
       SELECT
         object_id AS segment_id, max(metres_inside) AS flagged_m, max(rule_id) AS rule_id,
         max(weight * metres_inside) AS priority
       FROM flag_new GROUP BY object_id
     ) AS g LEFT JOIN flag_union AS u ON u.segment_id = g.segment_id';
BEGIN
  -- Partly in several zones, wholly in none: few, and the only ones whose union has to be measured.
  DROP TABLE IF EXISTS flag_partial, flag_union;
  CREATE TEMPORARY TABLE flag_partial ON COMMIT DROP AS
  SELECT object_id AS segment_id FROM flag_new
  WHERE metres_inside < length_m GROUP BY object_id HAVING count(*) > 1;
  ANALYZE flag_partial;
  CREATE TEMPORARY TABLE flag_union ON COMMIT DROP AS
  SELECT
    p.segment_id, ST_Length(ST_Intersection(ST_Union(z.geom), s.geom)::geography) AS flagged_m
  FROM flag_partial AS p
  JOIN registry.segment AS s ON s.id = p.segment_id
  JOIN flag_new AS n ON n.object_id = p.segment_id
  JOIN flag_zone AS z ON z.id = n.zone_id
  GROUP BY p.segment_id, s.geom
  HAVING bool_and(n.metres_inside < n.length_m);
  ANALYZE flag_union;

  IF ids IS NULL AND NOT EXISTS (SELECT FROM registry.segment_state) THEN
    ALTER TABLE registry.segment_state DROP CONSTRAINT segment_state_pkey;
    ALTER TABLE registry.segment_state DISABLE TRIGGER note_insert;
    EXECUTE
      'INSERT INTO registry.segment_state
         (segment_id, tidying_state, tidying_since, flagged_m, reason, priority)
       SELECT segment_id, ''flagged'', now(), flagged_m, reason, priority FROM (' || summary || ') AS n';
    GET DIAGNOSTICS touched = ROW_COUNT;
    ALTER TABLE registry.segment_state ENABLE TRIGGER note_insert;
    ALTER TABLE registry.segment_state ADD CONSTRAINT segment_state_pkey PRIMARY KEY (segment_id);
    PERFORM gisreg.note_many('segment', true);
    EXECUTE 'DROP TABLE flag_new, flag_zone';
    RETURN touched;
  END IF;

  DROP TABLE IF EXISTS flag_state;
  EXECUTE 'CREATE TEMPORARY TABLE flag_state ON COMMIT DROP AS ' || summary;
  ANALYZE flag_state;
  UPDATE registry.segment_state AS s
  SET flagged_m = n.flagged_m, reason = n.reason, priority = n.priority,
    tidying_state = CASE s.tidying_state WHEN 'none' THEN 'flagged' ELSE s.tidying_state END,
    tidying_since = CASE s.tidying_state WHEN 'none' THEN now() ELSE s.tidying_since END
  FROM flag_state AS n
  WHERE s.segment_id = n.segment_id AND (ids IS NULL OR s.segment_id = ANY (ids))
    AND (s.tidying_state = 'none'
      OR (s.flagged_m, s.reason, s.priority)
        IS DISTINCT FROM (n.flagged_m, n.reason, n.priority));
  GET DIAGNOSTICS touched = ROW_COUNT;
  INSERT INTO registry.segment_state (segment_id, tidying_state, tidying_since, flagged_m, reason, priority)
  SELECT n.segment_id, 'flagged', now(), n.flagged_m, n.reason, n.priority
  FROM flag_state AS n
  WHERE NOT EXISTS (SELECT FROM registry.segment_state AS s WHERE s.segment_id = n.segment_id);
  GET DIAGNOSTICS more = ROW_COUNT;
  touched := touched + more;
  UPDATE registry.segment_state AS s
  SET flagged_m = 0, reason = NULL, priority = 0,
    tidying_state = CASE s.tidying_state WHEN 'flagged' THEN 'none' ELSE s.tidying_state END,
    tidying_since = CASE s.tidying_state WHEN 'flagged' THEN now() ELSE s.tidying_since END
  WHERE (ids IS NULL OR s.segment_id = ANY (ids))
    -- A segment may also be flagged because its predecessor was.
    AND (s.flagged_m > 0 OR s.reason IS NOT NULL OR s.tidying_state = 'flagged')
    AND NOT EXISTS (SELECT FROM flag_state AS n WHERE n.segment_id = s.segment_id);
  GET DIAGNOSTICS more = ROW_COUNT;
  EXECUTE 'DROP TABLE flag_new, flag_zone';
  RETURN touched + more;
END
$$;
