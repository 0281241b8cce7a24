-- An alert is closed by whoever looked into it, with what he found; it stays on record.
ALTER TABLE registry.alert
  ADD COLUMN closed_at timestamptz,
  ADD COLUMN closed_by text,
  ADD COLUMN closed_note text,
  ADD CONSTRAINT alert_closed_whole CHECK (
    (closed_at IS NULL) = (closed_by IS NULL) AND (closed_at IS NULL) = (closed_note IS NULL)
    AND (closed_note IS NULL OR btrim(closed_note) <> '')
  );
ALTER TABLE history.alert
  ADD COLUMN closed_at timestamptz,
  ADD COLUMN closed_by text,
  ADD COLUMN closed_note text;
-- What is found again while an alert of it is open is no second alert.
CREATE UNIQUE INDEX alert_open_key ON registry.alert (kind, subject) WHERE closed_at IS NULL;

GRANT UPDATE (closed_at, closed_by, closed_note) ON registry.alert TO gisreg_app, gisreg_worker;
