-- Version 27: ends of payments that no company tells any more, each asked for by one member of staff and decided by another.
CREATE TABLE payment_ending (
  number INTEGER PRIMARY KEY,
  payment INTEGER NOT NULL REFERENCES payment,
  settles INTEGER NOT NULL CHECK (settles IN (0, 1)), -- 0: it is released
  evidence TEXT NOT NULL CHECK (evidence <> ''), -- what the company said in writing
  maker TEXT NOT NULL,
  proposed INTEGER NOT NULL, -- milliseconds since 1970-01-01 UTC
  state INTEGER NOT NULL CHECK (state BETWEEN 0 AND 3), -- proposed, done, rejected, overtaken
  checker TEXT,
  decided INTEGER,
  CHECK ((state = 0) = (checker IS NULL) AND (state = 0) = (decided IS NULL)),
  CHECK (checker IS NULL OR state = 2 OR checker <> maker)
) STRICT;
CREATE UNIQUE INDEX payment_ending_open ON payment_ending (payment) WHERE state = 0;
CREATE UNIQUE INDEX payment_ending_done ON payment_ending (payment) WHERE state = 1;

CREATE TRIGGER payment_ending_stays BEFORE UPDATE OF number, payment, settles, evidence, maker, proposed ON payment_ending
  BEGIN SELECT RAISE(ABORT, 'what a proposal is does not change'); END;
CREATE TRIGGER payment_ending_is_decided_once BEFORE UPDATE ON payment_ending WHEN OLD.state <> 0
  BEGIN SELECT RAISE(ABORT, 'a proposal that is decided stays so'); END;
CREATE TRIGGER payment_ending_is_kept BEFORE DELETE ON payment_ending BEGIN SELECT RAISE(ABORT, 'a proposal is kept'); END;
