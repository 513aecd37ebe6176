-- Version 46: a case's person answers to it. What they write is an event of the case, sealed as all texts of cases are.
ALTER TABLE citizen_case ADD COLUMN answers INTEGER NOT NULL DEFAULT 0 CHECK (answers >= 0); -- since staff have last told its person something
