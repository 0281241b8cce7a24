-- A page of findings as GeoJSON features, the page first so that texts and geometries are looked up for it alone.
WITH page AS MATERIALIZED (
  SELECT f.* FROM gisreg.seen_finding AS f
  WHERE {conditions}
  ORDER BY {order}
  LIMIT {limit}
), told AS MATERIALIZED (
  SELECT * FROM gisreg.tolerances_of(
    (SELECT array_agg(o.rule_id) FROM page AS o), (SELECT array_agg(o.object_id) FROM page AS o), {day}
  )
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
      WHEN 'fitting' THEN (
        SELECT coalesce(o.geom, p.geom, ST_LineInterpolatePoint(s.geom, 0.5)) FROM registry.fitting AS o
        LEFT JOIN registry.pole AS p ON p.id = o.pole_id LEFT JOIN registry.span AS s ON s.id = o.span_id
        WHERE o.id = page.object_id)
      WHEN 'support' THEN (
        SELECT p.geom FROM registry.support AS o JOIN registry.pole AS p ON p.id = o.pole_id WHERE o.id = page.object_id)
      WHEN 'street' THEN (SELECT o.geom FROM registry.street AS o WHERE o.id = page.object_id)
      WHEN 'manhole' THEN (SELECT o.geom FROM registry.manhole AS o WHERE o.id = page.object_id)
      WHEN 'duct' THEN (SELECT o.geom FROM registry.duct AS o WHERE o.id = page.object_id)
    END, 7)::jsonb,
    'properties', jsonb_build_object(
      'object_id', page.object_id, 'layer', page.layer, 'rule', page.rule_id, 'vi', r.vi, 'en', r.en,
      'severity', page.severity, 'outcome', page.outcome, 'measured_value', page.measured_value,
      'tolerance', t.tolerance, 'estimated', coalesce(t.is_estimated, false), 'threshold_value', page.threshold_value,
      'unit', r.unit, 'fails', r.fails,
      'metres_inside', page.metres_inside, 'metres_possible', page.metres_possible, 'priority', page.priority, 'zone', z.code, 'zone_name', z.name,
      'ward', u.gso_code, 'ward_name', u.name, 'carrier', g.code, 'carrier_name', g.name, 'state', page.state,
      'since', page.first_seen_at, 'legal', coalesce(z.decision_no, r.legal_ref),
      'confidence', {confidences}::jsonb -> c.confidence,
      'threshold', CASE WHEN c.limit_key IS NOT NULL THEN jsonb_build_object(
        'key', c.limit_key, 'source', c.limit_source, 'article', c.limit_article) END,
      'pole', CASE WHEN page.layer = 'support' THEN
        (SELECT o.pole_id FROM registry.support AS o WHERE o.id = page.object_id) END
    )
  )::text,
  page.object_id, coalesce(page.zone_id, 0), page.rule_id
FROM page
JOIN registry.rule AS r ON r.id = page.rule_id
JOIN gisreg.rule_sources({day}) AS c ON c.rule_id = page.rule_id
LEFT JOIN told AS t ON t.rule_id = page.rule_id AND t.object_id = page.object_id
LEFT JOIN registry.zone AS z ON z.id = page.zone_id
LEFT JOIN registry.admin_unit AS u ON u.id = page.commune_id
LEFT JOIN registry.organisation AS g ON g.id = page.owner_id
ORDER BY {page_order}
