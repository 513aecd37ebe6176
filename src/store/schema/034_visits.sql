-- Version 34: fees of cases, paid as a company's bill. Times: milliseconds since 1970-01-01 UTC.
ALTER TABLE citizen_case ADD COLUMN fee INTEGER CHECK (fee >= 1); -- minor units, as it was quoted last; NULL: none was
ALTER TABLE citizen_case ADD COLUMN fee_currency TEXT CHECK ((fee_currency IS NULL) = (fee IS NULL));
ALTER TABLE citizen_case ADD COLUMN fee_account TEXT CHECK ((fee_account IS NULL) = (fee IS NULL)); -- at its company; '': erased
ALTER TABLE citizen_case ADD COLUMN fee_state INTEGER -- cases::FeeState
  CHECK ((fee_state IS NULL) = (fee IS NULL) AND (fee_state IS NULL OR fee_state BETWEEN 0 AND 2) AND (fee_state IS NOT 0 OR state = 0));
ALTER TABLE citizen_case ADD COLUMN fee_quoted INTEGER CHECK ((fee_quoted IS NULL) = (fee IS NULL));
ALTER TABLE citizen_case ADD COLUMN fee_payment INTEGER CHECK (fee_payment IS NULL OR fee_state IS 1); -- that has paid it
ALTER TABLE citizen_case ADD COLUMN has_news INTEGER NOT NULL DEFAULT 0 CHECK (has_news IN (0, 1)); -- its person is to be told yet
-- A payment tells by company, account and amount which case's fee it is.
CREATE UNIQUE INDEX citizen_case_fee_due ON citizen_case (company, fee_account, fee) WHERE fee_state = 0;
CREATE UNIQUE INDEX citizen_case_fee_paid ON citizen_case (fee_payment) WHERE fee_payment IS NOT NULL;
CREATE INDEX citizen_case_with_news ON citizen_case (id) WHERE has_news = 1;
