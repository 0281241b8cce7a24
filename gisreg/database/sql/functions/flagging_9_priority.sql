-- In which order segments should be tidied: a score whose parts can be shown.

-- Every part is a share from 0 to 1 of its points; the points are thresholds, 100 in all as they ship.
--   zone      weight of the weightiest zone it is flagged in, as a share of the weightiest zone in force
--   severity  the gravest finding that is not waived: critical 1, major 0.5, minor 0.2
--   length    flagged metres (its length where none are), full at priority_length_full_m
--   cables    cables on its span, full at priority_cables_full
--   dead      dead or ownerless cable 1, suspect 0.5
--   crossing  class of the greatest street it crosses
--   waiting   days since its last step of tidying or since it was flagged, full at priority_waiting_full_days
-- Under the asker's own policies: what he may not see gives no points.
-- \returns  a row per segment that the actor sees
CREATE OR REPLACE FUNCTION gisreg.priority_of(segments bigint[], as_of date)
RETURNS TABLE (
  segment_id bigint, metres double precision, zone double precision, severity double precision,
  length double precision, cables double precision, dead double precision, crossing double precision,
  waiting double precision
)
LANGUAGE sql STABLE PARALLEL SAFE
AS $$
  WITH limits AS MATERIALIZED (
    SELECT gisreg.flag_limits(as_of) AS v
  ), heaviest AS MATERIALIZED (
    SELECT max(z.weight) AS weight FROM registry.zone AS z
    WHERE gisreg.zone_rule(z.kind) IS NOT NULL AND z.valid_from <= as_of AND (z.valid_to IS NULL OR z.valid_to > as_of)
  ), found AS (
    SELECT
      f.object_id, max(z.weight) AS weight,
      max(CASE WHEN r.needs IS NULL THEN gisreg.severity_weight(r.severity) ELSE f.priority END) AS gravity
    FROM registry.finding AS f
    JOIN registry.rule AS r ON r.id = f.rule_id
    LEFT JOIN registry.zone AS z ON z.id = f.zone_id AND r.needs IS NULL
    WHERE f.object_id = ANY (segments) AND f.outcome <> 'waived'
    GROUP BY f.object_id
  ), crossed AS (
    SELECT
      c.segment_id,
      max(CASE st.street_class
        WHEN 'trunk' THEN 1 WHEN 'primary' THEN 1 WHEN 'secondary' THEN 0.8
        WHEN 'tertiary' THEN 0.6 WHEN 'residential' THEN 0.4 WHEN 'alley' THEN 0.2 WHEN 'path' THEN 0.1
        ELSE 0.3 END::float8) AS share
    FROM registry.crossing AS c JOIN registry.street AS st ON st.id = c.street_id
    WHERE c.segment_id = ANY (segments)
    GROUP BY c.segment_id
  )
  SELECT
    s.id, CASE WHEN t.flagged_m > 0 THEN t.flagged_m ELSE s.length_m END,
    coalesce(found.weight / nullif((SELECT weight FROM heaviest), 0), 0)::float8,
    CASE WHEN found.gravity >= 100 THEN 1 WHEN found.gravity >= 10 THEN 0.5 WHEN found.gravity > 0 THEN 0.2 ELSE 0 END::float8,
    least(1, CASE WHEN t.flagged_m > 0 THEN t.flagged_m ELSE s.length_m END / nullif((v ->> 'priority_length_full_m')::float8, 0)),
    coalesce(least(1, p.cable_count / nullif((v ->> 'priority_cables_full')::float8, 0)), 0),
    CASE WHEN s.state IN ('dead', 'ownerless') THEN 1 WHEN s.state = 'suspect' THEN 0.5 ELSE 0 END::float8,
    coalesce(crossed.share, 0),
    coalesce(least(1, greatest(0, as_of - t.tidying_since::date) / nullif((v ->> 'priority_waiting_full_days')::float8, 0)), 0)
  FROM registry.segment AS s
  CROSS JOIN limits
  LEFT JOIN registry.segment_state AS t ON t.segment_id = s.id
  LEFT JOIN registry.span_state AS p ON p.span_id = s.span_id
  LEFT JOIN found ON found.object_id = s.id
  LEFT JOIN crossed ON crossed.segment_id = s.id
  WHERE s.id = ANY (segments)
$$;
