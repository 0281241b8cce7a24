-- name: add(code, name, kind, name_en, aliases, phone, colour)<!
-- Add an organisation; nothing comes back where its code is taken.
INSERT INTO registry.organisation (code, name, kind, name_en, aliases, phone, colour, source)
VALUES (:code, :name, :kind, :name_en, :aliases, :phone, :colour, 'entered')
ON CONFLICT (code) DO NOTHING
RETURNING id;

-- name: everyone()
-- All organisations in Vietnamese order.
SELECT id, code, name, kind, aliases, phone FROM registry.organisation ORDER BY name COLLATE "vi-x-icu", code;

-- name: id_of(code)$
-- Id of the organisation with this code.
SELECT id FROM registry.organisation WHERE code = :code;
