-- Version 41: cases of one outage (src/cases/join.hpp), worked as one, and news of a case that wait to be told one by one.
ALTER TABLE citizen_case ADD COLUMN joined INTEGER -- number of the main case, which is itself not joined; NULL: it is worked itself
  REFERENCES citizen_case (number) CHECK (joined IS NULL OR (joined <> number AND worker = '' AND is_late = 0));
CREATE INDEX citizen_case_joined ON citizen_case (joined, state) WHERE joined IS NOT NULL;
-- That another one may be joined to.
CREATE INDEX citizen_case_main ON citizen_case (area, company, directorate, kind, id) WHERE state = 0 AND joined IS NULL AND area <> '';
DROP INDEX citizen_case_due;
CREATE INDEX citizen_case_due ON citizen_case (due) WHERE state = 0 AND is_late = 0 AND joined IS NULL;

ALTER TABLE citizen_case_event ADD COLUMN is_untold INTEGER NOT NULL DEFAULT 0 CHECK (is_untold IN (0, 1)); -- its case has_news of it
UPDATE citizen_case_event SET is_untold = 1 WHERE id IN (
  SELECT max(event.id) FROM citizen_case JOIN citizen_case_event AS event ON event.of_case = citizen_case.id
  WHERE citizen_case.has_news = 1 AND event.act = 9 GROUP BY citizen_case.id);
