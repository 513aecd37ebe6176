-- Version 34: fees of cases, paid as a company's bill, and visits. Times: milliseconds since 1970-01-01 UTC.
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

ALTER TABLE citizen_case ADD COLUMN visit_offers TEXT NOT NULL DEFAULT ''; -- slots to choose from, as src/cases writes them
ALTER TABLE citizen_case ADD COLUMN visit_team TEXT; -- who comes, of its company; NULL: there is no appointment
ALTER TABLE citizen_case ADD COLUMN visit_starts INTEGER CHECK ((visit_starts IS NULL) = (visit_team IS NULL));
ALTER TABLE citizen_case ADD COLUMN visit_ends INTEGER
  CHECK ((visit_ends IS NULL) = (visit_team IS NULL) AND (visit_ends IS NULL OR visit_ends > visit_starts));
ALTER TABLE citizen_case ADD COLUMN visit_code_sealed BLOB -- that the visitor tells at the door
  CHECK (visit_code_sealed IS NULL OR (visit_team IS NOT NULL AND length(visit_code_sealed) >= 29));
-- Nobody comes to two at once.
CREATE UNIQUE INDEX citizen_case_visit ON citizen_case (company, visit_team, visit_starts) WHERE visit_team IS NOT NULL;
