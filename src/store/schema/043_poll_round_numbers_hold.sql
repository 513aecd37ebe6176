-- Version 43: a daemon that was started before version 42 came would number a round as it did then, open it a second time and ask
-- everybody again: the schema refuses it.
CREATE TRIGGER poll_round_has_its_number BEFORE INSERT ON poll_round
  WHEN NEW.round <> 1000000 * (NEW.last_day - NEW.first_day + 1) + NEW.first_day / (NEW.last_day - NEW.first_day + 1)
  BEGIN SELECT RAISE(ABORT, 'the number of a round has its length in it'); END;
