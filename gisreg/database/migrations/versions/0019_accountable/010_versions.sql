-- A row that somebody may edit says how often it was changed: who decides on what he saw names that version.
-- Older rows of the history keep none, so that their digests stay what they are.
DO $do$
DECLARE
  t text;
BEGIN
  FOREACH t IN ARRAY ARRAY[
    'admin_succession', 'alert', 'attachment_approval', 'contact', 'dead_cable', 'finding_note', 'import_profile',
    'import_upload', 'photo', 'plan_street', 'pole_code', 'pole_match', 'proposal', 'rule', 'share_request',
    'temporary_licence', 'threshold', 'waiver', 'zone_part', 'zone_recipe'
  ] LOOP
    EXECUTE format('ALTER TABLE registry.%I ADD COLUMN row_version integer NOT NULL DEFAULT 1', t);
    IF to_regclass(format('history.%I', t)) IS NOT NULL THEN
      EXECUTE format('ALTER TABLE history.%I ADD COLUMN row_version integer', t);
    END IF;
  END LOOP;
END
$do$;

-- A segment's own version belongs to its geometry; this one counts the moves of its tidying state.
ALTER TABLE registry.segment_state ADD COLUMN tidying_version integer NOT NULL DEFAULT 1;

-- The application moves the state and nothing else of this row; the rest is derived.
REVOKE INSERT, UPDATE, DELETE ON registry.segment_state FROM gisreg_app;
GRANT UPDATE (tidying_state, tidying_since) ON registry.segment_state TO gisreg_app;
