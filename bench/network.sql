-- A generated network for benchmarks: rows of 21 poles 40 m apart, two cables of 21 points on each row,
-- 30 m between rows; wavy zones of 200 vertices in a grid that cover about seven tenths of it.
-- Parameters: rows (poles = 21 * rows, cables = 2 * rows, segments = 40 * rows), columns, zones across, down.

CREATE TEMPORARY TABLE bench_row ON COMMIT DROP AS
SELECT
  r, 105.5 + (r %% %(columns)s) * 0.0082 AS lon, 20.3 + (r / %(columns)s) * 0.00027 AS lat
FROM generate_series(0, %(rows)s - 1) AS r;

INSERT INTO registry.organisation (code, name, kind, source)
VALUES ('BENCH', 'Dữ liệu đo tốc độ (sinh tự động)', 'carrier', 'generated');

INSERT INTO registry.pole (
  code, owner_id, kind, material, height_m, survey_date, geom, source, position_method
)
SELECT
  'P' || b.r || '.' || i, o.id, 'telecom',
  -- A register lacks some of what it should say: here the material of every twentieth pole.
  CASE WHEN (b.r + i) %% 20 <> 0 THEN 'spun_concrete' ELSE 'unknown' END,
  8, '2024-01-01',
  ST_SetSRID(ST_MakePoint(b.lon + i * 0.000384, b.lat), 4326), 'generated', 'generated'
FROM bench_row AS b CROSS JOIN generate_series(0, 20) AS i CROSS JOIN registry.organisation AS o
WHERE o.code = 'BENCH';

INSERT INTO registry.cable (
  code, owner_id, role, medium, state, survey_date, geom, source, position_method
)
SELECT
  'C' || b.r || '.' || k, o.id, 'distribution', 'fibre', 'in_service', '2024-01-01',
  (SELECT ST_SetSRID(ST_MakeLine(ST_MakePoint(
     b.lon + i * 0.000384 + ((b.r * 7 + i * 3 + k) %% 5 - 2) * 0.000002,
     b.lat + ((b.r * 5 + i + k) %% 7 - 3) * 0.000002) ORDER BY i), 4326) FROM generate_series(0, 20) AS i),
  'generated', 'generated'
FROM bench_row AS b CROSS JOIN generate_series(1, 2) AS k CROSS JOIN registry.organisation AS o
WHERE o.code = 'BENCH';

INSERT INTO registry.zone (code, name, kind, valid_from, geom, source)
SELECT
  'Z' || a || '.' || d, 'Khu vực ' || a || '.' || d,
  (ARRAY['urban', 'district_centre', 'aesthetic_priority', 'heritage'])[(a + d) %% 4 + 1], '2020-01-01',
  (SELECT ST_Multi(ST_MakePolygon(ST_SetSRID(ST_MakeLine(ST_MakePoint(
     m.west + (a + 0.5) * m.w + cos(2 * pi() * v / 200) * m.w * (0.48 + 0.03 * cos(14 * pi() * v / 200)),
     m.south + (d + 0.5) * m.h + sin(2 * pi() * v / 200) * m.h * (0.48 + 0.03 * cos(14 * pi() * v / 200))
   ) ORDER BY v), 4326))) FROM generate_series(0, 200) AS v),
  'generated'
FROM generate_series(0, %(across)s - 1) AS a CROSS JOIN generate_series(0, %(down)s - 1) AS d
CROSS JOIN (
  SELECT
    min(lon) AS west, min(lat) AS south,
    (max(lon) - min(lon) + 0.0082) / %(across)s AS w, (max(lat) - min(lat) + 0.00027) / %(down)s AS h
  FROM bench_row
) AS m;

ANALYZE registry.pole;
ANALYZE registry.cable;
ANALYZE registry.zone;
