-- Version 7: how flows are walked, added up by day; nothing of any person is in it. day: days since 1970-01-01, as the
-- deployment's clock (utc_offset) counts them. detail: what store/store.hpp says beside each measure, else ''.
CREATE TABLE flow_statistic (
  day INTEGER NOT NULL,
  channel INTEGER NOT NULL CHECK (channel BETWEEN 0 AND 1), -- 0 USSD, 1 SMS
  flow TEXT NOT NULL CHECK (length(flow) BETWEEN 1 AND 64),
  state TEXT NOT NULL CHECK (length(state) BETWEEN 1 AND 64),
  measure INTEGER NOT NULL CHECK (measure BETWEEN 0 AND 7), -- store::Measure
  detail TEXT NOT NULL CHECK (length(detail) <= 129),
  count INTEGER NOT NULL,
  PRIMARY KEY (day, channel, flow, state, measure, detail)
) STRICT, WITHOUT ROWID;
