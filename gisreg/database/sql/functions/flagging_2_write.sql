-- Flagging: write what a run changes, and nothing else.

-- Drop the indexes of a table that a bulk will fill.
-- \returns  the statements that make them again
CREATE OR REPLACE FUNCTION gisreg.drop_indexes(of_table regclass) RETURNS text[]
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  again text[] := '{}';
  x regclass;
BEGIN
  FOR x IN
    SELECT indexrelid FROM pg_index WHERE indrelid = of_table ORDER BY indexrelid
  LOOP
    again := again || pg_get_indexdef(x);
    EXECUTE format('DROP INDEX %s', x);
  END LOOP;
  RETURN again;
END
$$;

-- Mark in flag_new what the authority lets pass on a day: it stays to be seen, as waived.
CREATE OR REPLACE FUNCTION gisreg.flag_waive(as_of date) RETURNS void
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
SECURITY DEFINER
SET search_path = pg_catalog, public, staging, pg_temp
AS $$
BEGIN
  IF NOT EXISTS (SELECT FROM registry.waiver) THEN
    RETURN;
  END IF;
  EXECUTE
    'UPDATE flag_new AS n SET outcome = ''waived''
     FROM registry.waiver AS w
     WHERE w.rule_id = n.rule_id AND w.object_id = n.object_id
       AND coalesce(w.zone_id, n.zone_id, 0) = coalesce(n.zone_id, 0)
       AND w.valid_from <= $1 AND (w.valid_to IS NULL OR w.valid_to > $1)' USING as_of;
END
$$;

-- Write the differences between flag_new and the findings of some rules that stand. Leaves the differences in flag_changed and flag_gone, except after a first run.
-- \param run  number of the run, \param ids  objects concerned, NULL for all
-- \param rules  the rules that the run looked at, \param total  rows of flag_new
-- \returns  how many findings are new, gone, changed, the same
CREATE OR REPLACE FUNCTION gisreg.flag_write(
  run bigint, ids bigint[], rules text[], total bigint, OUT fresh bigint, OUT gone bigint, OUT changed bigint, OUT same bigint
)
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
SECURITY DEFINER
SET search_path = pg_catalog, public, staging, pg_temp
SET work_mem = '256MB'
AS $$
DECLARE
  is_whole boolean := ids IS NULL;
  as_of date := (SELECT r.as_of FROM registry.flag_run AS r WHERE r.id = run);
  -- Temporary tables are not read by parallel workers.
  new_table text := CASE WHEN is_whole THEN 'UNLOGGED TABLE staging.' ELSE 'TEMPORARY TABLE ' END;
  tail text := CASE WHEN is_whole THEN '' ELSE 'ON COMMIT DROP' END;
  concerned text := CASE WHEN is_whole THEN '' ELSE 'AND f.object_id = ANY ($1)' END;
  standing bigint;
  differing bigint;
  changes bigint;
  again text[];
  statement text;
BEGIN
  PERFORM gisreg.flag_waive(as_of);
  EXECUTE 'ANALYZE flag_new';
  IF is_whole AND NOT EXISTS (SELECT FROM registry.finding) THEN
    IF total > 0 THEN
      -- A first run writes everything: the indexes are then built once instead of row by row.
      changes := gisreg.change_set_id();
      again := gisreg.drop_indexes('registry.finding');
      INSERT INTO registry.finding (
        object_id, zone_id, owner_id, run_id, first_seen_at, metres_inside, measured_value, threshold_value,
        priority, rule_id, outcome, visibility, change_set_id
      )
      SELECT
        object_id, zone_id, owner_id, run, now(), metres_inside, measured_value, threshold_value, priority,
        rule_id, outcome, visibility, changes
      FROM flag_new;
      FOREACH statement IN ARRAY again LOOP
        EXECUTE statement;
      END LOOP;
    END IF;
    fresh := total;
    gone := 0;
    changed := 0;
    same := 0;
    RETURN;
  END IF;

  EXECUTE 'DROP TABLE IF EXISTS flag_changed, flag_gone';
  EXECUTE format(
    'CREATE %sflag_changed %s AS
     SELECT n.* FROM flag_new AS n
     WHERE NOT EXISTS (
       SELECT FROM registry.finding AS f
       WHERE f.object_id = n.object_id AND coalesce(f.zone_id, 0) = coalesce(n.zone_id, 0)
         AND f.rule_id = n.rule_id %s
         AND f.priority = n.priority AND f.outcome = n.outcome AND f.visibility = n.visibility
         AND f.metres_inside IS NOT DISTINCT FROM n.metres_inside
         AND f.measured_value IS NOT DISTINCT FROM n.measured_value
         AND f.threshold_value IS NOT DISTINCT FROM n.threshold_value
         AND f.owner_id IS NOT DISTINCT FROM n.owner_id
     )', new_table, tail, concerned) USING ids;
  GET DIAGNOSTICS differing = ROW_COUNT;
  EXECUTE format(
    'SELECT count(*) FROM registry.finding AS f WHERE f.rule_id = ANY ($2) %s',
    concerned) INTO standing USING ids, rules;
  -- Each computed finding that is the same has one that stands: where no other stands, nothing is gone.
  EXECUTE format(
    'CREATE %sflag_gone %s AS
     SELECT f.object_id, f.zone_id, f.rule_id
     FROM registry.finding AS f
     WHERE %L AND f.rule_id = ANY ($2) %s AND NOT EXISTS (
       SELECT FROM flag_new AS n
       WHERE n.object_id = f.object_id AND coalesce(n.zone_id, 0) = coalesce(f.zone_id, 0)
         AND n.rule_id = f.rule_id
     )', new_table, tail, standing > total - differing, concerned) USING ids, rules;
  GET DIAGNOSTICS gone = ROW_COUNT;
  EXECUTE 'ANALYZE flag_changed, flag_gone';

  DELETE FROM registry.finding AS f USING flag_gone AS g
  WHERE f.object_id = g.object_id AND coalesce(f.zone_id, 0) = coalesce(g.zone_id, 0)
    AND f.rule_id = g.rule_id;
  IF differing > 0 THEN
    changes := gisreg.change_set_id();
  END IF;
  UPDATE registry.finding AS f
  SET metres_inside = n.metres_inside, measured_value = n.measured_value, threshold_value = n.threshold_value,
    priority = n.priority, outcome = n.outcome, owner_id = n.owner_id, visibility = n.visibility,
    run_id = run, change_set_id = changes, operation = 'U',
    history_id = nextval('gisreg.finding_history_id_seq')
  FROM flag_changed AS n
  WHERE f.object_id = n.object_id AND coalesce(f.zone_id, 0) = coalesce(n.zone_id, 0)
    AND f.rule_id = n.rule_id;
  GET DIAGNOSTICS changed = ROW_COUNT;
  INSERT INTO registry.finding (
    object_id, zone_id, owner_id, run_id, first_seen_at, metres_inside, measured_value, threshold_value,
    priority, rule_id, outcome, visibility, change_set_id
  )
  SELECT
    n.object_id, n.zone_id, n.owner_id, run, now(), n.metres_inside, n.measured_value, n.threshold_value,
    n.priority, n.rule_id, n.outcome, n.visibility, changes
  FROM flag_changed AS n
  WHERE NOT EXISTS (
    SELECT FROM registry.finding AS f
    WHERE f.object_id = n.object_id AND coalesce(f.zone_id, 0) = coalesce(n.zone_id, 0)
      AND f.rule_id = n.rule_id
  );
  GET DIAGNOSTICS fresh = ROW_COUNT;
  same := total - differing;
END
$$;
