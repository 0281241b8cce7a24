-- Who may do what, where more than the row itself must be looked at.
-- Inspection acts in places: an inspector everywhere or, where he is bound, in his communes; a ward supervisor in
-- his ward only. To see is not bound to a place (docs/rights.md); to write is.

-- \returns  whether an object lies in one of these communes: a segment by its middle, a cable by any of its
--           segments, anything else by where it stands; what it became counts too
CREATE OR REPLACE FUNCTION gisreg.lies_in(object bigint, communes bigint[]) RETURNS boolean
LANGUAGE plpgsql STABLE PARALLEL SAFE
SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp
AS $$
BEGIN
  RETURN EXISTS (
    SELECT FROM gisreg.heirs_of(object) AS h (id)
    WHERE EXISTS (
        SELECT FROM registry.segment AS s JOIN registry.segment_place AS p ON p.segment_id = s.id
        WHERE (s.id = h.id OR s.cable_id = h.id) AND p.commune_id = ANY (communes)
      )
      OR EXISTS (
        SELECT FROM gisreg.object_of(h.id) AS o
        WHERE o.layer IN ('pole', 'span', 'tower', 'fitting')
          AND gisreg.commune_at(gisreg.middle_of(o.geom), current_date) = ANY (communes)
      )
  );
END
$$;
REVOKE EXECUTE ON FUNCTION gisreg.lies_in(bigint, bigint[]) FROM PUBLIC, gisreg_app;

-- \returns  whether the actor, as an inspector or ward supervisor, acts where an object lies
CREATE OR REPLACE FUNCTION gisreg.acts_on(object bigint) RETURNS boolean
LANGUAGE sql STABLE PARALLEL RESTRICTED
AS $$
  SELECT gisreg.actor_is(ARRAY['inspector', 'ward_supervisor'])
    AND (gisreg.actor_areas() IS NULL OR gisreg.lies_in(object, gisreg.actor_areas()))
$$;
REVOKE EXECUTE ON FUNCTION gisreg.acts_on(bigint) FROM PUBLIC, gisreg_app;

-- \returns  whether an inspector who is bound to communes measures where an object that he sees lies
CREATE OR REPLACE FUNCTION gisreg.measures_at(object bigint) RETURNS boolean
LANGUAGE sql STABLE PARALLEL RESTRICTED
SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp
AS $$
  SELECT gisreg.lies_in(object, gisreg.actor_inspects()) AND coalesce((
    SELECT o.visibility = ANY (gisreg.actor_sees()) OR o.owner_id = gisreg.actor_organisation()
    FROM gisreg.object_of(object) AS o
  ), false)
$$;

-- \returns  whether the actor may move this segment's tidying state
CREATE OR REPLACE FUNCTION gisreg.may_tidy(segment bigint) RETURNS boolean
LANGUAGE sql STABLE PARALLEL RESTRICTED
SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp
AS $$
  SELECT
    gisreg.actor_is(ARRAY['authority'])
    OR EXISTS (
      SELECT FROM registry.segment AS s
      WHERE s.id = segment AND s.owner_id = gisreg.actor_organisation()
        AND gisreg.actor_is(ARRAY['engineer', 'coordinator'])
    )
    OR (gisreg.actor_is(ARRAY['inspector', 'ward_supervisor']) AND EXISTS (
      SELECT FROM registry.segment AS s LEFT JOIN registry.segment_place AS p ON p.segment_id = s.id
      WHERE s.id = segment
        AND (s.visibility = ANY (gisreg.actor_sees()) OR s.owner_id = gisreg.actor_organisation())
        AND (gisreg.actor_areas() IS NULL OR p.commune_id = ANY (gisreg.actor_areas()))
    ))
$$;

-- \returns  whether the actor may note a finding of an object by hand: inspection, where it acts, and the
--           authority
CREATE OR REPLACE FUNCTION gisreg.may_note(object bigint) RETURNS boolean
LANGUAGE sql STABLE PARALLEL RESTRICTED
SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp
AS $$
  SELECT gisreg.findings_shown(object) AND (gisreg.actor_is(ARRAY['authority']) OR gisreg.acts_on(object))
$$;

-- \returns  whether the actor may suspect that an object that he sees is dead: who surveys, inspection where it
--           acts, and the authority
CREATE OR REPLACE FUNCTION gisreg.may_suspect(object bigint) RETURNS boolean
LANGUAGE sql STABLE PARALLEL RESTRICTED
SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp
AS $$
  SELECT coalesce((
    SELECT o.visibility = ANY (gisreg.actor_sees()) OR o.owner_id = gisreg.actor_organisation()
    FROM gisreg.object_of(object) AS o
  ), false) AND (gisreg.actor_is(ARRAY['engineer', 'authority']) OR gisreg.acts_on(object))
$$;

-- \returns  whether the actor may take this step: the authority any; who works for an organisation may claim
--           for it, and report as recovered what it claimed; who surveys may open a case
CREATE OR REPLACE FUNCTION gisreg.may_step_dead_cable(dead_cable bigint, to_state text, claimant bigint)
RETURNS boolean
LANGUAGE sql STABLE PARALLEL RESTRICTED
SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp
AS $$
  SELECT
    gisreg.actor_is(ARRAY['authority'])
    OR to_state = 'suspected' AND (
      SELECT gisreg.may_suspect(coalesce(d.segment_id, d.span_id, d.cable_id))
      FROM registry.dead_cable AS d WHERE d.id = dead_cable)
    OR to_state = 'claimed' AND claimant = gisreg.actor_insider_of()
    OR to_state = 'recovered' AND EXISTS (
      SELECT FROM registry.dead_cable AS d WHERE d.id = dead_cable AND d.owner_id = gisreg.actor_insider_of())
$$;
