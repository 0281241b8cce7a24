-- The columns of an export of poles, for ogr2ogr.
SELECT
  t.id, t.code, t.owner_id, o.code AS owner, t.kind, t.material, t.height_m, t.height_method, t.lean_deg,
  t.condition, t.status, t.installed_on, t.has_bracket, t.is_reinforced, t.is_corner, t.has_light,
  t.has_transformer, t.lowest_power_height_m, coalesce(s.cable_count, 0) AS cable_count,
  coalesce(s.carrier_count, 0) AS carrier_count, t.province_code, t.position_accuracy_m, t.position_method, t.source,
  t.survey_date, t.visibility, t.version, t.updated_at, p.cable_capacity, p.contract_ref, p.rent_vnd_per_year, p.note,
  p.extra, t.geom
FROM registry.pole AS t
LEFT JOIN registry.organisation AS o ON o.id = t.owner_id
LEFT JOIN registry.pole_state AS s ON s.pole_id = t.id
LEFT JOIN registry.pole_private AS p ON p.pole_id = t.id
