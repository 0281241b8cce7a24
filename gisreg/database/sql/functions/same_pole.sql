-- Several rows, one pole: agreeing, merging, splitting again. Whoever decides is looked at here; the
-- application cannot write the tables itself.

-- \returns  whether the actor is an engineer of this organisation, or of the authority
CREATE OR REPLACE FUNCTION gisreg.answers_for(organisation bigint) RETURNS boolean
LANGUAGE sql STABLE PARALLEL RESTRICTED
SET search_path = ''
AS $$
  SELECT coalesce(organisation = gisreg.actor_engineers_for(), false) OR gisreg.actor_is(ARRAY['authority'])
$$;

-- Say of matches, for one's own pole, that they are one pole; the authority says it for both.
-- \param ids  matches that are open or agreed
-- \returns  how many became agreed by both
CREATE OR REPLACE FUNCTION gisreg.agree_matches(ids bigint[]) RETURNS bigint
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp
AS $$
DECLARE
  who text := coalesce(gisreg.actor_name(), session_user);
  agreed bigint;
BEGIN
  IF EXISTS (
    SELECT FROM registry.pole_match AS m
    WHERE m.id = ANY (ids)
      AND NOT (gisreg.answers_for(m.first_owner_id) OR gisreg.answers_for(m.second_owner_id))
  ) THEN
    RAISE insufficient_privilege USING
      CONSTRAINT = 'match_agreed_by',
      MESSAGE = 'A match is agreed on by the owners of its poles, or the authority.';
  END IF;
  UPDATE registry.pole_match AS m
  SET first_agreed_by = CASE WHEN gisreg.answers_for(m.first_owner_id) THEN who ELSE m.first_agreed_by END,
    second_agreed_by = CASE WHEN gisreg.answers_for(m.second_owner_id) THEN who ELSE m.second_agreed_by END
  WHERE m.id = ANY (ids) AND m.state = 'open';
  UPDATE registry.pole_match AS m
  SET state = 'agreed', decided_by = who, decided_at = clock_timestamp()
  WHERE m.id = ANY (ids) AND m.state = 'open' AND m.first_agreed_by IS NOT NULL AND m.second_agreed_by IS NOT NULL;
  GET DIAGNOSTICS agreed = ROW_COUNT;
  RETURN agreed;
END
$$;

-- Say of matches that they are different poles: one owner's word is enough.
CREATE OR REPLACE FUNCTION gisreg.refuse_matches(ids bigint[], why text) RETURNS bigint
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp
AS $$
DECLARE
  refused bigint;
BEGIN
  IF EXISTS (
    SELECT FROM registry.pole_match AS m
    WHERE m.id = ANY (ids)
      AND NOT (gisreg.answers_for(m.first_owner_id) OR gisreg.answers_for(m.second_owner_id))
  ) THEN
    RAISE insufficient_privilege USING
      CONSTRAINT = 'match_refused_by',
      MESSAGE = 'A match is refused by an owner of its poles, or the authority.';
  END IF;
  UPDATE registry.pole_match AS m
  SET state = 'refused', decided_by = coalesce(gisreg.actor_name(), session_user),
    decided_at = clock_timestamp(), note = why
  WHERE m.id = ANY (ids) AND m.state IN ('open', 'agreed');
  GET DIAGNOSTICS refused = ROW_COUNT;
  RETURN refused;
END
$$;

-- Lead a cable that passes one point past another one instead.
-- \returns  the geometry, and where it had passed: the vertex that moved, NULL where one was added
CREATE OR REPLACE FUNCTION gisreg.led_past(
  line geometry, from_point geometry, to_point geometry, within_m double precision,
  OUT led geometry, OUT was geometry
)
LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE
SET search_path = pg_catalog, public, pg_temp
AS $$
DECLARE
  vertex integer;
  fraction double precision;
BEGIN
  SELECT d.path[1], d.geom INTO vertex, was
  FROM ST_DumpPoints(line) AS d
  WHERE ST_DistanceSphere(d.geom, from_point) <= within_m
  ORDER BY ST_DistanceSphere(d.geom, from_point), d.path[1] LIMIT 1;
  IF vertex IS NOT NULL THEN
    led := ST_SetPoint(line, vertex - 1, to_point);
    RETURN;
  END IF;
  fraction := ST_LineLocatePoint(line, from_point);
  SELECT count(*)::integer INTO vertex
  FROM ST_DumpPoints(line) AS d
  WHERE ST_LineLocatePoint(line, d.geom) <= fraction AND d.path[1] < ST_NPoints(line);
  led := ST_AddPoint(line, to_point, vertex);
END
$$;

-- Merge poles: all that belongs to the absorbed ones goes over, their codes stay as other numbers, cables
-- that hung on them are led to the survivors. Set-based: any number at a time.
-- \param survivors  ids, one for each of
-- \param absorbed  ids of other poles
-- \param matches  the match that each merge rests on
-- \returns  how many were merged
CREATE OR REPLACE FUNCTION gisreg.merge_poles(survivors bigint[], absorbed bigint[], matches bigint[]) RETURNS bigint
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp
AS $$
DECLARE
  t text;
  c text;
  merged bigint;
  within_m double precision :=
    coalesce((SELECT value::double precision FROM gisreg.setting WHERE key = 'snap_tolerance_m'), 2.0);
  one record;
BEGIN
  DROP TABLE IF EXISTS merging, merging_cable;
  CREATE TEMPORARY TABLE merging ON COMMIT DROP AS
  SELECT u.survivor, u.absorbed, u.match, s.geom AS here, a.geom AS there,
    s.owner_id AS survivor_owner, a.owner_id AS absorbed_owner, coalesce(a.owner_id, s.owner_id) AS alias_owner,
    a.code, a.source
  FROM unnest(survivors, absorbed, matches) AS u (survivor, absorbed, match)
  JOIN registry.pole AS s ON s.id = u.survivor
  JOIN registry.pole AS a ON a.id = u.absorbed;
  GET DIAGNOSTICS merged = ROW_COUNT;
  IF merged <> coalesce(cardinality(survivors), 0) OR EXISTS (
    SELECT FROM merging AS m JOIN merging AS n ON n.absorbed = m.survivor
  ) OR (SELECT count(DISTINCT m.absorbed) FROM merging AS m) <> merged THEN
    RAISE invalid_parameter_value USING
      CONSTRAINT = 'merge_once',
      MESSAGE = 'Every pole is merged once, into one that stays.';
  END IF;
  IF EXISTS (
    SELECT FROM merging AS m
    WHERE NOT gisreg.actor_is(ARRAY['authority']) AND NOT EXISTS (
      SELECT FROM registry.pole_match AS p
      WHERE p.state = 'agreed' AND m.absorbed IN (p.first_id, p.second_id)
        AND (gisreg.answers_for(m.survivor_owner) OR gisreg.answers_for(m.absorbed_owner))
        AND EXISTS (
          -- Owners of today agreed, not those of the time of the proposal.
          SELECT FROM registry.pole AS f JOIN registry.pole AS s ON f.id = p.first_id AND s.id = p.second_id
          WHERE f.owner_id = p.first_owner_id AND s.owner_id = p.second_owner_id
        )
        AND p.id = m.match
    )
  ) THEN
    RAISE insufficient_privilege USING
      CONSTRAINT = 'merge_allowed',
      MESSAGE = 'Poles are merged once both owners agreed, or by the authority.';
  END IF;
  IF EXISTS (
    SELECT FROM merging AS m
    WHERE m.survivor_owner = m.absorbed_owner
      OR EXISTS (
        SELECT FROM merging AS n
        WHERE n.survivor = m.survivor AND n.absorbed <> m.absorbed AND n.absorbed_owner = m.absorbed_owner)
  ) THEN
    RAISE invalid_parameter_value USING
      CONSTRAINT = 'merge_one_owner',
      MESSAGE = 'Two poles of one organisation stand side by side; they are never merged.';
  END IF;
  IF EXISTS (
    SELECT FROM merging AS m JOIN registry.pole_code AS p ON p.organisation_id = m.alias_owner AND p.code = m.code
    WHERE p.pole_id NOT IN (m.survivor, m.absorbed)
  ) THEN
    RAISE unique_violation USING
      CONSTRAINT = 'merge_code',
      MESSAGE = 'A code of these poles is another pole''s number already.';
  END IF;

  -- Cables first: where they hang is known from their supports.
  CREATE TEMPORARY TABLE merging_cable ON COMMIT DROP AS
  SELECT DISTINCT ON (s.cable_id, m.absorbed) s.cable_id, m.absorbed, NULL::geometry AS was
  FROM merging AS m JOIN registry.support AS s ON s.pole_id = m.absorbed
  WHERE NOT EXISTS (
    SELECT FROM registry.support AS o WHERE o.cable_id = s.cable_id AND o.pole_id = m.survivor);
  FOR one IN
    SELECT k.cable_id, k.absorbed, m.here, m.there
    FROM merging_cable AS k JOIN merging AS m ON m.absorbed = k.absorbed ORDER BY k.cable_id, k.absorbed
  LOOP
    WITH led AS (
      SELECT l.led, l.was
      FROM registry.cable AS x CROSS JOIN LATERAL gisreg.led_past(x.geom, one.there, one.here, within_m) AS l
      WHERE x.id = one.cable_id
    ), noted AS (
      UPDATE merging_cable AS k SET was = led.was FROM led
      WHERE k.cable_id = one.cable_id AND k.absorbed = one.absorbed
    )
    UPDATE registry.cable AS x SET geom = led.led FROM led WHERE x.id = one.cable_id;
  END LOOP;

  UPDATE registry.support AS s SET pole_id = n.survivor
  FROM (
    SELECT DISTINCT ON (o.cable_id, m.survivor, o.ordinal) o.id, m.survivor
    FROM merging AS m JOIN registry.support AS o ON o.pole_id = m.absorbed
    WHERE NOT EXISTS (
      SELECT FROM registry.support AS p
      WHERE p.cable_id = o.cable_id AND p.pole_id = m.survivor AND p.ordinal = o.ordinal)
    ORDER BY o.cable_id, m.survivor, o.ordinal, o.id
  ) AS n
  WHERE s.id = n.id;

  -- Whatever refers to a pole by a foreign key, and whatever tells of an object by its id.
  FOR t, c IN
    SELECT f.conrelid::regclass::text, a.attname
    FROM pg_constraint AS f JOIN pg_attribute AS a ON a.attrelid = f.conrelid AND a.attnum = f.conkey[1]
    WHERE f.contype = 'f' AND f.confrelid = 'registry.pole'::regclass
      AND f.conrelid <> 'registry.pole_private'::regclass
    UNION
    SELECT format('registry.%I', r.relname), a.attname
    FROM pg_attribute AS a JOIN pg_class AS r ON r.oid = a.attrelid
    WHERE r.relnamespace = 'registry'::regnamespace AND r.relkind = 'r' AND r.relname <> 'finding'
      AND a.attname = 'object_id' AND NOT a.attisdropped
    ORDER BY 1, 2
  LOOP
    EXECUTE format('UPDATE %s AS t SET %2$I = m.survivor FROM merging AS m WHERE t.%2$I = m.absorbed', t, c);
  END LOOP;
  -- What a person noted; what the rules found is looked at again.
  UPDATE registry.finding AS f SET object_id = m.survivor
  FROM merging AS m
  WHERE f.object_id = m.absorbed AND f.outcome = 'manual' AND NOT EXISTS (
    SELECT FROM registry.finding AS o
    WHERE o.object_id = m.survivor AND o.rule_id = f.rule_id AND o.zone_id IS NOT DISTINCT FROM f.zone_id);

  INSERT INTO registry.pole_code (pole_id, organisation_id, code, source)
  SELECT m.survivor, m.alias_owner, m.code, m.source FROM merging AS m
  WHERE m.code IS NOT NULL AND m.alias_owner IS NOT NULL AND NOT EXISTS (
    SELECT FROM registry.pole_code AS p WHERE p.organisation_id = m.alias_owner AND p.code = m.code);

  INSERT INTO registry.pole_merge (
    match_id, survivor_id, absorbed_id, survivor_owner_id, absorbed_owner_id, alias_owner_id, alias_code, cables,
    merged_by, made_in
  )
  SELECT
    m.match, m.survivor, m.absorbed, m.survivor_owner, m.absorbed_owner, m.alias_owner, m.code,
    coalesce((
      SELECT jsonb_agg(jsonb_build_object(
        'id', k.cable_id, 'was', CASE WHEN k.was IS NOT NULL THEN jsonb_build_array(ST_X(k.was), ST_Y(k.was)) END
      ) ORDER BY k.cable_id)
      FROM merging_cable AS k WHERE k.absorbed = m.absorbed
    ), '[]'),
    coalesce(gisreg.actor_name(), session_user), gisreg.change_set_id()
  FROM merging AS m;
  INSERT INTO registry.lineage (layer, from_id, to_id, kind)
  SELECT 'pole', m.absorbed, m.survivor, 'merged' FROM merging AS m
  ON CONFLICT (from_id, to_id) DO NOTHING;

  -- Both are new versions: what was computed of them is computed again. A pole goes once nothing hangs on it.
  UPDATE registry.pole AS p SET source = p.source FROM merging AS m WHERE p.id = m.survivor;
  UPDATE registry.pole AS p SET status = 'removed' FROM merging AS m WHERE p.id = m.absorbed;
  PERFORM gisreg.topology_edited('pole', survivors || absorbed);
  PERFORM gisreg.topology_edited('cable', ARRAY(SELECT DISTINCT k.cable_id FROM merging_cable AS k));
  DELETE FROM registry.pole_private AS p USING merging AS m WHERE p.pole_id = m.absorbed;
  DELETE FROM registry.pole AS p USING merging AS m WHERE p.id = m.absorbed;

  UPDATE registry.pole_match AS p
  SET state = CASE
      WHEN coalesce(f.survivor, p.first_id) = coalesce(s.survivor, p.second_id) THEN 'merged' ELSE 'superseded'
    END,
    decided_by = coalesce(gisreg.actor_name(), session_user), decided_at = clock_timestamp()
  FROM registry.pole_match AS o
  LEFT JOIN merging AS f ON f.absorbed = o.first_id
  LEFT JOIN merging AS s ON s.absorbed = o.second_id
  WHERE p.id = o.id AND p.state IN ('open', 'agreed') AND num_nonnulls(f.absorbed, s.absorbed) > 0;
  RETURN merged;
END
$$;

-- Undo a merge: the absorbed pole stands again as it was, and takes back what was its own and was not moved
-- since.
-- \param merge  id of a merge that was not undone
-- \returns  the pole that stands again
CREATE OR REPLACE FUNCTION gisreg.split_pole(merge bigint) RETURNS bigint
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp
AS $$
DECLARE
  m registry.pole_merge;
  here geometry;
  gone bigint;
  t text;
  c text;
  k text;
  columns text;
  one record;
BEGIN
  SELECT * INTO STRICT m FROM registry.pole_merge AS p WHERE p.id = split_pole.merge FOR UPDATE;
  IF NOT (gisreg.answers_for(m.survivor_owner_id) OR gisreg.answers_for(m.absorbed_owner_id)) THEN
    RAISE insufficient_privilege USING
      CONSTRAINT = 'split_allowed',
      MESSAGE = 'A merge is undone by an owner of its poles, or the authority.';
  END IF;
  SELECT p.geom INTO here FROM registry.pole AS p WHERE p.id = m.survivor_id FOR UPDATE;
  IF m.undone_at IS NOT NULL OR here IS NULL THEN
    RAISE object_not_in_prerequisite_state USING
      CONSTRAINT = 'split_standing',
      MESSAGE = 'The merge was undone already, or the pole that stayed is gone.';
  END IF;

  -- The number goes first where it was not another's before: the pole has it itself.
  DELETE FROM registry.pole_code AS p
  WHERE p.pole_id = m.survivor_id AND p.organisation_id = m.alias_owner_id AND p.code = m.alias_code
    AND EXISTS (
      SELECT FROM history.pole_code AS h
      WHERE h.change_set_id = m.made_in AND h.operation = 'I' AND h.organisation_id = m.alias_owner_id
        AND h.code = m.alias_code);
  -- As it was before its status became `removed` in the merge.
  SELECT h.history_id INTO gone FROM history.pole AS h
  WHERE h.id = m.absorbed_id AND h.change_set_id < m.made_in ORDER BY h.history_id DESC LIMIT 1;
  SELECT string_agg(quote_ident(a.attname), ', ' ORDER BY a.attnum) INTO columns FROM pg_attribute AS a
  WHERE a.attrelid = 'registry.pole'::regclass AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = ''
    AND a.attname NOT IN ('version', 'updated_at');
  EXECUTE format(
    'INSERT INTO registry.pole (%1$s, version)
     SELECT %1$s, (SELECT max(o.version) + 1 FROM history.pole AS o WHERE o.id = $2)
     FROM history.pole WHERE history_id = $1', columns) USING gone, m.absorbed_id;
  SELECT string_agg(quote_ident(a.attname), ', ' ORDER BY a.attnum) INTO columns FROM pg_attribute AS a
  WHERE a.attrelid = 'registry.pole_private'::regclass AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = '';
  EXECUTE format(
    'INSERT INTO registry.pole_private (%1$s) SELECT %1$s FROM history.pole_private
     WHERE pole_id = $1 AND change_set_id = $2 AND operation = ''D''', columns) USING m.absorbed_id, m.made_in;

  -- What the merge moved off this pole, as the history knows it, unless somebody moved it on.
  FOR t, c, k IN
    SELECT r.relname, a.attname, CASE r.relname WHEN 'pole_code' THEN 'code' ELSE 'id' END
    FROM pg_constraint AS f
    JOIN pg_attribute AS a ON a.attrelid = f.conrelid AND a.attnum = f.conkey[1]
    JOIN pg_class AS r ON r.oid = f.conrelid
    WHERE f.contype = 'f' AND f.confrelid = 'registry.pole'::regclass AND r.relname <> 'pole_private'
      AND to_regclass(format('history.%I', r.relname)) IS NOT NULL
    UNION
    SELECT r.relname, a.attname, 'id'
    FROM pg_attribute AS a JOIN pg_class AS r ON r.oid = a.attrelid
    WHERE r.relnamespace = 'registry'::regnamespace AND r.relkind = 'r' AND r.relname <> 'finding'
      AND a.attname = 'object_id' AND to_regclass(format('history.%I', r.relname)) IS NOT NULL
    UNION SELECT 'support', 'pole_id', 'id'
    ORDER BY 1, 2
  LOOP
    EXECUTE format(
      'UPDATE registry.%1$I AS t SET %2$I = $1
       WHERE t.%2$I = $2 AND EXISTS (
         SELECT FROM history.%1$I AS h
         WHERE h.change_set_id = $3 AND h.%3$I = t.%3$I AND h.operation = ''U'' AND $1 = (
           SELECT b.%2$I FROM history.%1$I AS b
           WHERE b.%3$I = h.%3$I AND b.change_set_id < $3 AND %4$s
           ORDER BY b.history_id DESC LIMIT 1))',
      t, c, k, CASE t WHEN 'pole_code' THEN 'b.organisation_id = t.organisation_id' ELSE 'true' END
    ) USING m.absorbed_id, m.survivor_id, m.made_in;
  END LOOP;

  FOR one IN SELECT (e ->> 'id')::bigint AS id, e -> 'was' AS was FROM jsonb_array_elements(m.cables) AS e LOOP
    UPDATE registry.cable AS x
    SET geom = CASE
        WHEN jsonb_typeof(one.was) = 'array' THEN ST_SetPoint(x.geom, v.place - 1, ST_SetSRID(
          ST_MakePoint((one.was ->> 0)::double precision, (one.was ->> 1)::double precision), 4326))
        ELSE ST_RemovePoint(x.geom, v.place - 1)
      END
    FROM (
      SELECT d.path[1] AS place FROM registry.cable AS o CROSS JOIN LATERAL ST_DumpPoints(o.geom) AS d
      WHERE o.id = one.id AND ST_Equals(d.geom, here) ORDER BY d.path[1] LIMIT 1
    ) AS v
    WHERE x.id = one.id AND (jsonb_typeof(one.was) = 'array' OR ST_NPoints(x.geom) > 2);
  END LOOP;

  DELETE FROM registry.lineage AS l
  WHERE l.layer = 'pole' AND l.from_id = m.absorbed_id AND l.to_id = m.survivor_id;
  UPDATE registry.pole AS p SET source = p.source WHERE p.id IN (m.survivor_id, m.absorbed_id);
  PERFORM gisreg.topology_edited('pole', ARRAY[m.survivor_id, m.absorbed_id]);
  PERFORM gisreg.topology_edited(
    'cable', ARRAY(SELECT (e ->> 'id')::bigint FROM jsonb_array_elements(m.cables) AS e));
  UPDATE registry.pole_merge AS p
  SET undone_at = clock_timestamp(), undone_by = coalesce(gisreg.actor_name(), session_user) WHERE p.id = m.id;
  -- Who split them knows that they are two: they are not proposed again.
  UPDATE registry.pole_match AS p
  SET state = 'split', decided_by = coalesce(gisreg.actor_name(), session_user), decided_at = clock_timestamp()
  WHERE p.state = 'merged' AND (m.absorbed_id IN (p.first_id, p.second_id));
  RETURN m.absorbed_id;
END
$$;
