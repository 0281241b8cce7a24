-- name: rules_of(object, day)
-- What every rule of its layer says of an object, with texts, threshold and zone; the gravest first.
SELECT
  o.rule_id, r.vi, r.en, o.severity, o.outcome, o.measured_value, o.threshold_value, o.tolerance, r.unit, r.fails,
  o.is_estimated, o.metres_inside, o.metres_possible, o.zone_id, z.code AS zone_code, z.name AS zone, z.name_en AS zone_en,
  z.kind AS zone_kind, z.decision_no, r.legal_ref, r.confidence, r.asks_vi, r.asks_en, o.limit_key,
  t.source AS limit_source, t.article AS limit_article, t.confidence AS limit_confidence, o.waived_until,
  o.waived_because, o.first_seen_at
FROM gisreg.rules_of(:object, :day) AS o
JOIN registry.rule AS r ON r.id = o.rule_id
LEFT JOIN registry.zone AS z ON z.id = o.zone_id
LEFT JOIN LATERAL (
  SELECT t.source, t.article, t.confidence FROM registry.threshold AS t
  WHERE t.key = o.limit_key AND t.valid_from <= :day AND (t.valid_to IS NULL OR t.valid_to > :day)
    AND (t.province_code IS NULL OR t.province_code = gisreg.province_code())
  ORDER BY t.province_code NULLS LAST, t.valid_from DESC LIMIT 1
) AS t ON true
ORDER BY
  array_position(
    ARRAY['fail', 'manual', 'borderline', 'not_evaluable', 'waived', 'pass', 'off', 'not_applicable'], o.outcome),
  array_position(ARRAY['critical', 'major', 'minor'], o.severity), o.rule_id, o.zone_id;

-- name: shown(object)$
-- Whether the actor may see the findings of an object that exists.
SELECT gisreg.findings_shown(:object);

-- name: notes(object)
-- What was noted by hand on an object and is open, the latest first.
SELECT id, note, noted_by, noted_at, row_version FROM gisreg.notes_of(:object);

-- name: called(name)
-- Objects that are called so, as far as the actor sees them: poles by any organisation's number, towers, cables,
-- manholes and ducts by code, segments as <cable>/<place along it>, spans as <pole>..<pole>.
SELECT 'pole' AS layer, p.id FROM registry.pole AS p WHERE p.code = :name
UNION
SELECT 'pole', c.pole_id FROM registry.pole_code AS c WHERE c.code = :name
UNION
SELECT 'tower', t.id FROM registry.tower AS t WHERE t.code = :name
UNION
SELECT 'cable', c.id FROM registry.cable AS c WHERE c.code = :name
UNION
SELECT 'manhole', m.id FROM registry.manhole AS m WHERE m.code = :name
UNION
SELECT 'duct', d.id FROM registry.duct AS d WHERE d.code = :name
UNION
SELECT 'segment', s.id
FROM registry.cable AS c JOIN registry.segment AS s ON s.cable_id = c.id
WHERE c.code = regexp_replace(:name, '/[0-9]{1,6}$', '')
  AND s.sequence = substring(:name FROM '/([0-9]{1,6})$')::integer
UNION
SELECT 'span', s.id
FROM registry.pole AS a
JOIN registry.pole AS b ON b.code = split_part(:name, '..', 2)
JOIN registry.span AS s ON s.pole_a_id = least(a.id, b.id) AND s.pole_b_id = greatest(a.id, b.id)
WHERE a.code = split_part(:name, '..', 1)
ORDER BY 1, 2 LIMIT 20;

-- name: numbered(id)
-- The layer of an object by its id, as far as the actor sees it.
SELECT 'segment' AS layer, id FROM registry.segment WHERE id = :id
UNION ALL SELECT 'pole', id FROM registry.pole WHERE id = :id
UNION ALL SELECT 'span', id FROM registry.span WHERE id = :id
UNION ALL SELECT 'tower', id FROM registry.tower WHERE id = :id
UNION ALL SELECT 'cable', id FROM registry.cable WHERE id = :id
UNION ALL SELECT 'fitting', id FROM registry.fitting WHERE id = :id
UNION ALL SELECT 'manhole', id FROM registry.manhole WHERE id = :id
UNION ALL SELECT 'duct', id FROM registry.duct WHERE id = :id
UNION ALL SELECT 'support', id FROM registry.support WHERE id = :id
UNION ALL SELECT 'street', id FROM registry.street WHERE id = :id;
