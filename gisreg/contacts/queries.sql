-- Contacts and notices. Mail addresses of people (access.person) are read as the worker's role only.

-- name: insert_contact(organisation_id, commune_id, subject, rank, name, person_id, email, phone)$
-- Add a contact; returns its id.
INSERT INTO registry.contact (organisation_id, commune_id, subject, rank, name, person_id, email, phone)
VALUES (:organisation_id, :commune_id, :subject, :rank, :name, :person_id, :email, :phone) RETURNING id;

-- name: person_of(login, organisation_id)$
-- Id of a person of an organisation, as far as the actor may name its contacts.
SELECT gisreg.person_of(:login, :organisation_id);

-- name: organisation_id(code)$
-- Id of the organisation of that code.
SELECT id FROM registry.organisation WHERE code = :code;

-- name: commune_id(code, day)$
-- Id of the commune of that code on a day.
SELECT id FROM registry.admin_unit
WHERE gso_code = :code AND level = 'commune' AND valid_from <= :day AND (valid_to IS NULL OR valid_to > :day);

-- name: retire(id)!
-- Let a contact answer no more.
UPDATE registry.contact SET is_active = false WHERE id = :id AND is_active;

-- name: contact(id)^
-- An active contact that the actor sees: name, e-mail, phone, rank, person.
SELECT name, email, phone, rank, person_id FROM registry.contact WHERE id = :id AND is_active;

-- name: change(id, name, email, phone, rank)!
-- Change how a contact is reached, or his place in the order.
UPDATE registry.contact SET name = btrim(:name), email = :email, phone = :phone, rank = :rank
WHERE id = :id AND is_active;

-- name: absence_seen(id)$
-- Whether the actor sees an absence.
SELECT EXISTS (SELECT FROM registry.contact_absence WHERE id = :id);

-- name: delete_absence(id)!
-- Take an absence back.
DELETE FROM registry.contact_absence WHERE id = :id;

-- name: insert_absence(contact_id, from_on, until_on)!
-- Write down days on which a contact does not answer.
INSERT INTO registry.contact_absence (contact_id, from_on, until_on) VALUES (:contact_id, :from_on, :until_on);

-- name: contacts(organisation_id, commune_id, subject, day)
-- Active contacts, with the absence that holds or comes next; NULL is any.
SELECT
  c.id, c.organisation_id, o.code AS organisation, c.commune_id, u.name AS commune, c.subject, c.rank, c.name,
  c.email, c.phone, a.id, a.from_on, a.until_on, c.row_version
FROM registry.contact AS c
JOIN registry.organisation AS o ON o.id = c.organisation_id
LEFT JOIN registry.admin_unit AS u ON u.id = c.commune_id
LEFT JOIN LATERAL (
  SELECT b.id, b.from_on, b.until_on FROM registry.contact_absence AS b
  WHERE b.contact_id = c.id AND b.until_on >= :day ORDER BY b.from_on LIMIT 1
) AS a ON true
WHERE c.is_active
  AND (:organisation_id::bigint IS NULL OR c.organisation_id = :organisation_id)
  AND (:commune_id::bigint IS NULL OR c.commune_id = :commune_id)
  AND (:subject::text IS NULL OR c.subject = :subject)
ORDER BY o.code, u.name COLLATE "vi-x-icu" NULLS LAST, c.subject, c.rank, c.id;

-- name: answering(organisation_id, commune_id, subject, day)
-- Who answers on a day, in order: those for the commune before those for everywhere, those for the subject
-- before those for everything else, then by rank; who is absent is left out.
SELECT c.id, c.name, c.email, c.phone, c.person_id, c.commune_id, c.subject, c.rank
FROM registry.contact AS c
WHERE c.is_active AND c.organisation_id = :organisation_id
  AND (c.commune_id IS NULL OR c.commune_id = :commune_id)
  AND c.subject IN (:subject, 'general')
  AND NOT EXISTS (
    SELECT FROM registry.contact_absence AS a
    WHERE a.contact_id = c.id AND a.from_on <= :day AND a.until_on >= :day
  )
ORDER BY c.commune_id IS NULL, c.subject = 'general', c.rank, c.id;

-- name: insert_notice(thread_id, addressee, organisation_id, contact_id, person_id, commune_id, subject, about, about_id, title_vi, title_en, text_vi, text_en, caused_by_id, moment)!
-- Write a notice; without a thread it begins one.
INSERT INTO registry.notice (
  id, thread_id, addressee, organisation_id, contact_id, person_id, commune_id, subject, about, about_id,
  title_vi, title_en, text_vi, text_en, caused_by_id, created_at, next_attempt_at
)
SELECT
  n.id, coalesce(:thread_id, n.id), :addressee, :organisation_id, :contact_id, :person_id, :commune_id, :subject,
  :about, :about_id, :title_vi, :title_en, :text_vi, :text_en, :caused_by_id, :moment, :moment
FROM (SELECT gisreg.new_id() AS id) AS n;

-- name: mine(is_unread, after, moreover)
-- Notices that the actor may see, the newest first.
SELECT
  id, addressee, subject, about, about_id, title_vi, title_en, text_vi, text_en, created_at, delivery,
  read_at, read_by, is_settled
FROM registry.notice
WHERE (NOT :is_unread OR read_at IS NULL) AND (:after::bigint IS NULL OR (created_at, id) < (
  SELECT created_at, id FROM registry.notice WHERE id = :after))
ORDER BY created_at DESC, id DESC LIMIT :moreover;

-- name: mark_read(ids, moment, person)
-- Mark notices as read, those that are the actor's to read and were not.
UPDATE registry.notice SET read_at = :moment, read_by = :person
WHERE id = ANY (:ids) AND read_at IS NULL RETURNING id;

-- name: notices_seen(ids)
-- Which of these notices the actor sees, and whether they are still to be read.
SELECT id, read_at IS NULL FROM registry.notice WHERE id = ANY (:ids);

-- name: keep_in_app(moment)!
-- No mail server is named: what waits for it stays in the application.
UPDATE registry.notice SET delivery = 'app' WHERE delivery = 'queued' AND next_attempt_at <= :moment;

-- name: queued(moment, at_most)
-- Notices to send now, those for the same people beside each other; locked, others' left out.
SELECT id, addressee, organisation_id, contact_id, title_vi, title_en, text_vi, text_en, attempts
FROM registry.notice WHERE delivery = 'queued' AND next_attempt_at <= :moment
ORDER BY addressee, organisation_id, contact_id, id LIMIT :at_most FOR UPDATE SKIP LOCKED;

-- name: addresses(addressee, organisation_id, contact_id, moment)
-- Mail addresses of those to whom a notice is addressed. The worker's role only.
SELECT DISTINCT a.email FROM (
  SELECT c.email FROM registry.contact AS c WHERE :addressee = 'contact' AND c.id = :contact_id AND c.is_active
  UNION ALL
  SELECT p.email
  FROM access.person AS p JOIN access.role_grant AS g ON g.person_id = p.id
  WHERE p.is_active AND (g.valid_to IS NULL OR g.valid_to > :moment)
    AND ((:addressee = 'coordinators' AND g.role = 'coordinator' AND p.organisation_id = :organisation_id)
      OR (:addressee = 'authority' AND g.role = 'authority'))
) AS a
WHERE a.email IS NOT NULL ORDER BY a.email;

-- name: note_delivery(ids, delivery, sent_at, bounced_at, trouble)!
-- Note that notices were sent, came back, or stay in the application.
UPDATE registry.notice
SET delivery = :delivery, sent_at = :sent_at, bounced_at = :bounced_at, trouble = :trouble, attempts = attempts + 1
WHERE id = ANY (:ids);

-- name: note_delay(ids, next_attempt_at, trouble)!
-- Note that notices could not be sent yet.
UPDATE registry.notice SET next_attempt_at = :next_attempt_at, trouble = :trouble, attempts = attempts + 1
WHERE id = ANY (:ids);

-- name: unheard(before, at_most)
-- The last notices of threads that nobody has read: written long ago, or come back. Locked, others' left out.
SELECT
  n.id, n.thread_id, n.addressee, n.organisation_id, n.commune_id, n.caused_by_id, n.subject, n.about,
  n.about_id, n.title_vi, n.title_en, n.text_vi, n.text_en
FROM registry.notice AS n
WHERE n.read_at IS NULL AND n.escalated_at IS NULL AND NOT n.is_settled AND n.addressee <> 'authority'
  AND (n.delivery = 'bounced' OR n.created_at <= :before)
  AND NOT EXISTS (SELECT FROM registry.notice AS r WHERE r.thread_id = n.thread_id AND r.read_at IS NOT NULL)
ORDER BY n.id LIMIT :at_most FOR UPDATE OF n SKIP LOCKED;

-- name: asked(thread_id)
-- Which contacts a thread has told so far.
SELECT c.id, c.person_id, c.email
FROM registry.notice AS n JOIN registry.contact AS c ON c.id = n.contact_id WHERE n.thread_id = :thread_id;

-- name: note_escalation(id, moment)!
-- Note that the next one was told.
UPDATE registry.notice SET escalated_at = :moment WHERE id = :id;

-- name: because(reason)$
-- Say why for the change set of this transaction.
SELECT set_config('gisreg.reason', :reason, true);
