-- The tables in which topology works. Temporary, but made once a connection and emptied at the end of every
-- transaction: so an edit neither makes nor drops a table, and the plans of all statements are kept.

-- Make them where they are not there yet. Every step empties what it fills.
CREATE OR REPLACE FUNCTION gisreg.topology_tables() RETURNS void
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp
AS $$
BEGIN
  IF to_regclass('pg_temp.topo_cable') IS NOT NULL THEN
    RETURN;
  END IF;
  CREATE TEMPORARY TABLE topo_cable (id bigint, geom geometry, geom_m geometry) ON COMMIT DELETE ROWS;
  CREATE TEMPORARY TABLE topo_withdrawn (id bigint) ON COMMIT DELETE ROWS;
  CREATE TEMPORARY TABLE topo_vertex (
    cable_id bigint, n integer, x double precision, y double precision, measure_m double precision
  ) ON COMMIT DELETE ROWS;
  CREATE TEMPORARY TABLE topo_piece (
    cable_id bigint, measure_m double precision, x double precision, y double precision, dx double precision,
    dy double precision, length_m double precision
  ) ON COMMIT DELETE ROWS;
  CREATE TEMPORARY TABLE topo_pole (id bigint, geom_m geometry) ON COMMIT DELETE ROWS;
  CREATE INDEX topo_pole_geom_m_idx ON topo_pole USING gist (geom_m);
  CREATE TEMPORARY TABLE topo_near (
    cable_id bigint, pole_id bigint, measure_m double precision, distance_m double precision,
    from_m double precision, to_m double precision
  ) ON COMMIT DELETE ROWS;
  CREATE TEMPORARY TABLE topo_support (
    cable_id bigint, pole_id bigint, measure_m double precision, distance_m double precision, ordinal integer,
    sequence integer
  ) ON COMMIT DELETE ROWS;
  CREATE INDEX ON topo_support (cable_id, sequence);
  CREATE TEMPORARY TABLE topo_touched (pole_id bigint) ON COMMIT DELETE ROWS;
  CREATE TEMPORARY TABLE topo_stop (
    cable_id bigint, measure_m double precision, pole_id bigint, point geometry, supports_before bigint
  ) ON COMMIT DELETE ROWS;
  CREATE TEMPORARY TABLE topo_segment (
    cable_id bigint, from_pole_id bigint, to_pole_id bigint, ordinal integer, sequence integer, owner_id bigint,
    role text, medium text, state text, visibility text, province_code text, position_accuracy_m double precision,
    pole_a_id bigint, pole_b_id bigint, geom geometry
  ) ON COMMIT DELETE ROWS;
  CREATE INDEX ON topo_segment (cable_id, from_pole_id, to_pole_id, ordinal);
  CREATE TEMPORARY TABLE topo_gone (id bigint, cable_id bigint, span_id bigint, geom geometry) ON COMMIT DELETE ROWS;
  CREATE TEMPORARY TABLE topo_gone_state (LIKE registry.segment_state) ON COMMIT DELETE ROWS;
  CREATE TEMPORARY TABLE topo_fresh (id bigint, LIKE topo_segment, span_id bigint) ON COMMIT DELETE ROWS;
  CREATE TEMPORARY TABLE topo_lineage (
    from_id bigint, to_id bigint, from_span bigint, to_span bigint, kind text
  ) ON COMMIT DELETE ROWS;
  CREATE TEMPORARY TABLE topo_span (id bigint) ON COMMIT DELETE ROWS;
  CREATE TEMPORARY TABLE topo_span_lineage (from_id bigint, to_id bigint, kind text) ON COMMIT DELETE ROWS;
  CREATE TEMPORARY TABLE topo_pole_count (pole_id bigint, cables integer, owners integer) ON COMMIT DELETE ROWS;
  CREATE TEMPORARY TABLE topo_span_count (span_id bigint, cables integer) ON COMMIT DELETE ROWS;
  CREATE TEMPORARY TABLE hidden_span (id bigint) ON COMMIT DELETE ROWS;
  CREATE TEMPORARY TABLE place_candidate (
    segment_id bigint, unit_id bigint, gso_code text, point geometry, units bigint
  ) ON COMMIT DELETE ROWS;
END
$$;

-- Have the planner look at tables that were filled: where they are large, were, or were never looked at. Few rows are
-- as good as few other ones, and to look anew would throw all plans away.
CREATE OR REPLACE FUNCTION gisreg.topology_look(VARIADIC names text[]) RETURNS void
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp
AS $$
DECLARE
  t record;
BEGIN
  FOR t IN
    SELECT c.relname FROM pg_class AS c
    WHERE c.relnamespace = pg_my_temp_schema() AND c.relname = ANY (names)
      AND (c.reltuples < 0 OR c.reltuples > 5000 OR pg_relation_size(c.oid) > 500000)
  LOOP
    EXECUTE format('ANALYZE pg_temp.%I', t.relname);
  END LOOP;
END
$$;

REVOKE EXECUTE ON FUNCTION gisreg.topology_tables(), gisreg.topology_look(text[]) FROM PUBLIC;
