-- Version 36: polls (src/polls): that a person has answered in the round that runs, and how often each choice was made.
-- Neither has a time, nor an order in which it was written, and nothing of the one is in the other.
CREATE TABLE poll (
  name TEXT PRIMARY KEY,
  definition TEXT NOT NULL -- as it was configured last (polls::definition)
) STRICT, WITHOUT ROWID;

-- Rounds in which somebody has answered.
CREATE TABLE poll_round (
  poll TEXT NOT NULL,
  round INTEGER NOT NULL, -- polls::Round
  first_day INTEGER NOT NULL, -- local days since 1970-01-01, both included
  last_day INTEGER NOT NULL CHECK (last_day >= first_day),
  least INTEGER NOT NULL CHECK (least > 0), -- answers, below which nothing is told of a group
  key BLOB CHECK (length(key) = 32), -- random; NULL: the round is over, and nobody can tell any more who has answered
  PRIMARY KEY (poll, round)
) STRICT, WITHOUT ROWID;

CREATE TABLE poll_choice ( -- that there was in the round
  poll TEXT NOT NULL,
  round INTEGER NOT NULL,
  place INTEGER NOT NULL, -- as it is shown
  choice TEXT NOT NULL,
  PRIMARY KEY (poll, round, choice),
  FOREIGN KEY (poll, round) REFERENCES poll_round
) STRICT, WITHOUT ROWID;

CREATE TABLE poll_company ( -- that there was when the round ended, whether somebody has answered about it or not
  poll TEXT NOT NULL,
  round INTEGER NOT NULL,
  company TEXT NOT NULL,
  PRIMARY KEY (poll, round, company),
  FOREIGN KEY (poll, round) REFERENCES poll_round
) STRICT, WITHOUT ROWID;

CREATE TABLE poll_taken ( -- in rounds that are not over
  poll TEXT NOT NULL,
  round INTEGER NOT NULL,
  who BLOB NOT NULL CHECK (length(who) = 16), -- hash of the person, keyed by the round's key and the store's
  PRIMARY KEY (poll, round, who),
  FOREIGN KEY (poll, round) REFERENCES poll_round
) STRICT, WITHOUT ROWID;

CREATE TABLE poll_count (
  poll TEXT NOT NULL,
  round INTEGER NOT NULL,
  company TEXT NOT NULL, -- '': none was told
  channel INTEGER NOT NULL CHECK (channel BETWEEN 0 AND 1), -- polls::Channel
  choice TEXT NOT NULL,
  answers INTEGER NOT NULL CHECK (answers > 0),
  PRIMARY KEY (poll, round, company, channel, choice),
  FOREIGN KEY (poll, round, choice) REFERENCES poll_choice
) STRICT, WITHOUT ROWID;

CREATE TRIGGER poll_round_stays BEFORE UPDATE OF poll, round, first_day, last_day, least ON poll_round
  BEGIN SELECT RAISE(ABORT, 'what a round is does not change'); END;
CREATE TRIGGER poll_round_ends_once BEFORE UPDATE OF key ON poll_round WHEN NEW.key IS NOT NULL
  BEGIN SELECT RAISE(ABORT, 'a key of a round is not made anew'); END;
CREATE TRIGGER poll_round_is_over_for_people BEFORE INSERT ON poll_taken
  WHEN (SELECT key FROM poll_round WHERE poll = NEW.poll AND round = NEW.round) IS NULL
  BEGIN SELECT RAISE(ABORT, 'the round is over'); END;
CREATE TRIGGER poll_round_is_over_for_answers BEFORE INSERT ON poll_count
  WHEN (SELECT key FROM poll_round WHERE poll = NEW.poll AND round = NEW.round) IS NULL
  BEGIN SELECT RAISE(ABORT, 'the round is over'); END;
CREATE TRIGGER poll_round_is_over_for_choices BEFORE INSERT ON poll_choice
  WHEN (SELECT key FROM poll_round WHERE poll = NEW.poll AND round = NEW.round) IS NULL
  BEGIN SELECT RAISE(ABORT, 'the round is over'); END;
CREATE TRIGGER poll_round_is_over_for_companies BEFORE INSERT ON poll_company
  WHEN (SELECT key FROM poll_round WHERE poll = NEW.poll AND round = NEW.round) IS NULL
  BEGIN SELECT RAISE(ABORT, 'the round is over'); END;
CREATE TRIGGER poll_count_grows BEFORE UPDATE ON poll_count
  WHEN NEW.answers <> OLD.answers + 1 OR (SELECT key FROM poll_round WHERE poll = OLD.poll AND round = OLD.round) IS NULL
  BEGIN SELECT RAISE(ABORT, 'answers are counted one by one, until the round is over'); END;
CREATE TRIGGER poll_count_is_kept BEFORE DELETE ON poll_count BEGIN SELECT RAISE(ABORT, 'answers are kept'); END;
