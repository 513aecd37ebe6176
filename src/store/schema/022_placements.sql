-- Version 22: where money in dispute goes (bank_card_charge), each asked for by one member of staff and decided by another.
CREATE TABLE bank_card_placement (
  number INTEGER PRIMARY KEY, -- its transfer in the ledger has the key placement.NUMBER
  charge INTEGER NOT NULL REFERENCES bank_card_charge,
  wallet TEXT REFERENCES wallet, -- NULL: it was paid back outside
  refund TEXT NOT NULL CHECK ((refund = '') = (wallet IS NOT NULL)), -- the gateway's name of that
  msisdn INTEGER NOT NULL CHECK (msisdn = 0 OR state = 0), -- whom the news go to; 0: nobody, or it is decided
  link TEXT NOT NULL, -- the operator's
  reason TEXT NOT NULL, -- a word: lower case letters, _ and .
  maker TEXT NOT NULL,
  proposed INTEGER NOT NULL, -- milliseconds since 1970-01-01 UTC
  state INTEGER NOT NULL CHECK (state BETWEEN 0 AND 2), -- proposed, done, rejected
  checker TEXT,
  decided INTEGER,
  CHECK ((state = 0) = (checker IS NULL) AND (state = 0) = (decided IS NULL)),
  CHECK (checker IS NULL OR state = 2 OR checker <> maker)
) STRICT;
CREATE INDEX bank_card_placement_of_charge ON bank_card_placement (charge);
CREATE UNIQUE INDEX bank_card_placement_open ON bank_card_placement (charge) WHERE state = 0;
CREATE UNIQUE INDEX bank_card_placement_done ON bank_card_placement (charge) WHERE state = 1;

CREATE TRIGGER bank_card_placement_stays BEFORE UPDATE OF number, charge, wallet, refund, link, reason, maker, proposed
  ON bank_card_placement BEGIN SELECT RAISE(ABORT, 'what a placement is does not change'); END;
CREATE TRIGGER bank_card_placement_is_decided_once BEFORE UPDATE ON bank_card_placement WHEN OLD.state <> 0
  BEGIN SELECT RAISE(ABORT, 'a placement that is decided stays so'); END;
CREATE TRIGGER bank_card_placement_is_kept BEFORE DELETE ON bank_card_placement
  BEGIN SELECT RAISE(ABORT, 'a placement is kept'); END;
