-- One row for each thing that provisioning must have done: what in Vietnamese and English, whether it is so.
-- Any role may run it; it reads system catalogues only.
SELECT 'PostgreSQL >= 15' AS vi, 'PostgreSQL >= 15' AS en, current_setting('server_version_num')::int >= 150000 AS done
UNION ALL
SELECT
  'vai trò ' || wanted.name,
  'role ' || wanted.name,
  coalesce(r.rolcanlogin AND NOT r.rolsuper AND r.rolbypassrls = wanted.bypass, false)
FROM (VALUES ('gisreg_owner', false), ('gisreg_worker', true), ('gisreg_app', false)) AS wanted (name, bypass)
LEFT JOIN pg_roles AS r ON r.rolname = wanted.name
UNION ALL
SELECT
  'cơ sở dữ liệu thuộc về gisreg_owner',
  'database owned by gisreg_owner',
  pg_get_userbyid(d.datdba) = 'gisreg_owner'
FROM pg_database AS d
WHERE d.datname = current_database()
UNION ALL
SELECT 'bảng mã UTF8', 'encoding UTF8', current_setting('server_encoding') = 'UTF8'
UNION ALL
SELECT 'phần mở rộng ' || wanted.name, 'extension ' || wanted.name, e.oid IS NOT NULL
FROM unnest(ARRAY['postgis', 'unaccent', 'pg_trgm', 'btree_gist']) AS wanted (name)
LEFT JOIN pg_extension AS e ON e.extname = wanted.name
UNION ALL
SELECT
  'thứ tự sắp xếp vi-x-icu',
  'collation vi-x-icu',
  EXISTS (SELECT FROM pg_collation WHERE collname = 'vi-x-icu')
UNION ALL
SELECT
  'geometry_overlaps(geometry, geometry) LEAKPROOF',
  'geometry_overlaps(geometry, geometry) LEAKPROOF',
  coalesce((
    SELECT p.proleakproof FROM pg_proc AS p
    WHERE p.oid = to_regprocedure('public.geometry_overlaps(public.geometry, public.geometry)')
  ), false)
UNION ALL
SELECT
  'quyền INSERT và UPDATE trên spatial_ref_sys cho gisreg_owner',
  'INSERT and UPDATE on spatial_ref_sys for gisreg_owner',
  coalesce((
    SELECT bool_and(has_table_privilege(r.oid, c.oid, wanted.privilege))
    FROM pg_roles AS r, pg_class AS c, (VALUES ('SELECT'), ('INSERT'), ('UPDATE')) AS wanted (privilege)
    WHERE r.rolname = 'gisreg_owner' AND c.oid = to_regclass('public.spatial_ref_sys')
  ), false)
UNION ALL
SELECT
  'múi giờ Asia/Ho_Chi_Minh',
  'time zone Asia/Ho_Chi_Minh',
  current_setting('TimeZone') = 'Asia/Ho_Chi_Minh';
