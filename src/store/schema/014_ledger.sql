-- Version 14: the double-entry ledger (src/ledger). Times: milliseconds since 1970-01-01 UTC; amounts: minor units.
-- Numbers begin at 1 and have no gap. What was written stays: an entry for ever, a transfer from its resolution on; the
-- triggers on INSERT keep REPLACE from changing it. Entries and transfers have no foreign keys, which would cost a
-- look-up each with every payment: the one writer gives the numbers, and `shubbak ledger verify` finds orphans.
CREATE TABLE ledger_account (
  number INTEGER PRIMARY KEY,
  kind INTEGER NOT NULL CHECK (kind BETWEEN 0 AND 7), -- ledger/account.hpp
  owner TEXT NOT NULL CHECK (length(owner) BETWEEN 1 AND 64), -- of a person: a pseudonym or the wallet's number
  currency TEXT NOT NULL CHECK (length(currency) = 3),
  opened INTEGER NOT NULL,
  ceiling INTEGER CHECK (ceiling >= 0), -- the most that it may hold; NULL: no limit
  -- What its entries add up to, kept so that nobody needs to add them up.
  debits_pending INTEGER NOT NULL DEFAULT 0 CHECK (debits_pending >= 0),
  credits_pending INTEGER NOT NULL DEFAULT 0 CHECK (credits_pending >= 0),
  debits_posted INTEGER NOT NULL DEFAULT 0 CHECK (debits_posted >= 0),
  credits_posted INTEGER NOT NULL DEFAULT 0 CHECK (credits_posted >= 0),
  last_entry INTEGER NOT NULL DEFAULT 0 CHECK (last_entry >= 0), -- that names it; 0: none does
  UNIQUE (kind, owner, currency),
  -- wallet, card_liability, pending and refunds, and agent_drawer: never below zero, what is reserved counted as gone
  CHECK (kind NOT IN (0, 1, 2, 7) OR credits_posted - debits_posted >= debits_pending),
  CHECK (kind <> 5 OR debits_posted - credits_posted >= credits_pending)
) STRICT;

CREATE TABLE ledger_transfer (
  number INTEGER PRIMARY KEY,
  key TEXT NOT NULL UNIQUE CHECK (length(key) BETWEEN 1 AND 64),
  request BLOB NOT NULL CHECK (length(request) = 32), -- SHA-256 of what was asked for under the key
  debit INTEGER NOT NULL, -- ledger_account
  credit INTEGER NOT NULL CHECK (credit <> debit),
  amount INTEGER NOT NULL CHECK (amount > 0),
  by_kind INTEGER NOT NULL CHECK (by_kind BETWEEN 0 AND 5),
  by_name TEXT NOT NULL,
  at INTEGER NOT NULL,
  expires INTEGER, -- NULL: it was never a reservation
  corrects INTEGER, -- ledger_transfer
  state INTEGER NOT NULL CHECK (state BETWEEN 0 AND 3), -- reserved, posted, voided, expired
  sent INTEGER, -- since when something that carries the key may have reached the company
  posted INTEGER NOT NULL CHECK (posted BETWEEN 0 AND amount),
  resolved INTEGER CHECK ((resolved IS NULL) = (state = 0)),
  resolved_by_kind INTEGER CHECK (resolved_by_kind BETWEEN 0 AND 5),
  resolved_by_name TEXT,
  evidence TEXT NOT NULL
) STRICT;
CREATE INDEX ledger_transfer_may_expire ON ledger_transfer (expires) WHERE state = 0 AND sent IS NULL;
CREATE INDEX ledger_transfer_corrects ON ledger_transfer (corrects) WHERE corrects IS NOT NULL;

-- An entry debits one account and credits another by the same amount. It names the entries before it of the two: so an
-- account's statement is read from its last entry back, and each entry costs a payment no index.
CREATE TABLE ledger_entry (
  number INTEGER PRIMARY KEY,
  transfer INTEGER NOT NULL,
  step INTEGER NOT NULL CHECK (step BETWEEN 0 AND 5), -- ledger/account.hpp
  debit INTEGER NOT NULL,
  credit INTEGER NOT NULL CHECK (credit <> debit),
  amount INTEGER NOT NULL CHECK (amount > 0),
  at INTEGER NOT NULL,
  debit_before INTEGER NOT NULL CHECK (debit_before BETWEEN 0 AND number - 1),
  credit_before INTEGER NOT NULL CHECK (credit_before BETWEEN 0 AND number - 1)
) STRICT;

-- What each transaction that wrote entries ends with; ledger/seal.hpp says what it is made of.
CREATE TABLE ledger_seal (
  entry INTEGER PRIMARY KEY, -- the last one of the transaction
  at INTEGER NOT NULL,
  hash BLOB NOT NULL CHECK (length(hash) = 32)
) STRICT;

CREATE TRIGGER ledger_seal_stays BEFORE UPDATE ON ledger_seal BEGIN SELECT RAISE(ABORT, 'a seal is immutable'); END;
CREATE TRIGGER ledger_seal_is_kept BEFORE DELETE ON ledger_seal BEGIN SELECT RAISE(ABORT, 'a seal is kept'); END;
CREATE TRIGGER ledger_seal_grows_at_its_end BEFORE INSERT ON ledger_seal
  WHEN NEW.entry <= (SELECT max(entry) FROM ledger_seal) OR NEW.entry <> (SELECT max(number) FROM ledger_entry)
  BEGIN SELECT RAISE(ABORT, 'a seal is of the last entry'); END;
CREATE TRIGGER ledger_entry_stays BEFORE UPDATE ON ledger_entry BEGIN SELECT RAISE(ABORT, 'an entry is immutable'); END;
CREATE TRIGGER ledger_entry_is_kept BEFORE DELETE ON ledger_entry BEGIN SELECT RAISE(ABORT, 'an entry is kept'); END;
CREATE TRIGGER ledger_entry_grows_at_its_end BEFORE INSERT ON ledger_entry
  WHEN NEW.number <> (SELECT coalesce(max(number), 0) + 1 FROM ledger_entry)
  BEGIN SELECT RAISE(ABORT, 'an entry has the next number'); END;
CREATE TRIGGER ledger_transfer_resolves_once BEFORE UPDATE ON ledger_transfer
  WHEN OLD.state <> 0 OR (OLD.sent IS NOT NULL AND NEW.sent IS NOT OLD.sent)
  BEGIN SELECT RAISE(ABORT, 'a transfer resolves once, and what was sent stays sent'); END;
CREATE TRIGGER ledger_transfer_stays
  BEFORE UPDATE OF number, key, request, debit, credit, amount, by_kind, by_name, at, expires, corrects ON ledger_transfer
  BEGIN SELECT RAISE(ABORT, 'what a transfer is does not change'); END;
CREATE TRIGGER ledger_transfer_is_kept BEFORE DELETE ON ledger_transfer BEGIN SELECT RAISE(ABORT, 'a transfer is kept'); END;
CREATE TRIGGER ledger_transfer_grows_at_its_end BEFORE INSERT ON ledger_transfer
  WHEN NEW.number <> (SELECT coalesce(max(number), 0) + 1 FROM ledger_transfer)
    OR EXISTS (SELECT 1 FROM ledger_transfer WHERE key = NEW.key)
  BEGIN SELECT RAISE(ABORT, 'a transfer has the next number and a key of its own'); END;
CREATE TRIGGER ledger_account_stays BEFORE UPDATE OF number, kind, owner, currency, opened ON ledger_account
  BEGIN SELECT RAISE(ABORT, 'whose an account is does not change'); END;
CREATE TRIGGER ledger_account_grows_at_its_end BEFORE INSERT ON ledger_account
  WHEN NEW.number <> (SELECT coalesce(max(number), 0) + 1 FROM ledger_account)
    OR EXISTS (SELECT 1 FROM ledger_account WHERE kind = NEW.kind AND owner = NEW.owner AND currency = NEW.currency)
  BEGIN SELECT RAISE(ABORT, 'an account has the next number, and is opened once'); END;
CREATE TRIGGER ledger_account_is_kept BEFORE DELETE ON ledger_account BEGIN SELECT RAISE(ABORT, 'an account is kept'); END;
