-- Version 18: refunds of payments, each asked for by one member of staff and decided by another.
CREATE TABLE refund (
  number INTEGER PRIMARY KEY,
  payment INTEGER NOT NULL REFERENCES payment,
  amount INTEGER NOT NULL CHECK (amount > 0), -- minor units, of the payment's amount
  fee INTEGER NOT NULL CHECK (fee >= 0), -- likewise, of its fee
  reason TEXT NOT NULL, -- a word: lower case letters, _ and .
  maker TEXT NOT NULL,
  proposed INTEGER NOT NULL, -- milliseconds since 1970-01-01 UTC
  state INTEGER NOT NULL CHECK (state BETWEEN 0 AND 2), -- proposed, paid, refused
  checker TEXT,
  decided INTEGER,
  CHECK ((state = 0) = (checker IS NULL) AND (state = 0) = (decided IS NULL)),
  CHECK (checker IS NULL OR state = 2 OR checker <> maker)
) STRICT;
CREATE INDEX refund_of_payment ON refund (payment);
CREATE INDEX refund_open ON refund (number) WHERE state = 0;

CREATE TRIGGER refund_stays BEFORE UPDATE OF number, payment, amount, fee, reason, maker, proposed ON refund
  BEGIN SELECT RAISE(ABORT, 'what a refund is does not change'); END;
CREATE TRIGGER refund_is_decided_once BEFORE UPDATE ON refund WHEN OLD.state <> 0
  BEGIN SELECT RAISE(ABORT, 'a refund that is decided stays so'); END;
CREATE TRIGGER refund_is_kept BEFORE DELETE ON refund BEGIN SELECT RAISE(ABORT, 'a refund is kept'); END;

-- A payment with its transfer and the account that it is paid from.
CREATE VIEW payment_in_ledger AS
SELECT payment.number, msisdn, link, company, account, amount, paid_from.currency, state, transfer.at, not_after, resolved,
       key, revision, session_sealed, fee, person, open, paid_from.owner AS wallet, by_kind, by_name,
       (SELECT coalesce(sum(refund.amount), 0) FROM refund WHERE refund.payment = payment.number AND refund.state = 1) AS refunded
FROM payment JOIN ledger_transfer AS transfer ON transfer.number = payment.number
JOIN ledger_account AS paid_from ON paid_from.number = transfer.debit;
