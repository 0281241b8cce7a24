-- What tiles and caches need: counts by cell for low zooms, and revisions for ETags.
-- Writers only add rows to these tables and so never wait for each other; readers sum. Runs fold them
-- (gisreg.tiles.cells.refresh, gisreg.fold_revisions).

-- Cells are web-mercator tiles of zoom 18 (about 140 m), kept by owner and visibility so that they can
-- be summed under the same scope as the rows themselves. Several rows of one cell add up; a row may be
-- negative (what an edit took away).
CREATE TABLE gisreg.layer_cell (
  layer text NOT NULL,
  cell_x integer NOT NULL,
  cell_y integer NOT NULL,
  owner_id bigint NOT NULL DEFAULT 0,
  visibility text NOT NULL,
  object_count bigint NOT NULL,
  length_m double precision NOT NULL DEFAULT 0,
  flagged_m double precision NOT NULL DEFAULT 0,
  accepted_m double precision NOT NULL DEFAULT 0
);
CREATE INDEX layer_cell_place_idx ON gisreg.layer_cell (layer, cell_x, cell_y);

-- Layers of which a large statement changed so much that their cells must be counted anew.
CREATE TABLE gisreg.stale_cells (
  layer text NOT NULL,
  marked_at timestamptz NOT NULL DEFAULT clock_timestamp()
);

-- An ETag is made of the sum of `changes` and the highest number of the rows that touch a tile, so that
-- a late commit with a lower number still changes it. Cells are tiles of zoom 12; -1, -1 is everywhere.
CREATE TABLE gisreg.revision (
  number bigint GENERATED ALWAYS AS IDENTITY,
  layer text NOT NULL,
  cell_x integer NOT NULL,
  cell_y integer NOT NULL,
  owner_id bigint NOT NULL DEFAULT 0,
  visibility text NOT NULL,
  changes bigint NOT NULL DEFAULT 1
);
CREATE INDEX revision_place_idx ON gisreg.revision (layer, cell_x, cell_y) INCLUDE (number, changes);

-- Codes are looked up by how they begin.
CREATE INDEX cable_code_idx ON registry.cable (code text_pattern_ops);
CREATE INDEX tower_code_idx ON registry.tower (code text_pattern_ops);
