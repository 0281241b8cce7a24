-- What tiles and caches need: counts by cell for low zooms, and revisions for ETags.

-- Cells are web-mercator tiles of zoom 18 (about 150 m), kept by owner and visibility so that they can
-- be summed under the same scope as the rows themselves.
CREATE TABLE gisreg.layer_cell (
  layer text NOT NULL,
  cell_x integer NOT NULL,
  cell_y integer NOT NULL,
  owner_id bigint NOT NULL DEFAULT 0,
  visibility text NOT NULL,
  class text NOT NULL DEFAULT '',
  object_count bigint NOT NULL,
  length_m double precision NOT NULL DEFAULT 0,
  flagged_m double precision NOT NULL DEFAULT 0,
  accepted_m double precision NOT NULL DEFAULT 0,
  PRIMARY KEY (layer, cell_x, cell_y, owner_id, visibility, class)
);

-- Append-only: writers never wait for each other. An ETag is made of count and highest number of the
-- rows that touch a tile, so that a late commit with a lower number still changes it.
CREATE TABLE gisreg.revision (
  number bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  layer text NOT NULL,
  cell_x integer NOT NULL,
  cell_y integer NOT NULL,
  visibility text NOT NULL
);
CREATE INDEX revision_layer_idx ON gisreg.revision (layer, cell_x, cell_y);
