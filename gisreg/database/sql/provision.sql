-- The part of the set-up that concerns gisreg's own database; run in it as superuser.
-- Idempotent: run after every start, after ALTER EXTENSION and after a restore, before migrations.

DO $$
DECLARE
  extension record;
BEGIN
  -- A newer package brings newer SQL objects; take them over.
  FOR extension IN
    SELECT e.extname
    FROM pg_extension AS e
    JOIN pg_available_extensions AS a ON a.name = e.extname
    WHERE e.extname IN ('postgis', 'unaccent', 'pg_trgm', 'btree_gist')
      AND a.default_version IS DISTINCT FROM e.extversion
  LOOP
    EXECUTE format('ALTER EXTENSION %I UPDATE', extension.extname);
  END LOOP;
END
$$;

CREATE EXTENSION IF NOT EXISTS postgis WITH SCHEMA public;
CREATE EXTENSION IF NOT EXISTS unaccent WITH SCHEMA public;
CREATE EXTENSION IF NOT EXISTS pg_trgm WITH SCHEMA public;
CREATE EXTENSION IF NOT EXISTS btree_gist WITH SCHEMA public;

DO $$
DECLARE
  release int[] := string_to_array(substring(postgis_lib_version() FROM '^\d+\.\d+'), '.')::int[];
BEGIN
  IF release < ARRAY[3, 3] THEN
    RAISE EXCEPTION 'gisreg needs PostGIS 3.3 or newer, this is %', postgis_lib_version();
  END IF;
  -- Plain C sorting puts Đ after Z; Vietnamese text is sorted with this collation.
  IF NOT EXISTS (SELECT FROM pg_collation WHERE collname = 'vi-x-icu') THEN
    RAISE EXCEPTION 'PostgreSQL lacks the collation vi-x-icu: it was built without ICU';
  END IF;
  -- Without this mark a row-level policy stops every spatial index: && is evaluated after the policy.
  -- It is safe: the operator compares two boxes, and neither raises errors nor writes what it saw.
  IF NOT (
    SELECT proleakproof FROM pg_proc
    WHERE oid = 'public.geometry_overlaps(public.geometry, public.geometry)'::regprocedure
  ) THEN
    ALTER FUNCTION public.geometry_overlaps(public.geometry, public.geometry) LEAKPROOF;
  END IF;
  EXECUTE format('ALTER DATABASE %I OWNER TO gisreg_owner', current_database());
  EXECUTE format('ALTER DATABASE %I SET timezone = ''Asia/Ho_Chi_Minh''', current_database());
  EXECUTE format('REVOKE ALL ON DATABASE %I FROM PUBLIC', current_database());
  EXECUTE format('GRANT CONNECT ON DATABASE %I TO gisreg_worker, gisreg_app', current_database());
  EXECUTE format('GRANT TEMPORARY ON DATABASE %I TO gisreg_worker', current_database());
END
$$;

-- Functions that tell of rows whatever the policies say (from the planner's statistics), and those that keep
-- things in the database beside its tables. Only a superuser can take them away.
DO $$
DECLARE
  f regprocedure;
BEGIN
  FOR f IN
    SELECT p.oid FROM pg_proc AS p
    WHERE p.proname IN (
      'st_estimatedextent', 'st_findextent', '_postgis_stats', '_postgis_selectivity',
      '_postgis_join_selectivity', '_postgis_index_extent',
      'lo_creat', 'lo_create', 'lo_from_bytea', 'loread', 'lowrite', 'lo_put')
  LOOP
    EXECUTE format('REVOKE EXECUTE ON FUNCTION %s FROM PUBLIC', f);
  END LOOP;
END
$$;

-- A migration adds the provincial zones of VN-2000 (EPSG:9205 to 9218), which PostGIS 3.3 lacks.
GRANT SELECT, INSERT, UPDATE ON public.spatial_ref_sys TO gisreg_owner;
GRANT USAGE ON SCHEMA public TO gisreg_worker, gisreg_app;
