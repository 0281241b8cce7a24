-- Topology, first part: tie cables to poles.
-- All work is set-based over temporary tables; a run concerns all aerial cables or a list of them.
-- Distances are metres in the registry's metric CRS (gisreg.setting metric_srid).

CREATE OR REPLACE FUNCTION gisreg.metric_srid() RETURNS integer
LANGUAGE sql STABLE PARALLEL SAFE
SET search_path = ''
AS $$ SELECT value::integer FROM gisreg.setting WHERE key = 'metric_srid' $$;

-- Gather the cables of a run as vertices and straight pieces in metres.
-- \param cable_ids  NULL for all
-- \returns  number of cables gathered
CREATE OR REPLACE FUNCTION gisreg.topology_gather(cable_ids bigint[] DEFAULT NULL) RETURNS bigint
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp
AS $$
DECLARE
  srid integer := gisreg.metric_srid();
  gathered bigint;
BEGIN
  -- One run at a time: two would cut the same cable twice.
  PERFORM pg_advisory_xact_lock(hashtext('gisreg.topology'));
  PERFORM gisreg.topology_tables();
  DELETE FROM topo_cable;
  DELETE FROM topo_withdrawn;
  DELETE FROM topo_vertex;
  DELETE FROM topo_piece;

  -- Cables that went underground lose their segments. Two statements each: a plan that serves both cases would go
  -- through all cables for a single one.
  IF cable_ids IS NULL THEN
    INSERT INTO topo_cable
    SELECT c.id, c.geom, ST_Transform(c.geom, srid) FROM registry.cable AS c WHERE c.deployment = 'aerial';
    GET DIAGNOSTICS gathered = ROW_COUNT;
    INSERT INTO topo_withdrawn
    SELECT c.id FROM registry.cable AS c
    WHERE c.deployment <> 'aerial' AND EXISTS (SELECT FROM registry.segment AS s WHERE s.cable_id = c.id);
  ELSE
    INSERT INTO topo_cable
    SELECT c.id, c.geom, ST_Transform(c.geom, srid) FROM registry.cable AS c
    WHERE c.id = ANY (cable_ids) AND c.deployment = 'aerial';
    GET DIAGNOSTICS gathered = ROW_COUNT;
    INSERT INTO topo_withdrawn
    SELECT c.id FROM registry.cable AS c
    WHERE c.id = ANY (cable_ids) AND c.deployment <> 'aerial'
      AND EXISTS (SELECT FROM registry.segment AS s WHERE s.cable_id = c.id);
  END IF;

  INSERT INTO topo_vertex
  SELECT
    d.id AS cable_id, d.n,
    ST_X(d.p) AS x, ST_Y(d.p) AS y,
    coalesce(sum(d.step) OVER (PARTITION BY d.id ORDER BY d.n), 0) AS measure_m
  FROM (
    SELECT
      c.id, v.path[1] AS n, v.geom AS p,
      ST_Distance(v.geom, lag(v.geom) OVER (PARTITION BY c.id ORDER BY v.path[1])) AS step
    FROM topo_cable AS c CROSS JOIN LATERAL ST_DumpPoints(c.geom_m) AS v
  ) AS d;

  INSERT INTO topo_piece
  SELECT * FROM (
    SELECT
      cable_id, measure_m, x, y,
      lead(x) OVER w - x AS dx, lead(y) OVER w - y AS dy,
      lead(measure_m) OVER w - measure_m AS length_m
    FROM topo_vertex
    WINDOW w AS (PARTITION BY cable_id ORDER BY n)
  ) AS piece
  WHERE length_m > 0;
  PERFORM gisreg.topology_look('topo_cable', 'topo_vertex', 'topo_piece');
  RETURN gathered;
END
$$;

-- Find where the gathered cables pass poles.
-- A passage is the stretch of a cable that stays within the tolerance of a pole; a cable that leaves
-- and comes back passes twice. Where two poles are nearer than the tolerance along the cable (an old
-- and a new one side by side), the cable is tied to the nearer; the other is a near miss.
-- \param snap_m  tolerance in metres
-- \param near_m  up to this distance an untied pole is noted as a near miss
CREATE OR REPLACE FUNCTION gisreg.topology_tie(snap_m double precision, near_m double precision)
RETURNS bigint
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp
AS $$
DECLARE
  srid integer := gisreg.metric_srid();
  tied bigint;
BEGIN
  DELETE FROM topo_pole;
  DELETE FROM topo_near;
  DELETE FROM topo_support;
  DELETE FROM topo_touched;

  -- Poles of the neighbourhood only, unless nearly all are needed anyway.
  IF (SELECT count(*) FROM topo_cable) < 1000 THEN
    INSERT INTO topo_pole
    SELECT DISTINCT ON (p.id) p.id, ST_Transform(p.geom, srid) AS geom_m
    FROM topo_cable AS c
    JOIN registry.pole AS p ON p.geom && ST_Envelope(ST_Buffer(c.geom::geography, near_m)::geometry)
    WHERE p.status NOT IN ('removed', 'planned');
  ELSE
    -- An index over so many is made once instead of row by row.
    DROP INDEX pg_temp.topo_pole_geom_m_idx;
    INSERT INTO topo_pole
    SELECT p.id, ST_Transform(p.geom, srid) AS geom_m
    FROM registry.pole AS p
    WHERE p.status NOT IN ('removed', 'planned');
  END IF;
  IF to_regclass('pg_temp.topo_pole_geom_m_idx') IS NULL THEN
    CREATE INDEX topo_pole_geom_m_idx ON topo_pole USING gist (geom_m);
  END IF;
  PERFORM gisreg.topology_look('topo_pole');

  -- Piece by piece: distance, nearest point, and the interval of the piece within the tolerance.
  INSERT INTO topo_near
  SELECT
    cable_id, pole_id, measure_m + at_m AS measure_m, distance_m,
    measure_m + greatest(0, foot_m - half_m) AS from_m,
    measure_m + least(length_m, foot_m + half_m) AS to_m
  FROM (
    SELECT
      t.cable_id, p.id AS pole_id, t.measure_m, t.length_m, f.foot_m, a.at_m,
      sqrt(
        (t.x + t.dx * a.at_m / t.length_m - ST_X(p.geom_m)) ^ 2
        + (t.y + t.dy * a.at_m / t.length_m - ST_Y(p.geom_m)) ^ 2
      ) AS distance_m,
      sqrt(greatest(0, snap_m ^ 2 - (
        (t.x + t.dx * f.foot_m / t.length_m - ST_X(p.geom_m)) ^ 2
        + (t.y + t.dy * f.foot_m / t.length_m - ST_Y(p.geom_m)) ^ 2
      ))) AS half_m
    FROM topo_piece AS t
    JOIN topo_pole AS p ON p.geom_m && ST_MakeEnvelope(
      least(t.x, t.x + t.dx) - near_m, least(t.y, t.y + t.dy) - near_m,
      greatest(t.x, t.x + t.dx) + near_m, greatest(t.y, t.y + t.dy) + near_m, srid
    )
    CROSS JOIN LATERAL (
      SELECT ((ST_X(p.geom_m) - t.x) * t.dx + (ST_Y(p.geom_m) - t.y) * t.dy) / t.length_m AS foot_m
    ) AS f
    CROSS JOIN LATERAL (SELECT least(greatest(f.foot_m, 0), t.length_m) AS at_m) AS a
  ) AS measured
  WHERE distance_m <= near_m;

  INSERT INTO topo_support
  WITH islands AS (
    -- Touching intervals of one pole are one passage.
    SELECT
      *, sum(starts) OVER (PARTITION BY cable_id, pole_id ORDER BY from_m, to_m) AS island
    FROM (
      SELECT
        *, (from_m > coalesce(max(to_m) OVER (
          PARTITION BY cable_id, pole_id ORDER BY from_m, to_m
          ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
        ), -1) + 0.001)::integer AS starts
      FROM topo_near WHERE distance_m <= snap_m
    ) AS marked
  ), passages AS (
    SELECT DISTINCT ON (cable_id, pole_id, island) cable_id, pole_id, measure_m, distance_m
    FROM islands
    ORDER BY cable_id, pole_id, island, distance_m, measure_m
  ), places AS (
    SELECT *, sum(starts) OVER (PARTITION BY cable_id ORDER BY measure_m, pole_id) AS place
    FROM (
      SELECT *, (measure_m - coalesce(lag(measure_m) OVER (
        PARTITION BY cable_id ORDER BY measure_m, pole_id
      ), '-infinity') > snap_m)::integer AS starts
      FROM passages
    ) AS marked
  ), chosen AS (
    SELECT DISTINCT ON (cable_id, place) cable_id, pole_id, measure_m, distance_m
    FROM places
    ORDER BY cable_id, place, distance_m, pole_id
  )
  SELECT
    cable_id, pole_id, measure_m, distance_m,
    row_number() OVER (PARTITION BY cable_id, pole_id ORDER BY measure_m)::integer AS ordinal,
    row_number() OVER (PARTITION BY cable_id ORDER BY measure_m)::integer AS sequence
  FROM chosen;
  GET DIAGNOSTICS tied = ROW_COUNT;
  PERFORM gisreg.topology_look('topo_support');

  INSERT INTO topo_touched
  SELECT s.pole_id
  FROM registry.support AS s
  WHERE s.cable_id IN (SELECT id FROM topo_cable UNION ALL SELECT id FROM topo_withdrawn)
  UNION
  SELECT pole_id FROM topo_support;
  PERFORM gisreg.topology_look('topo_touched');

  -- Supports keep their measured heights: only what changed is written.
  DELETE FROM registry.support AS s
  WHERE s.cable_id IN (SELECT id FROM topo_cable UNION ALL SELECT id FROM topo_withdrawn)
    AND NOT EXISTS (
      SELECT FROM topo_support AS n
      WHERE n.cable_id = s.cable_id AND n.pole_id = s.pole_id AND n.ordinal = s.ordinal
    );
  UPDATE registry.support AS s
  SET sequence = n.sequence, measure_m = n.measure_m, snap_distance_m = n.distance_m,
    owner_id = c.owner_id, visibility = c.visibility
  FROM topo_support AS n JOIN registry.cable AS c ON c.id = n.cable_id
  WHERE s.cable_id = n.cable_id AND s.pole_id = n.pole_id AND s.ordinal = n.ordinal
    AND (s.sequence, s.visibility, s.owner_id) IS DISTINCT FROM (n.sequence, c.visibility, c.owner_id)
    OR s.cable_id = n.cable_id AND s.pole_id = n.pole_id AND s.ordinal = n.ordinal
    AND greatest(abs(s.measure_m - n.measure_m), abs(s.snap_distance_m - n.distance_m)) > 0.001;
  INSERT INTO registry.support (
    cable_id, pole_id, ordinal, sequence, measure_m, snap_distance_m, owner_id, visibility,
    position_method, source, province_code
  )
  SELECT
    n.cable_id, n.pole_id, n.ordinal, n.sequence, n.measure_m, n.distance_m, c.owner_id, c.visibility,
    'derived', 'topology', c.province_code
  FROM topo_support AS n JOIN registry.cable AS c ON c.id = n.cable_id
  WHERE NOT EXISTS (
    SELECT FROM registry.support AS s
    WHERE s.cable_id = n.cable_id AND s.pole_id = n.pole_id AND s.ordinal = n.ordinal
  );

  DELETE FROM registry.near_miss
  WHERE cable_id IN (SELECT id FROM topo_cable UNION ALL SELECT id FROM topo_withdrawn);
  INSERT INTO registry.near_miss (cable_id, pole_id, distance_m)
  SELECT cable_id, pole_id, min(distance_m)
  FROM topo_near AS n
  WHERE NOT EXISTS (
    SELECT FROM topo_support AS s WHERE s.cable_id = n.cable_id AND s.pole_id = n.pole_id
  )
  GROUP BY cable_id, pole_id;
  RETURN tied;
END
$$;
