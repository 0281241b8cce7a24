-- Flagging: what the findings mean for the state of segments. Only the zone rules count for it: in flag_new
-- theirs are the rows with a length.

-- Bring the state of segments in line with the findings: flagged metres (zones that overlap count
-- once), the deciding reason, the priority; "flagged" where work has not begun, "none" where no zone
-- asks any more. What people have set (planned and beyond) is never taken back by a run.
-- \param ids  segments concerned, NULL for all (those whose findings changed, and whose state does not fit)
-- \returns  how many segments' states were touched
CREATE OR REPLACE FUNCTION gisreg.flag_settle(ids bigint[]) RETURNS bigint
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
SECURITY DEFINER
SET search_path = pg_catalog, public, staging, pg_temp
SET work_mem = '256MB'
AS $$
DECLARE
  touched bigint;
  more bigint;
  is_first boolean := ids IS NULL AND to_regclass('staging.flag_changed') IS NULL;
  -- One row a segment: the highest rule decides, metres in several zones are those of their union.
  summary text :=
    'SELECT
       n.object_id AS segment_id, coalesce(min(u.flagged_m), max(n.metres_inside)) AS flagged_m,
       gisreg.rule_zone(max(n.rule_id)) AS reason, max(n.priority) AS priority
     FROM %I AS n LEFT JOIN flag_union AS u ON u.segment_id = n.object_id
     WHERE n.length_m IS NOT NULL AND n.object_id IN (SELECT segment_id FROM %I)
     GROUP BY n.object_id';
BEGIN
  -- In several zones: few; and of those, the ones that lie in none of them wholly are the only ones whose
  -- union has to be measured. A first run needs them all, and sorting bare ids is faster than hashing them.
  EXECUTE 'DROP TABLE IF EXISTS flag_several, flag_overlap, flag_union';
  PERFORM set_config('enable_hashagg', CASE WHEN is_first THEN 'off' ELSE 'on' END, true);
  CREATE TEMPORARY TABLE flag_several ON COMMIT DROP AS
  SELECT object_id AS segment_id FROM flag_new
  WHERE length_m IS NOT NULL AND (is_first OR metres_inside < length_m)
  GROUP BY object_id HAVING count(*) > 1;
  SET LOCAL enable_hashagg = on;
  ANALYZE flag_several;
  CREATE TEMPORARY TABLE flag_overlap ON COMMIT DROP AS
  SELECT n.* FROM flag_new AS n JOIN flag_several AS p ON p.segment_id = n.object_id
  WHERE n.length_m IS NOT NULL;
  ANALYZE flag_overlap;
  CREATE TEMPORARY TABLE flag_union ON COMMIT DROP AS
  SELECT
    n.object_id AS segment_id, ST_Length(ST_Intersection(ST_Union(z.geom), s.geom)::geography) AS flagged_m
  FROM flag_overlap AS n
  JOIN registry.segment AS s ON s.id = n.object_id
  JOIN flag_zone AS z ON z.id = n.zone_id
  GROUP BY n.object_id, s.geom
  HAVING bool_and(n.metres_inside < n.length_m);
  ANALYZE flag_union;

  IF is_first AND NOT EXISTS (SELECT FROM registry.segment_state) THEN
    ALTER TABLE registry.segment_state DROP CONSTRAINT segment_state_pkey;
    ALTER TABLE registry.segment_state DISABLE TRIGGER note_insert;
    INSERT INTO registry.segment_state
      (segment_id, tidying_state, tidying_since, flagged_m, reason, priority)
    SELECT
      n.object_id, 'flagged', now(), n.metres_inside, gisreg.rule_zone(n.rule_id), n.priority
    FROM flag_new AS n
    WHERE n.length_m IS NOT NULL
      AND NOT EXISTS (SELECT FROM flag_several AS p WHERE p.segment_id = n.object_id);
    GET DIAGNOSTICS touched = ROW_COUNT;
    EXECUTE
      'INSERT INTO registry.segment_state
         (segment_id, tidying_state, tidying_since, flagged_m, reason, priority)
       SELECT segment_id, ''flagged'', now(), flagged_m, reason, priority FROM ('
      || format(summary, 'flag_overlap', 'flag_several') || ') AS n';
    GET DIAGNOSTICS more = ROW_COUNT;
    ALTER TABLE registry.segment_state ENABLE TRIGGER note_insert;
    ALTER TABLE registry.segment_state ADD CONSTRAINT segment_state_pkey PRIMARY KEY (segment_id);
    PERFORM gisreg.note_many('segment', true);
    EXECUTE 'DROP TABLE flag_new, flag_zone';
    RETURN touched + more;
  END IF;

  EXECUTE 'DROP TABLE IF EXISTS flag_touched, flag_state';
  IF ids IS NOT NULL THEN
    CREATE TEMPORARY TABLE flag_touched ON COMMIT DROP AS SELECT DISTINCT unnest(ids) AS segment_id;
  ELSE
    -- In tables that workers may read, so that each comparison is shared out.
    EXECUTE
      'CREATE UNLOGGED TABLE staging.flag_touched AS
       SELECT s.segment_id FROM registry.segment_state AS s
       WHERE (s.flagged_m > 0 OR s.reason IS NOT NULL OR s.tidying_state = ''flagged'')
         AND NOT EXISTS (
           SELECT FROM flag_new AS n WHERE n.object_id = s.segment_id AND n.length_m IS NOT NULL
         )';
    EXECUTE
      'CREATE UNLOGGED TABLE staging.flag_state AS
       SELECT n.object_id FROM flag_new AS n
       WHERE n.length_m IS NOT NULL AND NOT EXISTS (
         SELECT FROM registry.segment_state AS s
         WHERE s.segment_id = n.object_id AND s.tidying_state <> ''none'' AND s.reason IS NOT NULL
       )';
    IF is_first THEN
      EXECUTE
        'INSERT INTO flag_touched SELECT n.object_id FROM flag_new AS n WHERE n.length_m IS NOT NULL';
    ELSE
      EXECUTE
        'INSERT INTO flag_touched
         SELECT object_id FROM flag_changed UNION SELECT object_id FROM flag_gone
         UNION SELECT object_id FROM flag_state UNION SELECT segment_id FROM flag_several
         EXCEPT SELECT segment_id FROM flag_touched';
    END IF;
    EXECUTE 'DROP TABLE staging.flag_state';
  END IF;
  EXECUTE 'ANALYZE flag_touched';

  EXECUTE
    'CREATE TEMPORARY TABLE flag_state ON COMMIT DROP AS ' || format(summary, 'flag_new', 'flag_touched');
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
  UPDATE registry.segment_state AS s
  SET flagged_m = 0, reason = NULL, priority = 0,
    tidying_state = CASE s.tidying_state WHEN 'flagged' THEN 'none' ELSE s.tidying_state END,
    tidying_since = CASE s.tidying_state WHEN 'flagged' THEN now() ELSE s.tidying_since END
  FROM flag_touched AS t
  WHERE s.segment_id = t.segment_id
    -- A segment may also be flagged because its predecessor was.
    AND (s.flagged_m > 0 OR s.reason IS NOT NULL OR s.tidying_state = 'flagged')
    AND NOT EXISTS (SELECT FROM flag_state AS n WHERE n.segment_id = s.segment_id);
  GET DIAGNOSTICS more = ROW_COUNT;
  EXECUTE 'DROP TABLE IF EXISTS flag_new, flag_zone, flag_changed, flag_gone, flag_touched';
  RETURN touched + more;
END
$$;
