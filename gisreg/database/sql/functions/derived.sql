-- What is derived goes with what it was derived from; one statement for all rows at once.

-- A cable that is deleted takes its supports, segments and near misses along.
CREATE OR REPLACE FUNCTION gisreg.forget_cables() RETURNS trigger
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp
AS $$
BEGIN
  DELETE FROM registry.finding WHERE object_id IN (SELECT id FROM old_rows);
  DELETE FROM registry.support WHERE cable_id IN (SELECT id FROM old_rows);
  DELETE FROM registry.segment WHERE cable_id IN (SELECT id FROM old_rows);
  DELETE FROM registry.near_miss WHERE cable_id IN (SELECT id FROM old_rows);
  RETURN NULL;
END
$$;
CREATE OR REPLACE TRIGGER forget_cables AFTER DELETE ON registry.cable
  REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION gisreg.forget_cables();

-- A segment that is gone leaves no finding behind (its history keeps it).
CREATE OR REPLACE FUNCTION gisreg.forget_segments() RETURNS trigger
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp
AS $$
BEGIN
  DELETE FROM registry.finding WHERE object_id IN (SELECT id FROM old_rows);
  DELETE FROM registry.segment_state WHERE segment_id IN (SELECT id FROM old_rows);
  DELETE FROM registry.segment_place WHERE segment_id IN (SELECT id FROM old_rows);
  DELETE FROM registry.crossing WHERE segment_id IN (SELECT id FROM old_rows);
  RETURN NULL;
END
$$;
CREATE OR REPLACE TRIGGER forget_segments AFTER DELETE ON registry.segment
  REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION gisreg.forget_segments();

CREATE OR REPLACE FUNCTION gisreg.forget_spans() RETURNS trigger
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp
AS $$
BEGIN
  DELETE FROM registry.finding WHERE object_id IN (SELECT id FROM old_rows);
  DELETE FROM registry.span_state WHERE span_id IN (SELECT id FROM old_rows);
  RETURN NULL;
END
$$;
CREATE OR REPLACE TRIGGER forget_spans AFTER DELETE ON registry.span
  REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION gisreg.forget_spans();

-- Supports come and go with topology: their findings go with them.
CREATE OR REPLACE FUNCTION gisreg.forget_supports() RETURNS trigger
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp
AS $$
BEGIN
  DELETE FROM registry.finding WHERE object_id IN (SELECT id FROM old_rows);
  RETURN NULL;
END
$$;
CREATE OR REPLACE TRIGGER forget_supports AFTER DELETE ON registry.support
  REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION gisreg.forget_supports();

-- A pole on which cable hangs cannot be deleted: it is first set to removed, which unties it.
CREATE OR REPLACE FUNCTION gisreg.forget_poles() RETURNS trigger
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp
AS $$
BEGIN
  IF EXISTS (SELECT FROM registry.support WHERE pole_id IN (SELECT id FROM old_rows))
    OR EXISTS (SELECT FROM registry.span WHERE pole_a_id IN (SELECT id FROM old_rows))
    OR EXISTS (SELECT FROM registry.span WHERE pole_b_id IN (SELECT id FROM old_rows)) THEN
    RAISE foreign_key_violation
      USING MESSAGE = 'A pole on which cable hangs cannot be deleted; set its status to removed first.',
        TABLE = 'pole', SCHEMA = 'registry';
  END IF;
  DELETE FROM registry.finding WHERE object_id IN (SELECT id FROM old_rows);
  DELETE FROM registry.pole_state WHERE pole_id IN (SELECT id FROM old_rows);
  DELETE FROM registry.near_miss WHERE pole_id IN (SELECT id FROM old_rows);
  RETURN NULL;
END
$$;
CREATE OR REPLACE TRIGGER forget_poles AFTER DELETE ON registry.pole
  REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION gisreg.forget_poles();

CREATE OR REPLACE FUNCTION gisreg.forget_streets() RETURNS trigger
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp
AS $$
BEGIN
  DELETE FROM registry.finding WHERE object_id IN (SELECT id FROM old_rows);
  DELETE FROM registry.crossing WHERE street_id IN (SELECT id FROM old_rows);
  RETURN NULL;
END
$$;
CREATE OR REPLACE TRIGGER forget_streets AFTER DELETE ON registry.street
  REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION gisreg.forget_streets();

CREATE OR REPLACE FUNCTION gisreg.forget_units() RETURNS trigger
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp
AS $$
BEGIN
  DELETE FROM registry.segment_place WHERE commune_id IN (SELECT id FROM old_rows);
  RETURN NULL;
END
$$;
CREATE OR REPLACE TRIGGER forget_units AFTER DELETE ON registry.admin_unit
  REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION gisreg.forget_units();

-- Of these nothing is derived but findings.
CREATE OR REPLACE FUNCTION gisreg.forget_findings() RETURNS trigger
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp
AS $$
BEGIN
  DELETE FROM registry.finding WHERE object_id IN (SELECT id FROM old_rows);
  RETURN NULL;
END
$$;
DROP TRIGGER IF EXISTS forget_fittings ON registry.fitting;
DROP FUNCTION IF EXISTS gisreg.forget_fittings();
CREATE OR REPLACE TRIGGER forget_findings AFTER DELETE ON registry.fitting
  REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION gisreg.forget_findings();
CREATE OR REPLACE TRIGGER forget_findings AFTER DELETE ON registry.tower
  REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION gisreg.forget_findings();
CREATE OR REPLACE TRIGGER forget_findings AFTER DELETE ON registry.manhole
  REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION gisreg.forget_findings();
CREATE OR REPLACE TRIGGER forget_findings AFTER DELETE ON registry.duct
  REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION gisreg.forget_findings();
