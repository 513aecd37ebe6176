-- Version 25: cards, payments and orders by bank card stay as books when their person is erased, and say no more whose they were.
-- Of a card `person` is then six octets of zeros and the card's number, which keeps it from all others.
DROP TRIGGER wallet_stays;
CREATE TRIGGER wallet_stays BEFORE UPDATE ON wallet
  WHEN NEW.number <> OLD.number OR NEW.currency <> OLD.currency OR NEW.opened <> OLD.opened
    OR hex(NEW.person) <> '000000000000' || hex(OLD.number)
  BEGIN SELECT RAISE(ABORT, 'whose a wallet is does not change'); END;

DROP TRIGGER payment_stays;
CREATE TRIGGER payment_stays BEFORE UPDATE OF number, company, account, not_after ON payment
  BEGIN SELECT RAISE(ABORT, 'what a payment is does not change'); END;
DROP TRIGGER payment_number_stays;
CREATE TRIGGER payment_payer_stays BEFORE UPDATE OF msisdn, person ON payment
  WHEN (OLD.open = 1 AND OLD.drawer IS NULL) OR NEW.msisdn NOT IN (0, OLD.msisdn) OR NEW.person NOT IN (zeroblob(16), OLD.person)
  BEGIN SELECT RAISE(ABORT, 'who has paid does not change'); END;

-- The number stays beside it: with it a charge that the bank takes back is looked into.
DROP TRIGGER bank_card_order_stays;
CREATE TRIGGER bank_card_order_stays BEFORE UPDATE OF number, key, gateway, msisdn, wallet, company, account, amount, fee, currency, at, expires
  ON bank_card_order BEGIN SELECT RAISE(ABORT, 'what an order is does not change'); END;
CREATE TRIGGER bank_card_order_person_stays BEFORE UPDATE OF person ON bank_card_order WHEN NEW.person <> zeroblob(16)
  BEGIN SELECT RAISE(ABORT, 'whose an order is does not change'); END;

-- What is told and erased of a person is found without a walk over everybody's, and a day's refunds without one over all payments.
CREATE INDEX bank_card_order_of_person ON bank_card_order (person);
CREATE INDEX bank_card_order_of_wallet ON bank_card_order (wallet);
CREATE INDEX refund_paid ON refund (decided) WHERE state = 1;

-- Who was erased before that: no link is theirs any more, since links are never removed, and theirs were written over.
UPDATE bank_card_order SET person = zeroblob(16) WHERE person IN (
  SELECT wallet.person FROM wallet WHERE NOT EXISTS (
    SELECT 1 FROM link WHERE substr(national_id_index, 1, 6) = substr(wallet.person, 1, 6) AND national_id_index = wallet.person));
UPDATE payment SET msisdn = 0, person = zeroblob(16) WHERE open = 0 AND person IN (
  SELECT wallet.person FROM wallet WHERE NOT EXISTS (
    SELECT 1 FROM link WHERE substr(national_id_index, 1, 6) = substr(wallet.person, 1, 6) AND national_id_index = wallet.person));
UPDATE wallet SET person = CAST(x'000000000000' || number AS BLOB) WHERE NOT EXISTS (
  SELECT 1 FROM link WHERE substr(national_id_index, 1, 6) = substr(wallet.person, 1, 6) AND national_id_index = wallet.person);
