-- Version 9: the life of a link. Times are milliseconds since 1970-01-01 UTC, 0: never.
ALTER TABLE link ADD COLUMN made INTEGER NOT NULL DEFAULT 0; -- when a counter asked for it; 0: before this was kept
ALTER TABLE link ADD COLUMN money_hold INTEGER NOT NULL DEFAULT 0 CHECK (money_hold BETWEEN 0 AND 2); -- 1 held, 2 asked
ALTER TABLE link ADD COLUMN hold_since INTEGER NOT NULL DEFAULT 0;
ALTER TABLE link ADD COLUMN verified INTEGER NOT NULL DEFAULT 1 CHECK (verified BETWEEN 0 AND 1); -- the person, by a register
ALTER TABLE link ADD COLUMN quarantine_end INTEGER NOT NULL DEFAULT 0;
ALTER TABLE link ADD COLUMN imsi_index BLOB CHECK (length(imsi_index) = 16); -- keyed hash of the last IMSI; NULL: never seen
UPDATE link SET quarantine_end = since + 7776000000 WHERE state = 3; -- 90 days

CREATE INDEX link_released ON link (msisdn) WHERE state = 3;
CREATE INDEX link_unanswered ON link (since) WHERE state = 0;
CREATE INDEX link_hold_unanswered ON link (hold_since) WHERE money_hold = 2;

-- What happened to a link, in order; by_kind and by_name: domain/actor.hpp, event: identity/link.hpp.
CREATE TABLE link_event (
  link_id INTEGER NOT NULL REFERENCES link (id),
  number INTEGER NOT NULL,
  event INTEGER NOT NULL CHECK (event BETWEEN 0 AND 12),
  at INTEGER NOT NULL,
  by_kind INTEGER NOT NULL CHECK (by_kind BETWEEN 0 AND 5),
  by_name TEXT NOT NULL CHECK (length(by_name) <= 64),
  PRIMARY KEY (link_id, number)
) STRICT, WITHOUT ROWID;

-- The code in the SMS that asks a phone to confirm, as keyed hash.
CREATE TABLE link_code (
  link_id INTEGER PRIMARY KEY REFERENCES link (id),
  code_hash BLOB NOT NULL CHECK (length(code_hash) = 16),
  tries_left INTEGER NOT NULL CHECK (tries_left >= 0),
  expires INTEGER NOT NULL
) STRICT;

-- What operators told over HTTP, so that a request that comes again does nothing again.
CREATE TABLE operator_event (
  operator TEXT NOT NULL,
  id TEXT NOT NULL CHECK (length(id) BETWEEN 1 AND 64),
  body_hash TEXT NOT NULL,
  at INTEGER NOT NULL,
  PRIMARY KEY (operator, id)
) STRICT, WITHOUT ROWID;
CREATE INDEX operator_event_by_time ON operator_event (at);
