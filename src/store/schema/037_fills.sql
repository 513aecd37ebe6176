-- Version 37: water for tankers that is paid before it is filled (store/fill.hpp). Times: milliseconds since 1970-01-01 UTC.
CREATE TABLE fill (
  payment INTEGER PRIMARY KEY REFERENCES payment, -- that is for it
  gallons INTEGER NOT NULL CHECK (gallons BETWEEN 1 AND 9999999),
  redeemed INTEGER NOT NULL CHECK (redeemed BETWEEN 0 AND gallons), -- of them
  state INTEGER NOT NULL CHECK (state BETWEEN 0 AND 4), -- ordered, unused, redeemed, over, refunded
  code_hash BLOB NOT NULL UNIQUE CHECK (length(code_hash) = 16),
  code_sealed BLOB CHECK (code_sealed IS NULL OR (length(code_sealed) >= 29 AND state < 2)), -- NULL: nobody is told it any more
  lives INTEGER NOT NULL CHECK (lives > 0), -- milliseconds from the settlement on
  bought INTEGER CHECK ((bought IS NULL) = (state IN (0, 3))),
  expires INTEGER CHECK ((expires IS NULL) = (bought IS NULL)),
  CHECK ((state = 2) = (redeemed = gallons)),
  CHECK (redeemed = 0 OR state IN (1, 2, 4))
) STRICT;
CREATE INDEX fill_code_kept ON fill (expires) WHERE state = 1 AND code_sealed IS NOT NULL;

-- What stations took.
CREATE TABLE fill_redemption (
  number INTEGER PRIMARY KEY,
  payment INTEGER NOT NULL REFERENCES fill,
  account TEXT NOT NULL, -- of staff
  office TEXT NOT NULL,
  request_key TEXT NOT NULL,
  request BLOB NOT NULL CHECK (length(request) = 16), -- keyed hash of code and volume
  gallons INTEGER NOT NULL CHECK (gallons > 0),
  left_then INTEGER NOT NULL CHECK (left_then >= 0),
  at INTEGER NOT NULL,
  UNIQUE (account, request_key)
) STRICT;
CREATE INDEX fill_redemption_of_fill ON fill_redemption (payment);

-- Codes that were refused, by the account that asked.
CREATE TABLE fill_tries (
  account TEXT PRIMARY KEY,
  began INTEGER NOT NULL,
  failures INTEGER NOT NULL CHECK (failures >= 0),
  locked_until INTEGER NOT NULL,
  refused_key TEXT NOT NULL, -- of the request that was refused last; '': none was
  refused BLOB CHECK ((refused IS NULL) = (refused_key = '') AND (refused IS NULL OR length(refused) = 16))
) STRICT, WITHOUT ROWID;

CREATE TRIGGER fill_stays BEFORE UPDATE OF payment, gallons, code_hash, lives ON fill
  BEGIN SELECT RAISE(ABORT, 'what a fill is does not change'); END;
CREATE TRIGGER fill_is_bought_once BEFORE UPDATE OF bought, expires ON fill WHEN OLD.bought IS NOT NULL
  BEGIN SELECT RAISE(ABORT, 'a fill is bought once'); END;
CREATE TRIGGER fill_goes_on BEFORE UPDATE OF state ON fill
  WHEN NEW.state < OLD.state OR (OLD.state = 0 AND NEW.state IN (2, 4)) OR (OLD.state = 1 AND NEW.state = 3)
    OR (OLD.state > 1 AND NEW.state <> OLD.state)
  BEGIN SELECT RAISE(ABORT, 'a fill does not go back'); END;
CREATE TRIGGER fill_is_not_put_back BEFORE UPDATE OF redeemed ON fill WHEN NEW.redeemed < OLD.redeemed OR OLD.state <> 1
  BEGIN SELECT RAISE(ABORT, 'what was taken of a fill stays taken'); END;
CREATE TRIGGER fill_is_kept BEFORE DELETE ON fill BEGIN SELECT RAISE(ABORT, 'a fill is kept'); END;
CREATE TRIGGER fill_redemption_stays BEFORE UPDATE ON fill_redemption
  BEGIN SELECT RAISE(ABORT, 'what a station took stays'); END;
CREATE TRIGGER fill_redemption_is_kept BEFORE DELETE ON fill_redemption
  BEGIN SELECT RAISE(ABORT, 'what a station took is kept'); END;
