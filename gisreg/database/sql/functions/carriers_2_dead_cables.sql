-- Dead cable: from a suspicion to its disposal, step by step.

-- Which step may follow which. Nothing is skipped; an owner may turn up until the removal is authorised, and
-- what turns out to be in service is dismissed.
CREATE OR REPLACE FUNCTION gisreg.dead_cable_steps() RETURNS TABLE (from_state text, to_state text)
LANGUAGE sql IMMUTABLE PARALLEL SAFE
AS $$
  VALUES
    ('suspected', 'claimed'), ('suspected', 'ownerless'), ('suspected', 'dismissed'),
    ('ownerless', 'noticed'), ('ownerless', 'claimed'), ('ownerless', 'dismissed'),
    ('noticed', 'claimed'), ('noticed', 'authorised'), ('noticed', 'dismissed'),
    ('claimed', 'authorised'), ('claimed', 'dismissed'),
    ('authorised', 'recovered'), ('recovered', 'disposed')
$$;

-- A step is taken from the state in which the case is, and by a way that exists; the case follows.
CREATE OR REPLACE FUNCTION gisreg.step_dead_cable() RETURNS trigger
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp
AS $$
DECLARE
  d registry.dead_cable;
BEGIN
  SELECT * INTO d FROM registry.dead_cable WHERE id = NEW.dead_cable_id FOR UPDATE;
  IF NEW.from_state IS NULL THEN
    IF NEW.to_state <> 'suspected' OR EXISTS (
      SELECT FROM registry.dead_cable_event AS e WHERE e.dead_cable_id = NEW.dead_cable_id
    ) THEN
      RAISE check_violation USING MESSAGE = 'A case of dead cable begins once, with a suspicion.';
    END IF;
    RETURN NEW;
  END IF;
  IF d.state <> NEW.from_state OR NEW.happened_on < d.state_since OR NOT EXISTS (
    SELECT FROM gisreg.dead_cable_steps() AS s
    WHERE s.from_state = NEW.from_state AND s.to_state = NEW.to_state
  ) THEN
    RAISE check_violation USING MESSAGE = 'A step of a dead cable is skipped or out of order.';
  END IF;
  UPDATE registry.dead_cable
  SET state = NEW.to_state, state_since = NEW.happened_on,
    owner_id = CASE NEW.to_state WHEN 'claimed' THEN NEW.organisation_id ELSE owner_id END,
    notice_on = CASE NEW.to_state WHEN 'noticed' THEN NEW.happened_on ELSE notice_on END
  WHERE id = NEW.dead_cable_id;
  RETURN NEW;
END
$$;
CREATE OR REPLACE TRIGGER step_dead_cable BEFORE INSERT ON registry.dead_cable_event
  FOR EACH ROW EXECUTE FUNCTION gisreg.step_dead_cable();

-- Which segments and spans the cases are about today: what was cut anew is found by its lineage.
CREATE OR REPLACE VIEW registry.dead_cable_place WITH (security_invoker = true) AS
WITH RECURSIVE later AS (
  SELECT id AS dead_cable_id, coalesce(segment_id, span_id) AS object_id
  FROM registry.dead_cable WHERE num_nonnulls(segment_id, span_id) > 0
  UNION
  SELECT l.dead_cable_id, n.to_id FROM later AS l JOIN registry.lineage AS n ON n.from_id = l.object_id
)
SELECT d.id AS dead_cable_id, s.id AS segment_id, NULL::bigint AS span_id
FROM registry.dead_cable AS d JOIN registry.segment AS s ON s.cable_id = d.cable_id
WHERE d.segment_id IS NULL
UNION ALL
SELECT l.dead_cable_id, s.id, NULL FROM later AS l JOIN registry.segment AS s ON s.id = l.object_id
UNION ALL
SELECT l.dead_cable_id, NULL, s.id FROM later AS l JOIN registry.span AS s ON s.id = l.object_id;
COMMENT ON VIEW registry.dead_cable_place IS
  'Segments (of drawn cable) and spans (with counted cable) that cases of dead cable are about today.';
GRANT SELECT ON registry.dead_cable_place TO gisreg_app, gisreg_worker;
