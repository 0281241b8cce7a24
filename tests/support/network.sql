-- A small town's quarter: ten streets of poles, a cable along each, a zone, masts; 200 poles in all.
INSERT INTO registry.organisation (code, name, kind)
VALUES ('VNPT', 'VNPT Thái Bình', 'carrier'), ('VTL', 'Viettel', 'carrier'), ('PC', 'Điện lực', 'power');

INSERT INTO registry.pole (code, owner_id, kind, height_m, geom)
SELECT
  format('P%s-%s', i, j),
  (SELECT id FROM registry.organisation WHERE code = CASE WHEN i % 2 = 0 THEN 'VNPT' ELSE 'PC' END),
  CASE WHEN i % 2 = 0 THEN 'telecom' ELSE 'power_lv' END,
  8 + i % 3,
  ST_SetSRID(ST_MakePoint(106.33 + i * 0.0003, 20.44 + j * 0.0005), 4326)
FROM generate_series(0, 19) AS i, generate_series(0, 9) AS j;

INSERT INTO registry.pole_private (pole_id, note, rent_vnd_per_year, cable_capacity)
SELECT id, 'SECRET-NOTE', 123456789, 77 FROM registry.pole;

INSERT INTO registry.pole_code (pole_id, organisation_id, code)
SELECT p.id, o.id, 'VTL/0815'
FROM registry.pole AS p, registry.organisation AS o
WHERE p.code = 'P3-3' AND o.code = 'VTL';

INSERT INTO registry.cable (code, owner_id, role, medium, state, geom)
SELECT
  format('C%s', j),
  (SELECT id FROM registry.organisation WHERE code = CASE WHEN j % 2 = 0 THEN 'VNPT' ELSE 'VTL' END),
  'distribution', 'fibre', 'in_service',
  ST_SetSRID(ST_MakeLine(ARRAY(
    SELECT ST_MakePoint(106.33 + i * 0.0003, 20.44 + j * 0.0005) FROM generate_series(0, 19) AS i ORDER BY i
  )), 4326)
FROM generate_series(0, 9) AS j;

INSERT INTO registry.zone (code, name, name_en, kind, decision_no, valid_from, geom)
VALUES (
  'Z1', 'Khu trung tâm', 'Centre', 'aesthetic_priority', '12/QĐ-UBND', '2025-01-01',
  ST_Multi(ST_MakeEnvelope(106.331, 20.439, 106.334, 20.443, 4326))
);

INSERT INTO registry.street (code, name, street_class, geom)
VALUES
  ('S1', 'Đường Lý Bôn', 'primary',
    ST_GeomFromText('MULTILINESTRING((106.329 20.4401, 106.336 20.4401))', 4326)),
  ('S2', 'Ngõ 12 Trần Hưng Đạo', 'alley',
    ST_GeomFromText('MULTILINESTRING((106.332 20.4401, 106.332 20.4440))', 4326));

INSERT INTO registry.tower (code, name, owner_id, mast_class, geom)
SELECT 'T-' || code, 'Trạm Thuỵ ' || code, id, 'A2b', ST_SetSRID(ST_MakePoint(106.331, 20.445), 4326)
FROM registry.organisation WHERE kind = 'carrier';

INSERT INTO registry.tower_tenancy (tower_id, owner_id, valid_from)
SELECT t.id, t.owner_id, '2024-01-01' FROM registry.tower AS t;

INSERT INTO registry.admin_unit (gso_code, level, kind, name, valid_from, geom)
VALUES (
  '12345', 'commune', 'phuong', 'Phường Trần Lãm', '2025-07-01',
  ST_Multi(ST_MakeEnvelope(106.3, 20.4, 106.4, 20.5, 4326))
);
