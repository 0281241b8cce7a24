-- Who may import what; rights.py puts in tables.

-- name: may_import()
-- Whether the actor is of the authority; the organisation for which he is an engineer.
SELECT gisreg.actor_is(ARRAY['authority']), gisreg.actor_engineers_for();

-- name: others()
-- A row that a change set wrote for somebody else than one organisation.
SELECT 1 FROM history.{table}
WHERE change_set_id = %(change_set)s AND owner_id IS DISTINCT FROM %(owner)s
LIMIT 1
