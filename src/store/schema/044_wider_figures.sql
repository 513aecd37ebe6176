-- Version 44: reports tell what payments are for, by what and where readings came, and of which companies sessions were.
-- What a payment is for is known as it begins, so that also what is released is of something.
ALTER TABLE payment ADD COLUMN purpose INTEGER NOT NULL DEFAULT 0 CHECK (purpose BETWEEN 0 AND 2); -- a bill, a case's fee, water (fill)
UPDATE payment SET purpose = 2 WHERE number IN (SELECT payment FROM fill);
-- Of before: what has paid a fee stands in the audit trail; what has paid none is held against the fee that was quoted last.
UPDATE payment SET purpose = 1 WHERE purpose = 0 AND number IN (SELECT json_extract(detail, '$.payment') FROM audit WHERE action = 'case.fee_paid');
CREATE INDEX citizen_case_fee_quoted ON citizen_case (company, fee_account); -- for this alone: not each case by each payment
UPDATE payment SET purpose = 1 WHERE purpose = 0 AND number IN (
  SELECT paid.number FROM payment AS paid CROSS JOIN citizen_case AS quoted INDEXED BY citizen_case_fee_quoted
    ON quoted.company = paid.company AND quoted.fee_account = paid.account
  CROSS JOIN ledger_transfer AS transfer ON transfer.number = paid.number JOIN ledger_account AS paid_from ON paid_from.number = transfer.debit
  WHERE transfer.amount = quoted.fee AND paid_from.currency = quoted.fee_currency AND transfer.at >= quoted.fee_quoted AND transfer.state <> 1);
DROP INDEX citizen_case_fee_quoted;
CREATE TRIGGER payment_purpose_stays BEFORE UPDATE OF purpose ON payment
  BEGIN SELECT RAISE(ABORT, 'what a payment is does not change'); END;

DROP TRIGGER payment_is_added_up;
DROP TRIGGER refund_is_added_up;
DROP VIEW payment_ended;
DROP VIEW payment_refunded;
CREATE VIEW payment_ended AS
SELECT payment.number AS payment, transfer.resolved / 900000 AS quarter, company, paid_from.currency AS currency,
       CASE WHEN drawer IS NOT NULL THEN 'counter' WHEN by_kind = 1 THEN by_name WHEN by_kind = 3 THEN 'agent' ELSE 'other' END AS channel,
       coalesce(drawer, 0) AS drawer, purpose, CASE state WHEN 1 THEN 0 ELSE 1 END AS outcome, amount, fee,
       transfer.resolved - transfer.at AS waited_ms
FROM payment JOIN ledger_transfer AS transfer ON transfer.number = payment.number
JOIN ledger_account AS paid_from ON paid_from.number = transfer.debit WHERE payment.open = 0;
CREATE VIEW payment_refunded AS
SELECT refund.number AS refund, refund.decided / 900000 AS quarter, company, paid_from.currency AS currency,
       CASE WHEN drawer IS NOT NULL THEN 'counter' WHEN by_kind = 1 THEN by_name WHEN by_kind = 3 THEN 'agent' ELSE 'other' END AS channel,
       coalesce(drawer, 0) AS drawer, purpose, 2 AS outcome, refund.amount AS amount, refund.fee AS fee,
       refund.decided - refund.proposed AS waited_ms
FROM refund JOIN payment ON payment.number = refund.payment JOIN ledger_transfer AS transfer ON transfer.number = payment.number
JOIN ledger_account AS paid_from ON paid_from.number = transfer.debit WHERE refund.state = 1;

CREATE TABLE payment_sum_by_purpose (
  quarter INTEGER NOT NULL, -- of the end: since 1970-01-01 UTC
  company TEXT NOT NULL,
  currency TEXT NOT NULL,
  channel TEXT NOT NULL, -- ussd, sms; agent: on an agent's phone; counter: in cash
  drawer INTEGER NOT NULL, -- 0: none
  purpose INTEGER NOT NULL CHECK (purpose BETWEEN 0 AND 2), -- of payment
  outcome INTEGER NOT NULL CHECK (outcome BETWEEN 0 AND 2), -- settled, released, refunded
  payments INTEGER NOT NULL CHECK (payments > 0),
  amount INTEGER NOT NULL, -- minor units, without fees
  fees INTEGER NOT NULL,
  waited_ms INTEGER NOT NULL, -- from the reservation to the end, of a refund from the proposal: all of them together
  PRIMARY KEY (quarter, company, currency, channel, drawer, purpose, outcome)
) STRICT, WITHOUT ROWID;
-- What was added up stays as it is, but for what is no bill, which comes out of it and stands apart.
WITH apart (quarter, company, currency, channel, drawer, purpose, outcome, amount, fees, waited_ms) AS (
  SELECT quarter, company, currency, channel, drawer, purpose, outcome, amount, fee, waited_ms FROM payment_ended WHERE purpose <> 0
  UNION ALL
  SELECT quarter, company, currency, channel, drawer, purpose, outcome, amount, fee, waited_ms FROM payment_refunded WHERE purpose <> 0),
added (quarter, company, currency, channel, drawer, purpose, outcome, payments, amount, fees, waited_ms) AS (
  SELECT quarter, company, currency, channel, drawer, 0, outcome, payments, amount, fees, waited_ms FROM payment_sum
  UNION ALL
  SELECT quarter, company, currency, channel, drawer, purpose, outcome, 1, amount, fees, waited_ms FROM apart
  UNION ALL
  SELECT quarter, company, currency, channel, drawer, 0, outcome, -1, -amount, -fees, -waited_ms FROM apart)
INSERT INTO payment_sum_by_purpose
SELECT quarter, company, currency, channel, drawer, purpose, outcome, sum(payments), sum(amount), sum(fees), sum(waited_ms) FROM added
GROUP BY 1, 2, 3, 4, 5, 6, 7 HAVING sum(payments) > 0;
DROP TABLE payment_sum;
ALTER TABLE payment_sum_by_purpose RENAME TO payment_sum;

CREATE TRIGGER payment_is_added_up AFTER UPDATE OF open ON payment WHEN OLD.open = 1 AND NEW.open = 0 BEGIN
  INSERT INTO payment_sum SELECT quarter, company, currency, channel, drawer, purpose, outcome, 1, amount, fee, waited_ms FROM payment_ended
  WHERE payment = NEW.number
  ON CONFLICT DO UPDATE SET payments = payments + 1, amount = amount + excluded.amount, fees = fees + excluded.fees,
    waited_ms = waited_ms + excluded.waited_ms;
END;
CREATE TRIGGER refund_is_added_up AFTER UPDATE OF state ON refund WHEN OLD.state = 0 AND NEW.state = 1 BEGIN
  INSERT INTO payment_sum SELECT quarter, company, currency, channel, drawer, purpose, outcome, 1, amount, fee, waited_ms FROM payment_refunded
  WHERE refund = NEW.number
  ON CONFLICT DO UPDATE SET payments = payments + 1, amount = amount + excluded.amount, fees = fees + excluded.fees,
    waited_ms = waited_ms + excluded.waited_ms;
END;

ALTER TABLE reading ADD COLUMN channel INTEGER CHECK (channel BETWEEN 0 AND 1); -- 0 USSD, 1 SMS; NULL: of before
ALTER TABLE reading ADD COLUMN office TEXT NOT NULL DEFAULT ''; -- of the agent who sent it for the citizen
DROP INDEX reading_by_time;
CREATE INDEX reading_by_time ON reading (at, company, state, source, channel, office); -- all that a report asks for

CREATE TABLE flow_statistic_of_companies ( -- with one measure more
  day INTEGER NOT NULL,
  channel INTEGER NOT NULL CHECK (channel BETWEEN 0 AND 1), -- 0 USSD, 1 SMS
  flow TEXT NOT NULL CHECK (length(flow) BETWEEN 1 AND 64),
  state TEXT NOT NULL CHECK (length(state) BETWEEN 1 AND 64),
  measure INTEGER NOT NULL CHECK (measure BETWEEN 0 AND 8), -- store::Measure
  detail TEXT NOT NULL CHECK (length(detail) <= 129),
  count INTEGER NOT NULL,
  PRIMARY KEY (day, channel, flow, state, measure, detail)
) STRICT, WITHOUT ROWID;
INSERT INTO flow_statistic_of_companies SELECT day, channel, flow, state, measure, detail, count FROM flow_statistic;
DROP TABLE flow_statistic;
ALTER TABLE flow_statistic_of_companies RENAME TO flow_statistic;
