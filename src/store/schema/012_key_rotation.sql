-- Version 12: several keys. One that sealed nothing any more when everything was sealed anew may leave the key file
-- (but the first, which makes indexes and keyed hashes). retired: milliseconds since 1970-01-01 UTC; 0: never; negative:
-- the mark of a rotation that is counting what it seals.
ALTER TABLE seal_key ADD COLUMN retired INTEGER NOT NULL DEFAULT 0;

-- Sealing anew changes no person: daemons keep their caches through it. Every column but the sealed one is named.
DROP TRIGGER link_changed;
CREATE TRIGGER link_changed AFTER UPDATE OF id, msisdn, national_id_index, state, since, made, money_hold, hold_since,
  verified, quarantine_end, imsi_index ON link BEGIN UPDATE person_changes SET count = count + 1; END;
DROP TRIGGER walk_changed;
CREATE TRIGGER walk_changed AFTER UPDATE OF msisdn, channel, revision, expires ON walk
  BEGIN UPDATE person_changes SET count = count + 1; END;
