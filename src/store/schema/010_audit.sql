-- Version 10: the audit trail: a chain of records (audit/record.hpp), and the heads of it that went out to overseers.
-- Neither is ever changed or removed; the triggers on INSERT keep REPLACE from doing so. at: milliseconds since
-- 1970-01-01 UTC. person, msisdn: keyed blind indexes, which also link.national_id_index has of the person.
CREATE TABLE audit (
  number INTEGER PRIMARY KEY CHECK (number > 0),
  at INTEGER NOT NULL,
  actor_kind INTEGER NOT NULL CHECK (actor_kind BETWEEN 0 AND 5), -- system, citizen, staff, agent, operator_hook, command_line
  actor_name TEXT NOT NULL,
  action TEXT NOT NULL,
  person BLOB CHECK (length(person) = 16),
  msisdn BLOB CHECK (length(msisdn) = 16),
  thing TEXT NOT NULL,
  detail TEXT NOT NULL,
  hash BLOB NOT NULL CHECK (length(hash) = 32)
) STRICT;
CREATE INDEX audit_of_person ON audit (person) WHERE person IS NOT NULL;
CREATE INDEX audit_of_number ON audit (msisdn) WHERE msisdn IS NOT NULL;

CREATE TABLE audit_head (
  day TEXT PRIMARY KEY CHECK (day GLOB '[0-9][0-9][0-9][0-9]-[01][0-9]-[0-3][0-9]'), -- local
  number INTEGER NOT NULL CHECK (number > 0),
  hash BLOB NOT NULL CHECK (length(hash) = 32),
  totals TEXT NOT NULL, -- JSON: how many records by action since the head before
  sent_to INTEGER NOT NULL CHECK (sent_to > 0), -- how many overseers
  at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TRIGGER audit_stays BEFORE UPDATE ON audit BEGIN SELECT RAISE(ABORT, 'an audit record is immutable'); END;
CREATE TRIGGER audit_is_kept BEFORE DELETE ON audit BEGIN SELECT RAISE(ABORT, 'an audit record is kept'); END;
CREATE TRIGGER audit_grows_at_its_end BEFORE INSERT ON audit
  WHEN NEW.number <> (SELECT coalesce(max(number), 0) + 1 FROM audit)
  BEGIN SELECT RAISE(ABORT, 'an audit record has the next number'); END;
CREATE TRIGGER audit_head_stays BEFORE UPDATE ON audit_head BEGIN SELECT RAISE(ABORT, 'a published head is immutable'); END;
CREATE TRIGGER audit_head_is_kept BEFORE DELETE ON audit_head BEGIN SELECT RAISE(ABORT, 'a published head is kept'); END;
CREATE TRIGGER audit_head_is_of_a_later_day BEFORE INSERT ON audit_head
  WHEN NEW.day <= (SELECT max(day) FROM audit_head)
  BEGIN SELECT RAISE(ABORT, 'the head of that day was published'); END;
