-- name: rules_of(object, day)
-- What every rule of its layer says of an object, with texts, threshold and zone; the gravest first.
SELECT
  o.rule_id, r.vi, r.en, o.severity, o.outcome, o.measured_value, o.threshold_value, o.tolerance, r.unit, r.fails,
  o.is_estimated, o.metres_inside, o.metres_possible, o.zone_id, z.code AS zone_code, z.name AS zone, z.name_en AS zone_en,
  z.kind AS zone_kind, z.decision_no, r.legal_ref, c.confidence, r.asks_vi, r.asks_en, o.limit_key,
  c.limit_source, c.limit_article, o.waived_until, o.waived_because, o.first_seen_at
FROM gisreg.rules_of(:object, :day) AS o
JOIN registry.rule AS r ON r.id = o.rule_id
JOIN gisreg.rule_sources(:day) AS c ON c.rule_id = o.rule_id
LEFT JOIN registry.zone AS z ON z.id = o.zone_id
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
-- manholes, ducts and streets by code, segments as <cable>/<place along it>, spans as <pole>..<pole>.
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
SELECT 'street', t.id FROM registry.street AS t WHERE t.code = :name
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

-- name: parts(pole)
-- What hangs on a pole and is looked at by rules of its own, as far as the actor sees it.
SELECT 'support' AS layer, s.id
FROM registry.support AS s WHERE s.pole_id = :pole
UNION ALL
SELECT 'fitting', f.id FROM registry.fitting AS f WHERE f.pole_id = :pole
ORDER BY 1 DESC, 2 LIMIT 200;

-- name: names(ids)
-- Layer and name of objects by id, as far as the actor sees them: codes, a cable's part, a pole and its cable.
WITH asked AS (SELECT unnest(:ids::bigint[]) AS id)
SELECT a.id, 'pole' AS layer, o.code AS name, o.owner_id FROM asked AS a JOIN registry.pole AS o ON o.id = a.id
UNION ALL
SELECT a.id, 'tower', o.code, o.owner_id FROM asked AS a JOIN registry.tower AS o ON o.id = a.id
UNION ALL
SELECT a.id, 'cable', o.code, o.owner_id FROM asked AS a JOIN registry.cable AS o ON o.id = a.id
UNION ALL
SELECT a.id, 'manhole', o.code, o.owner_id FROM asked AS a JOIN registry.manhole AS o ON o.id = a.id
UNION ALL
SELECT a.id, 'duct', o.code, o.owner_id FROM asked AS a JOIN registry.duct AS o ON o.id = a.id
UNION ALL
SELECT a.id, 'street', coalesce(o.name, o.code), NULL FROM asked AS a JOIN registry.street AS o ON o.id = a.id
UNION ALL
SELECT a.id, 'segment', c.code || '/' || o.sequence, o.owner_id
FROM asked AS a JOIN registry.segment AS o ON o.id = a.id LEFT JOIN registry.cable AS c ON c.id = o.cable_id
UNION ALL
SELECT a.id, 'span', nullif(concat_ws(' – ', p.code, q.code), ''), NULL
FROM asked AS a JOIN registry.span AS o ON o.id = a.id
LEFT JOIN registry.pole AS p ON p.id = o.pole_a_id LEFT JOIN registry.pole AS q ON q.id = o.pole_b_id
UNION ALL
SELECT a.id, 'support', nullif(concat_ws(' / ', p.code, c.code), ''), o.owner_id
FROM asked AS a JOIN registry.support AS o ON o.id = a.id
LEFT JOIN registry.pole AS p ON p.id = o.pole_id LEFT JOIN registry.cable AS c ON c.id = o.cable_id
UNION ALL
SELECT a.id, 'fitting', p.code, o.owner_id
FROM asked AS a JOIN registry.fitting AS o ON o.id = a.id LEFT JOIN registry.pole AS p ON p.id = o.pole_id;

-- name: place(id)^
-- A place of an object for a map: layer, longitude, latitude; as far as the actor sees it.
SELECT o.layer, ST_X(gisreg.middle_of(o.geom)), ST_Y(gisreg.middle_of(o.geom))
FROM (
  SELECT 'pole' AS layer, geom FROM registry.pole WHERE id = :id
  UNION ALL SELECT 'segment', geom FROM registry.segment WHERE id = :id
  UNION ALL SELECT 'span', geom FROM registry.span WHERE id = :id
  UNION ALL SELECT 'tower', geom FROM registry.tower WHERE id = :id
  UNION ALL SELECT 'cable', geom FROM registry.cable WHERE id = :id
  UNION ALL SELECT 'street', geom FROM registry.street WHERE id = :id
  UNION ALL SELECT 'fitting', geom FROM registry.fitting WHERE id = :id
  UNION ALL SELECT 'manhole', geom FROM registry.manhole WHERE id = :id
  UNION ALL SELECT 'duct', geom FROM registry.duct WHERE id = :id
) AS o
WHERE o.geom IS NOT NULL;
