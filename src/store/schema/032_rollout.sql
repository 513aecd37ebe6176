-- Version 32: roll-out switches that were set at run time; each stands in the place of the configured one of the same
-- service and company.
CREATE TABLE rollout (
  service TEXT NOT NULL, -- a service's name, a group's, or *
  company TEXT NOT NULL, -- its name, or *
  since INTEGER, -- milliseconds since 1970-01-01 UTC; NULL: it was never off
  until INTEGER, -- the first moment at which it is off again; NULL: none
  share INTEGER NOT NULL CHECK (share BETWEEN 0 AND 100), -- of the numbers, in percent
  changed INTEGER NOT NULL,
  by_kind INTEGER NOT NULL,
  by_name TEXT NOT NULL,
  PRIMARY KEY (service, company),
  CHECK (since IS NULL OR until IS NULL OR since < until)
) STRICT, WITHOUT ROWID;
