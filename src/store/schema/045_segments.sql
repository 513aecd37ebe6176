-- Version 45: broadcasts to those of a governorate, and to those with open cases of an area (src/broadcasts).
ALTER TABLE subscription ADD COLUMN governorate TEXT CHECK (governorate <> ''); -- of the account: its code, as it was typed; NULL: none was, or of before

-- Of the segment; '': any.
ALTER TABLE broadcast ADD COLUMN governorate TEXT NOT NULL DEFAULT '' CHECK (governorate = '' OR company <> '');
ALTER TABLE broadcast ADD COLUMN is_whole_company INTEGER NOT NULL DEFAULT 0
  CHECK (is_whole_company IN (0, 1) AND (is_whole_company = 0 OR governorate <> '')); -- which owns no other governorate
ALTER TABLE broadcast ADD COLUMN case_kind TEXT NOT NULL DEFAULT ''; -- this and those below: of open cases
ALTER TABLE broadcast ADD COLUMN case_area TEXT NOT NULL DEFAULT '';
ALTER TABLE broadcast ADD COLUMN case_directorate TEXT NOT NULL DEFAULT '';
ALTER TABLE broadcast ADD COLUMN case_office TEXT NOT NULL DEFAULT '';
DROP TRIGGER broadcast_stays;
CREATE TRIGGER broadcast_stays
  BEFORE UPDATE OF number, kind, operator, locale, company, governorate, is_whole_company, case_kind, case_area, case_directorate, case_office,
    default_locale, author, drafted, expires ON broadcast
  BEGIN SELECT RAISE(ABORT, 'what a broadcast is does not change'); END;

-- Each number that a broadcast may be for is looked for in it.
CREATE INDEX citizen_case_open_of_number ON citizen_case (msisdn) WHERE state = 0 AND msisdn <> 0;
