-- Every statement of the store, each under "-- @ name"; statements.hpp finds them by name when it is compiled.

-- @ create_migration_table
CREATE TABLE IF NOT EXISTS migration (
  number INTEGER PRIMARY KEY,
  name TEXT NOT NULL,
  sha256 TEXT NOT NULL,
  applied_at INTEGER NOT NULL
) STRICT;

-- @ add_migration
INSERT INTO migration (number, name, sha256, applied_at) VALUES (?1, ?2, ?3, ?4);

-- @ find_migration
SELECT sha256 FROM migration WHERE number = ?1;

-- @ count_tables
SELECT count(*) FROM sqlite_schema WHERE type = 'table';

-- @ list_seal_keys
SELECT key_id, check_value, retired FROM seal_key ORDER BY key_id;

-- @ find_first_seal_key
SELECT key_id, check_value FROM seal_key ORDER BY key_id LIMIT 1;

-- @ is_of_several_keys
SELECT EXISTS (SELECT 1 FROM pragma_table_info('seal_key') WHERE name = 'retired');

-- @ seal_keys_in_use
SELECT key_id, since, retired FROM seal_key ORDER BY key_id;

-- Does a key seal nothing any more? It is marked (?2: negative), then what it seals is counted beside the writers, and
-- only where the mark still stands it is retired: whoever seals with it takes the mark away in the same transaction.
-- @ mark_older_seal_keys
UPDATE seal_key SET retired = ?2 WHERE key_id < ?1 AND retired <= 0;

-- @ retire_seal_key
UPDATE seal_key SET retired = ?2 WHERE key_id = ?1 AND retired = ?3;

-- @ need_seal_key
UPDATE seal_key SET retired = 0 WHERE key_id = ?1 AND retired <> 0;

-- @ count_seal_keys
SELECT count(*) FROM seal_key;

-- @ add_seal_key
INSERT INTO seal_key (key_id, check_value, since) VALUES (?1, ?2, ?3);

-- @ begin
BEGIN IMMEDIATE;

-- @ begin_reading
BEGIN;

-- @ commit
COMMIT;

-- @ rollback
ROLLBACK;

-- @ begin_change
SAVEPOINT change;

-- @ keep_change
RELEASE change;

-- @ undo_change
ROLLBACK TO change;

-- @ data_version
PRAGMA data_version;

-- @ count_person_changes
SELECT count FROM person_changes;

-- @ read_outbox_sequence
SELECT next FROM sequence WHERE name = 'outbox';

-- @ write_outbox_sequence
UPDATE sequence SET next = ?1 WHERE name = 'outbox';

-- @ find_current_link
SELECT id, national_id_index, state, money_hold, made, since, hold_since, quarantine_end, verified, imsi_index
FROM link WHERE msisdn = ?1 AND state <> 3;

-- @ find_released_link
SELECT id, national_id_index, state, money_hold, made, since, hold_since, quarantine_end, verified, imsi_index
FROM link WHERE msisdn = ?1 AND state = 3 ORDER BY id DESC LIMIT 1;

-- @ add_link
INSERT INTO link (msisdn, national_id_sealed, national_id_index, state, money_hold, made, since, hold_since, quarantine_end,
                  verified)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10);

-- @ change_link
UPDATE link SET state = ?2, money_hold = ?3, made = ?4, since = ?5, hold_since = ?6, quarantine_end = ?7,
                verified = ?8 WHERE id = ?1;

-- @ forget_imsi
UPDATE link SET imsi_index = NULL WHERE id = ?1;

-- @ note_imsi
UPDATE link SET imsi_index = ?2 WHERE id = ?1;

-- @ unanswered_links
SELECT msisdn FROM (SELECT msisdn FROM link WHERE state = 0 AND since <= ?1 LIMIT ?2)
UNION ALL SELECT msisdn FROM (SELECT msisdn FROM link WHERE money_hold = 2 AND state = 1 AND hold_since <= ?1 LIMIT ?2);

-- @ add_link_event
INSERT INTO link_event (link_id, number, event, at, by_kind, by_name)
VALUES (?1, 1 + (SELECT coalesce(max(number), 0) FROM link_event WHERE link_id = ?1), ?2, ?3, ?4, ?5);

-- @ add_operator_event
INSERT INTO operator_event (operator, id, body_hash, at) VALUES (?1, ?2, ?3, ?4);

-- @ drop_operator_events
DELETE FROM operator_event WHERE at < ?1;

-- @ put_link_code
INSERT INTO link_code (link_id, code_hash, tries_left, expires) VALUES (?1, ?2, ?3, ?4)
  ON CONFLICT (link_id) DO UPDATE
  SET code_hash = excluded.code_hash, tries_left = excluded.tries_left, expires = excluded.expires;

-- @ find_link_code
SELECT code_hash, tries_left, expires FROM link_code WHERE link_id = ?1;

-- @ count_link_try
UPDATE link_code SET tries_left = tries_left - 1 WHERE link_id = ?1 AND tries_left > 0;

-- @ drop_link_code
DELETE FROM link_code WHERE link_id = ?1;

-- @ put_locale
INSERT INTO chosen_locale (msisdn, locale) VALUES (?1, ?2)
  ON CONFLICT (msisdn) DO UPDATE SET locale = excluded.locale;

-- @ drop_locale
DELETE FROM chosen_locale WHERE msisdn = ?1;

-- @ put_walk
INSERT INTO walk (msisdn, channel, revision, session_sealed, expires) VALUES (?1, ?2, ?3, ?4, ?5)
  ON CONFLICT (msisdn, channel) DO UPDATE
  SET revision = excluded.revision, session_sealed = excluded.session_sealed, expires = excluded.expires;

-- @ drop_walk
DELETE FROM walk WHERE msisdn = ?1 AND channel = ?2;

-- @ drop_walks
DELETE FROM walk WHERE msisdn = ?1;

-- @ drop_expired_walks
DELETE FROM walk WHERE expires <= ?1;

-- @ add_reading
INSERT INTO reading (reference, msisdn, company, account, value, period, at, state, link, source, remark, channel, office)
  VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13);

-- @ set_reading_state
UPDATE reading SET state = ?2 WHERE reference = ?1;

-- @ add_outbox_message
INSERT INTO outbox (id, link, msisdn, text_sealed, created, expires, broadcast) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7);

-- @ remove_outbox_message
DELETE FROM outbox WHERE id = ?1;

-- @ drop_outbox_of
DELETE FROM outbox WHERE msisdn = ?1;

-- @ drop_expired_outbox
DELETE FROM outbox WHERE expires < ?1;

-- @ add_recording
INSERT INTO recording (day, revision, content) VALUES (?1, ?2, ?3);

-- @ drop_surplus_recordings
DELETE FROM recording WHERE id <= (SELECT max(id) FROM recording) - ?1;

-- @ drop_old_recordings
DELETE FROM recording WHERE day < ?1;

-- @ recordings
SELECT id, day, revision, content FROM recording WHERE id > ?1 ORDER BY id LIMIT ?2;

-- @ add_statistic
INSERT INTO flow_statistic (day, channel, flow, state, measure, detail, count) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)
  ON CONFLICT (day, channel, flow, state, measure, detail) DO UPDATE SET count = count + excluded.count;

-- @ find_person
SELECT link.id, link.national_id_sealed, link.state, link.since, chosen_locale.locale,
       EXISTS (SELECT 1 FROM walk WHERE walk.msisdn = number.msisdn AND walk.channel = 0),
       EXISTS (SELECT 1 FROM walk WHERE walk.msisdn = number.msisdn AND walk.channel = 1),
       link.money_hold, link.imsi_index
  FROM (SELECT ?1 AS msisdn) AS number
  LEFT JOIN link ON link.msisdn = number.msisdn AND link.state <> 3
  LEFT JOIN chosen_locale ON chosen_locale.msisdn = number.msisdn;

-- @ find_walk
SELECT revision, session_sealed, expires FROM walk WHERE msisdn = ?1 AND channel = ?2 AND expires > ?3;

-- @ undelivered_readings
SELECT reference, msisdn, company, account, value, period, at, state, link, id, source, remark, channel, office FROM reading
WHERE company = ?1 AND state = 0 AND id > ?2 ORDER BY id LIMIT ?3;

-- @ readings_of_account
SELECT reference, msisdn, company, account, value, period, at, state, link, id, source, remark, channel, office FROM reading
WHERE company = ?1 AND account = ?2 ORDER BY id DESC LIMIT ?3;

-- @ find_reading
SELECT reference, msisdn, company, account, value, period, at, state, link, id, source, remark, channel, office FROM reading
WHERE reference = ?1;

-- @ outbox_page
SELECT id, link, msisdn, text_sealed, created, expires, broadcast FROM outbox WHERE link = ?1 AND id > ?2 ORDER BY id LIMIT ?3;

-- @ outbox_row
SELECT 1 FROM outbox WHERE id = ?1;

-- @ outbox_sizes
SELECT link, count(*) FROM outbox GROUP BY link;

-- @ links_of
SELECT id, msisdn, national_id_sealed, state, money_hold, made, since, hold_since, quarantine_end, verified
FROM link WHERE substr(national_id_index, 1, 6) = substr(?1, 1, 6) AND national_id_index = ?1 ORDER BY id;

-- @ find_link
SELECT id, msisdn, national_id_sealed, state, money_hold, made, since, hold_since, quarantine_end, verified
FROM link WHERE msisdn = ?1 AND state <> 3
UNION ALL
SELECT * FROM (SELECT id, msisdn, national_id_sealed, state, money_hold, made, since, hold_since, quarantine_end, verified
               FROM link WHERE msisdn = ?1 AND state = 3 ORDER BY id DESC LIMIT 1)
ORDER BY id DESC LIMIT 1;

-- @ link_asked_by
SELECT by_kind, by_name FROM link_event WHERE link_id = ?1 AND event IN (0, 1, 9, 11, 12) ORDER BY number DESC LIMIT 1;

-- @ find_operator_event
SELECT body_hash FROM operator_event WHERE operator = ?1 AND id = ?2;

-- @ link_history
SELECT link.id, link.national_id_sealed, link_event.event, link_event.at, link_event.by_kind, link_event.by_name
FROM (SELECT id FROM link WHERE msisdn = ?1 AND state <> 3 UNION ALL SELECT id FROM link WHERE msisdn = ?1 AND state = 3)
     AS of_number
JOIN link ON link.id = of_number.id JOIN link_event ON link_event.link_id = link.id
ORDER BY link_event.link_id, link_event.number;

-- @ links_of_person
SELECT id, msisdn FROM link WHERE substr(national_id_index, 1, 6) = substr(?1, 1, 6) AND national_id_index = ?1 ORDER BY id;

-- What an erased one looks like: is_erased() in store/seal.hpp. As long as it was, so that it is written over in place.
-- @ erase_link
UPDATE link SET national_id_sealed = zeroblob(length(national_id_sealed)), national_id_index = zeroblob(16),
                imsi_index = NULL, carrier = '', carrier_since = 0 WHERE id = ?1;

-- Numbers that were the link's when somebody who paid in cash named them.
-- @ forget_told_in_cash
UPDATE payment SET msisdn = 0 WHERE number IN (
  SELECT told.number FROM link JOIN payment AS told ON told.msisdn = link.msisdn AND told.drawer IS NOT NULL AND told.msisdn <> 0
  JOIN ledger_transfer AS transfer ON transfer.number = told.number WHERE link.id = ?1 AND transfer.at <= link.since);

-- @ events_of_link
SELECT event, at, by_kind, by_name FROM link_event WHERE link_id = ?1 ORDER BY number;

-- @ readings_of_number
SELECT reference, company, account, value, period, at, state, link, id, source, remark, channel, office FROM reading
WHERE msisdn = ?1 AND at BETWEEN ?2 AND ?3
  AND at > (SELECT coalesce(max(since), 0) FROM link WHERE msisdn = ?1 AND id < ?4 AND state = 3)
ORDER BY id;

-- @ has_sim_of_link
SELECT imsi_index IS NOT NULL FROM link WHERE id = ?1;

-- @ has_code_of_number
SELECT EXISTS (SELECT 1 FROM otp_challenge WHERE msisdn = ?1) OR EXISTS (SELECT 1 FROM otp_grant WHERE msisdn = ?1);

-- @ locale_of_number
SELECT locale FROM chosen_locale WHERE msisdn = ?1;

-- @ walks_of_number
SELECT channel, revision, expires FROM walk WHERE msisdn = ?1 ORDER BY channel;

-- @ texts_of_number
SELECT id, link, text_sealed, created, expires FROM outbox WHERE msisdn = ?1 ORDER BY id;

-- @ pin_since
SELECT since FROM service_pin WHERE person = ?1;

-- @ saved_walks
SELECT msisdn, channel, revision, session_sealed, expires FROM walk
WHERE expires > ?1 AND (msisdn, channel) > (?2, ?3) ORDER BY msisdn, channel LIMIT ?4;

-- @ revisions_of_walks
SELECT DISTINCT revision FROM walk WHERE expires > ?1;

-- @ add_flow_revision
INSERT INTO flow_revision (id, sources) VALUES (?1, ?2) ON CONFLICT (id) DO NOTHING;

-- @ keep_folder_revision
INSERT INTO folder_revision (id, sources) VALUES (?1, ?2)
ON CONFLICT (id) DO UPDATE SET sources = ?2 WHERE sources <> ?2;

-- Notes those that nothing names any more, and takes the note from those that are named again. ?2: what runs, each between spaces.
-- @ note_unnamed_folder_revisions
UPDATE folder_revision SET unnamed_since = CASE WHEN unnamed_since IS NULL THEN ?1 END
WHERE (unnamed_since IS NULL) = (instr(?2, ' ' || id || ' ') = 0
  AND id NOT IN (SELECT revision FROM walk WHERE expires > ?1)
  AND id NOT IN (SELECT revision FROM payment WHERE open = 1));

-- @ drop_folder_revisions
DELETE FROM folder_revision WHERE unnamed_since <= ?1;

-- @ find_folder_sources
SELECT sources FROM folder_revision WHERE id = ?1;

-- @ add_publication
INSERT INTO publication (number, revision, author, note, at) VALUES (?1, ?2, ?3, ?4, ?5);

-- @ latest_publication
SELECT number, revision, author, note, at FROM publication ORDER BY number DESC LIMIT 1;

-- @ find_publication
SELECT number, revision, author, note, at FROM publication WHERE number = ?1;

-- @ list_publications
SELECT number, revision, author, note, at FROM publication ORDER BY number DESC LIMIT ?1;

-- @ find_flow_sources
SELECT sources FROM flow_revision WHERE id = ?1;

-- @ find_challenge
SELECT code, binding, issued, expires, wrong_ussd, wrong_sms FROM otp_challenge WHERE msisdn = ?1;

-- @ put_challenge
INSERT INTO otp_challenge (msisdn, code, binding, issued, expires, wrong_ussd, wrong_sms)
  VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)
  ON CONFLICT (msisdn) DO UPDATE
  SET code = excluded.code, binding = excluded.binding, issued = excluded.issued, expires = excluded.expires,
      wrong_ussd = excluded.wrong_ussd, wrong_sms = excluded.wrong_sms;

-- @ drop_challenge
DELETE FROM otp_challenge WHERE msisdn = ?1;

-- @ find_sends
SELECT last, hour_began, hour_sends, day_began, day_sends FROM otp_sends WHERE msisdn = ?1;

-- @ put_sends
INSERT INTO otp_sends (msisdn, last, hour_began, hour_sends, day_began, day_sends) VALUES (?1, ?2, ?3, ?4, ?5, ?6)
  ON CONFLICT (msisdn) DO UPDATE
  SET last = excluded.last, hour_began = excluded.hour_began, hour_sends = excluded.hour_sends,
      day_began = excluded.day_began, day_sends = excluded.day_sends;

-- @ find_send_window
SELECT began, sends FROM otp_window WHERE scope = ?1;

-- @ put_send_window
INSERT INTO otp_window (scope, began, sends) VALUES (?1, ?2, ?3)
  ON CONFLICT (scope) DO UPDATE SET began = excluded.began, sends = excluded.sends;

-- @ find_tries
SELECT ussd_failures, ussd_locked_until, sms_failures, sms_locked_until FROM otp_tries WHERE person = ?1;

-- @ put_tries
INSERT INTO otp_tries (person, ussd_failures, ussd_locked_until, sms_failures, sms_locked_until)
  VALUES (?1, ?2, ?3, ?4, ?5)
  ON CONFLICT (person) DO UPDATE
  SET ussd_failures = excluded.ussd_failures, ussd_locked_until = excluded.ussd_locked_until,
      sms_failures = excluded.sms_failures, sms_locked_until = excluded.sms_locked_until;

-- @ drop_tries
DELETE FROM otp_tries WHERE person = ?1;

-- @ put_grant
INSERT INTO otp_grant (msisdn, binding, granted, expires) VALUES (?1, ?2, ?3, ?4)
  ON CONFLICT (msisdn, binding) DO UPDATE SET granted = excluded.granted, expires = excluded.expires;

-- @ consume_grant
DELETE FROM otp_grant WHERE msisdn = ?1 AND binding = ?2 AND granted <= ?3 AND expires > ?3;

-- @ drop_grants
DELETE FROM otp_grant WHERE msisdn = ?1;

-- @ drop_grants_of_person
DELETE FROM otp_grant WHERE msisdn IN (SELECT msisdn FROM link
WHERE substr(national_id_index, 1, 6) = substr(?1, 1, 6) AND national_id_index = ?1 AND state <> 3);

-- @ drop_expired_challenges
DELETE FROM otp_challenge WHERE expires <= ?1;

-- @ drop_expired_grants
DELETE FROM otp_grant WHERE expires <= ?1;

-- @ drop_old_sends
DELETE FROM otp_sends WHERE day_began <= ?1;

-- @ drop_old_send_windows
DELETE FROM otp_window WHERE began <= ?1;

-- @ put_pin
INSERT INTO service_pin (person, hash_sealed, since) VALUES (?1, ?2, ?3)
  ON CONFLICT (person) DO UPDATE SET hash_sealed = excluded.hash_sealed, since = excluded.since;

-- @ drop_pin
DELETE FROM service_pin WHERE person = ?1;

-- @ find_pin
SELECT hash_sealed, since FROM service_pin WHERE person = ?1;

-- @ statistics
SELECT channel, flow, state, measure, detail, sum(count) FROM flow_statistic WHERE day BETWEEN ?1 AND ?2
  GROUP BY channel, flow, state, measure, detail ORDER BY channel, flow, state, measure, detail;

-- @ last_audit_record
SELECT number, hash FROM audit ORDER BY number DESC LIMIT 1;

-- @ add_audit_record
INSERT INTO audit (number, at, actor_kind, actor_name, action, person, msisdn, thing, detail, hash)
  VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10);

-- @ add_audit_head
INSERT INTO audit_head (day, number, hash, totals, sent_to, at) VALUES (?1, ?2, ?3, ?4, ?5, ?6);

-- @ audit_page
SELECT number, at, actor_kind, actor_name, action, person, msisdn, thing, detail, hash FROM audit
WHERE number > ?1 ORDER BY number LIMIT ?2;

-- @ audit_page_of_person
SELECT number, at, actor_kind, actor_name, action, person, msisdn, thing, detail, hash FROM audit
WHERE substr(person, 1, 6) = substr(?3, 1, 6) AND person = ?3 AND number > ?1 ORDER BY number LIMIT ?2;

-- @ audit_page_of_number
SELECT number, at, actor_kind, actor_name, action, person, msisdn, thing, detail, hash FROM audit
WHERE substr(msisdn, 1, 6) = substr(?3, 1, 6) AND msisdn = ?3 AND number > ?1 ORDER BY number LIMIT ?2;

-- Not of acts by phone, which the index leaves out.
-- @ audit_page_of_actor
SELECT number, at, actor_kind, actor_name, action, person, msisdn, thing, detail, hash FROM audit
WHERE actor_name = ?3 AND actor_name NOT IN ('', 'ussd', 'sms') AND number > ?1 ORDER BY number LIMIT ?2;

-- @ audit_page_of_action
SELECT number, at, actor_kind, actor_name, action, person, msisdn, thing, detail, hash FROM audit
WHERE action = ?3 AND number > ?1 AND number <= ?4 ORDER BY number LIMIT ?2;

-- That begin so, each once: from one to the next by the index.
-- @ audit_actions
WITH RECURSIVE found (word) AS (
  SELECT (SELECT action FROM audit WHERE action >= ?1 ORDER BY action LIMIT 1)
  UNION ALL
  SELECT (SELECT action FROM audit WHERE action > found.word ORDER BY action LIMIT 1)
  FROM found WHERE substr(found.word, 1, length(?1)) = ?1)
SELECT word FROM found WHERE substr(word, 1, length(?1)) = ?1;

-- @ audit_heads
SELECT day, number, hash, totals, sent_to, at FROM audit_head ORDER BY day;

-- @ last_audit_head
SELECT day, number, hash, totals, sent_to, at FROM audit_head ORDER BY day DESC LIMIT 1;

-- @ next_account_id
SELECT coalesce(max(id), 0) + 1 FROM staff_account;

-- @ add_account
INSERT INTO staff_account (id, name, full_name_sealed, email_sealed, password_hash, disabled, generation, since)
  VALUES (?1, ?2, ?3, ?4, ?5, 0, 1, ?6);

-- @ find_account
SELECT id, name, full_name_sealed, email_sealed, password_hash, disabled, generation, since, msisdn FROM staff_account
WHERE name = ?1;

-- @ find_account_by_id
SELECT id, name, full_name_sealed, email_sealed, password_hash, disabled, generation, since, msisdn FROM staff_account
WHERE id = ?1;

-- @ find_account_by_number
SELECT id, name, full_name_sealed, email_sealed, password_hash, disabled, generation, since, msisdn FROM staff_account
WHERE msisdn = ?1 AND disabled = 0;

-- @ list_accounts
SELECT id, name, full_name_sealed, email_sealed, password_hash, disabled, generation, since, msisdn FROM staff_account
WHERE name > ?1 ORDER BY name LIMIT ?2;

-- @ set_account_disabled
UPDATE staff_account SET disabled = ?2, generation = generation + 1 WHERE id = ?1;

-- @ set_account_password
UPDATE staff_account SET password_hash = ?2, generation = generation + 1 WHERE id = ?1;

-- @ set_account_phone
UPDATE staff_account SET msisdn = ?2, generation = generation + 1 WHERE id = ?1;

-- @ find_staff_pin
SELECT hash_sealed, failures, locked_until FROM staff_pin WHERE account = ?1;

-- @ put_staff_pin
INSERT INTO staff_pin (account, hash_sealed, failures, locked_until) VALUES (?1, ?2, 0, 0)
  ON CONFLICT (account) DO UPDATE SET hash_sealed = excluded.hash_sealed, failures = 0, locked_until = 0;

-- @ set_staff_pin_tries
UPDATE staff_pin SET failures = ?2, locked_until = ?3 WHERE account = ?1;

-- @ drop_phone_session_of
DELETE FROM staff_session WHERE token_hash = (SELECT session FROM staff_pin WHERE account = ?1);

-- @ note_phone_session
UPDATE staff_pin SET session = ?2 WHERE account = ?1;

-- @ renew_account
UPDATE staff_account SET generation = generation + 1 WHERE id = ?1;

-- @ staff_grants_of
SELECT role, company, directorate, office FROM staff_grant WHERE account = ?1
ORDER BY role, company, directorate, office;

-- @ add_staff_grant
INSERT INTO staff_grant (account, role, company, directorate, office) VALUES (?1, ?2, ?3, ?4, ?5);

-- @ drop_staff_grants
DELETE FROM staff_grant WHERE account = ?1;

-- @ add_staff_session
INSERT INTO staff_session (token_hash, account, generation, created, last_used) VALUES (?1, ?2, ?3, ?4, ?4);

-- @ find_staff_session
SELECT account, generation, created, last_used FROM staff_session WHERE token_hash = ?1;

-- @ touch_staff_session
UPDATE staff_session SET last_used = max(last_used, ?2) WHERE token_hash = ?1;

-- @ drop_staff_session
DELETE FROM staff_session WHERE token_hash = ?1;

-- @ drop_staff_sessions_of
DELETE FROM staff_session WHERE account = ?1;

-- @ drop_oldest_staff_sessions_of
DELETE FROM staff_session WHERE token_hash IN
  (SELECT token_hash FROM staff_session WHERE account = ?1 ORDER BY token_hash = ?3 DESC, created DESC LIMIT -1 OFFSET ?2);

-- @ drop_idle_staff_sessions
DELETE FROM staff_session WHERE last_used <= ?1;

-- @ find_login_failures
SELECT count, last FROM login_failure WHERE subject = ?1;

-- @ put_login_failures
INSERT INTO login_failure (subject, count, last) VALUES (?1, ?2, ?3)
  ON CONFLICT (subject) DO UPDATE SET count = excluded.count, last = excluded.last;

-- @ drop_login_failures
DELETE FROM login_failure WHERE subject = ?1;

-- @ drop_old_login_failures
DELETE FROM login_failure WHERE last <= ?1;

-- @ next_proposal
SELECT coalesce(max(number), 0) + 1 FROM flow_proposal;

-- @ add_proposal
INSERT INTO flow_proposal (number, revision, base, author, note, at) VALUES (?1, ?2, ?3, ?4, ?5, ?6);

-- @ add_approval
INSERT INTO flow_approval (proposal, publication, approver, at) VALUES (?1, ?2, ?3, ?4);

-- @ find_proposal
SELECT flow_proposal.number, flow_proposal.revision, base, author, note, flow_proposal.at, publication, approver
FROM flow_proposal LEFT JOIN flow_approval ON proposal = flow_proposal.number WHERE flow_proposal.number = ?1;

-- @ list_proposals
SELECT flow_proposal.number, flow_proposal.revision, base, author, note, flow_proposal.at, publication, approver
FROM flow_proposal LEFT JOIN flow_approval ON proposal = flow_proposal.number
ORDER BY flow_proposal.number DESC LIMIT ?1;

-- @ is_approved
SELECT EXISTS (SELECT 1 FROM flow_approval JOIN flow_proposal ON number = proposal WHERE revision = ?1);

-- Sealing anew (sqlite/key_rotation.cpp). Pages of rows that an older key than ?4 sealed, behind the one that is known
-- by number (?1), channel (?2) or person (?3). A row that somebody else has written meanwhile (?5: what was read of it)
-- is left as it is.

-- @ sealed_page_national_id
SELECT id, 0, NULL, national_id_sealed, msisdn FROM link
WHERE id > ?1 AND substr(national_id_sealed, 1, 1) < ?4 AND substr(national_id_sealed, 1, 1) > X'00' -- erased
ORDER BY id LIMIT ?5;

-- @ seal_anew_national_id
UPDATE link SET national_id_sealed = ?4 WHERE id = ?1 AND national_id_sealed = ?5;

-- @ count_sealed_national_id
SELECT substr(national_id_sealed, 1, 1), count(*) FROM link GROUP BY 1;

-- @ sealed_page_walk_session
SELECT msisdn, channel, NULL, session_sealed, msisdn FROM walk
WHERE (msisdn, channel) > (?1, ?2) AND substr(session_sealed, 1, 1) < ?4 ORDER BY msisdn, channel LIMIT ?5;

-- @ seal_anew_walk_session
UPDATE walk SET session_sealed = ?4 WHERE msisdn = ?1 AND channel = ?2 AND session_sealed = ?5;

-- @ count_sealed_walk_session
SELECT substr(session_sealed, 1, 1), count(*) FROM walk GROUP BY 1;

-- @ sealed_page_outbox_text
SELECT id, 0, NULL, text_sealed, id FROM outbox
WHERE id > ?1 AND substr(text_sealed, 1, 1) < ?4 ORDER BY id LIMIT ?5;

-- @ seal_anew_outbox_text
UPDATE outbox SET text_sealed = ?4 WHERE id = ?1 AND text_sealed = ?5;

-- @ count_sealed_outbox_text
SELECT substr(text_sealed, 1, 1), count(*) FROM outbox GROUP BY 1;

-- @ sealed_page_payment_session
SELECT number, 0, NULL, session_sealed, number FROM payment
WHERE number > ?1 AND open = 1 AND session_sealed IS NOT NULL AND substr(session_sealed, 1, 1) < ?4 ORDER BY number LIMIT ?5;

-- @ seal_anew_payment_session
UPDATE payment SET session_sealed = ?4 WHERE number = ?1 AND session_sealed = ?5;

-- @ count_sealed_payment_session
SELECT substr(session_sealed, 1, 1), count(*) FROM payment WHERE open = 1 AND session_sealed IS NOT NULL GROUP BY 1;

-- @ sealed_page_service_pin
SELECT 0, 0, person, hash_sealed, 0 FROM service_pin
WHERE person > ?3 AND substr(hash_sealed, 1, 1) < ?4 ORDER BY person LIMIT ?5;

-- @ seal_anew_service_pin
UPDATE service_pin SET hash_sealed = ?4 WHERE person = ?3 AND hash_sealed = ?5;

-- @ count_sealed_service_pin
SELECT substr(hash_sealed, 1, 1), count(*) FROM service_pin GROUP BY 1;

-- @ sealed_page_staff_full_name
SELECT id, 0, NULL, full_name_sealed, id FROM staff_account
WHERE id > ?1 AND substr(full_name_sealed, 1, 1) < ?4 ORDER BY id LIMIT ?5;

-- @ seal_anew_staff_full_name
UPDATE staff_account SET full_name_sealed = ?4 WHERE id = ?1 AND full_name_sealed = ?5;

-- @ count_sealed_staff_full_name
SELECT substr(full_name_sealed, 1, 1), count(*) FROM staff_account GROUP BY 1;

-- @ sealed_page_staff_email
SELECT id, 0, NULL, email_sealed, id FROM staff_account
WHERE id > ?1 AND substr(email_sealed, 1, 1) < ?4 ORDER BY id LIMIT ?5;

-- @ seal_anew_staff_email
UPDATE staff_account SET email_sealed = ?4 WHERE id = ?1 AND email_sealed = ?5;

-- @ count_sealed_staff_email
SELECT substr(email_sealed, 1, 1), count(*) FROM staff_account GROUP BY 1;

-- @ sealed_page_staff_pin
SELECT account, 0, NULL, hash_sealed, account FROM staff_pin
WHERE account > ?1 AND substr(hash_sealed, 1, 1) < ?4 ORDER BY account LIMIT ?5;

-- @ seal_anew_staff_pin
UPDATE staff_pin SET hash_sealed = ?4 WHERE account = ?1 AND hash_sealed = ?5;

-- @ count_sealed_staff_pin
SELECT substr(hash_sealed, 1, 1), count(*) FROM staff_pin GROUP BY 1;

-- @ ledger_account_of
SELECT number, kind, owner, currency, ceiling, debits_pending, credits_pending, debits_posted, credits_posted,
       last_entry
FROM ledger_account WHERE kind = ?1 AND owner = ?2 AND currency = ?3;

-- @ ledger_account
SELECT number, kind, owner, currency, ceiling, debits_pending, credits_pending, debits_posted, credits_posted,
       last_entry
FROM ledger_account WHERE number = ?1;

-- @ ledger_accounts
SELECT number, kind, owner, currency, ceiling, debits_pending, credits_pending, debits_posted, credits_posted,
       last_entry
FROM ledger_account WHERE number > ?1 ORDER BY number LIMIT ?2;

-- @ add_ledger_account
INSERT INTO ledger_account (number, kind, owner, currency, opened) VALUES (?1, ?2, ?3, ?4, ?5);

-- @ put_ledger_balance
UPDATE ledger_account
SET ceiling = ?2, debits_pending = ?3, credits_pending = ?4, debits_posted = ?5, credits_posted = ?6, last_entry = ?7
WHERE number = ?1;

-- @ ledger_ends
SELECT (SELECT coalesce(max(number), 0) FROM ledger_account), (SELECT coalesce(max(number), 0) FROM ledger_transfer),
       (SELECT coalesce(max(number), 0) FROM ledger_entry);

-- @ ledger_transfer_of_key
SELECT number, key, request, debit, credit, amount, by_kind, by_name, at, expires, corrects, state, sent, posted, resolved,
       resolved_by_kind, resolved_by_name, evidence
FROM ledger_transfer WHERE key = ?1;

-- @ add_ledger_transfer
INSERT INTO ledger_transfer (number, key, request, debit, credit, amount, by_kind, by_name, at, expires, corrects, state, sent,
                             posted, resolved, resolved_by_kind, resolved_by_name, evidence)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18);

-- @ resolve_ledger_transfer
UPDATE ledger_transfer
SET state = ?2, posted = ?3, resolved = ?4, resolved_by_kind = ?5, resolved_by_name = ?6, evidence = ?7 WHERE number = ?1;

-- @ mark_ledger_transfer_sent
UPDATE ledger_transfer SET sent = ?2 WHERE number = ?1;

-- @ due_ledger_reservations
SELECT key FROM ledger_transfer WHERE state = 0 AND sent IS NULL AND expires <= ?1 ORDER BY expires LIMIT ?2;

-- @ corrected_ledger_amount
SELECT coalesce(sum(amount), 0) FROM ledger_transfer WHERE corrects = ?1;

-- @ add_ledger_entry
INSERT INTO ledger_entry (number, transfer, step, debit, credit, amount, at, debit_before, credit_before)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9);

-- @ last_ledger_seal
SELECT entry, at, hash FROM ledger_seal ORDER BY entry DESC LIMIT 1;

-- @ add_ledger_seal
INSERT INTO ledger_seal (entry, at, hash) VALUES (?1, ?2, ?3);

-- @ ledger_seals_to_verify
SELECT entry, hash FROM ledger_seal WHERE entry BETWEEN ?1 AND ?2 ORDER BY entry;

-- @ ledger_anchors
SELECT number, thing, detail FROM audit WHERE action = 'ledger.sealed';

-- @ ledger_statement_line
SELECT entry.number, entry.at, entry.step, entry.debit <> ?1, entry.amount, entry.transfer, transfer.key, other.kind,
       other.owner, other.currency, CASE entry.debit WHEN ?1 THEN entry.debit_before ELSE entry.credit_before END
FROM ledger_entry AS entry
JOIN ledger_transfer AS transfer ON transfer.number = entry.transfer
JOIN ledger_account AS other ON other.number = CASE entry.debit WHEN ?1 THEN entry.credit ELSE entry.debit END
WHERE entry.number = ?2 AND ?1 IN (entry.debit, entry.credit);

-- @ ledger_entries_to_verify
SELECT number, transfer, step, debit, credit, amount, at, debit_before, credit_before FROM ledger_entry WHERE number >= ?1 ORDER BY number LIMIT ?2;

-- @ ledger_transfers_to_verify
SELECT number, key, request, debit, credit, amount, by_kind, by_name, at, expires, corrects, state, sent, posted, resolved,
       resolved_by_kind, resolved_by_name, evidence
FROM ledger_transfer WHERE number BETWEEN ?1 AND ?2 ORDER BY number;

-- @ ledger_accounts_to_verify
SELECT number, kind, owner, currency, ceiling, debits_pending, credits_pending, debits_posted, credits_posted,
       last_entry
FROM ledger_account WHERE number >= ?1 ORDER BY number;

-- @ next_voucher_batch
SELECT coalesce(max(number), 0) + 1 FROM voucher_batch;

-- @ add_voucher_batch
INSERT INTO voucher_batch (number, face, currency, count, added, expires, state, blocked, maker, issued, checker)
VALUES (?1, ?2, ?3, ?4, 0, ?5, 0, 0, ?6, ?7, '');

-- @ put_voucher_batch
UPDATE voucher_batch SET added = ?2, state = ?3, blocked = ?4, checker = ?5, activated = ?6, print_file = ?7
WHERE number = ?1;

-- @ voucher_batch
SELECT number, face, currency, count, added, expires, state, blocked, maker, issued, checker, activated, print_file
FROM voucher_batch WHERE number = ?1;

-- @ voucher_batches
SELECT number, face, currency, count, added, expires, state, blocked, maker, issued, checker, activated, print_file
FROM voucher_batch WHERE number > ?1 ORDER BY number LIMIT ?2;

-- @ voucher_batches_over
SELECT number FROM voucher_batch WHERE number > ?2 AND state IN (1, 2) AND expires <= ?1 ORDER BY number LIMIT ?3;

-- Batch, what is kept of its vouchers, and what the ledger has of it, in one look; ?2, ?3: its first and last serial.
-- @ voucher_report
WITH account AS (
  SELECT number, credits_posted, debits_posted FROM ledger_account
  WHERE kind = 1 AND owner = ?4 AND currency = (SELECT currency FROM voucher_batch WHERE number = ?1)),
kept AS (
  SELECT coalesce(sum(state = 0), 0) AS unused, coalesce(sum(state = 1), 0) AS redeemed,
         coalesce(sum(state = 2), 0) AS blocked, coalesce(sum(state = 3), 0) AS voided
  FROM voucher WHERE serial BETWEEN ?2 AND ?3)
SELECT batch.number, face, currency, count, added, expires, batch.state, batch.blocked, maker, issued, checker, activated,
       print_file, kept.unused, kept.redeemed, kept.blocked, kept.voided,
       coalesce((SELECT credits_posted FROM account), 0), coalesce((SELECT debits_posted FROM account), 0),
       (SELECT count(DISTINCT voucher."transfer") FROM voucher JOIN ledger_transfer AS moved ON moved.number = voucher."transfer"
        WHERE voucher.serial BETWEEN ?2 AND ?3 AND voucher.state = 1 AND moved.amount = batch.face AND moved.state = 1
          AND moved.debit = (SELECT number FROM account))
FROM voucher_batch AS batch, kept WHERE batch.number = ?1;

-- @ add_voucher
INSERT INTO voucher (serial, pin, state) VALUES (?1, ?2, 0);

-- The voucher that has the PIN, or else a neighbour of it, so that the look-ups that follow are made for either.
-- @ voucher_of_pin
SELECT serial, pin FROM voucher WHERE pin >= ?1 ORDER BY pin LIMIT 1;

-- @ voucher
SELECT state, "transfer" FROM voucher WHERE serial = ?1;

-- @ redeemed_by
SELECT key, at FROM ledger_transfer WHERE number = ?1;

-- @ redeem_voucher
UPDATE voucher SET state = 1, "transfer" = ?2 WHERE serial = ?1 AND state = 0;

-- @ count_vouchers_to_change
SELECT count(*) FROM voucher WHERE serial BETWEEN ?1 AND ?2 AND state IN (?3, ?4);

-- @ change_vouchers
UPDATE voucher SET state = ?5 WHERE serial BETWEEN ?1 AND ?2 AND state IN (?3, ?4);

-- @ voucher_tries
SELECT began, failures, locked_until, refused FROM voucher_tries WHERE scope = ?1 AND subject = ?2;

-- @ put_voucher_tries
INSERT INTO voucher_tries (scope, subject, began, failures, locked_until, refused) VALUES (?1, ?2, ?3, ?4, ?5, ?6)
ON CONFLICT (scope, subject) DO UPDATE SET began = ?3, failures = ?4, locked_until = ?5, refused = ?6;

-- @ drop_voucher_tries
DELETE FROM voucher_tries WHERE scope = ?1 AND began <= ?2 AND locked_until <= ?3;

-- @ drop_voucher_tries_of
DELETE FROM voucher_tries WHERE scope = ?1 AND subject = ?2;

-- @ wallet_of_person
SELECT number FROM wallet WHERE person = ?1 AND currency = ?2;

-- @ wallets_of_person
SELECT number, currency, opened FROM wallet WHERE person = ?1 ORDER BY currency;

-- @ erase_wallet
UPDATE wallet SET person = ?2 WHERE number = ?1;

-- @ erase_payer
UPDATE payment SET msisdn = 0, person = zeroblob(16) WHERE person = ?1 AND open = 0;

-- @ erase_orderer
UPDATE bank_card_order INDEXED BY bank_card_order_of_person SET msisdn = 0, person = zeroblob(16) WHERE person = ?1;

-- @ add_wallet
INSERT INTO wallet (number, person, currency, opened) VALUES (?1, ?2, ?3, ?4);

-- What is due as the fee of a case is that, whoever pays it, by the rule by which its end is told to the case.
-- @ add_payment
INSERT INTO payment (number, msisdn, link, person, company, account, not_after, open, revision, session_sealed, fee, drawer, purpose)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, 1, ?8, ?9, ?10, ?11, CASE WHEN ?15 THEN 2 ELSE EXISTS (
  SELECT 1 FROM citizen_case INDEXED BY citizen_case_fee_due
  WHERE company = ?5 AND fee_account = ?6 AND fee = ?12 AND fee_state = 0 AND fee_currency = ?13 AND fee_quoted <= ?14) END);

-- @ end_payment
UPDATE payment SET open = 0, revision = '', session_sealed = NULL WHERE number = ?1;

-- @ open_payment_to
SELECT 1 FROM payment INDEXED BY payment_open_of_person WHERE person = ?1 AND company = ?2 AND account = ?3 AND open = 1 LIMIT 1;

-- Whoever pays it, also in cash. Through all of the company's that are open: for what is asked seldom.
-- @ open_payment_to_account
SELECT 1 FROM payment INDEXED BY payment_open WHERE company = ?1 AND account = ?2 AND open = 1 LIMIT 1;

-- @ count_open_refunds_of_person
SELECT count(*) FROM refund JOIN payment ON payment.number = refund.payment WHERE refund.state = 0 AND person = ?1;

-- @ open_payees_of_person
SELECT company, account FROM payment INDEXED BY payment_open_of_person WHERE person = ?1 AND open = 1;

-- @ count_open_payments_of_person
SELECT count(*) FROM payment INDEXED BY payment_open_of_person WHERE person = ?1 AND open = 1;

-- @ payment_of_key
SELECT number, msisdn, link, company, account, amount, currency, state, at, not_after, resolved, key, revision,
       session_sealed, fee, refunded, drawer
FROM payment_in_ledger WHERE key = ?1;

-- @ payment_of_number
SELECT number, msisdn, link, company, account, amount, currency, state, at, not_after, resolved, key, revision,
       session_sealed, fee, refunded, drawer
FROM payment_in_ledger WHERE number = ?1;

-- @ open_payments
SELECT number, msisdn, link, company, account, amount, currency, state, at, not_after, resolved, key, revision,
       session_sealed, fee, refunded, drawer
FROM payment_in_ledger WHERE open = 1 AND company = ?1 AND number > ?2 AND not_after < ?3
ORDER BY number LIMIT ?4;

-- Numbers grow with the time at which payments begin: a page that is full ends it, and only the last one goes by the younger ones.
-- @ payments_not_over
SELECT number, msisdn, link, company, account, amount, currency, state, at, not_after, resolved, key, revision,
       session_sealed, fee, refunded, drawer
FROM payment_in_ledger WHERE open = 1 AND company = ?1 AND number > ?2 AND at < ?3
ORDER BY number LIMIT ?4;

-- From one to the next by the index, however many payments each of them has.
-- @ companies_of_open_payments
WITH RECURSIVE found (name) AS (
  SELECT (SELECT company FROM payment INDEXED BY payment_open WHERE open = 1 AND company >= '' ORDER BY company LIMIT 1)
  UNION ALL
  SELECT (SELECT company FROM payment INDEXED BY payment_open WHERE open = 1 AND company > found.name ORDER BY company LIMIT 1)
  FROM found WHERE found.name IS NOT NULL)
SELECT name FROM found WHERE name IS NOT NULL;

-- @ payments_of_person
SELECT number, msisdn, link, company, account, amount, currency, state, at, not_after, resolved, key, revision,
       session_sealed, fee, refunded, drawer
FROM payment_in_ledger WHERE person = ?1 AND number < ?2 ORDER BY number DESC LIMIT ?3;

-- @ payment_to_end
SELECT number, fee, amount, at, msisdn, person, wallet, by_kind, by_name, company, account, drawer, currency
FROM payment_in_ledger WHERE key = ?1;

-- @ companies_with_open_payments
SELECT company, count(*) FROM payment WHERE open = 1 GROUP BY company ORDER BY company;

-- @ companies_with_payments_refused_before
SELECT company, count(*) FROM payment INDEXED BY payment_open_by_deadline WHERE open = 1 AND not_after < ?1
GROUP BY company ORDER BY company;

-- @ revisions_of_open_payments
SELECT DISTINCT revision FROM payment WHERE open = 1 AND session_sealed IS NOT NULL;

-- @ payment_to_refund
SELECT key, amount, fee, state, drawer, drawer = 0 AND msisdn = 0,
       coalesce((SELECT drawer.account FROM drawer WHERE drawer.number = payment_in_ledger.drawer), '')
FROM payment_in_ledger WHERE number = ?1;

-- @ refunded
SELECT coalesce(sum(amount), 0), coalesce(sum(fee), 0), coalesce(sum(amount * (state = 1)), 0)
FROM refund WHERE payment = ?1 AND state <> 2;

-- @ paid_back
SELECT coalesce(sum(amount), 0) FROM refund WHERE payment = ?1 AND state = 1;

-- @ next_refund
SELECT coalesce(max(number), 0) + 1 FROM refund;

-- @ add_refund
INSERT INTO refund (number, payment, amount, fee, reason, maker, proposed, state) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, 0);

-- @ decide_refund
UPDATE refund SET state = ?2, checker = ?3, decided = ?4 WHERE number = ?1;

-- @ refund
SELECT number, payment, amount, fee, reason, maker, proposed, state, checker, decided FROM refund WHERE number = ?1;

-- @ refunds
SELECT number, payment, amount, fee, reason, maker, proposed, state, checker, decided
FROM refund WHERE number > ?1 ORDER BY number LIMIT ?2;

-- @ refunds_open
SELECT number, payment, amount, fee, reason, maker, proposed, state, checker, decided
FROM refund WHERE state = 0 AND number > ?1 ORDER BY number LIMIT ?2;

-- @ payment_to_end_by_staff
SELECT key, state, not_after, amount, coalesce((SELECT drawer.account FROM drawer WHERE drawer.number = payment_in_ledger.drawer), '')
FROM payment_in_ledger WHERE number = ?1;

-- @ open_ending_of_payment
SELECT number FROM payment_ending WHERE payment = ?1 AND state = 0;

-- @ next_ending
SELECT coalesce(max(number), 0) + 1 FROM payment_ending;

-- @ add_ending
INSERT INTO payment_ending (number, payment, settles, evidence, maker, proposed, state) VALUES (?1, ?2, ?3, ?4, ?5, ?6, 0);

-- @ decide_ending
UPDATE payment_ending SET state = ?2, checker = ?3, decided = ?4 WHERE number = ?1;

-- @ ending
SELECT number, payment, settles, evidence, maker, proposed, state, checker, decided FROM payment_ending WHERE number = ?1;

-- @ endings
SELECT number, payment, settles, evidence, maker, proposed, state, checker, decided
FROM payment_ending WHERE number > ?1 ORDER BY number LIMIT ?2;

-- @ endings_open
SELECT number, payment, settles, evidence, maker, proposed, state, checker, decided
FROM payment_ending WHERE state = 0 AND number > ?1 ORDER BY number LIMIT ?2;

-- @ payment_use
SELECT began, payments, amount FROM payment_use WHERE scope = ?1 AND within = ?2 AND who = ?3;

-- @ set_payment_use
INSERT INTO payment_use (scope, within, who, began, payments, amount) VALUES (?1, ?2, ?3, ?4, ?5, ?6)
ON CONFLICT DO UPDATE SET began = excluded.began, payments = excluded.payments, amount = excluded.amount;

-- @ count_limit_refusal
INSERT INTO limit_refusal (scope, refusals) VALUES (?1, 1) ON CONFLICT DO UPDATE SET refusals = refusals + 1;

-- @ limit_refusals
SELECT scope, refusals FROM limit_refusal;

-- @ drawer_of_name
SELECT number, name, account, directorate, office, currency, opened, closed FROM drawer WHERE name = ?1;

-- @ drawers
SELECT number, name, account, directorate, office, currency, opened, closed FROM drawer WHERE name > ?1 ORDER BY name LIMIT ?2;

-- @ add_drawer
INSERT INTO drawer (name, account, directorate, office, currency, opened) VALUES (?1, ?2, ?3, ?4, ?5, ?6);

-- @ close_drawer
UPDATE drawer SET closed = ?2 WHERE number = ?1;

-- @ open_drawer_again
UPDATE drawer SET closed = NULL, opened = ?2 WHERE number = ?1;

-- @ card_of_number
SELECT number, currency FROM wallet WHERE number = ?1 AND substr(person, 1, 6) <> zeroblob(6); -- somebody's

-- @ add_cash_movement
INSERT INTO cash_movement ("transfer", drawer, kind, payment, reference, at) VALUES (?1, ?2, ?3, ?4, ?5, ?6);

-- @ same_cash_payment
SELECT 1 FROM cash_movement AS movement JOIN payment ON payment.number = movement.payment
JOIN ledger_transfer AS transfer ON transfer.number = payment.number
WHERE movement.drawer = ?1 AND movement.at > ?5 AND kind = 0 AND company = ?2 AND account = ?3 AND amount = ?4 AND state = 1 LIMIT 1;

-- @ same_cash_top_up
SELECT 1 FROM cash_movement AS movement JOIN ledger_transfer AS transfer ON transfer.number = movement."transfer"
JOIN ledger_account AS card ON card.number = transfer.credit
WHERE drawer = ?1 AND movement.at > ?2 AND movement.kind = 1 AND amount = ?3 AND card.owner = ?4 LIMIT 1;

-- @ owe_cash
INSERT INTO cash_owed (payment, drawer, amount) VALUES (?1, ?2, ?3) ON CONFLICT DO UPDATE SET amount = amount + excluded.amount;

-- @ cash_owed
SELECT amount FROM cash_owed WHERE payment = ?1;

-- @ drop_cash_owed
DELETE FROM cash_owed WHERE payment = ?1;

-- @ cash_payment
SELECT drawer.name FROM payment JOIN drawer ON drawer.number = payment.drawer WHERE payment.number = ?1;

-- @ cash_slip
SELECT 1 FROM cash_movement WHERE drawer = ?1 AND reference = ?2 AND kind = 3;

-- @ add_cash_count
INSERT INTO cash_count (drawer, at, counted, expected, by_name, is_moved) VALUES (?1, ?2, ?3, ?4, ?5, ?6);

-- @ cash_counts
SELECT at, counted, expected FROM cash_count WHERE drawer = ?1 AND at >= ?2 AND at < ?3 ORDER BY number;

-- @ last_cash_count
SELECT number, counted, expected FROM cash_count WHERE drawer = ?1 ORDER BY number DESC LIMIT 1;

-- A top-up of a drawer by its number, or a deposit by its slip.
-- @ cash_to_correct
SELECT movement."transfer", transfer.amount - coalesce((SELECT sum(amount) FROM ledger_transfer AS correction
                                                         WHERE correction.corrects = movement."transfer"), 0)
FROM cash_movement AS movement JOIN ledger_transfer AS transfer ON transfer.number = movement."transfer"
WHERE movement.drawer = ?1 AND ((?3 = '' AND kind = 1 AND movement."transfer" = ?2) OR (?3 <> '' AND kind = 3 AND reference = ?3));

-- @ corrected_cash
SELECT key, movement.kind, card.owner FROM cash_movement AS movement JOIN ledger_transfer AS transfer ON transfer.number = movement."transfer"
JOIN ledger_account AS card ON card.number = transfer.credit WHERE movement."transfer" = ?1;

-- @ open_cash_proposal_like
SELECT number FROM cash_proposal WHERE state = 0 AND drawer = ?1 AND kind = ?2 AND "transfer" IS ?3;

-- @ open_cash_proposal_of_drawer
SELECT number FROM cash_proposal INDEXED BY cash_proposal_open WHERE state = 0 AND drawer = ?1 AND number <> ?2 ORDER BY number LIMIT 1;

-- @ written_off
SELECT 1 FROM cash_count WHERE number = ?1 AND is_moved = 1 UNION ALL SELECT 1 FROM cash_proposal WHERE count = ?1 AND state = 1;

-- Deposits, corrections, what was taken over: not what a keeper takes and gives back all day.
-- @ cash_noted_since_count
SELECT 1 FROM cash_movement
WHERE drawer = ?1 AND at > (SELECT counted.at FROM cash_count AS counted WHERE counted.number = ?2) AND kind IN (3, 4, 5, 7) LIMIT 1;

-- @ next_cash_proposal
SELECT coalesce(max(number), 0) + 1 FROM cash_proposal;

-- @ add_cash_proposal
INSERT INTO cash_proposal (number, kind, drawer, "transfer", count, "to", amount, expected, reason, maker, proposed, state)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, 0);

-- @ decide_cash_proposal
UPDATE cash_proposal SET state = ?2, checker = ?3, decided = ?4 WHERE number = ?1;

-- @ cash_proposal
SELECT cash_proposal.number, kind, drawer.name, drawer.directorate, drawer.office, drawer.currency, coalesce("transfer", 0),
       coalesce((SELECT name FROM drawer AS other WHERE other.number = "to"), ''), amount, expected, reason, maker, proposed, state,
       coalesce(checker, ''), decided, coalesce(count, 0)
FROM cash_proposal JOIN drawer ON drawer.number = cash_proposal.drawer WHERE cash_proposal.number = ?1;

-- @ cash_proposals
SELECT cash_proposal.number, kind, drawer.name, drawer.directorate, drawer.office, drawer.currency, coalesce("transfer", 0),
       coalesce((SELECT name FROM drawer AS other WHERE other.number = "to"), ''), amount, expected, reason, maker, proposed, state,
       coalesce(checker, ''), decided, coalesce(count, 0)
FROM cash_proposal CROSS JOIN drawer ON drawer.number = cash_proposal.drawer
WHERE cash_proposal.number > ?1 AND (?2 = '' OR directorate = ?2) AND (?3 = '' OR office = ?3) ORDER BY cash_proposal.number LIMIT ?4;

-- @ cash_proposals_open
SELECT cash_proposal.number, kind, drawer.name, drawer.directorate, drawer.office, drawer.currency, coalesce("transfer", 0),
       coalesce((SELECT name FROM drawer AS other WHERE other.number = "to"), ''), amount, expected, reason, maker, proposed, state,
       coalesce(checker, ''), decided, coalesce(count, 0)
FROM cash_proposal INDEXED BY cash_proposal_open CROSS JOIN drawer ON drawer.number = cash_proposal.drawer
WHERE state = 0 AND cash_proposal.number > ?1 AND (?2 = '' OR directorate = ?2) AND (?3 = '' OR office = ?3)
ORDER BY cash_proposal.number LIMIT ?4;

-- @ cash_payments
SELECT number, msisdn, link, company, account, amount, currency, state, at, not_after, resolved, key, revision,
       session_sealed, fee, refunded, drawer, coalesce((SELECT cash_owed.amount FROM cash_owed WHERE payment = number), 0)
FROM payment_in_ledger WHERE number IN (
  SELECT paid.number FROM payment AS paid WHERE paid.drawer = ?1 AND paid.number < ?2 ORDER BY paid.number DESC LIMIT ?3)
ORDER BY number DESC;

-- @ cash_payments_open
SELECT number, msisdn, link, company, account, amount, currency, state, at, not_after, resolved, key, revision,
       session_sealed, fee, refunded, drawer, coalesce((SELECT cash_owed.amount FROM cash_owed WHERE payment = number), 0)
FROM payment_in_ledger WHERE number < ?2 AND number IN (
  SELECT paid.number FROM payment AS paid WHERE paid.drawer = ?1 AND paid.open = 1
  UNION SELECT payment FROM cash_owed WHERE cash_owed.drawer = ?1)
ORDER BY number DESC LIMIT ?3;

-- @ cash_top_ups
SELECT transfer.number, key, card.owner, amount, movement.at
FROM cash_movement AS movement JOIN ledger_transfer AS transfer ON transfer.number = movement."transfer"
JOIN ledger_account AS card ON card.number = transfer.credit
WHERE movement.drawer = ?1 AND movement.kind = 1 AND movement."transfer" < ?2 ORDER BY movement."transfer" DESC LIMIT ?3;

-- What came and went before a moment; in between; by whom, where, and to which company.
-- @ cash_before
SELECT coalesce(sum(CASE WHEN kind IN (0, 1, 5, 7, 9) THEN amount ELSE -amount END), 0)
FROM cash_movement AS movement JOIN ledger_transfer AS transfer ON transfer.number = movement."transfer"
WHERE drawer = ?1 AND movement.at < ?2;

-- @ cash_sums
SELECT kind, count(*), sum(transfer.amount), coalesce(sum(CASE WHEN kind = 0 THEN fee END), 0)
FROM cash_movement AS movement JOIN ledger_transfer AS transfer ON transfer.number = movement."transfer"
LEFT JOIN payment ON payment.number = movement.payment
WHERE movement.drawer = ?1 AND movement.at >= ?2 AND movement.at < ?3 GROUP BY kind;

-- @ cash_report
SELECT CASE ?1 WHEN 0 THEN drawer.account WHEN 1 THEN office WHEN 2 THEN coalesce(company, '') ELSE directorate END AS name,
       kind, count(*), sum(transfer.amount), coalesce(sum(CASE WHEN kind = 0 THEN fee END), 0)
FROM cash_movement AS movement JOIN ledger_transfer AS transfer ON transfer.number = movement."transfer"
JOIN drawer ON drawer.number = movement.drawer LEFT JOIN payment ON payment.number = movement.payment
WHERE movement.at >= ?2 AND movement.at < ?3 AND (?4 = '' OR company = ?4) AND (?5 = '' OR directorate = ?5) AND (?6 = '' OR office = ?6)
GROUP BY 1, kind ORDER BY 1, kind;

-- Reports: ?1 has a bit for each store::ReportGroup that has rows of its own.

-- @ payment_report
WITH ended AS (
  SELECT quarter, company, currency, channel, drawer, purpose, outcome, payments, amount, fees, waited_ms FROM payment_sum
  WHERE ?8 = 0 AND quarter >= ?2 AND quarter < ?3
  UNION ALL
  SELECT quarter, company, currency, channel, drawer, purpose, outcome, 1, amount, fee, waited_ms FROM payment_ended
  WHERE ?8 = 1 AND quarter >= ?2 AND quarter < ?3
  UNION ALL
  SELECT quarter, company, currency, channel, drawer, purpose, outcome, 1, amount, fee, waited_ms FROM payment_refunded
  WHERE ?8 = 1 AND quarter >= ?2 AND quarter < ?3)
SELECT CASE WHEN ?1 & 8 THEN (quarter + ?4) / 96 ELSE 0 END, CASE WHEN ?1 & 1 THEN company ELSE '' END,
       CASE WHEN ?1 & 2 THEN coalesce(directorate, '') ELSE '' END, CASE WHEN ?1 & 4 THEN coalesce(office, '') ELSE '' END,
       CASE WHEN ?1 & 16 THEN channel ELSE '' END,
       CASE WHEN ?1 & 2048 THEN CASE purpose WHEN 0 THEN 'bill' WHEN 1 THEN 'case_fee' ELSE 'water' END ELSE '' END,
       ended.currency, outcome, sum(payments), sum(amount), sum(fees), sum(waited_ms)
FROM ended LEFT JOIN drawer ON drawer.number = ended.drawer
WHERE (?5 = '' OR company = ?5) AND (?6 = '' OR directorate = ?6) AND (?7 = '' OR office = ?7)
GROUP BY 1, 2, 3, 4, 5, 6, 7, 8 ORDER BY 1, 2, 3, 4, 5, 6, 7, 8;

-- @ reading_report
SELECT CASE WHEN ?1 & 8 THEN (at + ?4) / 86400000 ELSE 0 END, CASE WHEN ?1 & 1 THEN company ELSE '' END,
       CASE WHEN ?1 & 4 THEN office ELSE '' END,
       CASE WHEN ?1 & 16 THEN CASE WHEN source = 1 THEN 'agent' WHEN channel = 0 THEN 'ussd' WHEN channel = 1 THEN 'sms' ELSE '' END ELSE '' END,
       count(*), sum(state = 1), sum(state = 2)
FROM reading WHERE at >= ?2 AND at < ?3 AND (?5 = '' OR company = ?5) AND (?6 = '' OR office = ?6)
GROUP BY 1, 2, 3, 4 ORDER BY 1, 2, 3, 4;

-- @ use_report
SELECT CASE WHEN ?1 & 8 THEN day ELSE 0 END, CASE WHEN ?1 & 16 THEN CASE channel WHEN 0 THEN 'ussd' ELSE 'sms' END ELSE '' END,
       detail, sum(CASE measure WHEN 6 THEN count ELSE 0 END), sum(CASE measure WHEN 7 THEN count ELSE 0 END)
FROM flow_statistic WHERE day >= ?2 AND day < ?3 AND measure IN (6, 7) GROUP BY 1, 2, 3 ORDER BY 1, 2, 3;

-- @ company_use_report
WITH used (day, company, channel, operator, sessions) AS (
  SELECT day, substr(detail, instr(detail, ' ') + 1), channel, substr(detail, 1, instr(detail, ' ') - 1), count
  FROM flow_statistic WHERE day >= ?2 AND day < ?3 AND measure = 8)
SELECT CASE WHEN ?1 & 8 THEN day ELSE 0 END, CASE WHEN ?1 & 1 THEN company ELSE '' END,
       CASE WHEN ?1 & 16 THEN CASE channel WHEN 0 THEN 'ussd' ELSE 'sms' END ELSE '' END, operator, sum(sessions)
FROM used WHERE ?4 = '' OR company = ?4 GROUP BY 1, 2, 3, 4 ORDER BY 1, 2, 3, 4;

-- The moments are the least that cases of each age but the first were opened at.
-- @ open_case_report
SELECT CASE WHEN ?1 & 1 THEN company ELSE '' END, CASE WHEN ?1 & 2 THEN directorate ELSE '' END, CASE WHEN ?1 & 4 THEN office ELSE '' END,
       CASE WHEN ?1 & 32 THEN kind ELSE '' END, CASE WHEN ?1 & 64 THEN stage ELSE '' END,
       CASE WHEN ?1 & 128 THEN (opened <= ?2) + (opened <= ?3) + (opened <= ?4) + (opened <= ?5) ELSE 0 END,
       CASE WHEN ?1 & 256 THEN worker ELSE '' END, count(*), sum(is_late)
FROM citizen_case WHERE state = 0 AND (?6 = '' OR company = ?6) AND (?7 = '' OR directorate = ?7) AND (?8 = '' OR office = ?8)
  AND (?9 = 1 OR (bypasses_office = 0 AND accused = ''))
GROUP BY 1, 2, 3, 4, 5, 6, 7 ORDER BY 1, 2, 3, 4, 5, 6, 7;

-- @ case_places
SELECT number, kind, stage, company, directorate, office, is_about_staff FROM case_place;

-- @ case_deeds
SELECT did, place, at, stayed_ms, was_late, stars, worker FROM case_deed_kept WHERE at >= ?1 AND at < ?2;

-- @ case_deeds_in_history
SELECT did, place.number, at, stayed_ms, was_late, stars, worker FROM case_deed AS deed LEFT JOIN case_place AS place
  ON place.kind = deed.kind AND place.stage = deed.stage AND place.company = deed.company AND place.directorate = deed.directorate
  AND place.office = deed.office AND place.is_about_staff = deed.is_about_staff
WHERE at >= ?1 AND at < ?2;

-- How many acts of cases stand in their history only, or in the audit trail only, or not as often in the one as in the other.
-- @ case_acts_told_once
WITH acts (act, action) AS (
  VALUES (0, 'case.opened'), (1, 'case.taken'), (2, 'case.replied'), (3, 'case.moved'), (4, 'case.resolved'), (5, 'case.rated'),
         (6, 'case.reopened'), (7, 'case.escalated'), (8, 'case.quoted'), (9, 'case.fee_paid'), (10, 'case.offered'), (11, 'case.booked'),
         (12, 'case.visit_cancelled'), (13, 'case.visited'), (14, 'case.fee_refunded'), (15, 'case.joined'),
         (16, 'case.unjoined'), (17, 'case.answered')),
history (number, action, at, by_name, times) AS (
  SELECT citizen_case.number, acts.action, event.at, event.by_name, count(*) FROM citizen_case_event AS event
  JOIN acts ON acts.act = event.act JOIN citizen_case ON citizen_case.id = event.of_case WHERE event.at >= ?1 AND event.at < ?2
  GROUP BY 1, 2, 3, 4),
trail (number, action, at, by_name, times) AS (
  SELECT json_extract(detail, '$.case'), action, at, actor_name, count(*) FROM audit
  WHERE action IN (SELECT acts.action FROM acts) AND at >= ?1 AND at < ?2
  GROUP BY 1, 2, 3, 4)
SELECT (SELECT count(*) FROM (SELECT * FROM history EXCEPT SELECT * FROM trail)) +
       (SELECT count(*) FROM (SELECT * FROM trail EXCEPT SELECT * FROM history));

-- @ reported_drawers
SELECT number, directorate, office, account, name, currency FROM drawer WHERE (?1 = '' OR directorate = ?1) AND (?2 = '' OR office = ?2);

-- @ cash_sums_of_drawers
SELECT kind, movements, amount, fees, drawer.number, quarter, company FROM drawer CROSS JOIN cash_sum AS moved ON moved.drawer = drawer.number
WHERE quarter >= ?1 AND quarter < ?2 AND (?3 = '' OR company = ?3) AND (?4 = '' OR directorate = ?4) AND (?5 = '' OR office = ?5);

-- @ cash_of_drawers
SELECT kind, 1, amount, fee, drawer, quarter, company FROM cash_moved JOIN drawer ON drawer.number = cash_moved.drawer
WHERE quarter >= ?1 AND quarter < ?2 AND (?3 = '' OR company = ?3) AND (?4 = '' OR directorate = ?4) AND (?5 = '' OR office = ?5);

-- What the ledger has in them, less what came and went since by the sums: of a report on days that are not long ago these are few, and
-- what was before grows for ever.
-- @ cash_held_before
SELECT drawer.number, debits_posted - credits_posted -
       coalesce((SELECT sum(net) FROM cash_sum WHERE cash_sum.drawer = drawer.number AND quarter >= ?1), 0)
FROM drawer JOIN ledger_account AS account ON account.kind = 5 AND account.owner = drawer.name AND account.currency = drawer.currency
WHERE (?2 = '' OR directorate = ?2) AND (?3 = '' OR office = ?3);

-- What came and went before, all of it.
-- @ cash_sums_before
SELECT number, (SELECT sum(net) FROM cash_sum WHERE cash_sum.drawer = number AND quarter < ?1) FROM drawer
WHERE (?2 = '' OR directorate = ?2) AND (?3 = '' OR office = ?3);

-- What the ledger has in them, less every movement since.
-- @ cash_in_ledger_before
SELECT drawer.number, debits_posted - credits_posted -
       coalesce((SELECT sum(net) FROM cash_moved WHERE cash_moved.drawer = drawer.number AND quarter >= ?1), 0)
FROM drawer JOIN ledger_account AS account ON account.kind = 5 AND account.owner = drawer.name AND account.currency = drawer.currency
WHERE (?2 = '' OR directorate = ?2) AND (?3 = '' OR office = ?3);

-- Here `outcome` and `resolution` are numbers of reconcile/match.hpp. A payment is of the day on which it was begun; it is found by
-- not_after, which is behind that by less than an hour.

-- @ published_import
SELECT number, content, lines, by_kind, by_name, at FROM reconciliation_import WHERE company = ?1 AND day = ?2 AND state = 1;

-- @ abandon_imports
UPDATE reconciliation_import SET state = 3 WHERE company = ?1 AND state = 0;

-- @ add_import
INSERT INTO reconciliation_import (company, day, begins, ends, content, state, by_kind, by_name, at)
VALUES (?1, ?2, ?3, ?4, ?5, 0, ?6, ?7, ?8) RETURNING number;

-- @ staged_import
SELECT company, day, begins, ends, lines, content FROM reconciliation_import WHERE number = ?1 AND state = 0;

-- @ count_staged_lines
UPDATE reconciliation_import SET lines = ?2 WHERE number = ?1;

-- @ add_to_file_total
INSERT INTO reconciliation_total (import, currency, lines, minor) VALUES (?1, ?2, 1, ?3)
ON CONFLICT DO UPDATE SET lines = lines + 1, minor = minor + ?3;

-- @ reconciled_payment
SELECT payment.number, state, account, amount, wallet.currency, transfer.at, key, company
FROM ledger_transfer AS transfer JOIN payment ON payment.number = transfer.number
JOIN ledger_account AS wallet ON wallet.number = transfer.debit WHERE key = ?1;

-- @ reconciled_payment_of_number
SELECT payment.number, state, account, amount, wallet.currency, transfer.at, key, company
FROM payment JOIN ledger_transfer AS transfer ON transfer.number = payment.number
JOIN ledger_account AS wallet ON wallet.number = transfer.debit WHERE payment.number = ?1;

-- @ is_listed_before
SELECT 1 FROM reconciliation_listed AS listed JOIN reconciliation_import AS import ON import.number = listed.import
WHERE payment = ?1 AND (import.number = ?2 OR (import.state = 1 AND import.day <> ?3)) LIMIT 1;

-- @ staged_lines_of_reference
SELECT count(*), coalesce(sum(outcome = 4), 0) FROM reconciliation_line WHERE import = ?1 AND reference = ?2;

-- @ told_by_another_day
SELECT 1 FROM reconciliation_case AS known JOIN reconciliation_import AS import ON import.number = known.import
WHERE known.company = ?1 AND reference = ?2 AND outcome IN (1, 2) AND resolution <> 6 AND import.state = 1 AND import.day <> ?3
LIMIT 1;

-- @ add_listed
INSERT INTO reconciliation_listed (payment, import) VALUES (?1, ?2);

-- @ add_staged_line
INSERT INTO reconciliation_line (import, line, outcome, occurrence, reference, account, amount, currency, company_reference)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9);

-- @ count_staged_differences
SELECT count(*) FROM reconciliation_line WHERE import = ?1;

-- @ staged_lines
SELECT line, outcome, occurrence, reference, account, amount, currency, company_reference FROM reconciliation_line
WHERE import = ?1 ORDER BY line;

-- @ drop_staged_lines
DELETE FROM reconciliation_line WHERE import = ?1;

-- @ replace_import
UPDATE reconciliation_import SET state = 2 WHERE number = ?1;

-- @ publish_import
UPDATE reconciliation_import SET state = 1, by_kind = ?2, by_name = ?3, at = ?4 WHERE number = ?1;

-- @ published_listing
SELECT import.number, import.day FROM reconciliation_listed AS listed
JOIN reconciliation_import AS import ON import.number = listed.import WHERE payment = ?1 AND import.state = 1;

-- @ covering_import
SELECT number, day FROM reconciliation_import
WHERE company = ?1 AND state = 1 AND day BETWEEN ?2 - 1 AND ?2 + 1 AND begins <= ?3 AND ends > ?3 AND at >= ends * ?4;

-- @ known_case
SELECT number, resolution, their_account, their_amount, their_currency FROM reconciliation_case
WHERE company = ?1 AND reference = ?2 AND outcome = ?3 AND occurrence = ?4 AND (day IS NULL OR day = ?5) AND resolution <> 6
ORDER BY number DESC LIMIT 1;

-- @ known_case_of_payment
SELECT number FROM reconciliation_case
WHERE payment = ?1 AND outcome = ?2 AND resolution <> 6 AND (resolution = 0 OR evidence = ?3) ORDER BY number DESC LIMIT 1;

-- @ listed_otherwise
SELECT 1 FROM reconciliation_case AS known JOIN reconciliation_import AS import ON import.number = known.import
WHERE known.payment = ?1 AND outcome = 1 AND resolution <> 6 AND import.state = 1 LIMIT 1;

-- @ add_case
INSERT INTO reconciliation_case (company, reference, outcome, occurrence, import, day, line, payment, evidence, their_account,
  their_amount, their_currency, company_reference, our_account, our_amount, our_currency, opened, resolution)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, 0) RETURNING number;

-- @ tell_case_again
UPDATE reconciliation_case SET import = ?2, day = ?3, line = ?4, their_account = ?5, their_amount = ?6, their_currency = ?7,
  company_reference = ?8, our_account = ?9, our_amount = ?10, our_currency = ?11 WHERE number = ?1;

-- @ reopen_case
UPDATE reconciliation_case SET resolution = 0, resolved = NULL, by_kind = NULL, by_name = NULL WHERE number = ?1;

-- @ cases_of_import
SELECT number, resolution, outcome, payment FROM reconciliation_case WHERE import = ?1 AND resolution <> 6;

-- @ open_cases_of_bank_day
SELECT number FROM reconciliation_case WHERE company = ?1 AND day = ?2 AND resolution = 0;

-- @ open_missing_there
SELECT number, payment FROM reconciliation_case WHERE company = ?1 AND resolution = 0 AND outcome = 3;

-- @ resolve_case
UPDATE reconciliation_case SET resolution = ?2, resolved = ?3, by_kind = ?4, by_name = ?5, note_sealed = ?6 WHERE number = ?1;

-- @ drop_listed_rows
DELETE FROM reconciliation_listed WHERE (payment, import) IN (
  SELECT payment, listed.import FROM reconciliation_import AS import
  JOIN reconciliation_listed AS listed ON listed.import = import.number WHERE import.state IN (2, 3) LIMIT ?1);

-- @ drop_abandoned_lines
DELETE FROM reconciliation_line WHERE (import, line) IN (
  SELECT import.number, line FROM reconciliation_import AS import
  JOIN reconciliation_line AS staged ON staged.import = import.number WHERE import.state = 3 LIMIT ?1);

-- @ unlisted_payments
SELECT payment.number FROM payment JOIN ledger_transfer AS transfer ON transfer.number = payment.number
WHERE company = ?1 AND not_after >= ?2 AND not_after < ?3 + ?6 AND transfer.at >= ?2 AND transfer.at < ?3 AND state IN (0, 1)
  AND NOT EXISTS (SELECT 1 FROM reconciliation_listed AS listed JOIN reconciliation_import AS import ON import.number = listed.import
                  WHERE listed.payment = payment.number AND (import.number = ?4 OR (import.state = 1 AND import.day <> ?5)))
LIMIT ?7;

-- @ listed_by_replaced_only
SELECT payment FROM reconciliation_listed AS listed WHERE import = ?1
  AND NOT EXISTS (SELECT 1 FROM reconciliation_listed AS again WHERE again.payment = listed.payment AND again.import = ?2) LIMIT ?3;

-- @ total_here
SELECT wallet.currency, count(*), sum(amount) FROM payment JOIN ledger_transfer AS transfer ON transfer.number = payment.number
JOIN ledger_account AS wallet ON wallet.number = transfer.debit
WHERE company = ?1 AND not_after >= ?2 AND not_after < ?3 + ?4 AND transfer.at >= ?2 AND transfer.at < ?3 AND state = 1 GROUP BY 1;

-- @ parts_here
SELECT wallet.currency,
  CASE WHEN EXISTS (SELECT 1 FROM reconciliation_listed AS listed WHERE listed.payment = payment.number AND import = ?5) THEN 0
       WHEN EXISTS (SELECT 1 FROM reconciliation_listed AS listed JOIN reconciliation_import AS import ON import.number = listed.import
                    WHERE listed.payment = payment.number AND import.state = 1) THEN 1
       WHEN EXISTS (SELECT 1 FROM reconciliation_case AS known JOIN reconciliation_import AS import ON import.number = known.import
                    WHERE known.payment = payment.number AND outcome = 1 AND resolution <> 6 AND import.state = 1) THEN 2
       WHEN EXISTS (SELECT 1 FROM reconciliation_case AS known WHERE known.payment = payment.number AND outcome = 3 AND resolution <> 6) THEN 3
       ELSE 4 END, count(*), sum(amount)
FROM payment JOIN ledger_transfer AS transfer ON transfer.number = payment.number
JOIN ledger_account AS wallet ON wallet.number = transfer.debit
WHERE company = ?1 AND not_after >= ?2 AND not_after < ?3 + ?4 AND transfer.at >= ?2 AND transfer.at < ?3 AND state = 1 GROUP BY 1, 2;

-- @ total_there
SELECT currency, lines, minor FROM reconciliation_total WHERE import = ?1;

-- @ listed_there
SELECT wallet.currency, CASE WHEN state = 0 THEN 2 WHEN transfer.at >= ?2 AND transfer.at < ?3 THEN 0 ELSE 1 END, count(*), sum(amount)
FROM reconciliation_listed AS listed JOIN ledger_transfer AS transfer ON transfer.number = listed.payment
JOIN ledger_account AS wallet ON wallet.number = transfer.debit WHERE listed.import = ?1 AND state IN (0, 1) GROUP BY 1, 2;

-- @ cases_there
SELECT their_currency, outcome, count(*), sum(their_amount) FROM reconciliation_case
WHERE import = ?1 AND resolution <> 6 AND outcome <> 3 GROUP BY 1, 2;

-- @ count_open_cases_of_import
SELECT count(*) FROM reconciliation_case WHERE import = ?1 AND resolution = 0;

-- @ reconciliation_case
SELECT number, company, day, outcome, reference, line, payment, their_account, their_amount, their_currency, company_reference,
       our_account, our_amount, our_currency, evidence, opened, resolution, resolved, by_kind, by_name, note_sealed
FROM reconciliation_case WHERE number = ?1;

-- @ reconciliation_cases
SELECT number, company, day, outcome, reference, line, payment, their_account, their_amount, their_currency, company_reference,
       our_account, our_amount, our_currency, evidence, opened, resolution, resolved, by_kind, by_name, note_sealed
FROM reconciliation_case WHERE number > ?1 AND (?2 = '' OR company = ?2) AND (?3 = 0 OR resolution = 0) ORDER BY number LIMIT ?4;

-- @ settled_payments
SELECT payment.number, key, account, amount, wallet.currency, transfer.at, not_after, evidence
FROM payment JOIN ledger_transfer AS transfer ON transfer.number = payment.number
JOIN ledger_account AS wallet ON wallet.number = transfer.debit
WHERE company = ?1 AND not_after >= ?2 AND not_after < ?3 + ?4 AND transfer.at >= ?2 AND transfer.at < ?3 AND state = 1
  AND (not_after, payment.number) > (?5, ?6) ORDER BY not_after, payment.number LIMIT ?7;

-- @ paid_refunds
SELECT refund.number, payment, account, refund.amount, currency, decided
FROM refund INDEXED BY refund_paid CROSS JOIN payment_in_ledger AS paid ON paid.number = refund.payment
WHERE refund.state = 1 AND company = ?1 AND decided >= ?2 AND decided < ?3 AND refund.number > ?4 ORDER BY refund.number LIMIT ?5;

-- @ total_refunded
SELECT currency, count(*), sum(refund.amount)
FROM refund INDEXED BY refund_paid CROSS JOIN payment_in_ledger AS paid ON paid.number = refund.payment
WHERE refund.state = 1 AND company = ?1 AND decided >= ?2 AND decided < ?3 GROUP BY currency;

-- @ sealed_page_case_note
SELECT number, 0, NULL, note_sealed, number FROM reconciliation_case
WHERE number > ?1 AND note_sealed IS NOT NULL AND substr(note_sealed, 1, 1) < ?4 ORDER BY number LIMIT ?5;

-- @ seal_anew_case_note
UPDATE reconciliation_case SET note_sealed = ?4 WHERE number = ?1 AND note_sealed = ?5;

-- @ count_sealed_case_note
SELECT substr(note_sealed, 1, 1), count(*) FROM reconciliation_case WHERE note_sealed IS NOT NULL GROUP BY 1;

-- Orders by bank card and what gateways have charged for them.
-- @ bank_card_order
SELECT number, key, gateway, msisdn, link, wallet, company, account, amount, fee, currency, by_kind, by_name, at, expires, state,
       evidence, is_erased
FROM bank_card_order_told WHERE key = ?1;

-- @ open_bank_card_orders
SELECT number, key, gateway, msisdn, link, wallet, company, account, amount, fee, currency, by_kind, by_name, at, expires, state,
       evidence, is_erased
FROM bank_card_order_told WHERE gateway = ?1 AND state < 2 AND number > ?2 ORDER BY number LIMIT ?3;

-- @ bank_card_orders_of_person
SELECT number, key, gateway, msisdn, link, wallet, company, account, amount, fee, currency, by_kind, by_name, at, expires, state,
       evidence, is_erased
FROM bank_card_order_told WHERE number IN (
  SELECT ordered.number FROM bank_card_order AS ordered INDEXED BY bank_card_order_of_wallet
  WHERE ordered.wallet IN (SELECT wallet.number FROM wallet WHERE person = ?1))
ORDER BY number DESC LIMIT ?2;

-- @ placements_of_person
SELECT placed.number, placed.charge, placed.wallet, placed.refund, placed.msisdn, placed.link, placed.reason, placed.maker,
       placed.proposed, placed.state, placed.checker, placed.decided, charge.amount, charge.currency
FROM bank_card_placement AS placed INDEXED BY bank_card_placement_of_wallet
CROSS JOIN bank_card_charge AS charge ON charge.number = placed.charge
WHERE placed.wallet IN (SELECT wallet.number FROM wallet WHERE person = ?1) ORDER BY placed.number DESC LIMIT ?2;

-- @ gateways_with_open_orders
SELECT gateway, count(*) FROM bank_card_order WHERE state < 2 GROUP BY gateway ORDER BY gateway;

-- @ count_open_orders_of_person
SELECT count(*), coalesce(sum(company IS ?2 AND account IS ?3 AND company IS NOT NULL), 0)
FROM bank_card_order INDEXED BY bank_card_order_open_of_person WHERE person = ?1 AND state < 2 AND expires > ?4;

-- @ add_bank_card_order
INSERT INTO bank_card_order (number, key, gateway, msisdn, link, person, wallet, company, account, amount, fee, currency, by_kind,
                             by_name, at, expires, state, evidence)
SELECT coalesce(max(number), 0) + 1, ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, 0, '' FROM bank_card_order;

-- @ set_bank_card_order
UPDATE bank_card_order SET state = ?2, evidence = ?3 WHERE key = ?1;

-- @ bank_card_charge
SELECT number, gateway, charge, reference, amount, currency, charge_use, dispute, at
FROM bank_card_charge WHERE gateway = ?1 AND charge = ?2;

-- @ bank_card_charges
SELECT number, gateway, charge, reference, amount, currency, charge_use, dispute, at
FROM bank_card_charge WHERE number > ?1 ORDER BY number LIMIT ?2;

-- @ disputed_bank_card_charges
SELECT number, gateway, charge, reference, amount, currency, charge_use, dispute, at
FROM bank_card_charge WHERE charge_use = 2 AND number > ?1
  AND NOT EXISTS (SELECT 1 FROM bank_card_placement AS placed WHERE placed.charge = bank_card_charge.number AND placed.state = 1)
ORDER BY number LIMIT ?2;

-- @ bank_card_charge_of_number
SELECT number, gateway, charge, reference, amount, currency, charge_use, dispute, at FROM bank_card_charge WHERE number = ?1;

-- @ gateways_with_disputes
SELECT gateway, currency, count(*), sum(amount) FROM bank_card_charge
WHERE charge_use = 2
  AND NOT EXISTS (SELECT 1 FROM bank_card_placement AS placed WHERE placed.charge = bank_card_charge.number AND placed.state = 1)
GROUP BY gateway, currency ORDER BY gateway, currency;

-- @ placements_of_charge
SELECT number, charge, wallet, refund, msisdn, link, reason, maker, proposed, state, checker, decided
FROM bank_card_placement WHERE charge = ?1 ORDER BY number;

-- @ placement
SELECT number, charge, wallet, refund, msisdn, link, reason, maker, proposed, state, checker, decided
FROM bank_card_placement WHERE number = ?1;

-- @ next_placement
SELECT coalesce(max(number), 0) + 1 FROM bank_card_placement;

-- @ add_placement
INSERT INTO bank_card_placement (number, charge, wallet, refund, msisdn, link, reason, maker, proposed, state)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, 0);

-- @ decide_placement
UPDATE bank_card_placement SET state = ?2, checker = ?3, decided = ?4, msisdn = 0 WHERE number = ?1;

-- @ placement_by_refund
SELECT 1 FROM bank_card_placement AS placed JOIN bank_card_charge AS charge ON charge.number = placed.charge
WHERE charge.gateway = ?1 AND placed.refund = ?2 AND placed.state <> 2 LIMIT 1;

-- @ placement_card
SELECT currency, NOT EXISTS (SELECT 1 FROM link
  WHERE substr(national_id_index, 1, 6) = substr(wallet.person, 1, 6) AND national_id_index = wallet.person) FROM wallet WHERE number = ?1;

-- @ count_open_placements_of_person
SELECT count(*) FROM bank_card_placement AS placed JOIN wallet ON wallet.number = placed.wallet
WHERE placed.state = 0 AND wallet.person = ?1;

-- @ next_bank_card_charge
SELECT coalesce(max(number), 0) + 1 FROM bank_card_charge;

-- @ add_bank_card_charge
INSERT INTO bank_card_charge (number, gateway, charge, reference, amount, currency, charge_use, dispute, at)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9);

-- @ paid_since
SELECT 1 FROM bank_card_order AS ordered CROSS JOIN payment INDEXED BY payment_of_person ON payment.person = ordered.person
JOIN ledger_transfer AS transfer ON transfer.number = payment.number
WHERE ordered.key = ?1 AND payment.company = ordered.company AND payment.account = ordered.account
  AND (transfer.at >= ?2 OR transfer.resolved >= ?2) AND transfer.state <= 1 LIMIT 1;

-- Of the number, besides the one of that company and account.
-- @ count_other_subscriptions
SELECT count(*) FROM subscription WHERE msisdn = ?1 AND NOT (company = ?2 AND account = ?3);

-- @ add_subscription
INSERT INTO subscription (msisdn, company, account, link, since, next_at, told, governorate) VALUES (?1, ?2, ?3, ?4, ?5, ?6, 0, ?7)
ON CONFLICT DO UPDATE SET governorate = coalesce(governorate, excluded.governorate);

-- @ drop_subscriptions
DELETE FROM subscription WHERE msisdn = ?1 AND (?2 = '' OR company = ?2) AND (?3 = '' OR account = ?3);

-- @ drop_subscriptions_of
DELETE FROM subscription WHERE msisdn = ?1;

-- @ note_notice
UPDATE subscription SET next_at = ?5, told = ?6, notice = coalesce(?7, notice)
WHERE msisdn = ?1 AND company = ?2 AND account = ?3 AND next_at = ?4;

-- Those whose text has not gone out: to be asked about from then on, as if nothing had been told.
-- @ untell_notices
UPDATE subscription SET told = 0, next_at = min(next_at, ?2), notice = NULL
WHERE msisdn = ?1 AND EXISTS (SELECT 1 FROM outbox WHERE outbox.id = subscription.notice);

-- @ untell_notice
UPDATE subscription SET told = 0, notice = NULL WHERE msisdn = (SELECT msisdn FROM outbox WHERE id = ?1) AND notice = ?1;

-- @ untell_expired_notices
UPDATE subscription SET told = 0, notice = NULL
WHERE msisdn IN (SELECT msisdn FROM outbox WHERE expires < ?1 AND broadcast = 0)
  AND EXISTS (SELECT 1 FROM outbox WHERE outbox.id = subscription.notice AND outbox.expires < ?1);

-- @ subscriptions_of_number
SELECT msisdn, company, account, link, since, next_at, told, governorate FROM subscription WHERE msisdn = ?1
ORDER BY since, company, account;

-- @ subscriptions_due
SELECT msisdn, company, account, link, since, next_at, told, governorate FROM subscription WHERE company = ?1 AND next_at <= ?2
ORDER BY next_at LIMIT ?3;

-- @ count_subscriptions
SELECT subscriptions FROM subscription_count;

-- @ rollout_rules
SELECT service, company, since, until, share, changed, by_kind, by_name FROM rollout ORDER BY service, company;

-- Those that may be about a service, by its name or its group, of a company.
-- @ rollout_rules_about
SELECT service, company, since, until, share, changed, by_kind, by_name FROM rollout
WHERE service IN (?1, ?2, '*') AND company IN (?3, '*');

-- @ put_rollout_rule
INSERT INTO rollout (service, company, since, until, share, changed, by_kind, by_name)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)
ON CONFLICT (service, company) DO UPDATE SET since = excluded.since, until = excluded.until, share = excluded.share,
  changed = excluded.changed, by_kind = excluded.by_kind, by_name = excluded.by_name;

-- @ drop_rollout_rule
DELETE FROM rollout WHERE service = ?1 AND company = ?2;

-- Cases of citizens.
-- @ citizen_case
SELECT id, number, msisdn, link, kind, stage, state, version, company, directorate, area, accused, office, bypasses_office, payment,
       worker, opened, stage_since, due, is_late, resolved, stars, reopened, address_sealed, fee, fee_currency, fee_account, fee_state,
       fee_quoted, visit_offers, visit_team, visit_starts, visit_ends, visit_code_sealed, joined,
       (SELECT count(*) FROM citizen_case AS other WHERE other.joined = citizen_case.number AND other.state = citizen_case.state), answers
FROM citizen_case WHERE number = ?1;

-- Among the person's own: by the number another's case would be fetched first, and one that is absent would not.
-- @ citizen_case_of_person
SELECT id, number, msisdn, link, kind, stage, state, version, company, directorate, area, accused, office, bypasses_office, payment,
       worker, opened, stage_since, due, is_late, resolved, stars, reopened, address_sealed, fee, fee_currency, fee_account, fee_state,
       fee_quoted, visit_offers, visit_team, visit_starts, visit_ends, visit_code_sealed, joined,
       (SELECT count(*) FROM citizen_case AS other WHERE other.joined = citizen_case.number AND other.state = citizen_case.state), answers
FROM citizen_case INDEXED BY citizen_case_of_person WHERE person = ?1 AND number = ?2;

-- @ citizen_cases_of_person
SELECT id, number, msisdn, link, kind, stage, state, version, company, directorate, area, accused, office, bypasses_office, payment,
       worker, opened, stage_since, due, is_late, resolved, stars, reopened, address_sealed, fee, fee_currency, fee_account, fee_state,
       fee_quoted, visit_offers, visit_team, visit_starts, visit_ends, visit_code_sealed, joined,
       (SELECT count(*) FROM citizen_case AS other WHERE other.joined = citizen_case.number AND other.state = citizen_case.state), answers
FROM citizen_case WHERE person = ?1 ORDER BY id DESC LIMIT ?2;

-- @ citizen_cases
SELECT id, number, msisdn, link, kind, stage, state, version, company, directorate, area, accused, office, bypasses_office, payment,
       worker, opened, stage_since, due, is_late, resolved, stars, reopened, address_sealed, fee, fee_currency, fee_account, fee_state,
       fee_quoted, visit_offers, visit_team, visit_starts, visit_ends, visit_code_sealed, joined,
       (SELECT count(*) FROM citizen_case AS other WHERE other.joined = citizen_case.number AND other.state = citizen_case.state), answers
FROM citizen_case WHERE id > ?1 ORDER BY id LIMIT ?2;

-- @ open_citizen_cases
SELECT id, number, msisdn, link, kind, stage, state, version, company, directorate, area, accused, office, bypasses_office, payment,
       worker, opened, stage_since, due, is_late, resolved, stars, reopened, address_sealed, fee, fee_currency, fee_account, fee_state,
       fee_quoted, visit_offers, visit_team, visit_starts, visit_ends, visit_code_sealed, joined,
       (SELECT count(*) FROM citizen_case AS other WHERE other.joined = citizen_case.number AND other.state = citizen_case.state), answers
FROM citizen_case WHERE state = 0 AND id > ?1 ORDER BY id LIMIT ?2;

-- @ overdue_citizen_cases
SELECT id, number, msisdn, link, kind, stage, state, version, company, directorate, area, accused, office, bypasses_office, payment,
       worker, opened, stage_since, due, is_late, resolved, stars, reopened, address_sealed, fee, fee_currency, fee_account, fee_state,
       fee_quoted, visit_offers, visit_team, visit_starts, visit_ends, visit_code_sealed, joined,
       (SELECT count(*) FROM citizen_case AS other WHERE other.joined = citizen_case.number AND other.state = citizen_case.state), answers
FROM citizen_case INDEXED BY citizen_case_due
WHERE state = 0 AND is_late = 0 AND joined IS NULL AND due <= ?1 AND (due, id) > (?2, ?3) ORDER BY due, id LIMIT ?4;

-- @ citizen_case_events
SELECT id, version, act, at, by_kind, by_name, stage, stars, text_sealed, is_untold FROM citizen_case_event WHERE of_case = ?1
ORDER BY version;

-- @ count_open_citizen_cases
SELECT kind, stage, company, open, late FROM open_case_count WHERE open > 0 ORDER BY kind, stage, company;

-- @ count_open_citizen_cases_of
SELECT count(*) FROM citizen_case WHERE person = ?1 AND state = 0 AND (?2 IS NULL OR kind = ?2);

-- @ person_of_citizen_case
SELECT person FROM citizen_case WHERE id = ?1;

-- @ next_citizen_case
SELECT coalesce(max(id), 0) + 1 FROM citizen_case;

-- @ next_citizen_case_event
SELECT coalesce(max(id), 0) + 1 FROM citizen_case_event;

-- @ add_citizen_case
INSERT INTO citizen_case (id, number, person, msisdn, link, kind, stage, state, version, company, directorate, area, accused, office,
                          bypasses_office, payment, worker, opened, stage_since, due, is_late, reopened, address_sealed)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, 0, 1, ?8, ?9, ?10, ?11, ?12, ?13, ?14, '', ?15, ?15, ?16, 0, 0, ?17);

-- @ set_citizen_case
UPDATE citizen_case SET stage = ?2, state = ?3, version = ?4, office = ?5, worker = ?6, stage_since = ?7, due = ?8, is_late = ?9,
                        resolved = ?10, stars = ?11, reopened = ?12, fee = ?13, fee_currency = ?14, fee_account = ?15, fee_state = ?16,
                        fee_quoted = ?17, visit_offers = ?18, visit_team = ?19, visit_starts = ?20, visit_ends = ?21,
                        visit_code_sealed = CASE WHEN ?19 IS NOT NULL THEN visit_code_sealed END, joined = ?22, answers = ?23
WHERE id = ?1;

-- @ set_citizen_case_visit_code
UPDATE citizen_case SET visit_code_sealed = ?2 WHERE id = ?1;

-- Of the visits that may still go on at its start, none began longer ago than the longest one takes (?3).
-- @ citizen_case_visit_beside
SELECT 1 FROM citizen_case
WHERE company = ?1 AND visit_team = ?2 AND visit_starts > ?3 AND visit_starts < ?5 AND visit_ends > ?4 AND id <> ?6 LIMIT 1;

-- Nothing of it is asked for twice at once: the index allows one.
-- @ citizen_case_of_fee
SELECT number FROM citizen_case WHERE company = ?1 AND fee_account = ?2 AND fee = ?3 AND fee_state = 0;

-- @ note_citizen_case_fee_paid
UPDATE citizen_case SET fee_payment = ?2, has_news = 1 WHERE id = ?1;

-- @ citizen_case_of_fee_payment
SELECT number FROM citizen_case WHERE fee_payment = ?1;

-- @ drop_citizen_case_fee_news
UPDATE citizen_case_event SET is_untold = 0 WHERE of_case = ?1 AND act = 9 AND is_untold = 1;

-- @ note_citizen_case_fee_refunded
UPDATE citizen_case SET fee_payment = NULL,
                        has_news = EXISTS (SELECT 1 FROM citizen_case_event WHERE of_case = ?1 AND is_untold = 1)
WHERE id = ?1;

-- What was done to the main case of an outage since a case was joined (15) to it, which is none of its own.
-- @ drop_citizen_case_joined_news
UPDATE citizen_case_event SET is_untold = 0
WHERE of_case = ?1 AND is_untold = 1 AND version > (SELECT max(version) FROM citizen_case_event WHERE of_case = ?1 AND act = 15);

-- @ note_citizen_case_event_told
UPDATE citizen_case_event SET is_untold = 0 WHERE of_case = (SELECT id FROM citizen_case WHERE number = ?1) AND version <= ?2 AND is_untold = 1;

-- @ clear_citizen_case_news
UPDATE citizen_case SET has_news = EXISTS (SELECT 1 FROM citizen_case_event WHERE of_case = citizen_case.id AND is_untold = 1)
WHERE number = ?1;

-- @ note_citizen_case_news
UPDATE citizen_case SET has_news = 1 WHERE id = ?1;

-- The newest one, if that is not too old: where so many are joined to it that it takes no more, the next one begins anew. One that was
-- taken out of an outage (16) is of another one: what is told of the first does not go to it.
-- @ citizen_case_to_join
SELECT number FROM (
  SELECT number, opened FROM citizen_case
  WHERE state = 0 AND joined IS NULL AND area <> '' AND area = ?1 AND company = ?2 AND directorate = ?3 AND kind = ?4 AND number <> ?5
    AND NOT EXISTS (SELECT 1 FROM citizen_case_event AS event WHERE event.of_case = citizen_case.id AND event.act = 16)
  ORDER BY id DESC LIMIT 1)
WHERE opened > ?6;

-- @ move_joined_citizen_cases
UPDATE citizen_case SET office = ?2 WHERE joined = ?1 AND state = 0;

-- @ open_joined_citizen_cases
SELECT number FROM citizen_case WHERE joined = ?1 AND state = 0 ORDER BY id;

-- @ citizen_cases_with_news
SELECT id, number, msisdn, link, kind, stage, state, version, company, directorate, area, accused, office, bypasses_office, payment,
       worker, opened, stage_since, due, is_late, resolved, stars, reopened, address_sealed, fee, fee_currency, fee_account, fee_state,
       fee_quoted, visit_offers, visit_team, visit_starts, visit_ends, visit_code_sealed, joined,
       (SELECT count(*) FROM citizen_case AS other WHERE other.joined = citizen_case.number AND other.state = citizen_case.state), answers
FROM citizen_case WHERE has_news = 1 AND id > ?1 ORDER BY id LIMIT ?2;

-- @ add_citizen_case_event
INSERT INTO citizen_case_event (id, of_case, version, act, at, by_kind, by_name, stage, stars, text_sealed, is_untold)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11);

-- @ erase_citizen_case_texts
UPDATE citizen_case_event SET text_sealed = NULL, is_untold = 0 WHERE of_case IN (SELECT id FROM citizen_case WHERE person = ?1);

-- @ erase_citizen_case_person
UPDATE citizen_case SET person = zeroblob(16), msisdn = 0, address_sealed = NULL, has_news = 0,
                        fee_account = CASE WHEN fee_account IS NOT NULL THEN '' END
WHERE person = ?1;

-- @ sealed_page_case_text
SELECT id, 0, NULL, text_sealed, id FROM citizen_case_event
WHERE id > ?1 AND text_sealed IS NOT NULL AND substr(text_sealed, 1, 1) < ?4 ORDER BY id LIMIT ?5;

-- @ seal_anew_case_text
UPDATE citizen_case_event SET text_sealed = ?4 WHERE id = ?1 AND text_sealed = ?5;

-- @ count_sealed_case_text
SELECT substr(text_sealed, 1, 1), count(*) FROM citizen_case_event WHERE text_sealed IS NOT NULL GROUP BY 1;

-- @ sealed_page_case_address
SELECT id, 0, NULL, address_sealed, id FROM citizen_case
WHERE id > ?1 AND address_sealed IS NOT NULL AND substr(address_sealed, 1, 1) < ?4 ORDER BY id LIMIT ?5;

-- @ seal_anew_case_address
UPDATE citizen_case SET address_sealed = ?4 WHERE id = ?1 AND address_sealed = ?5;

-- @ count_sealed_case_address
SELECT substr(address_sealed, 1, 1), count(*) FROM citizen_case WHERE address_sealed IS NOT NULL GROUP BY 1;

-- @ poll_definitions
SELECT name, definition FROM poll ORDER BY name;

-- @ put_poll_definition
INSERT INTO poll (name, definition) VALUES (?1, ?2) ON CONFLICT (name) DO UPDATE SET definition = excluded.definition;

-- @ drop_poll_definition
DELETE FROM poll WHERE name = ?1;

-- @ poll_round
SELECT poll, round, first_day, last_day, least, key FROM poll_round WHERE poll = ?1 AND round = ?2;

-- The newest first: by their beginning, for one that was ended before its time has its last day ahead of it still.
-- @ poll_rounds
SELECT poll, round, first_day, last_day, least, key FROM poll_round ORDER BY poll, first_day DESC, round DESC;

-- @ poll_rounds_running
SELECT poll, round, first_day, last_day, least, key FROM poll_round WHERE key IS NOT NULL ORDER BY poll, round;

-- @ add_poll_round
INSERT INTO poll_round (poll, round, first_day, last_day, least, key) VALUES (?1, ?2, ?3, ?4, ?5, ?6);

-- @ end_poll_round
UPDATE poll_round SET key = NULL WHERE poll = ?1 AND round = ?2;

-- @ add_poll_choice
INSERT INTO poll_choice (poll, round, place, choice) VALUES (?1, ?2, ?3, ?4) ON CONFLICT DO NOTHING;

-- @ poll_choices
SELECT choice FROM poll_choice WHERE poll = ?1 AND round = ?2 ORDER BY place, choice;

-- @ add_poll_company
INSERT INTO poll_company (poll, round, company) VALUES (?1, ?2, ?3) ON CONFLICT DO NOTHING;

-- @ poll_companies
SELECT company FROM poll_company WHERE poll = ?1 AND round = ?2 ORDER BY company;

-- @ add_poll_taken
INSERT INTO poll_taken (poll, round, who) VALUES (?1, ?2, ?3) ON CONFLICT DO NOTHING;

-- @ poll_taken
SELECT 1 FROM poll_taken WHERE poll = ?1 AND round = ?2 AND who = ?3;

-- In rounds that are over, so many at once.
-- @ forget_poll_taken
DELETE FROM poll_taken WHERE (poll, round, who) IN (
  SELECT taken.poll, taken.round, who
  FROM poll_round CROSS JOIN poll_taken AS taken ON taken.poll = poll_round.poll AND taken.round = poll_round.round
  WHERE key IS NULL LIMIT ?1);

-- @ count_poll_answer
INSERT INTO poll_count (poll, round, company, channel, choice, answers) VALUES (?1, ?2, ?3, ?4, ?5, 1)
ON CONFLICT (poll, round, company, channel, choice) DO UPDATE SET answers = answers + 1;

-- @ poll_counts
SELECT company, channel, choice, answers FROM poll_count WHERE poll = ?1 AND round = ?2 ORDER BY company, channel, choice;

-- @ count_poll_answers
SELECT poll, sum(answers) FROM poll_count GROUP BY poll ORDER BY poll;

-- @ sealed_page_visit_code
SELECT id, 0, NULL, visit_code_sealed, id FROM citizen_case
WHERE id > ?1 AND visit_code_sealed IS NOT NULL AND substr(visit_code_sealed, 1, 1) < ?4 ORDER BY id LIMIT ?5;

-- @ seal_anew_visit_code
UPDATE citizen_case SET visit_code_sealed = ?4 WHERE id = ?1 AND visit_code_sealed = ?5;

-- @ count_sealed_visit_code
SELECT substr(visit_code_sealed, 1, 1), count(*) FROM citizen_case WHERE visit_code_sealed IS NOT NULL GROUP BY 1;

-- @ next_broadcast
SELECT coalesce(max(number), 0) + 1 FROM broadcast;

-- @ add_broadcast
INSERT INTO broadcast (number, kind, state, operator, locale, company, governorate, is_whole_company, case_kind, case_area, case_directorate, case_office,
                       default_locale, author, drafted, expires, proposer, checker)
VALUES (?1, ?2, 0, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, '', '');

-- @ add_broadcast_text
INSERT INTO broadcast_text (broadcast, locale, text) VALUES (?1, ?2, ?3);

-- @ broadcast_standing
SELECT operator, locale, company, governorate, is_whole_company, case_kind, case_area, case_directorate, case_office,
  state, author, proposer, expires, kind, default_locale, decided, link_max FROM broadcast WHERE number = ?1;

-- @ count_open_broadcasts
SELECT count(*) FROM broadcast WHERE state < 5;

-- @ count_started_broadcasts
SELECT count(*) FROM broadcast WHERE state IN (2, 3, 4) AND state < 5;

-- @ set_broadcast_state
UPDATE broadcast SET state = ?2, ended = ?3 WHERE number = ?1;

-- @ propose_broadcast
UPDATE broadcast SET state = ?2, proposer = ?3 WHERE number = ?1;

-- @ decide_broadcast
UPDATE broadcast SET state = ?2, checker = ?3, decided = ?4, ended = ?5, link_max = (SELECT coalesce(max(id), 0) FROM link)
WHERE number = ?1;

-- @ add_broadcast_lane
INSERT INTO broadcast_lane (broadcast, operator, takes_others, link, is_over) VALUES (?1, ?2, ?3, 0, 0);

-- @ broadcast_lanes
SELECT operator, takes_others, is_over, link, prepared, sent, delivered, failed, expired FROM broadcast_lane
WHERE broadcast = ?1 ORDER BY takes_others DESC, operator;

-- Those of the segment: ?6 to ?14 (SegmentTerms), as ?4 to ?12 of broadcast_groups.
-- @ broadcast_candidates
SELECT link.id, link.msisdn, link.carrier, coalesce(chosen_locale.locale, ?4),
  link.state = 1 AND link.money_hold = 0 AND link.carrier_since <= ?3
    AND NOT EXISTS (SELECT 1 FROM broadcast_refusal WHERE broadcast_refusal.msisdn = link.msisdn)
    AND (?6 = '' OR EXISTS (SELECT 1 FROM subscription AS notice WHERE notice.msisdn = link.msisdn AND notice.company = ?6
                                  AND (?7 = '' OR notice.governorate = ?7 OR (?8 AND notice.governorate IS NULL))))
    AND (NOT ?9 OR EXISTS (SELECT 1 FROM citizen_case AS its
      WHERE its.msisdn = link.msisdn AND its.msisdn <> 0 AND its.state = 0 AND its.person = link.national_id_index
        AND its.bypasses_office = 0 AND its.accused = ''
        AND (?10 = '' OR its.company = ?10) AND (?11 = '' OR its.kind = ?11) AND (?12 = '' OR its.area = ?12)
        AND (?13 = '' OR its.directorate = ?13) AND (?14 = '' OR its.office = ?14)))
FROM link LEFT JOIN chosen_locale ON chosen_locale.msisdn = link.msisdn
WHERE link.id > ?1 AND link.id <= ?2 ORDER BY link.id LIMIT ?5;

-- @ move_broadcast_lane
UPDATE broadcast_lane SET link = ?3, is_over = ?4, prepared = prepared + ?5 WHERE broadcast = ?1 AND operator = ?2;

-- @ count_broadcast_waiting
SELECT count(*) FROM outbox WHERE broadcast = ?1 AND broadcast <> 0 AND (?2 = '' OR link = ?2);

-- @ count_broadcast_lane
UPDATE broadcast_lane SET sent = sent + ?3, delivered = delivered + ?4, failed = failed + ?5, expired = expired + ?6
WHERE broadcast = ?1 AND operator = ?2;

-- @ expire_broadcast_waiting
UPDATE broadcast_lane SET expired = expired + (SELECT count(*) FROM outbox WHERE outbox.broadcast = ?1 AND outbox.broadcast <> 0
                                               AND outbox.link = broadcast_lane.operator)
WHERE broadcast = ?1;

-- @ drop_broadcast_waiting
DELETE FROM outbox WHERE broadcast = ?1 AND broadcast <> 0;

-- @ broadcast_of_outbox
SELECT broadcast, link FROM outbox WHERE id = ?1;

-- @ await_broadcast_receipt
INSERT INTO broadcast_receipt (link, message, broadcast, expires) VALUES (?1, ?2, ?3, ?4)
  ON CONFLICT (link, message) DO UPDATE SET broadcast = excluded.broadcast, expires = excluded.expires;

-- @ awaited_broadcast_receipt
SELECT broadcast FROM broadcast_receipt WHERE link = ?1 AND message = ?2;

-- @ drop_broadcast_receipt
DELETE FROM broadcast_receipt WHERE link = ?1 AND message = ?2;

-- @ drop_broadcast_receipts
DELETE FROM broadcast_receipt WHERE (link, message) IN (SELECT link, message FROM broadcast_receipt WHERE expires < ?1 LIMIT ?2);

-- @ has_stale_broadcast_receipts
SELECT EXISTS (SELECT 1 FROM broadcast_receipt WHERE expires < ?1);

-- @ refuse_broadcasts
INSERT INTO broadcast_refusal (msisdn, since) VALUES (?1, ?2) ON CONFLICT (msisdn) DO NOTHING;

-- @ allow_broadcasts
DELETE FROM broadcast_refusal WHERE msisdn = ?1;

-- @ refuses_broadcasts
SELECT EXISTS (SELECT 1 FROM broadcast_refusal WHERE msisdn = ?1);

-- @ drop_broadcasts_to
DELETE FROM outbox WHERE msisdn = ?1 AND broadcast <> 0;

-- Behind the approval of each broadcast that goes on, whatever the clocks say: by the operator of before it may be told already.
-- @ note_carrier
UPDATE link SET carrier = ?2,
  carrier_since = max(?3, (SELECT coalesce(max(decided), 0) + 1 FROM broadcast WHERE state IN (2, 3, 4) AND state < 5))
WHERE id = ?1 AND carrier <> ?2;

-- @ broadcast_rows
SELECT operator, locale, company, governorate, is_whole_company, case_kind, case_area, case_directorate, case_office,
  number, kind, state, default_locale, author, proposer, checker, drafted, expires, decided, ended
FROM broadcast WHERE number > ?1 ORDER BY number LIMIT ?2;

-- @ open_broadcast_rows
SELECT operator, locale, company, governorate, is_whole_company, case_kind, case_area, case_directorate, case_office,
  number, kind, state, default_locale, author, proposer, checker, drafted, expires, decided, ended
FROM broadcast WHERE state < 5 AND number > ?1 ORDER BY number LIMIT ?2;

-- @ broadcast_row
SELECT operator, locale, company, governorate, is_whole_company, case_kind, case_area, case_directorate, case_office,
  number, kind, state, default_locale, author, proposer, checker, drafted, expires, decided, ended
FROM broadcast WHERE number = ?1;

-- @ broadcast_texts
SELECT locale, text FROM broadcast_text WHERE broadcast = ?1 ORDER BY locale;

-- @ carrier_of_link
SELECT carrier FROM link WHERE id = ?1;

-- @ broadcast_groups
SELECT link.carrier, coalesce(chosen_locale.locale, ?1) AS spoken, count(*)
FROM link LEFT JOIN chosen_locale ON chosen_locale.msisdn = link.msisdn
WHERE link.state = 1 AND link.money_hold = 0
  AND (?2 = '' OR link.carrier = ?2) AND (?3 = '' OR coalesce(chosen_locale.locale, ?1) = ?3)
  AND (?4 = '' OR EXISTS (SELECT 1 FROM subscription AS notice WHERE notice.msisdn = link.msisdn AND notice.company = ?4
                                AND (?5 = '' OR notice.governorate = ?5 OR (?6 AND notice.governorate IS NULL))))
  AND (NOT ?7 OR EXISTS (SELECT 1 FROM citizen_case AS its
    WHERE its.msisdn = link.msisdn AND its.msisdn <> 0 AND its.state = 0 AND its.person = link.national_id_index
      AND its.bypasses_office = 0 AND its.accused = ''
      AND (?8 = '' OR its.company = ?8) AND (?9 = '' OR its.kind = ?9) AND (?10 = '' OR its.area = ?10)
      AND (?11 = '' OR its.directorate = ?11) AND (?12 = '' OR its.office = ?12)))
  AND NOT EXISTS (SELECT 1 FROM broadcast_refusal WHERE broadcast_refusal.msisdn = link.msisdn)
GROUP BY 1, 2 ORDER BY 1, 2;

-- @ add_fill
INSERT INTO fill (payment, gallons, redeemed, state, code_hash, code_sealed, lives) VALUES (?1, ?2, 0, 0, ?3, ?4, ?5);

-- @ buy_fill
UPDATE fill SET state = 1, bought = ?2, expires = ?2 + lives WHERE payment = ?1;

-- @ drop_fill
UPDATE fill SET state = 3, code_sealed = NULL WHERE payment = ?1;

-- @ left_of_fill
SELECT gallons, redeemed FROM fill WHERE payment = ?1;

-- @ refund_fill
UPDATE fill SET state = 4, code_sealed = NULL WHERE payment = ?1;

-- A row is read whether any has that code or not.
-- @ fill_of_code
SELECT payment, gallons, redeemed, state, expires, code_hash FROM fill WHERE code_hash >= ?1 ORDER BY code_hash LIMIT 1;

-- @ take_of_fill
UPDATE fill SET redeemed = redeemed + ?2, state = CASE WHEN redeemed + ?2 = gallons THEN 2 ELSE 1 END,
       code_sealed = CASE WHEN redeemed + ?2 = gallons THEN NULL ELSE code_sealed END
WHERE payment = ?1;

-- @ add_fill_redemption
INSERT INTO fill_redemption (payment, account, office, request_key, request, gallons, left_then, at)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8);

-- @ fill_redemption_of_key
SELECT payment, gallons, left_then, at, request FROM fill_redemption WHERE account = ?1 AND request_key = ?2;

-- @ fill_tries
SELECT began, failures, locked_until, refused_key, refused FROM fill_tries WHERE account = ?1;

-- @ put_fill_tries
INSERT INTO fill_tries (account, began, failures, locked_until, refused_key, refused) VALUES (?1, ?2, ?3, ?4, ?5, ?6)
ON CONFLICT (account) DO UPDATE SET began = ?2, failures = ?3, locked_until = ?4, refused_key = ?5, refused = ?6;

-- @ payer_of_fill
SELECT person FROM payment WHERE number = ?1;

-- @ forget_fill_codes
UPDATE fill SET code_sealed = NULL WHERE state = 1 AND code_sealed IS NOT NULL AND expires <= ?1;

-- @ erase_fill_codes
UPDATE fill SET code_sealed = NULL
WHERE code_sealed IS NOT NULL AND payment IN (SELECT number FROM payment WHERE person = ?1);

-- @ fill
SELECT fill.payment, gallons, redeemed, state, bought, expires, msisdn, code_sealed
FROM fill JOIN payment ON payment.number = fill.payment WHERE fill.payment = ?1;

-- @ usable_fills_of_person
SELECT fill.payment, gallons, redeemed, state, bought, expires, msisdn, code_sealed
FROM payment CROSS JOIN fill ON fill.payment = payment.number
WHERE payment.person = ?1 AND state = 1 AND expires > ?2 ORDER BY payment.number DESC LIMIT ?3;

-- @ fills
SELECT fill.payment, gallons, redeemed, state, bought, expires, msisdn, NULL
FROM fill CROSS JOIN payment ON payment.number = fill.payment
WHERE fill.payment > ?1 AND bought IS NOT NULL ORDER BY fill.payment LIMIT ?2;

-- @ fills_of_person
SELECT fill.payment, gallons, redeemed, state, bought, expires, msisdn, NULL
FROM payment CROSS JOIN fill ON fill.payment = payment.number
WHERE payment.person = ?1 ORDER BY payment.number DESC LIMIT ?2;

-- @ fill_redemptions
SELECT account, office, gallons, at FROM fill_redemption WHERE payment = ?1 ORDER BY number LIMIT ?2;

-- @ fill_totals
SELECT coalesce(sum(gallons), 0), coalesce(sum((gallons - redeemed) * (state = 1 AND expires > ?1)), 0),
       (SELECT coalesce(sum(gallons), 0) FROM fill_redemption),
       coalesce(sum((gallons - redeemed) * (state = 1 AND expires <= ?1)), 0),
       coalesce(sum((gallons - redeemed) * (state = 4)), 0)
FROM fill WHERE bought IS NOT NULL;

-- @ sealed_page_fill_code
SELECT payment, 0, NULL, code_sealed, payment FROM fill
WHERE payment > ?1 AND code_sealed IS NOT NULL AND substr(code_sealed, 1, 1) < ?4 ORDER BY payment LIMIT ?5;

-- @ seal_anew_fill_code
UPDATE fill SET code_sealed = ?4 WHERE payment = ?1 AND code_sealed = ?5;

-- @ count_sealed_fill_code
SELECT substr(code_sealed, 1, 1), count(*) FROM fill WHERE code_sealed IS NOT NULL GROUP BY 1;

-- @ has_mail_address
SELECT 1 FROM mail_address WHERE msisdn = ?1;

-- @ mail_address_of_number
SELECT address_sealed, since, refused FROM mail_address WHERE msisdn = ?1;

-- @ put_mail_address
INSERT INTO mail_address (msisdn, address_sealed, since) VALUES (?1, ?2, ?3)
ON CONFLICT (msisdn) DO UPDATE SET address_sealed = excluded.address_sealed, since = excluded.since, refused = NULL;

-- @ drop_mail_address
DELETE FROM mail_address WHERE msisdn = ?1;

-- @ drop_mail_of
DELETE FROM mail WHERE msisdn = ?1;

-- @ next_mail_id
SELECT coalesce(max(seq), 0) + 1 FROM sqlite_sequence WHERE name = 'mail';

-- @ add_mail
INSERT INTO mail (id, msisdn, text_sealed, created) VALUES (?1, ?2, ?3, ?4);

-- @ next_mail
SELECT mail.id, mail.msisdn, mail.text_sealed, mail.created, address.address_sealed FROM mail
JOIN mail_address AS address ON address.msisdn = mail.msisdn WHERE mail.id > ?1 ORDER BY mail.id LIMIT 1;

-- @ mail_of_number
SELECT id, text_sealed, created FROM mail WHERE msisdn = ?1 ORDER BY id;

-- @ note_mail_refused
UPDATE mail_address SET refused = ?2 WHERE msisdn = (SELECT msisdn FROM mail WHERE id = ?1);

-- @ drop_mail
DELETE FROM mail WHERE id = ?1;

-- @ drop_old_mail
DELETE FROM mail WHERE created < ?1;

-- @ sealed_page_mail_address
SELECT msisdn, 0, NULL, address_sealed, msisdn FROM mail_address
WHERE msisdn > ?1 AND substr(address_sealed, 1, 1) < ?4 ORDER BY msisdn LIMIT ?5;

-- @ seal_anew_mail_address
UPDATE mail_address SET address_sealed = ?4 WHERE msisdn = ?1 AND address_sealed = ?5;

-- @ count_sealed_mail_address
SELECT substr(address_sealed, 1, 1), count(*) FROM mail_address GROUP BY 1;

-- @ sealed_page_mail_text
SELECT id, 0, NULL, text_sealed, id FROM mail
WHERE id > ?1 AND substr(text_sealed, 1, 1) < ?4 ORDER BY id LIMIT ?5;

-- @ seal_anew_mail_text
UPDATE mail SET text_sealed = ?4 WHERE id = ?1 AND text_sealed = ?5;

-- @ count_sealed_mail_text
SELECT substr(text_sealed, 1, 1), count(*) FROM mail GROUP BY 1;
