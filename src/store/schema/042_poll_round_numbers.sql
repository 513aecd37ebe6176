-- Version 42: the number of a round has its length in it (polls::round_at), so that rounds of two lengths are never taken for one. What
-- was answered stays with its round, and who has answered in one that runs is known by its key still.
PRAGMA defer_foreign_keys = ON;
DROP TRIGGER poll_round_stays;
DROP TRIGGER poll_count_grows;

UPDATE poll_count SET round = round + 1000000 * (
  SELECT last_day - first_day + 1 FROM poll_round AS its WHERE its.poll = poll_count.poll AND its.round = poll_count.round);
UPDATE poll_taken SET round = round + 1000000 * (
  SELECT last_day - first_day + 1 FROM poll_round AS its WHERE its.poll = poll_taken.poll AND its.round = poll_taken.round);
UPDATE poll_company SET round = round + 1000000 * (
  SELECT last_day - first_day + 1 FROM poll_round AS its WHERE its.poll = poll_company.poll AND its.round = poll_company.round);
UPDATE poll_choice SET round = round + 1000000 * (
  SELECT last_day - first_day + 1 FROM poll_round AS its WHERE its.poll = poll_choice.poll AND its.round = poll_choice.round);
UPDATE poll_round SET round = round + 1000000 * (last_day - first_day + 1);

CREATE TRIGGER poll_round_stays BEFORE UPDATE OF poll, round, first_day, last_day, least ON poll_round
  BEGIN SELECT RAISE(ABORT, 'what a round is does not change'); END;
CREATE TRIGGER poll_count_grows BEFORE UPDATE ON poll_count
  WHEN NEW.answers <> OLD.answers + 1 OR (SELECT key FROM poll_round WHERE poll = OLD.poll AND round = OLD.round) IS NULL
  BEGIN SELECT RAISE(ABORT, 'answers are counted one by one, until the round is over'); END;
