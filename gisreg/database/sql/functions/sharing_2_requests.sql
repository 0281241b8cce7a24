-- What the rules read of sharing requests (room: sharing). A room that learns more, such as clocks that stop,
-- changes the view, and the rules follow.
CREATE OR REPLACE VIEW registry.open_share_request WITH (security_invoker = true) AS
SELECT
  id, pole_id, tower_id, duct_id, owner_id, asker_id,
  (asked_at AT TIME ZONE 'Asia/Ho_Chi_Minh')::date AS asked_on, due_on
FROM registry.share_request WHERE state = 'submitted';
COMMENT ON VIEW registry.open_share_request IS
  'Requests that wait for the answer of whoever was asked: of what, since when, and by when where it was agreed.';
GRANT SELECT ON registry.open_share_request TO gisreg_app, gisreg_worker;
