-- Version 8: counts the changes of what a cached person is made of, whoever makes them. So a daemon tells another
-- process's changes of persons from those of anything else, such as a publication, and keeps its cache through these.
-- A table that becomes part of a person (Store::find_person) needs the same three triggers.
CREATE TABLE person_changes (count INTEGER NOT NULL) STRICT;
INSERT INTO person_changes (count) VALUES (0);

CREATE TRIGGER link_added AFTER INSERT ON link BEGIN UPDATE person_changes SET count = count + 1; END;
CREATE TRIGGER link_changed AFTER UPDATE ON link BEGIN UPDATE person_changes SET count = count + 1; END;
CREATE TRIGGER link_removed AFTER DELETE ON link BEGIN UPDATE person_changes SET count = count + 1; END;
CREATE TRIGGER locale_added AFTER INSERT ON chosen_locale BEGIN UPDATE person_changes SET count = count + 1; END;
CREATE TRIGGER locale_changed AFTER UPDATE ON chosen_locale BEGIN UPDATE person_changes SET count = count + 1; END;
CREATE TRIGGER locale_removed AFTER DELETE ON chosen_locale BEGIN UPDATE person_changes SET count = count + 1; END;
CREATE TRIGGER walk_added AFTER INSERT ON walk BEGIN UPDATE person_changes SET count = count + 1; END;
CREATE TRIGGER walk_changed AFTER UPDATE ON walk BEGIN UPDATE person_changes SET count = count + 1; END;
CREATE TRIGGER walk_removed AFTER DELETE ON walk BEGIN UPDATE person_changes SET count = count + 1; END;
