-- Version 30: the number that was sent a link by an order by bank card goes when its person is erased. The order's key is that of the
-- payment that came of it, so it led from what an erased person had paid to their number.
DROP TRIGGER bank_card_order_stays;
CREATE TRIGGER bank_card_order_stays BEFORE UPDATE OF number, key, gateway, wallet, company, account, amount, fee, currency, at, expires
  ON bank_card_order BEGIN SELECT RAISE(ABORT, 'what an order is does not change'); END;
DROP TRIGGER bank_card_order_person_stays;
CREATE TRIGGER bank_card_order_person_stays BEFORE UPDATE OF msisdn, person ON bank_card_order
  WHEN NEW.person <> zeroblob(16) OR NEW.msisdn <> 0
  BEGIN SELECT RAISE(ABORT, 'whose an order is does not change'); END;
UPDATE bank_card_order SET msisdn = 0, person = zeroblob(16) WHERE person = zeroblob(16);

-- What is told of an order, with whether anything is kept of its person but the books: said here, once.
CREATE VIEW bank_card_order_told AS
SELECT number, key, gateway, msisdn, link, wallet, company, account, amount, fee, currency, by_kind, by_name, at, expires, state, evidence,
       person = zeroblob(16) OR NOT EXISTS (SELECT 1 FROM link AS theirs
         WHERE substr(theirs.national_id_index, 1, 6) = substr(bank_card_order.person, 1, 6)
           AND theirs.national_id_index = bank_card_order.person) AS is_erased
FROM bank_card_order;

-- What of money in dispute was placed on a person's card is found without a walk over everybody's.
CREATE INDEX bank_card_placement_of_wallet ON bank_card_placement (wallet) WHERE wallet IS NOT NULL;
