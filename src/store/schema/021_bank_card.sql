-- Version 21: payments by bank card through a link (payments/bank_card.hpp). What moves is the ledger's.
CREATE TABLE bank_card_order (
  number INTEGER PRIMARY KEY,
  key TEXT NOT NULL UNIQUE, -- the reference that the gateway knows, and the key of the payment that comes of it
  gateway TEXT NOT NULL,
  msisdn INTEGER NOT NULL,
  link TEXT NOT NULL, -- the operator's
  person BLOB NOT NULL CHECK (length(person) = 16), -- blind index
  wallet TEXT NOT NULL REFERENCES wallet,
  company TEXT, -- NULL: it is put on the card
  account TEXT CHECK ((company IS NULL) = (account IS NULL)),
  amount INTEGER NOT NULL CHECK (amount > 0), -- minor units
  fee INTEGER NOT NULL CHECK (fee >= 0), -- beside it
  currency TEXT NOT NULL CHECK (length(currency) = 3),
  by_kind INTEGER NOT NULL CHECK (by_kind BETWEEN 0 AND 5),
  by_name TEXT NOT NULL,
  at INTEGER NOT NULL, -- milliseconds since 1970-01-01 UTC
  expires INTEGER NOT NULL CHECK (expires > at), -- the link
  state INTEGER NOT NULL CHECK (state BETWEEN 0 AND 3), -- asked, open, charged, over
  evidence TEXT NOT NULL CHECK ((evidence <> '') = (state = 3)) -- that it is over
) STRICT;
CREATE INDEX bank_card_order_open ON bank_card_order (gateway, number) WHERE state < 2;
CREATE INDEX bank_card_order_open_of_person ON bank_card_order (person) WHERE state < 2;

CREATE TABLE bank_card_charge (
  number INTEGER PRIMARY KEY, -- its transfer in the ledger has the key charge.NUMBER
  gateway TEXT NOT NULL,
  charge TEXT NOT NULL, -- the gateway's name of it
  reference TEXT NOT NULL, -- as the gateway told it
  amount INTEGER NOT NULL CHECK (amount > 0),
  currency TEXT NOT NULL CHECK (length(currency) = 3),
  charge_use INTEGER NOT NULL CHECK (charge_use BETWEEN 0 AND 2), -- pays, credits, disputed
  dispute INTEGER NOT NULL CHECK ((dispute <> 0) = (charge_use = 2)), -- why
  at INTEGER NOT NULL,
  UNIQUE (gateway, charge)
) STRICT;
CREATE INDEX bank_card_charge_disputed ON bank_card_charge (number) WHERE charge_use = 2;

CREATE TRIGGER bank_card_order_stays BEFORE UPDATE OF number, key, gateway, msisdn, person, wallet, company, account, amount, fee, currency, at, expires
  ON bank_card_order BEGIN SELECT RAISE(ABORT, 'what an order is does not change'); END;
CREATE TRIGGER bank_card_order_goes_on BEFORE UPDATE OF state ON bank_card_order
  WHEN OLD.state = 2 OR (OLD.state = 3 AND NEW.state <> 2) OR NEW.state < OLD.state AND OLD.state <> 3
  BEGIN SELECT RAISE(ABORT, 'an order does not go back'); END;
CREATE TRIGGER bank_card_order_is_kept BEFORE DELETE ON bank_card_order BEGIN SELECT RAISE(ABORT, 'an order is kept'); END;
CREATE TRIGGER bank_card_charge_stays BEFORE UPDATE ON bank_card_charge BEGIN SELECT RAISE(ABORT, 'what a charge is does not change'); END;
CREATE TRIGGER bank_card_charge_is_kept BEFORE DELETE ON bank_card_charge BEGIN SELECT RAISE(ABORT, 'a charge is kept'); END;
