-- Version 2: what one company has not got yet is found however much waits for the others.
DROP INDEX reading_undelivered;
CREATE INDEX reading_undelivered ON reading (company, id) WHERE state = 0;
