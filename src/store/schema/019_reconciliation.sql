-- Version 19: reconciliation with companies' daily files (src/reconcile). Times: milliseconds since 1970-01-01 UTC; days:
-- since then, of the company's calendar; amounts: minor units. A line of a file that matches is a pair of numbers, since
-- there are many; any other line is a case.
CREATE TABLE reconciliation_import (
  number INTEGER PRIMARY KEY,
  company TEXT NOT NULL,
  day INTEGER NOT NULL,
  begins INTEGER NOT NULL, -- of the day
  ends INTEGER NOT NULL CHECK (ends > begins),
  content BLOB NOT NULL CHECK (length(content) = 32), -- SHA-256 of the file
  state INTEGER NOT NULL CHECK (state BETWEEN 0 AND 3), -- staged, published, replaced by a corrected file, abandoned
  lines INTEGER NOT NULL DEFAULT 0 CHECK (lines >= 0),
  by_kind INTEGER NOT NULL CHECK (by_kind BETWEEN 0 AND 5),
  by_name TEXT NOT NULL,
  at INTEGER NOT NULL -- begun, or published
) STRICT;
CREATE UNIQUE INDEX reconciliation_published ON reconciliation_import (company, day) WHERE state = 1;
CREATE INDEX reconciliation_staged ON reconciliation_import (company) WHERE state = 0;

-- What a file lists, added up.
CREATE TABLE reconciliation_total (
  import INTEGER NOT NULL, -- reconciliation_import
  currency TEXT NOT NULL CHECK (length(currency) = 3),
  lines INTEGER NOT NULL CHECK (lines > 0),
  minor INTEGER NOT NULL CHECK (minor > 0),
  PRIMARY KEY (import, currency)
) STRICT, WITHOUT ROWID;

-- Payments that a file lists as they are here.
CREATE TABLE reconciliation_listed (
  payment INTEGER NOT NULL,
  import INTEGER NOT NULL, -- reconciliation_import
  PRIMARY KEY (payment, import)
) STRICT, WITHOUT ROWID;
CREATE INDEX reconciliation_listed_of_import ON reconciliation_listed (import);

-- Lines of a file that is not published yet, other than those.
CREATE TABLE reconciliation_line (
  import INTEGER NOT NULL, -- reconciliation_import
  line INTEGER NOT NULL,
  outcome INTEGER NOT NULL CHECK (outcome BETWEEN 0 AND 5), -- reconcile/match.hpp, as it was when it was read
  occurrence INTEGER NOT NULL, -- of the outcome `twice`: which one
  reference TEXT NOT NULL,
  account TEXT NOT NULL,
  amount INTEGER NOT NULL CHECK (amount > 0),
  currency TEXT NOT NULL CHECK (length(currency) = 3),
  company_reference TEXT NOT NULL,
  PRIMARY KEY (import, line)
) STRICT, WITHOUT ROWID;
CREATE INDEX reconciliation_line_of_reference ON reconciliation_line (import, reference);

CREATE TABLE reconciliation_case (
  number INTEGER PRIMARY KEY,
  company TEXT NOT NULL,
  reference TEXT NOT NULL,
  outcome INTEGER NOT NULL CHECK (outcome BETWEEN 1 AND 4),
  occurrence INTEGER NOT NULL,
  import INTEGER, -- reconciliation_import; NULL: no file has told it
  day INTEGER, -- of that import
  line INTEGER, -- of its file
  payment INTEGER, -- NULL: there is none here
  evidence TEXT NOT NULL, -- what the company said, where no file did
  their_account TEXT,
  their_amount INTEGER,
  their_currency TEXT CHECK ((their_account IS NULL) = (their_currency IS NULL) AND (their_amount IS NULL) = (their_currency IS NULL)),
  company_reference TEXT NOT NULL,
  our_account TEXT,
  our_amount INTEGER,
  our_currency TEXT CHECK ((our_account IS NULL) = (our_currency IS NULL) AND (our_amount IS NULL) = (our_currency IS NULL)),
  opened INTEGER NOT NULL,
  resolution INTEGER NOT NULL CHECK (resolution BETWEEN 0 AND 6), -- 0: the case is open
  resolved INTEGER CHECK ((resolved IS NULL) = (resolution = 0)),
  by_kind INTEGER CHECK (by_kind BETWEEN 0 AND 5),
  by_name TEXT,
  note_sealed BLOB
) STRICT;
CREATE INDEX reconciliation_case_open ON reconciliation_case (company, number) WHERE resolution = 0;
CREATE INDEX reconciliation_case_of_reference ON reconciliation_case (company, reference);
CREATE INDEX reconciliation_case_of_import ON reconciliation_case (import) WHERE import IS NOT NULL;
CREATE INDEX reconciliation_case_of_payment ON reconciliation_case (payment) WHERE payment IS NOT NULL;

-- The payments of a company's day.
CREATE INDEX payment_of_day ON payment (company, not_after);

CREATE TRIGGER reconciliation_import_stays BEFORE UPDATE OF number, company, day, begins, ends, content ON reconciliation_import
  BEGIN SELECT RAISE(ABORT, 'what an import is of does not change'); END;
CREATE TRIGGER reconciliation_import_is_kept BEFORE DELETE ON reconciliation_import BEGIN SELECT RAISE(ABORT, 'an import is kept'); END;
CREATE TRIGGER reconciliation_case_stays BEFORE UPDATE OF number, company, reference, outcome, opened ON reconciliation_case
  BEGIN SELECT RAISE(ABORT, 'what a case is of does not change'); END;
CREATE TRIGGER reconciliation_case_is_kept BEFORE DELETE ON reconciliation_case BEGIN SELECT RAISE(ABORT, 'a case is kept'); END;
