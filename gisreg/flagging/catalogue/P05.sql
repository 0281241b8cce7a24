-- layer: pole
-- concerned: p.id
-- vi: Cột góc, cột vượt đường chưa gia cố
-- en: A corner or strain pole without reinforcement
-- asks_vi: cột có được gia cố hay không
-- asks_en: whether the pole is reinforced
-- severity: major
-- fails: above
-- legal: QCVN 33:2019/BTTTT
-- confidence: confirmed
--
-- A corner or strain pole is one of which a surveyor said so; where nobody said either way, one from which a cable
-- other than a drop crosses a carriageway. A guy that is not broken or unused is a reinforcement.
SELECT
  p.id AS object_id, NULL::bigint AS zone_id, p.owner_id,
  gisreg.visibility_name(greatest(gisreg.visibility_rank(p.visibility), c.rank)) AS visibility,
  CASE
    WHEN p.is_reinforced OR EXISTS (
      SELECT FROM registry.fitting AS f
      WHERE f.pole_id = p.id AND f.kind = 'guy' AND f.state NOT IN ('broken', 'unused')
    ) THEN 0
    WHEN NOT p.is_reinforced THEN 1
  END::double precision AS measured_value,
  0::double precision AS tolerance, 0::double precision AS threshold_value
FROM registry.pole AS p
LEFT JOIN (
  SELECT e.pole_id, min(e.rank) AS rank
  FROM (
    SELECT s.from_pole_id AS pole_id, x.street_id, gisreg.visibility_rank(s.visibility) AS rank
    FROM registry.crossing AS x JOIN registry.segment AS s ON s.id = x.segment_id
    WHERE s.role <> 'drop' AND {concerned s.from_pole_id}
    UNION ALL
    SELECT s.to_pole_id, x.street_id, gisreg.visibility_rank(s.visibility)
    FROM registry.crossing AS x JOIN registry.segment AS s ON s.id = x.segment_id
    WHERE s.role <> 'drop' AND {concerned s.to_pole_id}
  ) AS e
  JOIN registry.street AS st
    ON st.id = e.street_id AND (st.street_class NOT IN ('alley', 'path') OR st.has_trucks)
  GROUP BY e.pole_id
) AS c ON c.pole_id = p.id AND p.is_corner IS NULL
WHERE p.status IN ('in_service', 'disused') AND (p.is_corner OR c.rank IS NOT NULL) AND {concerned}
