-- In a working copy (SQLite): the values of every object when the copy was taken. Not named in gpkg_contents, so
-- that map programs do not show it as a layer.
CREATE TABLE gisreg_base (
  layer TEXT NOT NULL,
  object_id INTEGER NOT NULL,
  version INTEGER NOT NULL,
  content TEXT NOT NULL,
  PRIMARY KEY (layer, object_id)
);
