-- name: search(first, last, upper_first, upper_last, plain, part, start, exact, upper_exact, most)
-- What bears a name or code: places by any part of their name (without diacritics), poles, towers and
-- cables by the beginning of their code, poles also by the numbers that others gave them. Names that
-- begin with the text come first. Codes mostly stand in capitals; both spellings use the index: what begins
-- with a text lies between it and it followed by the last character there is, and the operators ~>=~ and ~<~
-- are leakproof, so that they may go before the policies (LIKE may not).
-- Returns: layer, id, label, context, west, south, east, north; the best first.
WITH found AS (
  (
    SELECT 'admin_unit' AS layer, t.id, t.name AS label, t.gso_code AS context, t.geom, 1 AS place
    FROM registry.admin_unit AS t
    WHERE gisreg.search_text(t.name) LIKE :part AND t.valid_to IS NULL AND t.geom IS NOT NULL
    ORDER BY gisreg.search_text(t.name) LIKE :start DESC, t.name, t.id LIMIT :most
  )
  UNION ALL
  (
    SELECT 'street', t.id, t.name, t.code, t.geom, 0
    FROM registry.street AS t
    WHERE t.id = ANY (ARRAY(SELECT gisreg.named('street', :plain, :most)))
    ORDER BY gisreg.search_text(t.name) LIKE :start DESC, t.name, t.id LIMIT :most
  )
  UNION ALL
  (
    SELECT 'zone', t.id, t.name, t.code, t.geom, 2
    FROM registry.zone AS t
    WHERE gisreg.search_text(t.name) LIKE :part
      OR (t.code ~>=~ :first AND t.code ~<~ :last) OR (t.code ~>=~ :upper_first AND t.code ~<~ :upper_last)
    ORDER BY t.name, t.id LIMIT :most
  )
  UNION ALL
  (
    SELECT 'tower', t.id, coalesce(t.code, t.name), t.name, t.geom, 3
    FROM registry.tower AS t
    WHERE t.id = ANY (ARRAY(SELECT gisreg.named('tower', :plain, :most)))
      OR (t.code ~>=~ :first AND t.code ~<~ :last) OR (t.code ~>=~ :upper_first AND t.code ~<~ :upper_last)
    ORDER BY t.code, t.id LIMIT :most
  )
  UNION ALL
  (
    SELECT 'pole', t.id, t.code, o.name, t.geom, 4
    FROM registry.pole AS t LEFT JOIN registry.organisation AS o ON o.id = t.owner_id
    WHERE (t.code ~>=~ :first AND t.code ~<~ :last) OR (t.code ~>=~ :upper_first AND t.code ~<~ :upper_last)
    ORDER BY t.code, t.id LIMIT :most
  )
  UNION ALL
  (
    SELECT 'pole', t.id, p.code, o.name, t.geom, 4
    FROM registry.pole_code AS p
    JOIN registry.pole AS t ON t.id = p.pole_id
    JOIN registry.organisation AS o ON o.id = p.organisation_id
    WHERE ((p.code ~>=~ :first AND p.code ~<~ :last) OR (p.code ~>=~ :upper_first AND p.code ~<~ :upper_last))
      AND p.code IS DISTINCT FROM t.code
    ORDER BY p.code, t.id LIMIT :most
  )
  UNION ALL
  (
    SELECT 'cable', t.id, t.code, o.name, t.geom, 5
    FROM registry.cable AS t LEFT JOIN registry.organisation AS o ON o.id = t.owner_id
    WHERE (t.code ~>=~ :first AND t.code ~<~ :last) OR (t.code ~>=~ :upper_first AND t.code ~<~ :upper_last)
    ORDER BY t.code, t.id LIMIT :most
  )
)
SELECT layer, id, label, context, ST_XMin(geom), ST_YMin(geom), ST_XMax(geom), ST_YMax(geom)
FROM found
ORDER BY
  label NOT IN (:exact, :upper_exact), gisreg.search_text(label) NOT LIKE :start, place,
  length(label), label COLLATE "vi-x-icu", id
LIMIT :most;
