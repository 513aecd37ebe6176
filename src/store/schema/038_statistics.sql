-- Version 38: what came of citizens' cases and of cash at agents, kept as it happens so that a report reads neither every case nor every
-- movement there ever was. As of payments (version 26) triggers write it in the transaction that it is of, out of views that say the same
-- from the history, so that one can be held against the other. Times: milliseconds since 1970-01-01 UTC; amounts: minor units.

-- The history tells where a case was worked when: of what was done before this version, where it is worked now.
ALTER TABLE citizen_case_event ADD COLUMN office TEXT; -- after it; NULL: for as long as its row is being written
UPDATE citizen_case_event SET office = (SELECT citizen_case.office FROM citizen_case WHERE citizen_case.id = of_case);
CREATE TRIGGER citizen_case_event_office_stays BEFORE UPDATE OF office ON citizen_case_event WHEN OLD.office IS NOT NULL
  BEGIN SELECT RAISE(ABORT, 'what was done to a case stays'); END;

-- What begins a case or ends a stage, with what people thought of it. `did` is cases::Act: opened (0), resolved (4), rated (5), reopened
-- (6), late (7); 3 is whatever else ends a stage, with the stage that it ends. Who is late is the office that had it then. The worker:
-- the account that ended the stage, nobody where its fee's payment did (9), whoever took or ended that; of a rating and a reopening the one
-- that had resolved the case.
CREATE VIEW case_deed AS
SELECT event.id AS event, event.at AS at, CASE WHEN event.act IN (0, 4, 5, 6, 7) THEN event.act ELSE 3 END AS did, kind, company, directorate,
       CASE WHEN event.act IN (0, 4, 5, 6, 7) THEN event.stage ELSE before.stage END AS stage,
       CASE WHEN event.act = 7 THEN before.office ELSE event.office END AS office,
       (bypasses_office = 1 OR accused <> '') AS is_about_staff,
       CASE
         WHEN event.act IN (0, 7, 9) THEN ''
         WHEN event.act IN (5, 6) THEN coalesce((
           SELECT CASE WHEN ended.by_kind IN (2, 3) THEN ended.by_name END FROM citizen_case_event AS ended
           WHERE ended.of_case = event.of_case AND ended.version < event.version AND ended.act = 4 ORDER BY ended.version DESC LIMIT 1), '')
         WHEN event.by_kind IN (2, 3) THEN event.by_name
         ELSE '' END AS worker,
       CASE WHEN event.act NOT IN (0, 5, 6, 7) THEN max(0, event.at - (
         SELECT entered.at FROM citizen_case_event AS entered
         WHERE entered.of_case = event.of_case AND entered.version < event.version AND (entered.act IN (0, 3, 6) OR entered.stage <> (
           SELECT earlier.stage FROM citizen_case_event AS earlier
           WHERE earlier.of_case = entered.of_case AND earlier.version = entered.version - 1))
         ORDER BY entered.version DESC LIMIT 1)) END AS stayed_ms,
       CASE WHEN event.act NOT IN (0, 5, 6, 7) THEN (
         SELECT entered.act = 7 FROM citizen_case_event AS entered
         WHERE entered.of_case = event.of_case AND entered.version < event.version AND (entered.act IN (0, 3, 6, 7) OR entered.stage <> (
           SELECT earlier.stage FROM citizen_case_event AS earlier
           WHERE earlier.of_case = entered.of_case AND earlier.version = entered.version - 1))
         ORDER BY entered.version DESC LIMIT 1) ELSE 0 END AS was_late,
       event.stars AS stars
FROM citizen_case_event AS event JOIN citizen_case ON citizen_case.id = event.of_case
LEFT JOIN citizen_case_event AS before ON before.of_case = event.of_case AND before.version = event.version - 1
WHERE event.act IN (0, 3, 4, 5, 6, 7) OR event.stage <> before.stage;

-- What cases, stages and offices there were, by a number.
CREATE TABLE case_place (
  number INTEGER PRIMARY KEY,
  kind TEXT NOT NULL,
  stage TEXT NOT NULL,
  company TEXT NOT NULL,
  directorate TEXT NOT NULL,
  office TEXT NOT NULL,
  is_about_staff INTEGER NOT NULL CHECK (is_about_staff IN (0, 1)), -- overseers alone read of it
  UNIQUE (kind, stage, company, directorate, office, is_about_staff)
) STRICT;

CREATE TABLE case_deed_kept (
  at INTEGER NOT NULL,
  event INTEGER NOT NULL, -- citizen_case_event
  did INTEGER NOT NULL CHECK (did IN (0, 3, 4, 5, 6, 7)),
  place INTEGER NOT NULL REFERENCES case_place,
  worker TEXT NOT NULL, -- account; '': none
  stayed_ms INTEGER CHECK ((stayed_ms IS NOT NULL) = (did IN (3, 4))), -- in the stage that has ended
  was_late INTEGER NOT NULL CHECK (was_late IN (0, 1)), -- in that stage
  stars INTEGER CHECK ((stars IS NOT NULL) = (did = 5)),
  PRIMARY KEY (at, event)
) STRICT, WITHOUT ROWID;

INSERT INTO case_place (kind, stage, company, directorate, office, is_about_staff)
SELECT DISTINCT kind, stage, company, directorate, office, is_about_staff FROM case_deed;
INSERT INTO case_deed_kept (at, event, did, place, worker, stayed_ms, was_late, stars)
SELECT at, event, did, place.number, worker, stayed_ms, was_late, stars FROM case_deed AS deed CROSS JOIN case_place AS place
  ON place.kind = deed.kind AND place.stage = deed.stage AND place.company = deed.company AND place.directorate = deed.directorate
  AND place.office = deed.office AND place.is_about_staff = deed.is_about_staff;

CREATE TRIGGER case_deed_is_kept AFTER INSERT ON citizen_case_event BEGIN
  UPDATE citizen_case_event SET office = (SELECT citizen_case.office FROM citizen_case WHERE citizen_case.id = NEW.of_case) WHERE id = NEW.id;
  INSERT INTO case_place (kind, stage, company, directorate, office, is_about_staff)
  SELECT kind, stage, company, directorate, office, is_about_staff FROM case_deed WHERE event = NEW.id
  ON CONFLICT DO NOTHING;
  INSERT INTO case_deed_kept (at, event, did, place, worker, stayed_ms, was_late, stars)
  SELECT at, event, did, place.number, worker, stayed_ms, was_late, stars FROM case_deed AS deed CROSS JOIN case_place AS place
    ON place.kind = deed.kind AND place.stage = deed.stage AND place.company = deed.company AND place.directorate = deed.directorate
    AND place.office = deed.office AND place.is_about_staff = deed.is_about_staff
  WHERE event = NEW.id;
END;

-- How many are open: what is scraped every few seconds counts none of them.
CREATE TABLE open_case_count (
  kind TEXT NOT NULL,
  stage TEXT NOT NULL,
  company TEXT NOT NULL,
  open INTEGER NOT NULL CHECK (open >= 0),
  late INTEGER NOT NULL CHECK (late BETWEEN 0 AND open),
  PRIMARY KEY (kind, stage, company)
) STRICT, WITHOUT ROWID;
INSERT INTO open_case_count SELECT kind, stage, company, count(*), sum(is_late) FROM citizen_case WHERE state = 0 GROUP BY 1, 2, 3;
CREATE TRIGGER opened_case_is_counted AFTER INSERT ON citizen_case WHEN NEW.state = 0 BEGIN
  INSERT INTO open_case_count VALUES (NEW.kind, NEW.stage, NEW.company, 1, NEW.is_late)
  ON CONFLICT DO UPDATE SET open = open + 1, late = late + excluded.late;
END;
CREATE TRIGGER changed_case_is_counted AFTER UPDATE OF stage, state, is_late ON citizen_case
WHEN (OLD.stage, OLD.state, OLD.is_late) <> (NEW.stage, NEW.state, NEW.is_late) BEGIN
  UPDATE open_case_count SET open = open - 1, late = late - OLD.is_late
  WHERE OLD.state = 0 AND kind = OLD.kind AND stage = OLD.stage AND company = OLD.company;
  INSERT INTO open_case_count SELECT NEW.kind, NEW.stage, NEW.company, 1, NEW.is_late WHERE NEW.state = 0
  ON CONFLICT DO UPDATE SET open = open + 1, late = late + excluded.late;
END;
DROP INDEX citizen_case_open_by_stage; -- that covered the count

CREATE VIEW cash_moved AS
SELECT movement."transfer" AS "transfer", movement.at / 900000 AS quarter, movement.drawer AS drawer, coalesce(payment.company, '') AS company,
       movement.kind AS kind, moved.amount AS amount, CASE movement.kind WHEN 0 THEN payment.fee ELSE 0 END AS fee,
       CASE WHEN movement.kind IN (0, 1, 5, 7, 9) THEN moved.amount ELSE -moved.amount END AS net
FROM cash_movement AS movement JOIN ledger_transfer AS moved ON moved.number = movement."transfer"
LEFT JOIN payment ON payment.number = movement.payment;

CREATE TABLE cash_sum (
  drawer INTEGER NOT NULL REFERENCES drawer,
  quarter INTEGER NOT NULL, -- of an hour, since 1970-01-01 UTC
  company TEXT NOT NULL, -- that is paid, or was; '': none
  kind INTEGER NOT NULL, -- CashKind of store/cash.hpp
  movements INTEGER NOT NULL CHECK (movements > 0),
  amount INTEGER NOT NULL, -- with fees
  fees INTEGER NOT NULL, -- of payments
  net INTEGER NOT NULL, -- what it changed of what the drawer held
  PRIMARY KEY (drawer, quarter, company, kind)
) STRICT, WITHOUT ROWID;
INSERT INTO cash_sum SELECT drawer, quarter, company, kind, count(*), sum(amount), sum(fee), sum(net) FROM cash_moved GROUP BY 1, 2, 3, 4;
CREATE TRIGGER cash_is_added_up AFTER INSERT ON cash_movement BEGIN
  INSERT INTO cash_sum SELECT drawer, quarter, company, kind, 1, amount, fee, net FROM cash_moved
  WHERE "transfer" = NEW."transfer" AND drawer = NEW.drawer
  ON CONFLICT DO UPDATE SET movements = movements + 1, amount = amount + excluded.amount, fees = fees + excluded.fees, net = net + excluded.net;
END;
