"""PostGIS: the private cluster, connections, migrations and the SQL itself."""
