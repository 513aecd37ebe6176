-- Version 5: one-time codes and service PINs. Codes, and what they authorise, stand here as HMAC-SHA-256 only
-- (store/seal.hpp); a person is the blind index of the national number. What the columns mean is otp/otp.hpp's.

-- The code that a number was sent last, until it is used or cleaned away.
CREATE TABLE otp_challenge (
  msisdn INTEGER PRIMARY KEY CHECK (msisdn BETWEEN 1000000 AND 999999999999999),
  code BLOB NOT NULL CHECK (length(code) = 32),
  binding BLOB NOT NULL CHECK (length(binding) = 32),
  issued INTEGER NOT NULL,
  expires INTEGER NOT NULL,
  wrong_ussd INTEGER NOT NULL CHECK (wrong_ussd BETWEEN 0 AND 255),
  wrong_sms INTEGER NOT NULL CHECK (wrong_sms BETWEEN 0 AND 255)
) STRICT;

-- How many codes a number was sent. Outlives its link: a release does not give more sends.
CREATE TABLE otp_sends (
  msisdn INTEGER PRIMARY KEY CHECK (msisdn BETWEEN 1000000 AND 999999999999999),
  last INTEGER NOT NULL,
  hour_began INTEGER NOT NULL,
  hour_sends INTEGER NOT NULL CHECK (hour_sends >= 0),
  day_began INTEGER NOT NULL,
  day_sends INTEGER NOT NULL CHECK (day_sends >= 0)
) STRICT;
CREATE INDEX otp_sends_by_day ON otp_sends (day_began);

-- The same of each prefix (its digits), and of the whole deployment (0).
CREATE TABLE otp_window (
  scope INTEGER PRIMARY KEY,
  began INTEGER NOT NULL,
  sends INTEGER NOT NULL CHECK (sends >= 0)
) STRICT;

-- Who failed since their last success.
CREATE TABLE otp_tries (
  person BLOB PRIMARY KEY CHECK (length(person) = 16),
  ussd_failures INTEGER NOT NULL CHECK (ussd_failures >= 0),
  ussd_locked_until INTEGER NOT NULL,
  sms_failures INTEGER NOT NULL CHECK (sms_failures >= 0),
  sms_locked_until INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- What a number has authorised and not used. Consuming a grant removes it.
CREATE TABLE otp_grant (
  msisdn INTEGER NOT NULL CHECK (msisdn BETWEEN 1000000 AND 999999999999999),
  binding BLOB NOT NULL CHECK (length(binding) = 32),
  granted INTEGER NOT NULL,
  expires INTEGER NOT NULL,
  PRIMARY KEY (msisdn, binding)
) STRICT, WITHOUT ROWID;

-- Sealed besides being hashed: a PIN has so few values that its hash alone would not hide it.
CREATE TABLE service_pin (
  person BLOB PRIMARY KEY CHECK (length(person) = 16),
  hash_sealed BLOB NOT NULL CHECK (length(hash_sealed) > 29),
  since INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
