-- Coverage: how many objects a rule looked at and how many of them it could evaluate, by commune and by zone.
-- Before the rules are asked, every object is given its place once; a rule's answers are then grouped by place.
DROP FUNCTION IF EXISTS gisreg.flag_places(date);

-- Make staging.flag_place_<layer>: commune, zone (the one with the lowest id) and further zones of each object that has
-- any.
-- \param objects  query for (object_id); \param members  for (object_id, zone_id); \param communes  for
--   (object_id, commune_id), one row an object
CREATE OR REPLACE FUNCTION gisreg.flag_place(layer text, objects text, members text, communes text) RETURNS void
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
SECURITY DEFINER
SET search_path = pg_catalog, public, staging, pg_temp
SET work_mem = '256MB'
AS $$
BEGIN
  EXECUTE 'DROP TABLE IF EXISTS flag_member, flag_first, flag_further';
  EXECUTE format('DROP TABLE IF EXISTS staging.%I', 'flag_place_' || layer);
  EXECUTE 'CREATE UNLOGGED TABLE staging.flag_member AS ' || members;
  -- Of two zones both are known at once; of more, which are rare, they are gathered.
  EXECUTE
    'CREATE UNLOGGED TABLE staging.flag_first AS
     SELECT
       object_id, min(zone_id) AS zone_id, CASE WHEN count(*) = 2 THEN ARRAY[max(zone_id)] END AS further,
       count(*) > 2 AS has_more
     FROM flag_member GROUP BY object_id';
  EXECUTE
    'CREATE UNLOGGED TABLE staging.flag_further AS
     SELECT m.object_id, array_agg(m.zone_id ORDER BY m.zone_id) AS zones
     FROM flag_first AS f JOIN flag_member AS m ON m.object_id = f.object_id
     WHERE f.has_more AND m.zone_id > f.zone_id
     GROUP BY m.object_id';
  EXECUTE 'ANALYZE flag_first, flag_further';
  EXECUTE format(
    'CREATE UNLOGGED TABLE staging.%I AS
     SELECT o.object_id, c.commune_id, f.zone_id, coalesce(f.further, v.zones) AS further
     FROM (%s) AS o
     LEFT JOIN (%s) AS c ON c.object_id = o.object_id
     LEFT JOIN flag_first AS f ON f.object_id = o.object_id
     LEFT JOIN flag_further AS v ON v.object_id = o.object_id
     WHERE c.commune_id IS NOT NULL OR f.zone_id IS NOT NULL', 'flag_place_' || layer, objects, communes);
  EXECUTE format('ANALYZE staging.%I', 'flag_place_' || layer);
  EXECUTE 'DROP TABLE flag_member, flag_first, flag_further';
END
$$;

-- Give poles, towers, spans, segments, supports and fittings their places, and make the empty
-- staging.flag_counted. A pole or tower lies where its point is, a span where its middle is, a support where its
-- pole is; segments are placed already. A fitting lies where its point is, else where its pole is.
CREATE OR REPLACE FUNCTION gisreg.flag_places(as_of date) RETURNS void
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
SECURITY DEFINER
SET search_path = pg_catalog, public, staging, pg_temp
AS $$
DECLARE
  points record;
BEGIN
  FOR points IN
    SELECT * FROM (VALUES
      ('pole', 'registry.pole', 'o.geom'), ('tower', 'registry.tower', 'o.geom'),
      ('span', 'registry.span', 'ST_LineInterpolatePoint(o.geom, 0.5)'),
      ('fitting', '(SELECT f.id, coalesce(f.geom, p.geom) AS geom
         FROM registry.fitting AS f LEFT JOIN registry.pole AS p ON p.id = f.pole_id)', 'o.geom')
    ) AS v (layer, objects, place)
  LOOP
    PERFORM gisreg.flag_place(
      points.layer, format('SELECT o.id AS object_id FROM %s AS o', points.objects),
      format(
        'SELECT o.id AS object_id, z.id AS zone_id FROM flag_zone AS z
         JOIN %s AS o ON o.geom && z.geom AND ST_Covers(z.geom, %s)', points.objects, points.place),
      format(
        'SELECT o.id AS object_id, min(u.id) AS commune_id FROM registry.admin_unit AS u
         JOIN %s AS o ON o.geom && u.geom AND ST_Covers(u.geom, %s)
         WHERE u.level = ''commune'' AND u.valid_from <= %L AND (u.valid_to IS NULL OR u.valid_to > %L)
         GROUP BY o.id', points.objects, points.place, as_of, as_of)
    );
  END LOOP;
  PERFORM gisreg.flag_place(
    'segment', 'SELECT s.id AS object_id FROM registry.segment AS s',
    'SELECT n.object_id, n.zone_id FROM flag_new AS n WHERE n.metres_inside >= 0.01',
    'SELECT p.segment_id AS object_id, p.commune_id FROM registry.segment_place AS p'
  );
  EXECUTE 'DROP TABLE IF EXISTS flag_place_support, flag_counted';
  EXECUTE
    'CREATE UNLOGGED TABLE staging.flag_place_support AS
     SELECT s.id AS object_id, p.commune_id, p.zone_id, p.further
     FROM registry.support AS s JOIN flag_place_pole AS p ON p.object_id = s.pole_id';
  EXECUTE 'ANALYZE flag_place_support';
  EXECUTE 'CREATE UNLOGGED TABLE staging.flag_counted (LIKE registry.flag_coverage)';
  EXECUTE 'ALTER TABLE staging.flag_counted DROP COLUMN run_id';
END
$$;

-- Count what a rule looked at.
-- \param answers  FROM item of its answers
-- \param is_large  in a table first: only that is shared out among workers
DROP FUNCTION IF EXISTS gisreg.flag_count(registry.rule, text);
CREATE OR REPLACE FUNCTION gisreg.flag_count(r registry.rule, answers text, is_large boolean) RETURNS void
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
SECURITY DEFINER
SET search_path = pg_catalog, public, staging, pg_temp
SET work_mem = '256MB'
AS $$
DECLARE
  -- Streets and cables have no one place.
  has_place boolean := to_regclass('staging.flag_place_' || r.layer) IS NOT NULL;
  grouped text := format(
    'SELECT
       %s, a.owner_id, a.visibility, count(*) AS applicable, count(a.measured_value) AS evaluated
     FROM %s AS a %s
     GROUP BY 1, 2, 3, 4, 5',
    CASE WHEN has_place THEN 'p.commune_id, p.zone_id, p.further'
      ELSE 'NULL::bigint AS commune_id, NULL::bigint AS zone_id, NULL::bigint[] AS further' END,
    answers,
    CASE WHEN has_place THEN format('LEFT JOIN flag_place_%s AS p ON p.object_id = a.object_id', r.layer) ELSE '' END
  );
BEGIN
  IF is_large THEN
    EXECUTE 'CREATE UNLOGGED TABLE staging.flag_group AS ' || grouped;
    grouped := 'SELECT * FROM flag_group';
  END IF;
  EXECUTE format(
    'WITH g AS MATERIALIZED (%s)
     INSERT INTO flag_counted (rule_id, commune_id, zone_id, owner_id, visibility, applicable, evaluated)
     SELECT $1, g.commune_id, NULL, g.owner_id, g.visibility, sum(g.applicable), sum(g.evaluated)
     FROM g GROUP BY g.commune_id, g.owner_id, g.visibility
     UNION ALL
     SELECT $1, NULL, z.zone_id, g.owner_id, g.visibility, sum(g.applicable), sum(g.evaluated)
     FROM g CROSS JOIN unnest(g.zone_id || g.further) AS z (zone_id)
     WHERE z.zone_id IS NOT NULL
     GROUP BY z.zone_id, g.owner_id, g.visibility', grouped) USING r.id;
  EXECUTE 'DROP TABLE IF EXISTS flag_group';
END
$$;

-- Put the counts of a whole run in the place of the former ones.
CREATE OR REPLACE FUNCTION gisreg.flag_cover(run bigint) RETURNS void
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
SECURITY DEFINER
SET search_path = pg_catalog, public, staging, pg_temp
AS $$
BEGIN
  DELETE FROM registry.flag_coverage;
  EXECUTE
    'INSERT INTO registry.flag_coverage (
       rule_id, zone_id, commune_id, owner_id, visibility, applicable, evaluated, run_id
     )
     SELECT rule_id, zone_id, commune_id, owner_id, visibility, applicable, evaluated, $1 FROM flag_counted' USING run;
  EXECUTE
    'DROP TABLE flag_counted, flag_place_pole, flag_place_tower, flag_place_span, flag_place_fitting,
       flag_place_segment, flag_place_support';
END
$$;
