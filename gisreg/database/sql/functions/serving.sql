-- What keeps tiles and caches fresh: revisions by layer and coarse cell, counts by fine cell.
-- A cell is a web-mercator tile: zoom 12 for revisions (about 9 km), zoom 18 for counts (about 140 m).
-- Both tables only ever get rows added by writers, so writers never wait for each other.

-- \param longitude  degrees
-- \returns  column of the tile at this zoom
CREATE OR REPLACE FUNCTION gisreg.cell_x(longitude double precision, zoom integer) RETURNS integer
LANGUAGE sql IMMUTABLE PARALLEL SAFE STRICT
AS $$ SELECT greatest(0, least((1 << zoom) - 1, floor((longitude + 180) / 360 * (1 << zoom))::integer)) $$;

-- \param latitude  degrees
-- \returns  row of the tile at this zoom, from the north
CREATE OR REPLACE FUNCTION gisreg.cell_y(latitude double precision, zoom integer) RETURNS integer
LANGUAGE sql IMMUTABLE PARALLEL SAFE STRICT
AS $$
  SELECT greatest(0, least(
    (1 << zoom) - 1,
    floor((1 - asinh(tan(radians(greatest(-85.0511, least(85.0511, latitude))))) / pi()) / 2 * (1 << zoom))::integer
  ))
$$;

-- The column of a layer's table that says whose a row is, as SQL for the alias r; 0 where nobody owns.
CREATE OR REPLACE FUNCTION gisreg.owner_column(layer_key text) RETURNS text
LANGUAGE sql STABLE PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $$
  SELECT CASE WHEN EXISTS (
    SELECT FROM pg_attribute
    WHERE attrelid = format('registry.%I', layer_key)::regclass AND attname = 'owner_id' AND NOT attisdropped
  ) THEN 'coalesce(r.owner_id, 0)' ELSE '0' END
$$;

-- Note that nearly all rows of a layer changed: every tile of it is new, its counts have to be made again.
-- By owner and visibility like any change, so that what is hidden from somebody changes nothing for him.
CREATE OR REPLACE FUNCTION gisreg.note_many(layer_key text, has_cells boolean) RETURNS void
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp
AS $$
BEGIN
  EXECUTE format(
    'INSERT INTO gisreg.revision (layer, cell_x, cell_y, owner_id, visibility)
     SELECT DISTINCT $1, -1, -1, %s, r.visibility FROM registry.%I AS r',
    gisreg.owner_column(layer_key), layer_key
  ) USING layer_key;
  IF has_cells THEN
    INSERT INTO gisreg.stale_cells (layer) VALUES (layer_key);
  END IF;
END
$$;

-- Note what a statement changed in a layer's main table.
-- Arguments of the trigger: layer; 'cells' where counts are kept; the owner's and the length's column,
-- or '' where the layer has none; the state table that holds flagged metres, or ''.
-- Above 5,000 rows a statement only marks the layer: gisreg.tiles.cells.refresh counts it anew.
CREATE OR REPLACE FUNCTION gisreg.note_rows() RETURNS trigger
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp
AS $$
DECLARE
  layer_key text := TG_ARGV[0];
  has_geometry boolean := TG_ARGV[1] <> 'plain';
  has_cells boolean := TG_ARGV[1] = 'cells';
  owner_column text := coalesce(nullif(TG_ARGV[2], ''), '0');
  length_column text := coalesce(nullif(TG_ARGV[3], ''), '0');
  changed text := CASE TG_OP
    WHEN 'INSERT' THEN 'SELECT 1 AS sign, n.* FROM new_rows AS n'
    WHEN 'DELETE' THEN 'SELECT -1 AS sign, o.* FROM old_rows AS o'
    ELSE 'SELECT -1 AS sign, o.* FROM old_rows AS o UNION ALL SELECT 1, n.* FROM new_rows AS n'
  END;
  many boolean;
BEGIN
  IF TG_OP = 'DELETE' THEN
    IF NOT EXISTS (SELECT FROM old_rows) THEN RETURN NULL; END IF;
    many := (SELECT count(*) > 5000 FROM (SELECT FROM old_rows LIMIT 5001) AS first_rows);
  ELSE
    IF NOT EXISTS (SELECT FROM new_rows) THEN RETURN NULL; END IF;
    many := (SELECT count(*) > 5000 FROM (SELECT FROM new_rows LIMIT 5001) AS first_rows);
  END IF;
  IF many OR NOT has_geometry THEN
    EXECUTE format(
      'INSERT INTO gisreg.revision (layer, cell_x, cell_y, owner_id, visibility)
       SELECT $1, -1, -1, n.owner_id, n.visibility
       FROM (SELECT DISTINCT coalesce(%s, 0) AS owner_id, r.visibility FROM (%s) AS r) AS n', owner_column, changed
    ) USING layer_key;
    IF has_cells THEN
      INSERT INTO gisreg.stale_cells (layer) VALUES (layer_key);
    END IF;
    RETURN NULL;
  END IF;
  EXECUTE format(
    'INSERT INTO gisreg.revision (layer, cell_x, cell_y, owner_id, visibility)
     SELECT DISTINCT $1, coalesce(x, -1), coalesce(y, -1), coalesce(%2$s, 0), r.visibility
     FROM (%1$s) AS r
     LEFT JOIN generate_series(gisreg.cell_x(ST_XMin(r.geom), 12), gisreg.cell_x(ST_XMax(r.geom), 12)) AS x ON true
     LEFT JOIN generate_series(gisreg.cell_y(ST_YMax(r.geom), 12), gisreg.cell_y(ST_YMin(r.geom), 12)) AS y ON true',
    changed,
    owner_column
  ) USING layer_key;
  IF has_cells THEN
    EXECUTE format(
      'INSERT INTO gisreg.layer_cell
         (layer, cell_x, cell_y, owner_id, visibility, object_count, length_m, flagged_m, accepted_m)
       SELECT
         $1,
         gisreg.cell_x((ST_XMin(r.geom) + ST_XMax(r.geom)) / 2, 18) AS x,
         gisreg.cell_y((ST_YMin(r.geom) + ST_YMax(r.geom)) / 2, 18) AS y,
         coalesce(%2$s, 0) AS owner,
         r.visibility,
         sum(sign),
         sum(sign * %3$s),
         sum(sign * coalesce(%4$s, 0)),
         sum(sign * coalesce(%5$s, 0))
       FROM (%1$s) AS r %6$s
       WHERE r.geom IS NOT NULL
       GROUP BY x, y, owner, r.visibility
       HAVING sum(sign) <> 0 OR abs(sum(sign * %3$s)) > 1e-6
         OR abs(sum(sign * coalesce(%4$s, 0))) > 1e-6 OR abs(sum(sign * coalesce(%5$s, 0))) > 1e-6',
      changed,
      owner_column,
      length_column,
      CASE WHEN TG_ARGV[4] = '' THEN '0' ELSE 's.flagged_m' END,
      CASE WHEN TG_ARGV[4] = '' THEN '0'
        ELSE 's.flagged_m * (s.tidying_state = ''accepted'')::integer' END,
      CASE WHEN TG_ARGV[4] = '' THEN ''
        ELSE format('LEFT JOIN registry.%I AS s ON s.%I = r.id', TG_ARGV[4], layer_key || '_id') END
    ) USING layer_key;
  END IF;
  RETURN NULL;
END
$$;

-- Note what a statement changed in a layer's state table (inserted or updated rows; rows are deleted
-- only with their object, which note_rows or forget_flags notes).
-- Arguments of the trigger: layer; 'flags' where flagged metres are counted by cell.
CREATE OR REPLACE FUNCTION gisreg.note_state() RETURNS trigger
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp
AS $$
DECLARE
  layer_key text := TG_ARGV[0];
  join_state text := format('JOIN registry.%1$I AS r ON r.id = s.%2$I', layer_key, layer_key || '_id');
  owner_column text := gisreg.owner_column(layer_key);
BEGIN
  IF NOT EXISTS (SELECT FROM new_rows) THEN RETURN NULL; END IF;
  IF (SELECT count(*) > 5000 FROM (SELECT FROM new_rows LIMIT 5001) AS first_rows) THEN
    EXECUTE format(
      'INSERT INTO gisreg.revision (layer, cell_x, cell_y, owner_id, visibility)
       SELECT DISTINCT $1, -1, -1, %s, r.visibility FROM new_rows AS s %s', owner_column, join_state
    ) USING layer_key;
    IF TG_ARGV[1] = 'flags' THEN
      INSERT INTO gisreg.stale_cells (layer) VALUES (layer_key);
    END IF;
    RETURN NULL;
  END IF;
  EXECUTE format(
    'INSERT INTO gisreg.revision (layer, cell_x, cell_y, owner_id, visibility)
     SELECT DISTINCT $1, x, y, %2$s, r.visibility
     FROM new_rows AS s %1$s
     CROSS JOIN generate_series(gisreg.cell_x(ST_XMin(r.geom), 12), gisreg.cell_x(ST_XMax(r.geom), 12)) AS x
     CROSS JOIN generate_series(gisreg.cell_y(ST_YMax(r.geom), 12), gisreg.cell_y(ST_YMin(r.geom), 12)) AS y',
    join_state,
    owner_column
  ) USING layer_key;
  IF TG_ARGV[1] = 'flags' THEN
    EXECUTE format(
      'INSERT INTO gisreg.layer_cell
         (layer, cell_x, cell_y, owner_id, visibility, object_count, length_m, flagged_m, accepted_m)
       SELECT
         $1,
         gisreg.cell_x((ST_XMin(r.geom) + ST_XMax(r.geom)) / 2, 18) AS x,
         gisreg.cell_y((ST_YMin(r.geom) + ST_YMax(r.geom)) / 2, 18) AS y,
         coalesce(r.owner_id, 0) AS owner,
         r.visibility,
         0,
         0,
         sum(sign * s.flagged_m),
         sum(sign * s.flagged_m * (s.tidying_state = ''accepted'')::integer)
       FROM (%s) AS s %s
       GROUP BY x, y, owner, r.visibility
       HAVING abs(sum(sign * s.flagged_m)) > 1e-6
         OR abs(sum(sign * s.flagged_m * (s.tidying_state = ''accepted'')::integer)) > 1e-6',
      CASE TG_OP WHEN 'INSERT' THEN 'SELECT 1 AS sign, n.* FROM new_rows AS n'
        ELSE 'SELECT -1 AS sign, o.* FROM old_rows AS o UNION ALL SELECT 1, n.* FROM new_rows AS n' END,
      join_state
    ) USING layer_key;
  END IF;
  RETURN NULL;
END
$$;

-- A segment goes: its flagged metres go too. Before the row, because the state table's row is deleted
-- by the foreign key before any statement trigger could still read it.
CREATE OR REPLACE FUNCTION gisreg.forget_flags() RETURNS trigger
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp
AS $$
BEGIN
  INSERT INTO gisreg.layer_cell
    (layer, cell_x, cell_y, owner_id, visibility, object_count, length_m, flagged_m, accepted_m)
  SELECT
    'segment',
    gisreg.cell_x((ST_XMin(OLD.geom) + ST_XMax(OLD.geom)) / 2, 18),
    gisreg.cell_y((ST_YMin(OLD.geom) + ST_YMax(OLD.geom)) / 2, 18),
    coalesce(OLD.owner_id, 0),
    OLD.visibility,
    0,
    0,
    -s.flagged_m,
    -s.flagged_m * (s.tidying_state = 'accepted')::integer
  FROM registry.segment_state AS s
  WHERE s.segment_id = OLD.id AND s.flagged_m > 0;
  RETURN OLD;
END
$$;
CREATE OR REPLACE TRIGGER forget_flags BEFORE DELETE ON registry.segment
  FOR EACH ROW EXECUTE FUNCTION gisreg.forget_flags();

-- Fold the revisions of one layer into one row per cell, owner and visibility: sums and highest numbers
-- stay, so no ETag changes.
CREATE OR REPLACE FUNCTION gisreg.fold_revisions(layer_key text) RETURNS void
LANGUAGE sql VOLATILE PARALLEL UNSAFE
SET search_path = ''
AS $$
  WITH folded AS (DELETE FROM gisreg.revision WHERE layer = layer_key RETURNING *)
  INSERT INTO gisreg.revision (number, layer, cell_x, cell_y, owner_id, visibility, changes)
  OVERRIDING SYSTEM VALUE
  SELECT max(number), layer, cell_x, cell_y, owner_id, visibility, sum(changes)
  FROM folded
  GROUP BY layer, cell_x, cell_y, owner_id, visibility
$$;

-- Put the triggers on every layer; done again after each migration. What a table has decides what is
-- noted of it: a geometry, an owner, a length, a state table.
DO $do$
DECLARE
  t record;
  event record;
BEGIN
  FOR t IN
    SELECT
      c.relname AS name,
      coalesce(format_type(g.atttypid, g.atttypmod), '') AS geometry,
      EXISTS (SELECT FROM pg_catalog.pg_attribute WHERE attrelid = c.oid AND attname = 'owner_id') AS owned,
      EXISTS (SELECT FROM pg_catalog.pg_attribute WHERE attrelid = c.oid AND attname = 'length_m') AS long,
      to_regclass(format('registry.%I', c.relname || '_state')) IS NOT NULL AS has_state
    FROM pg_catalog.pg_class AS c
    JOIN pg_catalog.pg_attribute AS v ON v.attrelid = c.oid AND v.attname = 'version'
    LEFT JOIN pg_catalog.pg_attribute AS g ON g.attrelid = c.oid AND g.attname = 'geom'
    WHERE c.relnamespace = 'registry'::regnamespace AND c.relkind = 'r'
    ORDER BY c.relname
  LOOP
    FOR event IN
      SELECT * FROM (VALUES
        ('insert', 'NEW TABLE AS new_rows'),
        ('update', 'OLD TABLE AS old_rows NEW TABLE AS new_rows'),
        ('delete', 'OLD TABLE AS old_rows')
      ) AS events (name, tables)
    LOOP
      EXECUTE format(
        'CREATE OR REPLACE TRIGGER note_%1$s AFTER %1$s ON registry.%2$I REFERENCING %3$s
           FOR EACH STATEMENT EXECUTE FUNCTION gisreg.note_rows(%2$L, %4$L, %5$L, %6$L, %7$L)',
        event.name, t.name, event.tables,
        CASE
          WHEN t.geometry = '' THEN 'plain'
          WHEN t.geometry ~ '(Point|LineString)' AND t.geometry !~ 'Multi' THEN 'cells'
          ELSE 'shapes'
        END,
        CASE WHEN t.owned THEN 'r.owner_id' ELSE '' END,
        CASE WHEN t.long THEN 'r.length_m' ELSE '' END,
        CASE WHEN t.name = 'segment' AND event.name = 'update' THEN 'segment_state' ELSE '' END
      );
      IF t.has_state AND event.name <> 'delete' THEN
        EXECUTE format(
          'CREATE OR REPLACE TRIGGER note_%1$s AFTER %1$s ON registry.%2$I REFERENCING %3$s
             FOR EACH STATEMENT EXECUTE FUNCTION gisreg.note_state(%4$L, %5$L)',
          event.name, t.name || '_state', event.tables, t.name,
          CASE WHEN t.name = 'segment' THEN 'flags' ELSE '' END
        );
      END IF;
    END LOOP;
  END LOOP;
END
$do$;

-- Search: streets and sites by any part of their name without diacritics.
CREATE INDEX IF NOT EXISTS street_search_idx ON registry.street USING gin (gisreg.search_text(name) gin_trgm_ops);
CREATE INDEX IF NOT EXISTS tower_search_idx ON registry.tower USING gin (gisreg.search_text(name) gin_trgm_ops);

REVOKE EXECUTE ON FUNCTION gisreg.note_many(text, boolean), gisreg.fold_revisions(text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION gisreg.note_many(text, boolean), gisreg.fold_revisions(text) TO gisreg_worker;
