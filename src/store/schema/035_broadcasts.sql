-- Version 35: messages to many numbers (src/broadcasts). Times: milliseconds since 1970-01-01 UTC.
ALTER TABLE link ADD COLUMN carrier TEXT NOT NULL DEFAULT ''; -- the operator's link by which its phone has answered; '': not known
ALTER TABLE link ADD COLUMN carrier_since INTEGER NOT NULL DEFAULT 0;
ALTER TABLE outbox ADD COLUMN broadcast INTEGER NOT NULL DEFAULT 0; -- 0: of none
CREATE INDEX outbox_of_broadcast ON outbox (broadcast, link) WHERE broadcast <> 0;
CREATE INDEX outbox_broadcast_to ON outbox (msisdn) WHERE broadcast <> 0;

CREATE TABLE broadcast (
  number INTEGER PRIMARY KEY,
  kind INTEGER NOT NULL CHECK (kind BETWEEN 0 AND 1), -- outage, awareness
  state INTEGER NOT NULL CHECK (state BETWEEN 0 AND 8), -- broadcasts::State
  operator TEXT NOT NULL, -- of the segment; '': any, as are the next two
  locale TEXT NOT NULL,
  company TEXT NOT NULL,
  default_locale TEXT NOT NULL CHECK (default_locale <> ''),
  author TEXT NOT NULL CHECK (author <> ''),
  drafted INTEGER NOT NULL,
  expires INTEGER NOT NULL,
  proposer TEXT NOT NULL,
  checker TEXT NOT NULL, -- who approved or rejected it
  decided INTEGER, -- when
  link_max INTEGER, -- the last link that there was when it was approved
  ended INTEGER,
  CHECK (checker = '' OR state = 8 OR (checker <> author AND checker <> proposer)),
  CHECK ((checker = '') = (decided IS NULL)),
  CHECK ((ended IS NOT NULL) = (state >= 5)),
  CHECK (state NOT IN (2, 3, 4, 5) OR link_max IS NOT NULL)
) STRICT;
CREATE INDEX broadcast_open ON broadcast (number) WHERE state < 5;

CREATE TABLE broadcast_text (
  broadcast INTEGER NOT NULL REFERENCES broadcast,
  locale TEXT NOT NULL CHECK (locale <> ''),
  text TEXT NOT NULL CHECK (text <> ''),
  PRIMARY KEY (broadcast, locale)
) STRICT, WITHOUT ROWID;

-- How far each operator's numbers are told, and what came of it.
CREATE TABLE broadcast_lane (
  broadcast INTEGER NOT NULL REFERENCES broadcast,
  operator TEXT NOT NULL CHECK (operator <> ''),
  takes_others INTEGER NOT NULL CHECK (takes_others IN (0, 1)), -- numbers of no other lane too
  link INTEGER NOT NULL, -- the last one that was looked at
  is_over INTEGER NOT NULL CHECK (is_over IN (0, 1)),
  prepared INTEGER NOT NULL DEFAULT 0,
  sent INTEGER NOT NULL DEFAULT 0, -- the SMSC has taken it
  delivered INTEGER NOT NULL DEFAULT 0,
  failed INTEGER NOT NULL DEFAULT 0,
  expired INTEGER NOT NULL DEFAULT 0,
  PRIMARY KEY (broadcast, operator)
) STRICT, WITHOUT ROWID;

-- Messages whose delivery receipt is awaited; whose phone it was is not kept.
CREATE TABLE broadcast_receipt (
  link TEXT NOT NULL,
  message TEXT NOT NULL CHECK (message <> ''), -- broadcasts::receipt_key()
  broadcast INTEGER NOT NULL REFERENCES broadcast,
  expires INTEGER NOT NULL,
  PRIMARY KEY (link, message)
) STRICT, WITHOUT ROWID;
CREATE INDEX broadcast_receipt_by_expiry ON broadcast_receipt (expires);

-- Numbers that want no broadcasts. They go with the number's link.
CREATE TABLE broadcast_refusal (
  msisdn INTEGER PRIMARY KEY,
  since INTEGER NOT NULL
) STRICT;

CREATE TRIGGER broadcast_stays
  BEFORE UPDATE OF number, kind, operator, locale, company, default_locale, author, drafted, expires ON broadcast
  BEGIN SELECT RAISE(ABORT, 'what a broadcast is does not change'); END;
CREATE TRIGGER broadcast_ends_once BEFORE UPDATE ON broadcast WHEN OLD.state >= 5
  BEGIN SELECT RAISE(ABORT, 'a broadcast that is over stays so'); END;
CREATE TRIGGER broadcast_is_kept BEFORE DELETE ON broadcast BEGIN SELECT RAISE(ABORT, 'a broadcast is kept'); END;
CREATE TRIGGER broadcast_text_stays BEFORE UPDATE ON broadcast_text BEGIN SELECT RAISE(ABORT, 'what a broadcast says does not change'); END;
CREATE TRIGGER broadcast_text_is_kept BEFORE DELETE ON broadcast_text BEGIN SELECT RAISE(ABORT, 'what a broadcast says is kept'); END;
CREATE TRIGGER broadcast_lane_goes_on BEFORE UPDATE OF link ON broadcast_lane WHEN NEW.link < OLD.link
  BEGIN SELECT RAISE(ABORT, 'nobody is told twice'); END;
