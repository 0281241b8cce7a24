-- layer: pole
-- concerned: p.id
-- vi: Trồng cột mới trên tuyến phố đã có cột treo cáp
-- en: A new pole on a street that already has cable poles
-- asks_vi: ngày dựng của các cột viễn thông trên tuyến phố
-- asks_en: when the telecom poles of the street were put up
-- asks_in: records
-- severity: major
-- fails: above
-- needs: street_side_m, new_line_days, pole_pair_m
-- reach: pole_pair_m
-- legal: QCVN 33:2019/BTTTT (Thông tư 20/2019/TT-BTTTT, hiệu lực 1/7/2020); cách hiểu cần đối chiếu nguyên văn
-- costly: yes
-- confidence: partial
--
-- Reading of a text that was not seen whole. New: a telecom pole that is planned, or put up since 1 July 2020, when
-- the regulation came into force. Its street: the nearest one, if within street_side_m of the centre line. The
-- street already has cable poles: another telecom pole, of whomever, stands there that was put up more than
-- new_line_days before (the poles of one new line come one after another); beside a planned pole each one that
-- stands, dated or not. A pole that stands within pole_pair_m of another one that stood before is its replacement
-- and no new pole (P04 looks at those). Poles of power and light are no cable poles.
WITH replaced AS (
  SELECT DISTINCT p.id
  FROM gisreg.near_poles({ids}, :pole_pair_m) AS k
  JOIN registry.pole AS p ON p.id = k.pole_id
  JOIN registry.pole AS o ON o.id = k.other_id
  WHERE p.kind = 'telecom' AND o.kind = 'telecom' AND o.status <> 'planned'
    AND (o.status IN ('disused', 'removed') OR o.installed_on IS NULL OR p.status = 'planned'
      OR o.installed_on < p.installed_on)
), asked AS (
  SELECT
    p.id, p.owner_id, p.status, p.installed_on, gisreg.visibility_rank(p.visibility) AS rank,
    n.street_id, CASE p.status WHEN 'planned' THEN :as_of ELSE p.installed_on END AS new_on
  FROM registry.pole AS p
  CROSS JOIN LATERAL gisreg.street_at(p.geom, :street_side_m) AS n
  WHERE p.kind = 'telecom'
    AND (p.status = 'planned'
      -- The day on which the circular came into force.
      OR (p.status = 'in_service' AND (p.installed_on IS NULL OR p.installed_on >= DATE '2020-07-01')))
    AND NOT EXISTS (SELECT FROM replaced AS r WHERE r.id = p.id)
    AND {concerned}
), near AS (
  SELECT DISTINCT o.id
  FROM (SELECT DISTINCT street_id FROM asked) AS a
  JOIN registry.street AS st ON st.id = a.street_id
  JOIN registry.pole AS o ON o.geom && gisreg.around(st.geom, :street_side_m)
  WHERE o.kind = 'telecom' AND o.status IN ('in_service', 'disused')
), standing AS MATERIALIZED (
  SELECT
    o.id, s.street_id, o.installed_on, gisreg.visibility_rank(o.visibility) AS rank
  FROM near AS n
  JOIN registry.pole AS o ON o.id = n.id
  CROSS JOIN LATERAL gisreg.street_at(o.geom, :street_side_m) AS s
), line AS (
  -- By visibility, so that what only a hidden pole shows stays hidden.
  SELECT
    street_id, rank, count(*) AS poles, min(installed_on) AS first_on,
    count(*) FILTER (WHERE installed_on IS NULL) AS undated
  FROM standing
  GROUP BY street_id, rank
), compared AS (
  SELECT
    a.id, a.owner_id, a.rank, a.status, a.new_on,
    min(l.rank) FILTER (
      WHERE a.status = 'planned' OR l.first_on < a.new_on - :new_line_days::integer) AS older_rank,
    coalesce(sum(l.poles), 0) - (a.status = 'in_service')::integer AS others,
    coalesce(sum(l.undated), 0) - (a.status = 'in_service' AND a.installed_on IS NULL)::integer AS undated_others
  FROM asked AS a LEFT JOIN line AS l ON l.street_id = a.street_id
  GROUP BY a.id, a.owner_id, a.rank, a.status, a.new_on, a.installed_on
)
SELECT
  id AS object_id, NULL::bigint AS zone_id, owner_id,
  gisreg.visibility_name(greatest(rank, older_rank)) AS visibility,
  CASE
    WHEN older_rank IS NOT NULL THEN 1
    WHEN others = 0 THEN 0
    WHEN new_on IS NOT NULL AND undated_others = 0 THEN 0
  END::double precision AS measured_value,
  0::double precision AS tolerance, 0::double precision AS threshold_value
FROM compared
