-- Version 23: what two members of staff correct of cash (store/cash.hpp): top-ups and deposits that were mistyped, differences that
-- counts have found, drawers whose keeper is gone. Amounts: minor units; times: milliseconds since 1970-01-01 UTC.

-- With more kinds of movements; what is handed over is one transfer between two drawers.
CREATE TABLE cash_movement_of_more_kinds (
  "transfer" INTEGER NOT NULL, -- ledger_transfer
  drawer INTEGER NOT NULL REFERENCES drawer,
  kind INTEGER NOT NULL CHECK (kind BETWEEN 0 AND 9), -- CashKind of store/cash.hpp
  payment INTEGER CHECK ((payment IS NOT NULL) = (kind IN (0, 2))),
  reference TEXT CHECK ((reference IS NOT NULL) = (kind = 3)), -- of the bank's slip
  at INTEGER NOT NULL,
  PRIMARY KEY ("transfer", drawer)
) STRICT, WITHOUT ROWID;
INSERT INTO cash_movement_of_more_kinds ("transfer", drawer, kind, payment, reference, at)
SELECT "transfer", drawer, kind, payment, reference, at FROM cash_movement;
DROP TABLE cash_movement;
ALTER TABLE cash_movement_of_more_kinds RENAME TO cash_movement;
CREATE INDEX cash_movement_of_drawer ON cash_movement (drawer, at);
CREATE INDEX cash_movement_by_time ON cash_movement (at);
CREATE UNIQUE INDEX cash_movement_of_slip ON cash_movement (drawer, reference) WHERE kind = 3;
CREATE INDEX cash_movement_onto_cards ON cash_movement (drawer, "transfer") WHERE kind = 1;
CREATE INDEX cash_movement_of_payment ON cash_movement (payment) WHERE payment IS NOT NULL;
CREATE TRIGGER cash_movement_stays BEFORE UPDATE ON cash_movement BEGIN SELECT RAISE(ABORT, 'what was moved stays'); END;
CREATE TRIGGER cash_movement_is_kept BEFORE DELETE ON cash_movement BEGIN SELECT RAISE(ABORT, 'what was moved is kept'); END;

CREATE TABLE cash_proposal (
  number INTEGER PRIMARY KEY,
  kind INTEGER NOT NULL CHECK (kind BETWEEN 0 AND 2), -- correction, write-off, hand-over
  drawer INTEGER NOT NULL REFERENCES drawer,
  "transfer" INTEGER CHECK (("transfer" IS NOT NULL) = (kind = 0)), -- ledger_transfer: of the movement that is corrected
  count INTEGER REFERENCES cash_count CHECK ((count IS NOT NULL) = (kind = 1)), -- whose difference is written off
  "to" INTEGER REFERENCES drawer CHECK ("to" IS NULL OR kind = 2), -- NULL: the drawer is empty
  amount INTEGER NOT NULL CHECK (amount >= 0), -- that is taken back, or was counted
  expected INTEGER CHECK ((expected IS NULL) = (kind = 0)), -- what should have been counted
  reason TEXT NOT NULL, -- a word: lower case letters, _ and .
  maker TEXT NOT NULL,
  proposed INTEGER NOT NULL,
  state INTEGER NOT NULL CHECK (state BETWEEN 0 AND 2), -- proposed, done, refused
  checker TEXT,
  decided INTEGER,
  CHECK ((state = 0) = (checker IS NULL) AND (state = 0) = (decided IS NULL)),
  CHECK (checker IS NULL OR state = 2 OR checker <> maker)
) STRICT;
CREATE INDEX cash_proposal_open ON cash_proposal (number) WHERE state = 0;
CREATE INDEX cash_proposal_of_drawer ON cash_proposal (drawer);
CREATE INDEX cash_proposal_of_count ON cash_proposal (count) WHERE count IS NOT NULL;
CREATE INDEX cash_count_by_number ON cash_count (drawer, number);
CREATE TRIGGER cash_proposal_stays
  BEFORE UPDATE OF number, kind, drawer, "transfer", count, "to", amount, expected, reason, maker, proposed ON cash_proposal
  BEGIN SELECT RAISE(ABORT, 'what is proposed does not change'); END;
CREATE TRIGGER cash_proposal_is_decided_once BEFORE UPDATE ON cash_proposal WHEN OLD.state <> 0
  BEGIN SELECT RAISE(ABORT, 'what is decided stays so'); END;
CREATE TRIGGER cash_proposal_is_kept BEFORE DELETE ON cash_proposal BEGIN SELECT RAISE(ABORT, 'a proposal is kept'); END;

-- Of a hand-over the difference is moved with the rest: it is written off no more.
ALTER TABLE cash_count ADD COLUMN is_moved INTEGER NOT NULL DEFAULT 0 CHECK (is_moved IN (0, 1));

-- A drawer that was handed over takes nothing until it is opened again.
ALTER TABLE drawer ADD COLUMN closed INTEGER;
DROP TRIGGER drawer_stays;
CREATE TRIGGER drawer_stays BEFORE UPDATE OF number, name, account, directorate, office, currency ON drawer
  BEGIN SELECT RAISE(ABORT, 'whose a drawer is does not change'); END;

-- Who pays in cash names a number to be told; it goes with the person whose it was (ErasePerson).
CREATE INDEX payment_told_in_cash ON payment (msisdn) WHERE drawer IS NOT NULL AND msisdn <> 0;
DROP TRIGGER payment_stays;
CREATE TRIGGER payment_stays BEFORE UPDATE OF number, person, company, account, not_after ON payment
  BEGIN SELECT RAISE(ABORT, 'what a payment is does not change'); END;
CREATE TRIGGER payment_number_stays BEFORE UPDATE OF msisdn ON payment WHEN NEW.msisdn <> 0 OR OLD.drawer IS NULL
  BEGIN SELECT RAISE(ABORT, 'whom a payment is told does not change'); END;
