-- Walks recorded for `shubbak replay`, with pseudonyms for whatever was a person's (src/rehearsal/recorder.hpp): nothing
-- here is sealed, because nothing here is anybody's. day: days since 1970-01-01 UTC; no finer time is kept.
CREATE TABLE recording (
  id INTEGER PRIMARY KEY,
  day INTEGER NOT NULL,
  revision TEXT NOT NULL CHECK (length(revision) BETWEEN 1 AND 64),
  content TEXT NOT NULL
) STRICT;
CREATE INDEX recording_by_day ON recording (day);
