-- The roles' rights. The application owns nothing; the worker sees everything; both go through the
-- same triggers. Policies on rows come with sign-in.

GRANT USAGE ON SCHEMA registry, history, staging, gisreg TO gisreg_app, gisreg_worker;
GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA registry TO gisreg_app, gisreg_worker;
GRANT SELECT ON ALL TABLES IN SCHEMA history TO gisreg_app, gisreg_worker;
GRANT SELECT ON gisreg.alembic_version TO gisreg_app, gisreg_worker;
GRANT SELECT ON gisreg.setting, gisreg.change_set, gisreg.layer_cell, gisreg.stale_cells, gisreg.revision TO gisreg_app;
GRANT ALL ON gisreg.layer_cell, gisreg.stale_cells, gisreg.revision, gisreg.setting TO gisreg_worker;
GRANT SELECT ON gisreg.change_set TO gisreg_worker;
GRANT USAGE ON ALL SEQUENCES IN SCHEMA registry, gisreg TO gisreg_app, gisreg_worker;
GRANT CREATE ON SCHEMA staging TO gisreg_worker;

REVOKE UPDATE, DELETE ON registry.tidying_event FROM gisreg_app;
