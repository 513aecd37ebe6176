-- Version 3: a reading knows the operator's link that it came through, so that news of it go back by that. '': of before.
ALTER TABLE reading ADD COLUMN link TEXT NOT NULL DEFAULT '';
