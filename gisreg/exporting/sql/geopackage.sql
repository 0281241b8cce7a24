-- Tables of a GeoPackage (SQLite) besides the objects; both are named as tables without geometry.
CREATE TABLE gisreg_export (id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL, name TEXT NOT NULL, value TEXT NOT NULL);
INSERT INTO gpkg_contents (table_name, data_type, identifier, description)
VALUES ('gisreg_export', 'attributes', 'gisreg_export', 'Ai xuất, lúc nào / who exported this, and when');
-- The form in which QGIS keeps styles beside the data.
CREATE TABLE layer_styles (
  id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
  f_table_catalog TEXT DEFAULT '',
  f_table_schema TEXT DEFAULT '',
  f_table_name TEXT,
  f_geometry_column TEXT,
  styleName TEXT,
  styleQML TEXT,
  styleSLD TEXT DEFAULT '',
  useAsDefault BOOLEAN,
  description TEXT,
  owner TEXT DEFAULT '',
  ui TEXT,
  update_time DATETIME DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ', 'now'))
);
INSERT INTO gpkg_contents (table_name, data_type, identifier, description)
VALUES ('layer_styles', 'attributes', 'layer_styles', '');
