-- Version 31: notices of bills that numbers have asked for (store/subscription.hpp). Rows go with the number's link.
CREATE TABLE subscription (
  msisdn INTEGER NOT NULL,
  company TEXT NOT NULL CHECK (company <> ''),
  account TEXT NOT NULL CHECK (account <> ''),
  link TEXT NOT NULL, -- the operator's
  since INTEGER NOT NULL, -- milliseconds since 1970-01-01 UTC
  next_at INTEGER NOT NULL, -- when the company is asked next
  told INTEGER NOT NULL CHECK (told >= 0), -- minor units: what was due when the company was asked last
  PRIMARY KEY (msisdn, company, account)
) STRICT, WITHOUT ROWID;
CREATE INDEX subscription_due ON subscription (company, next_at);
