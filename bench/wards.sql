-- A hundred generated wards, as a registry has some, against which the places of an import are compared.
INSERT INTO registry.admin_unit (gso_code, name, level, kind, valid_from, province_code, source, geom)
SELECT
  lpad((9000 + 10 * a + d)::text, 5, '0'), 'Phường ' || a || '.' || d, 'commune', 'phuong', '2025-07-01',
  gisreg.province_code(), 'generated',
  ST_Multi(ST_Segmentize(ST_MakeEnvelope(
    105.9 + 0.08 * a, 20.25 + 0.12 * d, 105.9 + 0.08 * (a + 1), 20.25 + 0.12 * (d + 1), 4326), 0.002))
FROM generate_series(0, 9) AS a CROSS JOIN generate_series(0, 9) AS d;
