-- Heights of cables above ground, as far as anybody measured. Plain expressions, so that the planner writes
-- them into the rules' own statements.
DROP FUNCTION IF EXISTS gisreg.height_at(
  double precision, text, double precision, double precision, double precision, double precision, double precision[]
);
DROP FUNCTION IF EXISTS gisreg.lowest_attachment_m(bigint, bigint);

-- The height of a cable at a place of its span. What was measured on the span counts; else a parabola
-- through both attachment heights that sags by so much in the middle:
-- h(t) = h1 (1 - t) + h2 t - 4 sag t (1 - t), over level ground.
-- \param measured_m  lowest height of the span
-- \param from_m, to_m  attachment heights; \param sag_m  sag in the middle
-- \param t  place along the span, 0 to 1
CREATE OR REPLACE FUNCTION gisreg.height_m(
  measured_m double precision, from_m double precision, to_m double precision, sag_m double precision,
  t double precision
) RETURNS double precision
LANGUAGE sql IMMUTABLE PARALLEL SAFE
AS $$ SELECT coalesce(measured_m, from_m * (1 - t) + to_m * t - 4 * sag_m * t * (1 - t)) $$;

-- \returns  where between its two attachments a cable hangs lowest, 0 to 1
CREATE OR REPLACE FUNCTION gisreg.lowest_place(from_m double precision, to_m double precision, sag_m double precision)
RETURNS double precision
LANGUAGE sql IMMUTABLE PARALLEL SAFE
AS $$
  SELECT CASE
    WHEN sag_m > 0 THEN least(greatest(0.5 + (from_m - to_m) / (8 * sag_m), 0), 1)
    WHEN from_m < to_m THEN 0
    ELSE 1
  END
$$;

-- \param measured_by  method of a measured height, NULL for one that was computed
-- \param tolerances_m  of laser, measuring stick, photo, estimate
CREATE OR REPLACE FUNCTION gisreg.height_tolerance_m(measured_by text, tolerances_m double precision[])
RETURNS double precision
LANGUAGE sql IMMUTABLE PARALLEL SAFE
AS $$
  SELECT coalesce(
    CASE measured_by
      WHEN 'laser' THEN tolerances_m[1]
      WHEN 'pole_stick' THEN tolerances_m[2]
      WHEN 'photo' THEN tolerances_m[3]
      ELSE tolerances_m[4]
    END,
    0)
$$;
