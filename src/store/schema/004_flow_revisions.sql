-- Version 4: what was published: the sources of flows and strings, and who put them into force when and why. Rolling
-- back is one more publication; nothing here is ever changed or removed. at: milliseconds since 1970-01-01 UTC.
CREATE TABLE flow_revision (
  id TEXT PRIMARY KEY CHECK (length(id) BETWEEN 1 AND 64),
  sources TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE publication (
  number INTEGER PRIMARY KEY,
  revision TEXT NOT NULL REFERENCES flow_revision (id),
  author TEXT NOT NULL CHECK (length(author) BETWEEN 1 AND 64),
  note TEXT NOT NULL CHECK (length(note) BETWEEN 1 AND 1000),
  at INTEGER NOT NULL
) STRICT;

CREATE TRIGGER flow_revision_stays BEFORE UPDATE ON flow_revision BEGIN SELECT RAISE(ABORT, 'a revision is immutable'); END;
CREATE TRIGGER flow_revision_is_kept BEFORE DELETE ON flow_revision BEGIN SELECT RAISE(ABORT, 'a revision is kept'); END;
CREATE TRIGGER publication_stays BEFORE UPDATE ON publication BEGIN SELECT RAISE(ABORT, 'a publication is immutable'); END;
CREATE TRIGGER publication_is_kept BEFORE DELETE ON publication BEGIN SELECT RAISE(ABORT, 'a publication is kept'); END;
