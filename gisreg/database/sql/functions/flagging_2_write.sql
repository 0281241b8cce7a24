-- Flagging: write what a whole run changes, and nothing else.
DROP FUNCTION IF EXISTS gisreg.flag_write(bigint, bigint[], text[], bigint);

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

-- Write all rows of a FROM item like flag_new, none of which stands, into the table of findings. The indexes are built
-- once instead of row by row, and numbers are drawn by the thousand (nobody else can draw one until the end: this
-- locks the sequence).
DROP FUNCTION IF EXISTS gisreg.flag_write_first(bigint);
CREATE OR REPLACE FUNCTION gisreg.flag_write_bulk(run bigint, rows text) RETURNS void
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
SECURITY DEFINER
SET search_path = pg_catalog, public, staging, pg_temp
AS $$
DECLARE
  changes bigint := gisreg.change_set_id();
  again text[] := gisreg.drop_indexes('registry.finding');
  statement text;
BEGIN
  ALTER TABLE registry.finding DISABLE TRIGGER number_insert;
  ALTER SEQUENCE gisreg.finding_history_id_seq CACHE 1000;
  EXECUTE format(
    'INSERT INTO registry.finding (
       object_id, zone_id, owner_id, run_id, first_seen_at, metres_inside, metres_possible, measured_value,
       threshold_value, priority, rule_id, outcome, visibility, change_set_id
     )
     SELECT
       object_id, zone_id, owner_id, $1, now(), metres_inside, metres_possible, measured_value, threshold_value,
       priority, rule_id, outcome, visibility, $2
     FROM %s AS n', rows) USING run, changes;
  ALTER SEQUENCE gisreg.finding_history_id_seq CACHE 1;
  ALTER TABLE registry.finding ENABLE TRIGGER number_insert;
  FOREACH statement IN ARRAY again LOOP
    EXECUTE statement;
  END LOOP;
END
$$;

-- Write the differences between flag_new and the findings that stand. Leaves the differences in flag_changed
-- and flag_gone, except after a first run. In tables that workers may read, so that comparisons are shared out.
-- \param run  number of the run, \param total  rows of flag_new
-- \returns  how many findings are new, gone, changed, the same
CREATE OR REPLACE FUNCTION gisreg.flag_write(
  run bigint, total bigint, OUT fresh bigint, OUT gone bigint, OUT changed bigint, OUT same bigint
)
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
SECURITY DEFINER
SET search_path = pg_catalog, public, staging, pg_temp
SET work_mem = '256MB'
-- Enough to choose how to join; looking at ten times as many rows takes longer than it ever gains.
SET default_statistics_target = 10
AS $$
DECLARE
  standing bigint;
  differing bigint;
BEGIN
  PERFORM gisreg.flag_waive((SELECT r.as_of FROM registry.flag_run AS r WHERE r.id = run));
  EXECUTE 'ANALYZE flag_new';
  IF NOT EXISTS (SELECT FROM registry.finding) THEN
    IF total > 0 THEN
      PERFORM gisreg.flag_write_bulk(run, 'flag_new');
    END IF;
    fresh := total;
    gone := 0;
    changed := 0;
    same := 0;
    RETURN;
  END IF;

  EXECUTE 'DROP TABLE IF EXISTS flag_changed, flag_gone';
  EXECUTE
    'CREATE UNLOGGED TABLE staging.flag_changed AS
     SELECT n.*, f.object_id IS NULL AS is_fresh
     FROM flag_new AS n
     LEFT JOIN registry.finding AS f
       ON f.object_id = n.object_id AND coalesce(f.zone_id, 0) = coalesce(n.zone_id, 0) AND f.rule_id = n.rule_id
     WHERE f.object_id IS NULL
       OR (f.priority, f.outcome, f.visibility, f.metres_inside, f.metres_possible, f.measured_value, f.threshold_value, f.owner_id)
         IS DISTINCT FROM
         (n.priority, n.outcome, n.visibility, n.metres_inside, n.metres_possible, n.measured_value, n.threshold_value, n.owner_id)';
  GET DIAGNOSTICS differing = ROW_COUNT;
  SELECT count(*) INTO standing FROM registry.finding;
  -- Each computed finding that is the same has one that stands: where no other stands, nothing is gone.
  EXECUTE format(
    'CREATE UNLOGGED TABLE staging.flag_gone AS
     SELECT f.object_id, f.zone_id, f.rule_id
     FROM registry.finding AS f
     WHERE %L AND NOT EXISTS (
       SELECT FROM flag_new AS n
       WHERE n.object_id = f.object_id AND coalesce(n.zone_id, 0) = coalesce(f.zone_id, 0)
         AND n.rule_id = f.rule_id
     )', standing > total - differing);
  EXECUTE 'ANALYZE flag_changed, flag_gone';

  EXECUTE
    'DELETE FROM registry.finding AS f USING flag_gone AS g
     WHERE f.object_id = g.object_id AND coalesce(f.zone_id, 0) = coalesce(g.zone_id, 0)
       AND f.rule_id = g.rule_id';
  GET DIAGNOSTICS gone = ROW_COUNT;
  EXECUTE
    'UPDATE registry.finding AS f
     SET metres_inside = n.metres_inside, metres_possible = n.metres_possible, measured_value = n.measured_value,
       threshold_value = n.threshold_value, priority = n.priority, outcome = n.outcome, owner_id = n.owner_id,
       visibility = n.visibility, run_id = $1, change_set_id = $2, operation = ''U'',
       history_id = nextval(''gisreg.finding_history_id_seq'')
     FROM flag_changed AS n
     WHERE NOT n.is_fresh AND f.object_id = n.object_id AND coalesce(f.zone_id, 0) = coalesce(n.zone_id, 0)
       AND f.rule_id = n.rule_id' USING run, CASE WHEN differing > 0 THEN gisreg.change_set_id() END;
  GET DIAGNOSTICS changed = ROW_COUNT;
  -- Many new ones: as in a first run, unless somebody reads for long.
  fresh := differing - changed;
  IF fresh > greatest(50000, standing / 5) AND gisreg.take_alone(ARRAY['registry.finding'::regclass]) THEN
    PERFORM gisreg.flag_write_bulk(run, '(SELECT * FROM flag_changed WHERE is_fresh)');
  ELSIF fresh > 0 THEN
    EXECUTE
      'INSERT INTO registry.finding (
         object_id, zone_id, owner_id, run_id, first_seen_at, metres_inside, metres_possible, measured_value,
         threshold_value, priority, rule_id, outcome, visibility, change_set_id
       )
       SELECT
         n.object_id, n.zone_id, n.owner_id, $1, now(), n.metres_inside, n.metres_possible, n.measured_value,
         n.threshold_value, n.priority, n.rule_id, n.outcome, n.visibility, $2
       FROM flag_changed AS n WHERE n.is_fresh' USING run, gisreg.change_set_id();
  END IF;
  same := total - differing;
END
$$;
