-- Version 26: what became of payments, added up as it happens, so that a report does not read every payment there ever was.
-- The triggers write it in the transaction that ends a payment or pays a refund; the views say the same from the books, so that
-- one can be held against the other. By quarters of an hour: a day of any time zone begins with one.
CREATE VIEW payment_ended AS
SELECT payment.number AS payment, transfer.resolved / 900000 AS quarter, company, paid_from.currency AS currency,
       CASE WHEN drawer IS NOT NULL THEN 'counter' WHEN by_kind = 1 THEN by_name WHEN by_kind = 3 THEN 'agent' ELSE 'other' END AS channel,
       coalesce(drawer, 0) AS drawer, CASE state WHEN 1 THEN 0 ELSE 1 END AS outcome, amount, fee, transfer.resolved - transfer.at AS waited_ms
FROM payment JOIN ledger_transfer AS transfer ON transfer.number = payment.number
JOIN ledger_account AS paid_from ON paid_from.number = transfer.debit WHERE payment.open = 0;

CREATE VIEW payment_refunded AS
SELECT refund.number AS refund, refund.decided / 900000 AS quarter, company, paid_from.currency AS currency,
       CASE WHEN drawer IS NOT NULL THEN 'counter' WHEN by_kind = 1 THEN by_name WHEN by_kind = 3 THEN 'agent' ELSE 'other' END AS channel,
       coalesce(drawer, 0) AS drawer, 2 AS outcome, refund.amount AS amount, refund.fee AS fee, refund.decided - refund.proposed AS waited_ms
FROM refund JOIN payment ON payment.number = refund.payment JOIN ledger_transfer AS transfer ON transfer.number = payment.number
JOIN ledger_account AS paid_from ON paid_from.number = transfer.debit WHERE refund.state = 1;

CREATE TABLE payment_sum (
  quarter INTEGER NOT NULL, -- of the end: since 1970-01-01 UTC
  company TEXT NOT NULL,
  currency TEXT NOT NULL,
  channel TEXT NOT NULL, -- ussd, sms; agent: on an agent's phone; counter: in cash
  drawer INTEGER NOT NULL, -- 0: none
  outcome INTEGER NOT NULL CHECK (outcome BETWEEN 0 AND 2), -- settled, released, refunded
  payments INTEGER NOT NULL CHECK (payments > 0),
  amount INTEGER NOT NULL, -- minor units, without fees
  fees INTEGER NOT NULL,
  waited_ms INTEGER NOT NULL, -- from the reservation to the end, of a refund from the proposal: all of them together
  PRIMARY KEY (quarter, company, currency, channel, drawer, outcome)
) STRICT, WITHOUT ROWID;

INSERT INTO payment_sum
SELECT quarter, company, currency, channel, drawer, outcome, count(*), sum(amount), sum(fee), sum(waited_ms) FROM payment_ended
GROUP BY 1, 2, 3, 4, 5, 6;
INSERT INTO payment_sum
SELECT quarter, company, currency, channel, drawer, outcome, count(*), sum(amount), sum(fee), sum(waited_ms) FROM payment_refunded
GROUP BY 1, 2, 3, 4, 5, 6;

CREATE TRIGGER payment_is_added_up AFTER UPDATE OF open ON payment WHEN OLD.open = 1 AND NEW.open = 0 BEGIN
  INSERT INTO payment_sum SELECT quarter, company, currency, channel, drawer, outcome, 1, amount, fee, waited_ms FROM payment_ended
  WHERE payment = NEW.number
  ON CONFLICT DO UPDATE SET payments = payments + 1, amount = amount + excluded.amount, fees = fees + excluded.fees,
    waited_ms = waited_ms + excluded.waited_ms;
END;
CREATE TRIGGER refund_is_added_up AFTER UPDATE OF state ON refund WHEN OLD.state = 0 AND NEW.state = 1 BEGIN
  INSERT INTO payment_sum SELECT quarter, company, currency, channel, drawer, outcome, 1, amount, fee, waited_ms FROM payment_refunded
  WHERE refund = NEW.number
  ON CONFLICT DO UPDATE SET payments = payments + 1, amount = amount + excluded.amount, fees = fees + excluded.fees,
    waited_ms = waited_ms + excluded.waited_ms;
END;

CREATE INDEX reading_by_time ON reading (at, company, state);
