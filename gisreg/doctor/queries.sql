-- name: versions()^
-- The releases of PostgreSQL, PostGIS and PROJ that answer.
SELECT
  current_setting('server_version') AS postgresql,
  current_setting('server_version_num')::int AS number,
  postgis_lib_version() AS postgis,
  postgis_proj_version() AS proj,
  current_setting('data_checksums') AS checksums;

-- name: provincial_zones()
-- The fourteen provincial zones of VN-2000 that this database knows as it must.
SELECT srid
FROM spatial_ref_sys
WHERE srid BETWEEN 9205 AND 9218 AND auth_name = 'EPSG' AND auth_srid = srid
ORDER BY srid;

-- name: transform_error(longitude, latitude, easting, northing)^
-- How far (metres) this database's transformation is from the known point of Hưng Yên in zone 9209.
SELECT ST_Distance(
  ST_Transform(ST_SetSRID(ST_MakePoint(:longitude, :latitude), 4326), 9209),
  ST_SetSRID(ST_MakePoint(:easting, :northing), 9209)
) AS metres;
