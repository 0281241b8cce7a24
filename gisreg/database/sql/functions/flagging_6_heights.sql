-- Heights of cables above ground, as far as anybody measured.

-- \returns  the lowest height at which a cable hangs on a pole, metres; NULL where not measured
CREATE OR REPLACE FUNCTION gisreg.lowest_attachment_m(cable bigint, pole bigint) RETURNS double precision
LANGUAGE sql STABLE PARALLEL SAFE
AS $$
  SELECT min(attachment_height_m) FROM registry.support WHERE cable_id = cable AND pole_id = pole
$$;

-- The height of a cable at a place of its span. What was measured on the span counts; else a parabola
-- through both attachment heights that sags by so much in the middle:
-- h(t) = h1 (1 - t) + h2 t - 4 sag t (1 - t), over level ground. An estimate says so.
-- \param measured_m, measured_by  lowest height of the span and its method
-- \param from_m, to_m  attachment heights; \param sag_m  sag in the middle
-- \param t  place along the span, 0 to 1
-- \param tolerances_m  of laser, measuring stick, photo, estimate
CREATE OR REPLACE FUNCTION gisreg.height_at(
  measured_m double precision, measured_by text, from_m double precision, to_m double precision,
  sag_m double precision, t double precision, tolerances_m double precision[],
  OUT height_m double precision, OUT tolerance_m double precision, OUT is_estimated boolean
)
LANGUAGE sql IMMUTABLE PARALLEL SAFE
AS $$
  SELECT
    coalesce(measured_m, from_m * (1 - t) + to_m * t - 4 * sag_m * t * (1 - t)),
    coalesce(
      CASE
        WHEN measured_m IS NULL THEN tolerances_m[4]
        WHEN measured_by = 'laser' THEN tolerances_m[1]
        WHEN measured_by = 'pole_stick' THEN tolerances_m[2]
        WHEN measured_by = 'photo' THEN tolerances_m[3]
        ELSE tolerances_m[4]
      END,
      0),
    measured_m IS NULL AND from_m IS NOT NULL AND to_m IS NOT NULL AND sag_m IS NOT NULL
$$;
