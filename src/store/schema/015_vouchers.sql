-- Version 15: vouchers (src/vouchers). Times: milliseconds since 1970-01-01 UTC; amounts: minor units. A voucher's row is
-- small, since there are many: what a whole batch shares stands in its batch. Of the PIN there is a keyed hash only.
CREATE TABLE voucher_batch (
  number INTEGER PRIMARY KEY CHECK (number BETWEEN 1 AND 999999),
  face INTEGER NOT NULL CHECK (face > 0),
  currency TEXT NOT NULL CHECK (length(currency) = 3),
  count INTEGER NOT NULL CHECK (count BETWEEN 1 AND 999999),
  added INTEGER NOT NULL CHECK (added BETWEEN 0 AND count), -- how many of them are written
  expires INTEGER NOT NULL,
  state INTEGER NOT NULL CHECK (state BETWEEN 0 AND 4), -- issuing, issued, activated, expired, voided
  blocked INTEGER NOT NULL CHECK (blocked IN (0, 1)),
  maker TEXT NOT NULL CHECK (length(maker) BETWEEN 1 AND 64), -- accounts of staff
  issued INTEGER NOT NULL,
  checker TEXT NOT NULL CHECK (checker <> maker), -- '': nobody yet
  activated INTEGER CHECK ((activated IS NULL) = (checker = '')),
  print_file BLOB CHECK (length(print_file) = 32) -- SHA-256 of it, encrypted as it is
) STRICT;

CREATE TABLE voucher (
  serial INTEGER PRIMARY KEY, -- batch * 1,000,000 + number in the batch, from 1
  pin BLOB NOT NULL CHECK (length(pin) = 16),
  state INTEGER NOT NULL CHECK (state BETWEEN 0 AND 3), -- unused, redeemed, blocked, voided
  "transfer" INTEGER, -- ledger_transfer: what redeemed it
  CHECK ((state = 1) = ("transfer" IS NOT NULL))
) STRICT;
CREATE UNIQUE INDEX voucher_of_pin ON voucher (pin);

-- What failed to be redeemed, by number, person, PIN and everybody (vouchers::Scope); the subject is a keyed hash of it.
CREATE TABLE voucher_tries (
  scope INTEGER NOT NULL CHECK (scope BETWEEN 0 AND 3),
  subject BLOB NOT NULL CHECK (length(subject) = 16),
  began INTEGER NOT NULL, -- of the window
  failures INTEGER NOT NULL CHECK (failures >= 0),
  locked_until INTEGER NOT NULL,
  refused BLOB CHECK (refused IS NULL OR (scope = 0 AND length(refused) = 16)), -- keyed hash: a number's last refused request
  PRIMARY KEY (scope, subject)
) STRICT, WITHOUT ROWID;

CREATE TRIGGER voucher_stays BEFORE UPDATE OF serial, pin ON voucher
  BEGIN SELECT RAISE(ABORT, 'what a voucher is does not change'); END;
CREATE TRIGGER voucher_ends_once BEFORE UPDATE ON voucher WHEN OLD.state IN (1, 3)
  BEGIN SELECT RAISE(ABORT, 'a voucher that is redeemed or void stays so'); END;
CREATE TRIGGER voucher_is_kept BEFORE DELETE ON voucher BEGIN SELECT RAISE(ABORT, 'a voucher is kept'); END;
CREATE TRIGGER voucher_is_new BEFORE INSERT ON voucher
  WHEN NEW.state <> 0 OR EXISTS (SELECT 1 FROM voucher WHERE serial = NEW.serial)
  BEGIN SELECT RAISE(ABORT, 'a voucher is new and unused'); END;
CREATE TRIGGER voucher_batch_stays BEFORE UPDATE OF number, face, currency, count, expires, maker, issued ON voucher_batch
  BEGIN SELECT RAISE(ABORT, 'what a batch is does not change'); END;
CREATE TRIGGER voucher_batch_ends_once BEFORE UPDATE ON voucher_batch WHEN OLD.state IN (3, 4)
  BEGIN SELECT RAISE(ABORT, 'a batch that is expired or void stays so'); END;
CREATE TRIGGER voucher_batch_is_kept BEFORE DELETE ON voucher_batch BEGIN SELECT RAISE(ABORT, 'a batch is kept'); END;
