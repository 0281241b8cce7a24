-- What is wrong with staged zones; zone_rows.py puts in the columns that the file or the request gives.

-- name: faults()
-- Row, what is wrong and what to do, each in Vietnamese and in English. An empty cell keeps what the registry has; what is new has no id yet, and
-- counts under a number below zero. Whether validities overlap is
-- judged by how the zones will be: the file may end one and lay it down anew in the next row.
WITH staged AS (
  SELECT
    s.row_number, coalesce(m.object_id, -1 - s.row_number) AS object_id, {code} AS code, {valid_from} AS valid_from, {valid_to} AS valid_to,
    coalesce(t.province_code, gisreg.province_code()) AS province_code, s.geom
  FROM pg_temp.import_stage AS s
  LEFT JOIN pg_temp.import_match AS m USING (row_number)
  LEFT JOIN registry.zone AS t ON t.id = m.object_id
), after AS (
  SELECT row_number, object_id, code, valid_from, valid_to FROM staged
  UNION ALL
  SELECT NULL, z.id, z.code, z.valid_from, z.valid_to FROM registry.zone AS z
  WHERE z.code IN (SELECT code FROM staged) AND z.id NOT IN (SELECT object_id FROM staged)
)
SELECT s.row_number, f.message_vi, f.message_en, f.hint_vi, f.hint_en
FROM staged AS s
CROSS JOIN LATERAL gisreg.zone_faults(
  s.object_id, NULL, s.valid_from, s.valid_to, s.geom, s.province_code,
  (gisreg.flag_limits(current_date) ->> 'zone_share_max')::double precision) AS f
UNION ALL
SELECT DISTINCT ON (s.row_number)
  s.row_number,
  format('Mã %1$s có hiệu lực từ %2$s đến %3$s ở %4$s, trùng thời gian', s.code, a.valid_from,
    coalesce(a.valid_to::text, '...'), CASE WHEN a.row_number IS NULL THEN 'sổ' ELSE 'dòng khác của tệp' END),
  format('the code %1$s holds from %2$s to %3$s in %4$s', s.code, a.valid_from, coalesce(a.valid_to::text, '...'),
    CASE WHEN a.row_number IS NULL THEN 'the registry' ELSE 'another row of the file' END),
  'Kết thúc khu vực trước (valid_to), sửa chính khu vực ấy (cùng mã và valid_from), hoặc dùng mã khác.',
  'End that one first (valid_to), edit that one (same code and valid_from), or use another code.'
FROM staged AS s
JOIN after AS a ON a.code = s.code AND a.object_id <> s.object_id
WHERE (s.valid_to IS NULL OR s.valid_to > s.valid_from) AND (a.valid_to IS NULL OR a.valid_to > a.valid_from)
  AND daterange(s.valid_from, s.valid_to) && daterange(a.valid_from, a.valid_to)
UNION ALL
SELECT
  s.row_number,
  format('Khu vực %1$s được lập từ công thức, không vẽ tay', s.code),
  format('the zone %1$s is made from a recipe and not drawn by hand', s.code),
  'Sửa danh sách rồi lập lại (gisreg zone make --replace), hoặc bỏ công thức (gisreg zone detach).',
  'Correct its list and make it again (gisreg zone make --replace), or drop the recipe (gisreg zone detach).'
FROM staged AS s
JOIN registry.zone_recipe AS r ON r.zone_id = s.object_id
WHERE r.geometry_md5 <> md5(ST_AsEWKB(s.geom))
ORDER BY 1;
