-- Version 1: links, languages, walks to take up again, submitted readings, SMS waiting to be sent.
-- Times are milliseconds since 1970-01-01 UTC. msisdn is the E.164 number (ITU-T E.164, at most 15 digits) as an
-- integer. A sealed column holds key id (1 octet), nonce (12), AES-256-GCM cipher text, tag (16): see store/seal.hpp.

-- The keys that ever sealed something here. check_value tells whether a key file holds that key.
CREATE TABLE seal_key (
  key_id INTEGER PRIMARY KEY CHECK (key_id BETWEEN 1 AND 255),
  check_value BLOB NOT NULL CHECK (length(check_value) = 16),
  since INTEGER NOT NULL
) STRICT;

-- Which person answers for a number. Released links stay as history.
CREATE TABLE link (
  id INTEGER PRIMARY KEY,
  msisdn INTEGER NOT NULL CHECK (msisdn BETWEEN 1000000 AND 999999999999999),
  national_id_sealed BLOB NOT NULL CHECK (length(national_id_sealed) > 29),
  national_id_index BLOB NOT NULL CHECK (length(national_id_index) = 16),
  state INTEGER NOT NULL CHECK (state BETWEEN 0 AND 3), -- 0 pending, 1 active, 2 suspended, 3 released
  since INTEGER NOT NULL
) STRICT;
CREATE UNIQUE INDEX link_one_per_number ON link (msisdn) WHERE state <> 3;
CREATE INDEX link_of_person ON link (national_id_index);

CREATE TABLE chosen_locale (
  msisdn INTEGER PRIMARY KEY,
  locale TEXT NOT NULL CHECK (length(locale) BETWEEN 1 AND 64)
) STRICT;

-- Where a person was in a flow, per channel.
CREATE TABLE walk (
  msisdn INTEGER NOT NULL,
  channel INTEGER NOT NULL CHECK (channel BETWEEN 0 AND 1), -- 0 USSD, 1 SMS
  revision TEXT NOT NULL,
  session_sealed BLOB NOT NULL CHECK (length(session_sealed) >= 29),
  expires INTEGER NOT NULL,
  PRIMARY KEY (msisdn, channel)
) STRICT, WITHOUT ROWID;
CREATE INDEX walk_by_expiry ON walk (expires);

-- Meter readings as submitted. One per account and billing period, unless the company refused it.
CREATE TABLE reading (
  id INTEGER PRIMARY KEY,
  reference TEXT NOT NULL UNIQUE CHECK (length(reference) BETWEEN 1 AND 64),
  msisdn INTEGER NOT NULL,
  company TEXT NOT NULL,
  account TEXT NOT NULL,
  value INTEGER NOT NULL,
  period TEXT NOT NULL,
  at INTEGER NOT NULL,
  state INTEGER NOT NULL CHECK (state BETWEEN 0 AND 2) -- 0 recorded, 1 delivered, 2 refused
) STRICT;
CREATE UNIQUE INDEX reading_one_per_period ON reading (period, company, account) WHERE state <> 2;
CREATE INDEX reading_undelivered ON reading (id) WHERE state = 0;

-- SMS that wait for an SMPP link.
CREATE TABLE outbox (
  id INTEGER PRIMARY KEY,
  link TEXT NOT NULL,
  msisdn INTEGER NOT NULL,
  text_sealed BLOB NOT NULL CHECK (length(text_sealed) >= 29),
  created INTEGER NOT NULL,
  expires INTEGER NOT NULL
) STRICT;

-- Numbers that are given out once, also across restarts: an outbox id is never used again.
CREATE TABLE sequence (
  name TEXT PRIMARY KEY,
  next INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
INSERT INTO sequence (name, next) VALUES ('outbox', 1);
