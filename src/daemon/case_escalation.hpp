// What becomes of cases with nobody at hand, and is told to their persons by SMS: those whose stage has run out of
// time go to the office above (cases::Act::escalate), those whose fee a payment has paid may have come to another
// stage, and what was done to the main case of an outage was done to those that are joined to it. News are looked
// for every 5 s, what is late every minute, page by page; the rest waits for the next page, so that nothing else has
// to. Thread: the event loop's.
#pragma once

#include <vector>

#include <prometheus/metric_family.h>

#include "daemon/teller.hpp"
#include "daemon/walk.hpp"

namespace shubbak::daemon {

class CaseEscalation {
 public:
  CaseEscalation(Shared& shared, Teller teller);

  // To be called at the start and every few seconds.
  void tick(Instant now);

 private:
  boost::asio::awaitable<void> look_through(bool escalates);
  boost::asio::awaitable<void> tell_all();
  boost::asio::awaitable<void> tell(store::StoredCitizenCase one);
  boost::asio::awaitable<void> escalate_all();
  boost::asio::awaitable<void> escalate(store::StoredCitizenCase one);

  Shared& shared_;
  Teller teller_;
  bool under_way_ = false;
  Instant next_{};
  Instant next_escalation_{};
};

// Gauges by kind, stage and company: cases that are not resolved, and those of them that are late. What cannot be
// read is left out.
std::vector<prometheus::MetricFamily> case_families(store::CitizenCaseReads& reads);

}  // namespace shubbak::daemon
