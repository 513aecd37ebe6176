-- Version 39: which payments that are not over no company takes any more, and how many subscriptions there are, without reading all of
-- them; notices of bills that a suspension has taken back; the flows of folders; and what the audit trail is searched by.
-- Each has all that is asked of it, also `open`, and which flows open payments are of: no payment is read beside it, however many of a
-- silent company or of a bank's drawer wait.
CREATE INDEX payment_open_by_deadline ON payment (not_after, company, open, revision) WHERE open = 1;
DROP INDEX payment_open_of_person;
CREATE INDEX payment_open_of_person ON payment (person, company, account, open) WHERE open = 1;

-- The text that tells `told`, by its id in the outbox: one that goes from there unsent has told nobody.
ALTER TABLE subscription ADD COLUMN notice INTEGER;
CREATE TABLE subscription_count (
  one INTEGER PRIMARY KEY CHECK (one = 1),
  subscriptions INTEGER NOT NULL CHECK (subscriptions >= 0)
) STRICT;
INSERT INTO subscription_count (one, subscriptions) SELECT 1, count(*) FROM subscription;
CREATE TRIGGER subscription_is_counted AFTER INSERT ON subscription
  BEGIN UPDATE subscription_count SET subscriptions = subscriptions + 1; END;
CREATE TRIGGER subscription_is_counted_no_more AFTER DELETE ON subscription
  BEGIN UPDATE subscription_count SET subscriptions = subscriptions - 1; END;

-- Flows that run out of folders, while walks and payments that began on them are not over: folders change, and what was begun
-- finishes on its own revision. Published ones stand in flow_revision. Times: milliseconds since 1970-01-01 UTC.
CREATE TABLE folder_revision (
  id TEXT PRIMARY KEY CHECK (length(id) BETWEEN 1 AND 64),
  sources TEXT NOT NULL,
  unnamed_since INTEGER -- when nothing was found any more that began on it; NULL: something was, or it runs
) STRICT, WITHOUT ROWID;

-- What overseers search the audit trail for, beside persons and numbers. Most of it is done by the system and by people on their phones,
-- whose names find next to nothing: each payment would pay for them.
CREATE INDEX audit_of_actor ON audit (actor_name) WHERE actor_name NOT IN ('', 'ussd', 'sms');
CREATE INDEX audit_of_action ON audit (action);
