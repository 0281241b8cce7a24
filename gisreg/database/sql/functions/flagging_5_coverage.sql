-- Where objects lie, for the counts of a whole run: communes, and the zones that ask for tidying.

-- Fill staging.flag_place and staging.flag_member, and make the empty staging.flag_counted.
-- A pole, tower or fitting lies where its point is, a support where its pole is, a span where its middle is;
-- segments are placed already.
CREATE OR REPLACE FUNCTION gisreg.flag_places(as_of date) RETURNS void
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
SECURITY DEFINER
SET search_path = pg_catalog, public, staging, pg_temp
SET work_mem = '256MB'
AS $$
BEGIN
  DROP TABLE IF EXISTS staging.flag_point, staging.flag_place, staging.flag_member, staging.flag_counted;
  CREATE UNLOGGED TABLE staging.flag_point AS
  SELECT id AS object_id, geom FROM registry.pole
  UNION ALL
  SELECT id, geom FROM registry.tower
  UNION ALL
  SELECT s.id, p.geom FROM registry.support AS s JOIN registry.pole AS p ON p.id = s.pole_id
  UNION ALL
  SELECT f.id, coalesce(f.geom, p.geom) FROM registry.fitting AS f LEFT JOIN registry.pole AS p ON p.id = f.pole_id
  UNION ALL
  SELECT id, ST_LineInterpolatePoint(geom, 0.5) FROM registry.span;
  CREATE INDEX ON staging.flag_point USING gist (geom);
  ANALYZE staging.flag_point;
  CREATE UNLOGGED TABLE staging.flag_place AS
  SELECT segment_id AS object_id, commune_id FROM registry.segment_place
  UNION ALL
  SELECT object_id, min(id)
  FROM (
    SELECT p.object_id, u.id
    FROM registry.admin_unit AS u JOIN staging.flag_point AS p ON p.geom && u.geom AND ST_Covers(u.geom, p.geom)
    WHERE u.level = 'commune' AND u.valid_from <= as_of AND (u.valid_to IS NULL OR u.valid_to > as_of)
  ) AS near
  GROUP BY object_id;
  CREATE UNLOGGED TABLE staging.flag_member AS
  SELECT object_id, zone_id FROM staging.flag_new
  UNION ALL
  SELECT p.object_id, z.id
  FROM staging.flag_zone AS z JOIN staging.flag_point AS p ON p.geom && z.geom AND ST_Covers(z.geom, p.geom);
  DROP TABLE staging.flag_point;
  ANALYZE staging.flag_place, staging.flag_member;
  CREATE UNLOGGED TABLE staging.flag_counted (LIKE registry.flag_coverage);
  ALTER TABLE staging.flag_counted DROP COLUMN run_id;
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
  INSERT INTO registry.flag_coverage (
    rule_id, zone_id, commune_id, owner_id, visibility, applicable, evaluated, run_id
  )
  SELECT rule_id, zone_id, commune_id, owner_id, visibility, applicable, evaluated, run FROM staging.flag_counted;
  DROP TABLE staging.flag_place, staging.flag_member, staging.flag_counted;
END
$$;
