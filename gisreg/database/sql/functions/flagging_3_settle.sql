-- Flagging: what the findings of the zone rules mean for the state of segments, after a whole run.
-- In flag_new they are the rows with a length.
DROP FUNCTION IF EXISTS gisreg.flag_settle(bigint[]);

-- One row a segment of those that a query names: the highest kind of zone decides, metres in several zones are
-- those of their union (flag_union).
-- \param rows  table with rows of flag_new, \param segments  query for ids
CREATE OR REPLACE FUNCTION gisreg.flag_summary(rows text, segments text) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE
AS $$
  SELECT format(
    'SELECT
       n.object_id AS segment_id, coalesce(min(u.flagged_m), max(n.metres_inside)) AS flagged_m,
       gisreg.rule_zone(max(z.rule_id)) AS reason, max(n.priority) AS priority
     FROM %I AS n
     JOIN flag_zone AS z ON z.id = n.zone_id
     LEFT JOIN flag_union AS u ON u.segment_id = n.object_id
     WHERE n.length_m IS NOT NULL AND n.object_id IN (%s)
     GROUP BY n.object_id', rows, segments)
$$;

-- Bring the state of all segments in line with the findings: flagged metres (zones that overlap count
-- once), the deciding reason, the priority; "flagged" where work has not begun, "none" where no zone
-- asks any more. What people have set (planned and beyond) is never taken back by a run.
-- \returns  how many segments' states were touched
CREATE OR REPLACE FUNCTION gisreg.flag_settle() RETURNS bigint
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
SECURITY DEFINER
SET search_path = pg_catalog, public, staging, pg_temp
SET work_mem = '256MB'
AS $$
DECLARE
  touched bigint;
  more bigint;
  missing bigint;
  has_stale boolean;
  is_first boolean := to_regclass('staging.flag_changed') IS NULL;
BEGIN
  -- In several zones: few. Those are partly outside of one, or near where two overlap; and of those, the ones
  -- that lie in none of them wholly are the only ones whose union has to be measured.
  DROP TABLE IF EXISTS pg_temp.flag_overlap, pg_temp.flag_union;
  EXECUTE 'DROP TABLE IF EXISTS flag_shared';
  EXECUTE
    'CREATE UNLOGGED TABLE staging.flag_shared AS
     SELECT DISTINCT s.id AS segment_id
     FROM flag_zone AS a
     JOIN flag_zone AS b ON b.id > a.id AND b.geom && a.geom AND ST_Intersects(a.geom, b.geom)
     CROSS JOIN LATERAL ST_Dump(ST_Intersection(a.geom, b.geom)) AS o
     JOIN registry.segment AS s ON s.geom && o.geom';
  EXECUTE 'ANALYZE flag_shared';
  EXECUTE
    'CREATE TEMPORARY TABLE flag_overlap ON COMMIT DROP AS
     SELECT n.*
     FROM (
       SELECT n.*, count(*) OVER (PARTITION BY n.object_id) AS zones
       FROM flag_new AS n
       WHERE n.length_m IS NOT NULL
         AND (n.metres_inside < n.length_m OR n.object_id IN (SELECT segment_id FROM flag_shared))
     ) AS n
     WHERE n.zones > 1';
  EXECUTE 'DROP TABLE flag_shared';
  ANALYZE flag_overlap;
  EXECUTE
    'CREATE TEMPORARY TABLE flag_union ON COMMIT DROP AS
     SELECT
       n.object_id AS segment_id,
       least(s.length_m, gisreg.metres_in(ST_Union(z.geom), s.geom)) AS flagged_m
     FROM flag_overlap AS n
     JOIN registry.segment AS s ON s.id = n.object_id
     JOIN flag_zone AS z ON z.id = n.zone_id
     GROUP BY n.object_id, s.geom, s.length_m
     HAVING bool_and(n.metres_inside < n.length_m)';
  ANALYZE flag_union;

  IF is_first AND NOT EXISTS (SELECT FROM registry.segment_state) THEN
    touched := gisreg.flag_settle_first();
    EXECUTE 'DROP TABLE flag_new, flag_zone';
    RETURN touched;
  END IF;

  -- In tables that workers may read, so that each comparison is shared out.
  EXECUTE 'DROP TABLE IF EXISTS flag_touched';
  DROP TABLE IF EXISTS pg_temp.flag_state;
  EXECUTE
    'CREATE UNLOGGED TABLE staging.flag_touched AS
     SELECT n.object_id AS segment_id FROM flag_new AS n
     WHERE n.length_m IS NOT NULL AND NOT EXISTS (
       SELECT FROM registry.segment_state AS s
       WHERE s.segment_id = n.object_id AND s.tidying_state <> ''none'' AND s.reason IS NOT NULL
     )';
  EXECUTE 'SELECT count(DISTINCT segment_id) FROM flag_touched' INTO missing;
  -- Those that no zone asks for any more. Where no more are flagged than are to be, there is none.
  EXECUTE
    'SELECT
       (SELECT count(*) FROM registry.segment_state AS o
         WHERE o.flagged_m > 0 OR o.reason IS NOT NULL OR o.tidying_state = ''flagged'')
       > (SELECT count(*) FROM flag_new AS n WHERE n.length_m IS NOT NULL)
         - (SELECT count(*) - count(DISTINCT v.object_id) FROM flag_overlap AS v) - $1' INTO has_stale USING missing;
  IF has_stale THEN
    EXECUTE
      'INSERT INTO flag_touched
       SELECT s.segment_id FROM registry.segment_state AS s
       WHERE (s.flagged_m > 0 OR s.reason IS NOT NULL OR s.tidying_state = ''flagged'')
         AND NOT EXISTS (
           SELECT FROM flag_new AS n WHERE n.object_id = s.segment_id AND n.length_m IS NOT NULL
         )';
  END IF;
  IF is_first THEN
    EXECUTE 'INSERT INTO flag_touched SELECT n.object_id FROM flag_new AS n WHERE n.length_m IS NOT NULL';
  ELSE
    EXECUTE
      'INSERT INTO flag_touched
       SELECT object_id FROM flag_changed WHERE rule_id >= ''Z''
       UNION SELECT object_id FROM flag_gone WHERE rule_id >= ''Z''
       UNION SELECT segment_id FROM flag_union';
  END IF;
  EXECUTE 'ANALYZE flag_touched';

  EXECUTE
    'CREATE TEMPORARY TABLE flag_state ON COMMIT DROP AS '
    || gisreg.flag_summary('flag_new', 'SELECT segment_id FROM flag_touched');
  ANALYZE flag_state;
  UPDATE registry.segment_state AS s
  SET flagged_m = n.flagged_m, reason = n.reason, priority = n.priority,
    tidying_state = CASE s.tidying_state WHEN 'none' THEN 'flagged' ELSE s.tidying_state END,
    tidying_since = CASE s.tidying_state WHEN 'none' THEN now() ELSE s.tidying_since END
  FROM flag_state AS n
  WHERE s.segment_id = n.segment_id
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
  EXECUTE
    'UPDATE registry.segment_state AS s
     SET flagged_m = 0, reason = NULL, priority = 0,
       tidying_state = CASE s.tidying_state WHEN ''flagged'' THEN ''none'' ELSE s.tidying_state END,
       tidying_since = CASE s.tidying_state WHEN ''flagged'' THEN now() ELSE s.tidying_since END
     FROM (SELECT DISTINCT segment_id FROM flag_touched) AS t
     WHERE s.segment_id = t.segment_id
       -- A segment may also be flagged because its predecessor was.
       AND (s.flagged_m > 0 OR s.reason IS NOT NULL OR s.tidying_state = ''flagged'')
       AND NOT EXISTS (SELECT FROM flag_state AS n WHERE n.segment_id = s.segment_id)';
  GET DIAGNOSTICS more = ROW_COUNT;
  EXECUTE 'DROP TABLE IF EXISTS flag_new, flag_zone, flag_changed, flag_gone, flag_touched';
  RETURN touched + more;
END
$$;

-- Write the state of all flagged segments into the empty table of states.
-- \returns  how many there are
CREATE OR REPLACE FUNCTION gisreg.flag_settle_first() RETURNS bigint
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
SECURITY DEFINER
SET search_path = pg_catalog, public, staging, pg_temp
SET work_mem = '256MB'
AS $$
DECLARE
  touched bigint;
  more bigint;
BEGIN
  ALTER TABLE registry.segment_state DROP CONSTRAINT segment_state_pkey;
  ALTER TABLE registry.segment_state DISABLE TRIGGER note_insert;
  EXECUTE
    'INSERT INTO registry.segment_state (segment_id, tidying_state, tidying_since, flagged_m, reason, priority)
     SELECT n.object_id, ''flagged'', now(), n.metres_inside, z.reason, n.priority
     FROM flag_new AS n
     JOIN flag_zone AS z ON z.id = n.zone_id
     WHERE n.length_m IS NOT NULL
       AND NOT EXISTS (SELECT FROM flag_overlap AS p WHERE p.object_id = n.object_id)';
  GET DIAGNOSTICS touched = ROW_COUNT;
  EXECUTE
    'INSERT INTO registry.segment_state (segment_id, tidying_state, tidying_since, flagged_m, reason, priority)
     SELECT segment_id, ''flagged'', now(), flagged_m, reason, priority FROM ('
    || gisreg.flag_summary('flag_overlap', 'SELECT object_id FROM flag_overlap') || ') AS n';
  GET DIAGNOSTICS more = ROW_COUNT;
  ALTER TABLE registry.segment_state ENABLE TRIGGER note_insert;
  ALTER TABLE registry.segment_state ADD CONSTRAINT segment_state_pkey PRIMARY KEY (segment_id);
  -- Every tile with such a segment is new; counts by cell are made again. In a table first: only that is shared
  -- out among workers.
  EXECUTE 'DROP TABLE IF EXISTS flag_shown';
  EXECUTE
    'CREATE UNLOGGED TABLE staging.flag_shown AS
     SELECT DISTINCT coalesce(n.owner_id, 0) AS owner_id, n.visibility FROM flag_new AS n WHERE n.length_m IS NOT NULL';
  EXECUTE
    'INSERT INTO gisreg.revision (layer, cell_x, cell_y, owner_id, visibility)
     SELECT ''segment'', -1, -1, owner_id, visibility FROM flag_shown';
  EXECUTE 'DROP TABLE flag_shown';
  INSERT INTO gisreg.stale_cells (layer) VALUES ('segment');
  RETURN touched + more;
END
$$;

-- The same for some segments, out of the findings that stand.
-- \returns  how many segments' states were touched
CREATE OR REPLACE FUNCTION gisreg.flag_settle_some(segments bigint[]) RETURNS bigint
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp
AS $$
DECLARE
  touched bigint;
BEGIN
  WITH lies AS MATERIALIZED (
    -- A finding that is more hidden than its segment says nothing about its state.
    SELECT f.object_id, f.metres_inside, f.priority, s.length_m, s.geom, z.geom AS area, gisreg.zone_rule(z.kind) AS rule_id
    FROM registry.finding AS f
    JOIN registry.segment AS s ON s.id = f.object_id
    JOIN registry.zone AS z ON z.id = f.zone_id
    WHERE f.object_id = ANY (segments) AND f.rule_id >= 'Z' AND f.visibility = s.visibility AND f.metres_inside >= 0.01
  ), several AS (
    SELECT
      l.object_id, least(l.length_m, gisreg.metres_in(ST_Union(l.area), l.geom)) AS flagged_m
    FROM lies AS l
    GROUP BY l.object_id, l.length_m, l.geom
    HAVING count(*) > 1 AND bool_and(l.metres_inside < l.length_m)
  ), state AS MATERIALIZED (
    SELECT
      l.object_id AS segment_id, coalesce(min(u.flagged_m), max(l.metres_inside)) AS flagged_m,
      gisreg.rule_zone(max(l.rule_id)) AS reason, max(l.priority) AS priority
    FROM lies AS l LEFT JOIN several AS u ON u.object_id = l.object_id
    GROUP BY l.object_id
  ), changed AS (
    UPDATE registry.segment_state AS s
    SET flagged_m = coalesce(n.flagged_m, 0), reason = n.reason, priority = coalesce(n.priority, 0),
      tidying_state = n.tidying_state,
      tidying_since = CASE WHEN n.tidying_state = s.tidying_state THEN s.tidying_since ELSE now() END
    FROM (
      SELECT
        o.segment_id, t.flagged_m, t.reason, t.priority,
        CASE
          WHEN t.segment_id IS NULL AND o.tidying_state = 'flagged' THEN 'none'
          WHEN t.segment_id IS NOT NULL AND o.tidying_state = 'none' THEN 'flagged'
          ELSE o.tidying_state
        END AS tidying_state
      FROM registry.segment_state AS o LEFT JOIN state AS t ON t.segment_id = o.segment_id
      WHERE o.segment_id = ANY (segments)
    ) AS n
    WHERE s.segment_id = n.segment_id
      AND (s.flagged_m, s.reason, s.priority, s.tidying_state)
        IS DISTINCT FROM (coalesce(n.flagged_m, 0), n.reason, coalesce(n.priority, 0), n.tidying_state)
    RETURNING 1
  ), fresh AS (
    INSERT INTO registry.segment_state (segment_id, tidying_state, tidying_since, flagged_m, reason, priority)
    SELECT n.segment_id, 'flagged', now(), n.flagged_m, n.reason, n.priority
    FROM state AS n
    WHERE NOT EXISTS (SELECT FROM registry.segment_state AS s WHERE s.segment_id = n.segment_id)
    RETURNING 1
  )
  SELECT (SELECT count(*) FROM changed) + (SELECT count(*) FROM fresh) INTO touched;
  RETURN touched;
END
$$;
