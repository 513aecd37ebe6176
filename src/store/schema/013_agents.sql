-- Version 13: the phone of a member of staff and its service PIN, for agents who serve by USSD. An open account has its
-- number for itself; a closed one may keep its number while another account has it. locked_until: milliseconds since
-- 1970-01-01 UTC.
ALTER TABLE staff_account ADD COLUMN msisdn INTEGER;
CREATE UNIQUE INDEX staff_account_of_number ON staff_account (msisdn) WHERE msisdn IS NOT NULL AND disabled = 0;

CREATE TABLE staff_pin (
  account INTEGER PRIMARY KEY REFERENCES staff_account (id),
  hash_sealed BLOB NOT NULL CHECK (length(hash_sealed) >= 29),
  failures INTEGER NOT NULL, -- consecutive wrong ones
  locked_until INTEGER NOT NULL,
  session BLOB CHECK (length(session) = 32) -- of the phone's last sign-in: there is one at a time
) STRICT;
