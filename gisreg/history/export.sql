-- name: request(day, kind, target, number, digest, moment)$
-- Note that a head is to be written down there; its id, or nothing where that day's already is.
INSERT INTO gisreg.head_export (day, kind, target, number, digest, requested_at)
VALUES (:day, :kind, :target, :number, :digest, :moment)
ON CONFLICT ON CONSTRAINT head_export_key DO NOTHING
RETURNING id;

-- name: locked(export_id)^
-- One export, locked until it is delivered.
SELECT kind, target, number, digest, requested_at, delivered_at FROM gisreg.head_export
WHERE id = :export_id FOR UPDATE;

-- name: delivered(export_id, moment)!
-- Note that an export has arrived.
UPDATE gisreg.head_export SET delivered_at = :moment WHERE id = :export_id;

-- name: late(before)
-- Where a head that was to be written down before a moment has not arrived: kind, destination, the first such day.
SELECT kind, target, min(day) FROM gisreg.head_export
WHERE delivered_at IS NULL AND requested_at <= :before GROUP BY kind, target ORDER BY kind, target;

-- name: elsewhere()
-- Where else heads were written down: kind, destination, how many arrived, the last one's day.
SELECT kind, target, count(*), max(day) FROM gisreg.head_export
WHERE kind <> 'file' AND delivered_at IS NOT NULL GROUP BY kind, target ORDER BY kind, target;
