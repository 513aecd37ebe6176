-- Version 39: which payments that are not over no company takes any more, without reading all that are open.
CREATE INDEX payment_open_by_deadline ON payment (not_after, company) WHERE open = 1;
