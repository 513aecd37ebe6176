-- Version 40: copies by e-mail (store/mail.hpp). Times: milliseconds since 1970-01-01 UTC. Rows go with the number's link.
CREATE TABLE mail_address (
  msisdn INTEGER PRIMARY KEY,
  address_sealed BLOB NOT NULL CHECK (length(address_sealed) >= 29),
  since INTEGER NOT NULL,
  refused INTEGER -- when mail to it was last refused for good
) STRICT;

-- What waits to be sent. A number is never used again: mail servers tell a mail by it that came twice.
CREATE TABLE mail (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  msisdn INTEGER NOT NULL,
  text_sealed BLOB NOT NULL CHECK (length(text_sealed) >= 29),
  created INTEGER NOT NULL
) STRICT;
CREATE INDEX mail_of_number ON mail (msisdn);
CREATE INDEX mail_by_age ON mail (created);
