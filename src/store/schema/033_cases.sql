-- Version 33: cases of citizens (src/cases): complaints, outages, requests. Times: milliseconds since 1970-01-01 UTC.
CREATE TABLE citizen_case (
  id INTEGER PRIMARY KEY, -- ascending
  number INTEGER NOT NULL UNIQUE CHECK (number BETWEEN 100000000 AND 999999999), -- drawn at random; shown with a check digit
  person BLOB NOT NULL CHECK (length(person) = 16), -- blind index; zeros: erased
  msisdn INTEGER NOT NULL, -- whom news of it go to; 0: erased
  link TEXT NOT NULL, -- the operator's, by which they go
  kind TEXT NOT NULL, -- of the configuration, as are stages, companies and offices
  stage TEXT NOT NULL,
  state INTEGER NOT NULL CHECK (state BETWEEN 0 AND 1), -- open, resolved
  version INTEGER NOT NULL CHECK (version >= 1),
  company TEXT NOT NULL,
  directorate TEXT NOT NULL,
  area TEXT NOT NULL,
  accused TEXT NOT NULL, -- office
  office TEXT NOT NULL, -- where it is worked
  bypasses_office INTEGER NOT NULL CHECK (bypasses_office IN (0, 1)),
  payment INTEGER, -- that it is about
  worker TEXT NOT NULL, -- account
  opened INTEGER NOT NULL,
  stage_since INTEGER NOT NULL,
  due INTEGER CHECK ((due IS NULL) = (state = 1)),
  is_late INTEGER NOT NULL CHECK (is_late IN (0, 1) AND (is_late = 0 OR state = 0)),
  resolved INTEGER CHECK ((resolved IS NULL) = (state = 0)),
  stars INTEGER CHECK (stars IS NULL OR (stars BETWEEN 1 AND 5 AND state = 1)),
  reopened INTEGER NOT NULL CHECK (reopened >= 0), -- how often
  address_sealed BLOB CHECK (length(address_sealed) >= 29) -- NULL: none was told, or it is erased
) STRICT;
CREATE INDEX citizen_case_of_person ON citizen_case (person, id);
CREATE INDEX citizen_case_open ON citizen_case (id) WHERE state = 0;
CREATE INDEX citizen_case_open_by_stage ON citizen_case (kind, stage, company, is_late, state) WHERE state = 0; -- covers the count
CREATE INDEX citizen_case_due ON citizen_case (due) WHERE state = 0 AND is_late = 0;

-- What was done to a case, in order.
CREATE TABLE citizen_case_event (
  id INTEGER PRIMARY KEY,
  of_case INTEGER NOT NULL REFERENCES citizen_case,
  version INTEGER NOT NULL, -- of the case, after it
  act INTEGER NOT NULL CHECK (act >= 0), -- cases::Act
  at INTEGER NOT NULL,
  by_kind INTEGER NOT NULL CHECK (by_kind BETWEEN 0 AND 5),
  by_name TEXT NOT NULL CHECK (length(by_name) <= 64),
  stage TEXT NOT NULL, -- after it
  stars INTEGER CHECK (stars IS NULL OR stars BETWEEN 1 AND 5),
  text_sealed BLOB CHECK (length(text_sealed) >= 29), -- NULL: nothing was written, or it is erased
  UNIQUE (of_case, version)
) STRICT;

CREATE TRIGGER citizen_case_stays
  BEFORE UPDATE OF id, number, link, kind, company, directorate, area, accused, bypasses_office, payment, opened ON citizen_case
  BEGIN SELECT RAISE(ABORT, 'what a case is does not change'); END;
CREATE TRIGGER citizen_case_goes_on BEFORE UPDATE OF version ON citizen_case WHEN NEW.version <> OLD.version + 1
  BEGIN SELECT RAISE(ABORT, 'a case goes on by one version at a time'); END;
CREATE TRIGGER citizen_case_is_kept BEFORE DELETE ON citizen_case BEGIN SELECT RAISE(ABORT, 'a case is kept'); END;
CREATE TRIGGER citizen_case_event_stays
  BEFORE UPDATE OF id, of_case, version, act, at, by_kind, by_name, stage, stars ON citizen_case_event
  BEGIN SELECT RAISE(ABORT, 'what was done to a case stays'); END;
CREATE TRIGGER citizen_case_event_is_kept BEFORE DELETE ON citizen_case_event
  BEGIN SELECT RAISE(ABORT, 'what was done to a case is kept'); END;
