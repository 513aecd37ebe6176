-- Version 20: cash at agents (store/cash.hpp). Amounts: minor units; times: milliseconds since 1970-01-01 UTC.
CREATE TABLE drawer (
  number INTEGER PRIMARY KEY,
  name TEXT NOT NULL UNIQUE CHECK (length(name) BETWEEN 1 AND 64), -- also the owner of its accounts in the ledger
  account TEXT NOT NULL, -- of staff: who keeps it
  directorate TEXT NOT NULL,
  office TEXT NOT NULL,
  currency TEXT NOT NULL CHECK (length(currency) = 3),
  opened INTEGER NOT NULL,
  UNIQUE (account, office)
) STRICT;

-- What came into a drawer or went out of it, with the transfer that moved it.
CREATE TABLE cash_movement (
  "transfer" INTEGER PRIMARY KEY, -- ledger_transfer
  drawer INTEGER NOT NULL REFERENCES drawer,
  kind INTEGER NOT NULL CHECK (kind BETWEEN 0 AND 3), -- payment, top-up, given back, deposit
  payment INTEGER CHECK ((payment IS NOT NULL) = (kind IN (0, 2))),
  reference TEXT CHECK ((reference IS NOT NULL) = (kind = 3)), -- of the bank's slip
  at INTEGER NOT NULL
) STRICT;
CREATE INDEX cash_movement_of_drawer ON cash_movement (drawer, at);
CREATE INDEX cash_movement_by_time ON cash_movement (at);
CREATE UNIQUE INDEX cash_movement_of_slip ON cash_movement (drawer, reference) WHERE kind = 3;
CREATE INDEX cash_movement_onto_cards ON cash_movement (drawer, "transfer") WHERE kind = 1;
CREATE INDEX cash_movement_of_payment ON cash_movement (payment) WHERE payment IS NOT NULL;

-- What drawers are to give back of payments: a released one, or what was refunded. Gone once it is given back.
CREATE TABLE cash_owed (
  payment INTEGER PRIMARY KEY REFERENCES payment,
  drawer INTEGER NOT NULL REFERENCES drawer,
  amount INTEGER NOT NULL CHECK (amount > 0)
) STRICT;
CREATE INDEX cash_owed_by_drawer ON cash_owed (drawer);

CREATE TABLE cash_count (
  number INTEGER PRIMARY KEY,
  drawer INTEGER NOT NULL REFERENCES drawer,
  at INTEGER NOT NULL,
  counted INTEGER NOT NULL CHECK (counted >= 0),
  expected INTEGER NOT NULL CHECK (expected >= 0),
  by_name TEXT NOT NULL
) STRICT;
CREATE INDEX cash_count_of_drawer ON cash_count (drawer, at);

-- Of a payment in cash: `person` is a keyed hash of the drawer's name, since whoever paid has not shown who they are;
-- `msisdn` is 0 where they have given none. NULL: it was not paid in cash.
ALTER TABLE payment ADD COLUMN drawer INTEGER REFERENCES drawer;
CREATE INDEX payment_of_drawer ON payment (drawer, number) WHERE drawer IS NOT NULL;
CREATE INDEX payment_open_of_drawer ON payment (drawer) WHERE drawer IS NOT NULL AND open = 1;
CREATE TRIGGER payment_drawer_stays BEFORE UPDATE OF drawer ON payment
  BEGIN SELECT RAISE(ABORT, 'what a payment is does not change'); END;

DROP VIEW payment_in_ledger;
-- A payment with its transfer and the account that it is paid from.
CREATE VIEW payment_in_ledger AS
SELECT payment.number, msisdn, link, company, account, amount, paid_from.currency, state, transfer.at, not_after, resolved,
       key, revision, session_sealed, fee, person, open, paid_from.owner AS wallet, by_kind, by_name,
       (SELECT coalesce(sum(refund.amount), 0) FROM refund WHERE refund.payment = payment.number AND refund.state = 1) AS refunded,
       coalesce(drawer, 0) AS drawer
FROM payment JOIN ledger_transfer AS transfer ON transfer.number = payment.number
JOIN ledger_account AS paid_from ON paid_from.number = transfer.debit;

CREATE TRIGGER drawer_stays BEFORE UPDATE ON drawer BEGIN SELECT RAISE(ABORT, 'whose a drawer is does not change'); END;
CREATE TRIGGER drawer_is_kept BEFORE DELETE ON drawer BEGIN SELECT RAISE(ABORT, 'a drawer is kept'); END;
CREATE TRIGGER cash_movement_stays BEFORE UPDATE ON cash_movement BEGIN SELECT RAISE(ABORT, 'what was moved stays'); END;
CREATE TRIGGER cash_movement_is_kept BEFORE DELETE ON cash_movement BEGIN SELECT RAISE(ABORT, 'what was moved is kept'); END;
CREATE TRIGGER cash_count_stays BEFORE UPDATE ON cash_count BEGIN SELECT RAISE(ABORT, 'a count stays'); END;
CREATE TRIGGER cash_count_is_kept BEFORE DELETE ON cash_count BEGIN SELECT RAISE(ABORT, 'a count is kept'); END;
