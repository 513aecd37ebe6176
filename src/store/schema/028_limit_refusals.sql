-- Version 28: how often a payment was refused because somebody was over a limit, on whatever channel and by whatever
-- process: for whoever watches over the daemon. Of whom it was nothing is kept.
CREATE TABLE limit_refusal (
  scope INTEGER PRIMARY KEY CHECK (scope BETWEEN 0 AND 4),
  refusals INTEGER NOT NULL CHECK (refusals > 0)
) STRICT;
