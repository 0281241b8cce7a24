-- layer: pole
-- concerned: o.id
-- vi: Cột trùng mã hoặc trùng vị trí với cột khác
-- en: Another pole has the same code of the same owner, or stands at the same place
-- asks_vi: chủ của cột, để biết hai cột cùng mã có cùng chủ hay không
-- asks_en: whose the pole is: another one of unknown owner bears the same code
-- severity: minor
-- fails: above
-- needs: duplicate_reach_m
-- reach: duplicate_reach_m
-- costly: yes
-- legal: Kiểm tra chất lượng dữ liệu (không phải quy định)
-- confidence: confirmed

-- Two codes of one owner cannot be equal in the table; but a number that the owner gave can also stand among other
-- poles' numbers. Poles of different owners at one place may be one pole (matching).
WITH twin AS (
  SELECT o.id, n.id AS other_id, n.owner_id, n.visibility, o.owner_id IS DISTINCT FROM n.owner_id AS is_others
  FROM gisreg.near_poles({ids}, :duplicate_reach_m) AS k
  JOIN registry.pole AS o ON o.id = k.pole_id
  JOIN registry.pole AS n ON n.id = k.other_id
  WHERE o.status NOT IN ('planned', 'removed') AND n.status NOT IN ('planned', 'removed') AND {concerned}
  UNION ALL
  -- The number that the owner gave this pole is also the owner's number of another one.
  SELECT o.id, n.id, n.owner_id, n.visibility, o.owner_id IS DISTINCT FROM n.owner_id
  FROM registry.pole AS o
  JOIN registry.pole_code AS c ON c.organisation_id = o.owner_id AND c.code = o.code AND c.pole_id <> o.id
  JOIN registry.pole AS n ON n.id = c.pole_id
  WHERE {concerned}
  UNION ALL
  SELECT o.id, n.id, n.owner_id, n.visibility, o.owner_id IS DISTINCT FROM n.owner_id
  FROM registry.pole_code AS c
  JOIN registry.pole AS o ON o.id = c.pole_id
  JOIN registry.pole AS n ON n.owner_id = c.organisation_id AND n.code = c.code AND n.id <> o.id
  WHERE {concerned}
)
SELECT
  o.id AS object_id, NULL::bigint AS zone_id, gisreg.told_owner(o.owner_id, t.owner_id, t.visibility) AS owner_id,
  gisreg.visibility_name(greatest(
    gisreg.visibility_rank(o.visibility), gisreg.visibility_rank(coalesce(t.visibility, o.visibility)))) AS visibility,
  CASE
    WHEN t.id IS NOT NULL THEN 1
    WHEN o.owner_id IS NULL AND EXISTS (
      SELECT FROM registry.pole AS n WHERE n.code = o.code AND n.owner_id IS NULL AND n.id <> o.id
    ) THEN NULL
    ELSE 0
  END::double precision AS measured_value,
  0::double precision AS tolerance, 0::double precision AS threshold_value
FROM registry.pole AS o
LEFT JOIN (
  SELECT DISTINCT ON (id) id, owner_id, visibility FROM twin
  ORDER BY id, gisreg.visibility_rank(visibility), is_others, other_id
) AS t ON t.id = o.id
WHERE {concerned}
