-- Version 29: who sent a reading, and what the person said about one that is out of the ordinary; those of an account are found.
ALTER TABLE reading ADD COLUMN source INTEGER NOT NULL DEFAULT 0 CHECK (source BETWEEN 0 AND 1); -- 0 citizen, 1 staff for them
ALTER TABLE reading ADD COLUMN remark INTEGER NOT NULL DEFAULT 0 CHECK (remark BETWEEN 0 AND 2); -- 0 none, 1 confirmed, 2 turned over
CREATE INDEX reading_of_account ON reading (company, account, id);
