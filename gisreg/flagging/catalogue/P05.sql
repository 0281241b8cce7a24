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
LEFT JOIN LATERAL (
  SELECT min(gisreg.visibility_rank(s.visibility)) AS rank
  FROM registry.segment AS s
  JOIN registry.crossing AS x ON x.segment_id = s.id
  JOIN registry.street AS st
    ON st.id = x.street_id AND (st.street_class NOT IN ('alley', 'path') OR st.has_trucks)
  WHERE (s.from_pole_id = p.id OR s.to_pole_id = p.id) AND s.role <> 'drop'
) AS c ON p.is_corner IS NULL
WHERE p.status IN ('in_service', 'disused') AND (p.is_corner OR c.rank IS NOT NULL) AND {concerned}
