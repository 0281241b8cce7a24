-- name: store(id, layer, vi, en, severity, legal_ref, confidence, unit, fails, critical_at, needs, reach, asks_vi, asks_en, zone_kinds, is_costly, asks_on_site)!
-- Write a rule's texts where they are not so already.
INSERT INTO registry.rule AS r (
  id, layer, vi, en, severity, legal_ref, confidence, unit, fails, critical_at, needs, reach, asks_vi, asks_en,
  zone_kinds, is_costly, asks_on_site
)
VALUES (
  :id, :layer, :vi, :en, :severity, :legal_ref, :confidence, :unit, :fails, :critical_at, :needs, :reach,
  :asks_vi, :asks_en, :zone_kinds, :is_costly, :asks_on_site
)
ON CONFLICT (id) DO UPDATE SET
  layer = excluded.layer, vi = excluded.vi, en = excluded.en, severity = excluded.severity,
  legal_ref = excluded.legal_ref, confidence = excluded.confidence, unit = excluded.unit,
  fails = excluded.fails, critical_at = excluded.critical_at, needs = excluded.needs, reach = excluded.reach,
  asks_vi = excluded.asks_vi, asks_en = excluded.asks_en, zone_kinds = excluded.zone_kinds,
  is_costly = excluded.is_costly, asks_on_site = excluded.asks_on_site
WHERE (
    r.layer, r.vi, r.en, r.severity, r.legal_ref, r.confidence, r.unit, r.fails, r.critical_at, r.needs, r.reach,
    r.asks_vi, r.asks_en, r.zone_kinds, r.is_costly, r.asks_on_site
  ) IS DISTINCT FROM (
    excluded.layer, excluded.vi, excluded.en, excluded.severity, excluded.legal_ref, excluded.confidence,
    excluded.unit, excluded.fails, excluded.critical_at, excluded.needs, excluded.reach, excluded.asks_vi,
    excluded.asks_en, excluded.zone_kinds, excluded.is_costly, excluded.asks_on_site
  );

-- name: answers()$
-- Make the functions with which edits ask the rules.
SELECT gisreg.install_rule_answers();
