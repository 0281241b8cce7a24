-- A page of findings as GeoJSON features, the page first so that texts and geometries are looked up for it alone.
WITH page AS MATERIALIZED (
  SELECT f.* FROM gisreg.seen_finding AS f
  WHERE {conditions}
  ORDER BY {order}
  LIMIT {limit}
)
SELECT
  jsonb_build_object(
    'type', 'Feature',
    'id', concat_ws('.', page.object_id, page.rule_id, page.zone_id),
    'geometry', ST_AsGeoJSON(CASE page.layer
      WHEN 'segment' THEN (SELECT o.geom FROM registry.segment AS o WHERE o.id = page.object_id)
      WHEN 'pole' THEN (SELECT o.geom FROM registry.pole AS o WHERE o.id = page.object_id)
      WHEN 'span' THEN (SELECT o.geom FROM registry.span AS o WHERE o.id = page.object_id)
      WHEN 'tower' THEN (SELECT o.geom FROM registry.tower AS o WHERE o.id = page.object_id)
      WHEN 'cable' THEN (SELECT o.geom FROM registry.cable AS o WHERE o.id = page.object_id)
      WHEN 'fitting' THEN (SELECT o.geom FROM registry.fitting AS o WHERE o.id = page.object_id)
      WHEN 'manhole' THEN (SELECT o.geom FROM registry.manhole AS o WHERE o.id = page.object_id)
      WHEN 'duct' THEN (SELECT o.geom FROM registry.duct AS o WHERE o.id = page.object_id)
    END, 7)::jsonb,
    'properties', jsonb_build_object(
      'object_id', page.object_id, 'layer', page.layer, 'rule', page.rule_id, 'vi', r.vi, 'en', r.en,
      'severity', page.severity, 'outcome', page.outcome, 'measured_value', page.measured_value,
      'threshold_value', page.threshold_value, 'unit', r.unit, 'fails', r.fails,
      'metres_inside', page.metres_inside, 'metres_possible', page.metres_possible, 'priority', page.priority, 'zone', z.code, 'zone_name', z.name,
      'ward', u.gso_code, 'ward_name', u.name, 'carrier', g.code, 'carrier_name', g.name, 'state', page.state,
      'since', page.first_seen_at, 'legal', coalesce(z.decision_no, r.legal_ref), 'confidence', r.confidence
    )
  )::text,
  page.object_id, coalesce(page.zone_id, 0), page.rule_id
FROM page
JOIN registry.rule AS r ON r.id = page.rule_id
LEFT JOIN registry.zone AS z ON z.id = page.zone_id
LEFT JOIN registry.admin_unit AS u ON u.id = page.commune_id
LEFT JOIN registry.organisation AS g ON g.id = page.owner_id
ORDER BY {page_order}
