-- What rules on carriers read of other rooms. Each view is filled by the room it names; a room that learns
-- more (a request that is granted, minutes that are signed) adds a part to the view, and the rules follow.

-- Who may hang on which pole, from when to when (room: sharing).
CREATE OR REPLACE VIEW registry.attachment_approved WITH (security_invoker = true) AS
SELECT pole_id, owner_id, valid_from, valid_to FROM registry.attachment_approval WHERE state = 'approved';
COMMENT ON VIEW registry.attachment_approved IS
  'Approved attachments of an organisation on a pole: first day, first day on which it no longer holds.';

-- When segments were last tidied and accepted (room: tidying). An acceptance that was opened again does not
-- count; what a segment took over from its predecessors does.
CREATE OR REPLACE VIEW registry.tidied_on WITH (security_invoker = true) AS
SELECT segment_id, (tidying_since AT TIME ZONE 'Asia/Ho_Chi_Minh')::date AS tidied_on
FROM registry.segment_state WHERE tidying_state = 'accepted'
UNION ALL
SELECT e.segment_id, (e.happened_at AT TIME ZONE 'Asia/Ho_Chi_Minh')::date
FROM registry.tidying_event AS e
WHERE e.to_state = 'accepted' AND NOT EXISTS (
  SELECT FROM registry.tidying_event AS o
  WHERE o.segment_id = e.segment_id AND o.from_state = 'accepted' AND o.happened_at >= e.happened_at
);
COMMENT ON VIEW registry.tidied_on IS 'Days on which segments were accepted as tidied, and stayed so.';
-- \returns  calendar months from a day to another: whole ones (the 31st of a month is the last day of a shorter
--           one), and the days beyond them as 31sts
CREATE OR REPLACE FUNCTION gisreg.months_between(first date, last date) RETURNS double precision
LANGUAGE sql IMMUTABLE PARALLEL SAFE
AS $$
  SELECT m.whole + (last - (first + make_interval(months => m.whole))::date) / 31.0::double precision
  FROM (SELECT (date_part('year', last) - date_part('year', first)) * 12 + date_part('month', last) - date_part('month', first) AS months) AS d
  CROSS JOIN LATERAL (
    SELECT d.months::integer - (last < (first + make_interval(months => d.months::integer))::date)::integer AS whole
  ) AS m
$$;
GRANT SELECT ON registry.attachment_approved, registry.tidied_on TO gisreg_app, gisreg_worker;

-- Drawn and counted cables of spans, reconciled, never added up. A survey counts all cables of a span on a day:
-- the newest one stands where it is as new as the drawing or newer, else the drawing stands. A drawing is as
-- old as its oldest cable; where a cable does not say when it was surveyed, the count stands. `difference` is
-- what was counted more than drawn; it is shown, whichever stands.
-- \param with_hidden  also what only the agency may know of (visibility agency or secret)
-- \param counted_only  only spans that were counted
-- \returns  a row per span, owner, role and state; `cables` is the number to work with
CREATE OR REPLACE FUNCTION gisreg.span_cables(with_hidden boolean, counted_only boolean)
RETURNS TABLE (
  span_id bigint, owner_id bigint, role text, state text, drawn bigint, counted bigint, drawn_on date,
  counted_on date, count_stands boolean, cables bigint, difference bigint
)
LANGUAGE sql STABLE PARALLEL SAFE
AS $$
  SELECT
    r.span_id, r.owner_id, r.role, r.state, sum(r.drawn)::bigint, sum(r.counted)::bigint, r.drawn_on, r.counted_on,
    r.count_stands, (CASE WHEN r.count_stands THEN sum(r.counted) ELSE sum(r.drawn) END)::bigint,
    CASE WHEN r.counted_on IS NOT NULL THEN (sum(r.counted) - sum(r.drawn))::bigint END
  FROM (
    SELECT
      b.*, b.counted_on IS NOT NULL AND (b.drawn_on IS NULL OR b.counted_on >= b.drawn_on) AS count_stands
    FROM (
      SELECT
        n.*,
        max(n.day) FILTER (WHERE n.is_count) OVER w AS counted_on,
        CASE WHEN count(*) FILTER (WHERE NOT n.is_count AND n.day IS NULL) OVER w = 0
          THEN min(n.day) FILTER (WHERE NOT n.is_count) OVER w END AS drawn_on
      FROM (
        SELECT DISTINCT
          g.span_id, c.owner_id, c.role, c.state, c.survey_date AS day, false AS is_count, 1 AS drawn,
          0 AS counted, c.id
        FROM registry.segment AS g JOIN registry.cable AS c ON c.id = g.cable_id
        WHERE g.span_id IS NOT NULL AND (with_hidden OR c.visibility IN ('public', 'partner'))
          AND (NOT counted_only OR EXISTS (SELECT FROM registry.span_count AS k WHERE k.span_id = g.span_id))
        UNION ALL
        SELECT k.span_id, k.owner_id, k.role, k.state, k.counted_on, true, 0, k.cable_count, k.id
        FROM registry.span_count AS k
        WHERE with_hidden OR k.visibility IN ('public', 'partner')
      ) AS n
      WINDOW w AS (PARTITION BY n.span_id)
    ) AS b
  ) AS r
  WHERE NOT r.is_count OR r.day = r.counted_on
  GROUP BY r.span_id, r.owner_id, r.role, r.state, r.drawn_on, r.counted_on, r.count_stands
$$;

CREATE OR REPLACE VIEW registry.span_cables WITH (security_invoker = true) AS
SELECT * FROM gisreg.span_cables(true, false);
COMMENT ON VIEW registry.span_cables IS
  'Drawn and counted cables of spans by owner, role and state: both numbers, the one that stands, the difference.';
GRANT SELECT ON registry.span_cables TO gisreg_app, gisreg_worker;

-- \returns  whether a place is within reach of a street, and no other street is nearer (of two as near, the
--           one with the lower id has it). Metres of a plane that touches the ellipsoid at the place: over some
--           hundred metres they are exact to a centimetre, and twenty times as fast as geodesic ones. A degree
--           is nowhere in the country shorter than 90 km.
CREATE OR REPLACE FUNCTION gisreg.is_on_street(
  place geometry, street bigint, street_geom geometry, reach_m double precision
) RETURNS boolean
LANGUAGE plpgsql STABLE PARALLEL SAFE
AS $$
DECLARE
  phi double precision := radians(ST_Y(place));
  -- Metres of a degree of longitude and latitude on WGS 84.
  x_m double precision := 111412.84 * cos(phi) - 93.5 * cos(3 * phi);
  y_m double precision := 111132.954 - 559.822 * cos(2 * phi) + 1.175 * cos(4 * phi);
  flat geometry := ST_Scale(place, x_m, y_m);
  metres double precision;
BEGIN
  IF NOT place && ST_Expand(street_geom, reach_m / 90000) THEN
    RETURN false;
  END IF;
  metres := ST_Distance(flat, ST_Scale(street_geom, x_m, y_m));
  RETURN metres <= reach_m AND NOT EXISTS (
    SELECT FROM registry.street AS o
    WHERE o.id <> street AND o.geom && ST_Expand(place, metres / 90000)
      AND (ST_Distance(flat, ST_Scale(o.geom, x_m, y_m)), o.id) < (metres, street)
  );
END
$$;

-- \returns  the middle of a line along its way in metres. In degrees the middle of a bent line lies elsewhere: a degree
--           of latitude is longer than one of longitude.
CREATE OR REPLACE FUNCTION gisreg.middle_along(line geometry) RETURNS geometry
LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE STRICT
AS $$
DECLARE
  phi double precision := radians(ST_Y(ST_StartPoint(line)));
  -- Metres of a degree of longitude by those of a degree of latitude, on WGS 84.
  ratio double precision := (111412.84 * cos(phi) - 93.5 * cos(3 * phi))
    / (111132.954 - 559.822 * cos(2 * phi) + 1.175 * cos(4 * phi));
BEGIN
  IF ST_NPoints(line) = 2 THEN
    RETURN ST_LineInterpolatePoint(line, 0.5);
  END IF;
  RETURN ST_Scale(ST_LineInterpolatePoint(ST_Scale(line, ratio, 1), 0.5), 1 / ratio, 1);
END
$$;

-- Segments on streets of plans: those whose middle is nearer to this street than to any other.
-- \param reach_m  how far from the centre line a street's cables hang, at most
CREATE OR REPLACE FUNCTION gisreg.plan_segments(reach_m double precision)
RETURNS TABLE (plan_street_id bigint, segment_id bigint)
LANGUAGE sql STABLE PARALLEL SAFE
AS $$
  SELECT p.id, s.id
  FROM registry.plan_street AS p
  JOIN registry.street AS st ON st.id = p.street_id
  JOIN registry.segment AS s ON s.geom && ST_Expand(st.geom, reach_m / 90000)
  WHERE gisreg.is_on_street(gisreg.middle_along(s.geom), st.id, st.geom, reach_m)
$$;

-- Poles on streets of plans, likewise.
CREATE OR REPLACE FUNCTION gisreg.plan_poles(reach_m double precision)
RETURNS TABLE (plan_street_id bigint, pole_id bigint)
LANGUAGE sql STABLE PARALLEL SAFE
AS $$
  SELECT p.id, o.id
  FROM registry.plan_street AS p
  JOIN registry.street AS st ON st.id = p.street_id
  JOIN registry.pole AS o ON o.geom && ST_Expand(st.geom, reach_m / 90000)
  WHERE gisreg.is_on_street(o.geom, st.id, st.geom, reach_m)
$$;

REVOKE EXECUTE ON FUNCTION
  gisreg.plan_segments(double precision), gisreg.plan_poles(double precision),
  gisreg.is_on_street(geometry, bigint, geometry, double precision)
FROM PUBLIC;
