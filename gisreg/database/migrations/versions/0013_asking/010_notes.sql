-- What an inspector found that no rule finds. The findings of outcome "manual" follow from the notes that are
-- open (rules M01 to M04), so that a run neither doubles nor closes one.
CREATE TABLE registry.finding_note (
  id bigint PRIMARY KEY DEFAULT gisreg.new_id(),
  layer text NOT NULL,
  object_id bigint NOT NULL,
  text text NOT NULL,
  noted_by text NOT NULL,
  noted_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  closed_by text,
  closed_at timestamptz,
  close_reason text,
  CONSTRAINT finding_note_layer_check CHECK (layer IN ('segment', 'pole', 'span', 'tower')),
  CONSTRAINT finding_note_text_said CHECK (btrim(text) <> ''),
  CONSTRAINT finding_note_closed_whole CHECK (
    (closed_at IS NULL) = (closed_by IS NULL) AND (closed_at IS NULL) = (close_reason IS NULL)
    AND (close_reason IS NULL OR btrim(close_reason) <> '')
  )
);
CREATE INDEX finding_note_object_id_idx ON registry.finding_note (object_id);

CREATE TABLE history.finding_note (
  history_id bigint GENERATED ALWAYS AS IDENTITY,
  change_set_id bigint NOT NULL,
  operation "char" NOT NULL,
  LIKE registry.finding_note
);
CREATE INDEX finding_note_change_set_idx ON history.finding_note USING brin (change_set_id);

-- Findings of single rules; those of kinds of zones are most of the table, and found by their zone.
CREATE INDEX finding_rule_id_idx ON registry.finding (rule_id, object_id) WHERE rule_id < 'Z';
CREATE INDEX finding_note_key_idx ON history.finding_note (id, history_id);
CREATE INDEX finding_note_history_id_idx
  ON history.finding_note USING brin (history_id) WITH (pages_per_range = 16);

GRANT SELECT, INSERT, UPDATE ON registry.finding_note TO gisreg_app;
GRANT SELECT, INSERT, UPDATE, DELETE ON registry.finding_note TO gisreg_worker;
GRANT SELECT ON history.finding_note TO gisreg_app, gisreg_worker;
