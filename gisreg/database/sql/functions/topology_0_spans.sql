-- How hidden a span is: as the more hidden of its poles, and as the least hidden of the cables on it. Where
-- only a secret cable is left, the span must not go on telling that something hangs there.

CREATE OR REPLACE FUNCTION gisreg.visibility_rank(visibility text) RETURNS integer
LANGUAGE sql IMMUTABLE PARALLEL SAFE
AS $$ SELECT CASE visibility WHEN 'public' THEN 0 WHEN 'partner' THEN 1 WHEN 'agency' THEN 2 ELSE 3 END $$;

CREATE OR REPLACE FUNCTION gisreg.visibility_name(rank integer) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE
AS $$ SELECT (ARRAY['public', 'partner', 'agency', 'secret'])[rank + 1] $$;

-- Bring the visibility of spans in line.
CREATE OR REPLACE FUNCTION gisreg.hide_spans(ids bigint[]) RETURNS void
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp
AS $$
BEGIN
  -- A table, so that the planner knows whether they are ten or a million.
  PERFORM gisreg.topology_tables();
  DELETE FROM hidden_span;
  INSERT INTO hidden_span SELECT unnest(ids) AS id;
  PERFORM gisreg.topology_look('hidden_span');
  UPDATE registry.span AS s
  SET visibility = w.visibility
  FROM (
    SELECT t.id, gisreg.visibility_name(greatest(
      gisreg.visibility_rank(a.visibility), gisreg.visibility_rank(b.visibility),
      -- Where nothing hangs any more it stays as hidden as it was.
      coalesce(g.rank, gisreg.visibility_rank(t.visibility))
    )) AS visibility
    FROM hidden_span AS h
    JOIN registry.span AS t ON t.id = h.id
    JOIN registry.pole AS a ON a.id = t.pole_a_id
    JOIN registry.pole AS b ON b.id = t.pole_b_id
    LEFT JOIN (
      SELECT n.span_id, min(gisreg.visibility_rank(n.visibility)) AS rank
      FROM hidden_span AS m JOIN registry.segment AS n ON n.span_id = m.id GROUP BY n.span_id
    ) AS g ON g.span_id = t.id
  ) AS w
  WHERE s.id = w.id AND s.visibility <> w.visibility;
  UPDATE registry.finding AS f SET visibility = s.visibility
  FROM hidden_span AS h JOIN registry.span AS s ON s.id = h.id
  WHERE f.object_id = h.id AND f.visibility <> s.visibility;
END
$$;

-- What is derived is as hidden, and whose, as what it comes from: at once, not only after the next run.
CREATE OR REPLACE FUNCTION gisreg.follow_cables() RETURNS trigger
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp
AS $$
DECLARE
  ids bigint[] := ARRAY(
    SELECT n.id FROM new_rows AS n JOIN old_rows AS o ON o.id = n.id
    WHERE (n.visibility, n.owner_id) IS DISTINCT FROM (o.visibility, o.owner_id)
  );
BEGIN
  IF ids = '{}' THEN RETURN NULL; END IF;
  UPDATE registry.support AS s SET owner_id = n.owner_id, visibility = n.visibility
  FROM new_rows AS n WHERE n.id = ANY (ids) AND s.cable_id = n.id;
  UPDATE registry.segment AS s SET owner_id = n.owner_id, visibility = n.visibility
  FROM new_rows AS n WHERE n.id = ANY (ids) AND s.cable_id = n.id;
  UPDATE registry.finding AS f SET owner_id = s.owner_id, visibility = s.visibility
  FROM registry.segment AS s WHERE s.cable_id = ANY (ids) AND f.object_id = s.id;
  UPDATE registry.finding AS f SET owner_id = s.owner_id, visibility = s.visibility
  FROM registry.support AS s WHERE s.cable_id = ANY (ids) AND f.object_id = s.id;
  UPDATE registry.finding AS f SET owner_id = n.owner_id, visibility = n.visibility
  FROM new_rows AS n WHERE n.id = ANY (ids) AND f.object_id = n.id;
  PERFORM gisreg.hide_spans(ARRAY(
    SELECT DISTINCT s.span_id FROM registry.segment AS s WHERE s.cable_id = ANY (ids) AND s.span_id IS NOT NULL));
  RETURN NULL;
END
$$;
CREATE OR REPLACE TRIGGER follow_cables AFTER UPDATE ON registry.cable
  REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows
  FOR EACH STATEMENT EXECUTE FUNCTION gisreg.follow_cables();

CREATE OR REPLACE FUNCTION gisreg.follow_poles() RETURNS trigger
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp
AS $$
DECLARE
  ids bigint[] := ARRAY(
    SELECT n.id FROM new_rows AS n JOIN old_rows AS o ON o.id = n.id WHERE n.visibility <> o.visibility
  );
BEGIN
  IF ids = '{}' THEN RETURN NULL; END IF;
  UPDATE registry.finding AS f SET owner_id = n.owner_id, visibility = n.visibility
  FROM new_rows AS n WHERE n.id = ANY (ids) AND f.object_id = n.id;
  PERFORM gisreg.hide_spans(ARRAY(
    SELECT s.id FROM registry.span AS s WHERE s.pole_a_id = ANY (ids) OR s.pole_b_id = ANY (ids)));
  RETURN NULL;
END
$$;
CREATE OR REPLACE TRIGGER follow_poles AFTER UPDATE ON registry.pole
  REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows
  FOR EACH STATEMENT EXECUTE FUNCTION gisreg.follow_poles();

-- Who measures sets what he measured: whose a derived row is, how hidden, and what it joins come from
-- cables and poles (or from the authority). Runs as whoever writes; the registry's own functions are the
-- owner, and pass.
CREATE OR REPLACE FUNCTION gisreg.keep_derived() RETURNS trigger
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
SET search_path = pg_catalog, public, pg_temp
AS $$
DECLARE
  kept text[] := CASE TG_TABLE_NAME
    WHEN 'support' THEN ARRAY['id', 'cable_id', 'pole_id', 'ordinal', 'sequence', 'measure_m', 'snap_distance_m',
      'owner_id', 'visibility', 'province_code']
    ELSE ARRAY['id', 'pole_a_id', 'pole_b_id', 'visibility', 'province_code']
  END;
BEGIN
  IF NOT gisreg.actor_is(ARRAY['authority']) AND EXISTS (
    SELECT FROM unnest(kept) AS k (name) WHERE to_jsonb(NEW) -> k.name IS DISTINCT FROM to_jsonb(OLD) -> k.name
  ) THEN
    RAISE insufficient_privilege USING MESSAGE = 'Measuring does not change whose or how hidden this is.';
  END IF;
  RETURN NEW;
END
$$;
CREATE OR REPLACE TRIGGER keep_derived BEFORE UPDATE ON registry.support
  FOR EACH ROW WHEN (current_user = 'gisreg_app') EXECUTE FUNCTION gisreg.keep_derived();
CREATE OR REPLACE TRIGGER keep_derived BEFORE UPDATE ON registry.span
  FOR EACH ROW WHEN (current_user = 'gisreg_app') EXECUTE FUNCTION gisreg.keep_derived();

REVOKE EXECUTE ON FUNCTION gisreg.hide_spans(bigint[]) FROM PUBLIC;
