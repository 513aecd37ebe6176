-- Version 17: fees of payments, and what is used of the limits on paying (payments/limits.hpp).
-- In minor units; reserved, posted and released with the payment, under its key and ".f".
ALTER TABLE payment ADD COLUMN fee INTEGER NOT NULL DEFAULT 0 CHECK (fee >= 0);
CREATE TRIGGER payment_fee_stays BEFORE UPDATE OF fee ON payment
  BEGIN SELECT RAISE(ABORT, 'what a payment is does not change'); END;

CREATE TABLE payment_use (
  scope INTEGER NOT NULL CHECK (scope BETWEEN 0 AND 4),
  within INTEGER NOT NULL CHECK (within > 0), -- seconds: the limit's window
  who BLOB NOT NULL CHECK (length(who) = 16), -- keyed hash of the number, person, card, agent or payee
  began INTEGER NOT NULL, -- the window that is counted; the one before is of no use any more
  payments INTEGER NOT NULL CHECK (payments >= 0),
  amount INTEGER NOT NULL CHECK (amount >= 0), -- minor units
  PRIMARY KEY (scope, within, who)
) STRICT, WITHOUT ROWID;

CREATE INDEX payment_open_of_person ON payment (person) WHERE open = 1;
