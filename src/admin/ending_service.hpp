// Payments that are not over, and how two members of staff end one of which the company tells nothing any more: one
// proposes what the company said in writing, another one approves it, and the person is told as if the company had
// answered. Needs refund.read, refund.propose or refund.decide, of the whole deployment. Thread: the loop's.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

#include "admin/staff_service.hpp"

namespace shubbak::admin {

struct OpenPaymentsWanted {
  std::string company{};               // "": of all, also of those that are configured no more
  std::chrono::seconds older_than{0};  // begun that long ago; bounded to 30 years
  std::int64_t after = 0;              // behind that number
};
// In order, 200 at once.
Result<std::vector<store::StoredPayment>, ApiError> list_open_payments(World& world,
                                                                       const OpenPaymentsWanted& wanted);

struct EndingWanted {
  std::int64_t payment = 0;  // its number, as list_open_payments() tells it
  bool settles = false;
  std::string evidence;  // what the company said, and where
};
struct EndingTold {
  store::StoredEnding ending;
  store::StoredPayment payment;
};
// Errors: as of store::ProposeEnding; invalid also: a word of the evidence could be somebody's number.
Served<EndingTold> propose_ending(World& world, Caller caller, EndingWanted wanted);
// Of one that the company has ended meanwhile the state is `overtaken`, and nothing else is changed. Errors: as of
// store::DecideEnding.
Served<EndingTold> decide_ending(World& world, Caller caller, std::int64_t ending, bool approves);
// Behind that number, in order, 200 at once; `open_only`: those that nobody has decided.
Result<std::vector<EndingTold>, ApiError> list_endings(World& world, bool open_only, std::int64_t after);

}  // namespace shubbak::admin
