-- name: raise_alert(kind, moment, subject, vi, en)!
-- Record an alert.
INSERT INTO registry.alert (kind, raised_at, subject, message_vi, message_en)
VALUES (:kind, :moment, :subject, :vi, :en);
