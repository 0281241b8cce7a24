-- What a working copy tells beside its objects.

-- name: owners()
-- Organisations that the actor may see: id, code, name.
SELECT id, code, name FROM registry.organisation ORDER BY code;
