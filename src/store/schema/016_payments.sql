-- Version 16: prepaid cards (wallets) and payments. What moves is the ledger's; here is whose it is and what for.
CREATE TABLE wallet (
  number TEXT PRIMARY KEY CHECK (length(number) = 10), -- also the owner of its account in the ledger
  person BLOB NOT NULL CHECK (length(person) = 16), -- blind index
  currency TEXT NOT NULL CHECK (length(currency) = 3),
  opened INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX wallet_of_person ON wallet (person, currency);

CREATE TABLE payment (
  number INTEGER PRIMARY KEY, -- of its transfer in the ledger
  msisdn INTEGER NOT NULL,
  link TEXT NOT NULL, -- the operator's
  person BLOB NOT NULL CHECK (length(person) = 16), -- blind index
  company TEXT NOT NULL,
  account TEXT NOT NULL,
  not_after INTEGER NOT NULL, -- milliseconds since 1970-01-01 UTC: the company refuses it from then on
  open INTEGER NOT NULL CHECK (open IN (0, 1)), -- neither settled nor released
  revision TEXT NOT NULL, -- of the flows that its walk is of, while it is open
  session_sealed BLOB -- the walk as it waits
) STRICT;
CREATE INDEX payment_open ON payment (company, number) WHERE open = 1;
CREATE INDEX payment_of_person ON payment (person, number);

CREATE TRIGGER wallet_stays BEFORE UPDATE ON wallet BEGIN SELECT RAISE(ABORT, 'whose a wallet is does not change'); END;
CREATE TRIGGER wallet_is_kept BEFORE DELETE ON wallet BEGIN SELECT RAISE(ABORT, 'a wallet is kept'); END;
CREATE TRIGGER payment_stays BEFORE UPDATE OF number, msisdn, person, company, account, not_after ON payment
  BEGIN SELECT RAISE(ABORT, 'what a payment is does not change'); END;
CREATE TRIGGER payment_ends_once BEFORE UPDATE OF open ON payment WHEN OLD.open = 0
  BEGIN SELECT RAISE(ABORT, 'a payment that is over stays so'); END;
CREATE TRIGGER payment_is_kept BEFORE DELETE ON payment BEGIN SELECT RAISE(ABORT, 'a payment is kept'); END;
