-- Version 11: accounts of staff, what they are granted, their sessions, failed logins, and proposed publications. Times:
-- milliseconds since 1970-01-01 UTC. Full names and e-mail addresses are sealed; of a password and of a session's token
-- there is a hash. Accounts are never removed: the audit trail names them.
CREATE TABLE staff_account (
  id INTEGER PRIMARY KEY,
  name TEXT NOT NULL UNIQUE CHECK (length(name) BETWEEN 2 AND 32),
  full_name_sealed BLOB NOT NULL CHECK (length(full_name_sealed) >= 29),
  email_sealed BLOB NOT NULL CHECK (length(email_sealed) >= 29),
  password_hash TEXT NOT NULL,
  disabled INTEGER NOT NULL CHECK (disabled IN (0, 1)),
  generation INTEGER NOT NULL, -- sessions of an earlier one are dead
  since INTEGER NOT NULL
) STRICT;

CREATE TABLE staff_grant (
  account INTEGER NOT NULL REFERENCES staff_account (id),
  role TEXT NOT NULL,
  company TEXT NOT NULL,
  directorate TEXT NOT NULL,
  office TEXT NOT NULL,
  PRIMARY KEY (account, role, company, directorate, office)
) STRICT, WITHOUT ROWID;

CREATE TABLE staff_session (
  token_hash BLOB PRIMARY KEY CHECK (length(token_hash) = 32),
  account INTEGER NOT NULL REFERENCES staff_account (id),
  generation INTEGER NOT NULL,
  created INTEGER NOT NULL,
  last_used INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX staff_session_of_account ON staff_session (account, created);
CREATE INDEX staff_session_by_use ON staff_session (last_used);

CREATE TABLE login_failure (
  subject TEXT PRIMARY KEY, -- "account amal", "source 10.0.0.7"
  count INTEGER NOT NULL,
  last INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX login_failure_by_time ON login_failure (last);

-- What was proposed to be published, and by whom it was approved and so published. Only added to.
CREATE TABLE flow_proposal (
  number INTEGER PRIMARY KEY,
  revision TEXT NOT NULL REFERENCES flow_revision (id),
  base INTEGER NOT NULL, -- the latest publication then; 0: there was none
  author TEXT NOT NULL CHECK (length(author) BETWEEN 1 AND 64),
  note TEXT NOT NULL CHECK (length(note) BETWEEN 1 AND 1000),
  at INTEGER NOT NULL
) STRICT;

CREATE TABLE flow_approval (
  proposal INTEGER PRIMARY KEY REFERENCES flow_proposal (number),
  publication INTEGER NOT NULL UNIQUE REFERENCES publication (number),
  approver TEXT NOT NULL CHECK (length(approver) BETWEEN 1 AND 64),
  at INTEGER NOT NULL
) STRICT;

CREATE TRIGGER flow_proposal_stays BEFORE UPDATE ON flow_proposal BEGIN SELECT RAISE(ABORT, 'a proposal is immutable'); END;
CREATE TRIGGER flow_proposal_is_kept BEFORE DELETE ON flow_proposal BEGIN SELECT RAISE(ABORT, 'a proposal is kept'); END;
CREATE TRIGGER flow_approval_stays BEFORE UPDATE ON flow_approval BEGIN SELECT RAISE(ABORT, 'an approval is immutable'); END;
CREATE TRIGGER flow_approval_is_kept BEFORE DELETE ON flow_approval BEGIN SELECT RAISE(ABORT, 'an approval is kept'); END;
CREATE TRIGGER flow_approval_by_another BEFORE INSERT ON flow_approval
WHEN NEW.approver = (SELECT author FROM flow_proposal WHERE number = NEW.proposal)
BEGIN SELECT RAISE(ABORT, 'a proposal is approved by another person than its author'); END;
