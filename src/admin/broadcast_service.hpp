// Messages to many numbers, as members of staff write, count, approve and stop them. Needs broadcast.read,
// broadcast.write (write, propose, stop) or broadcast.decide (approve, reject, let go on), of the whole deployment;
// who has written or proposed one never approves it, which the store judges. Thread: the loop's.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "admin/staff_service.hpp"
#include "broadcasts/broadcast.hpp"
#include "broadcasts/cost.hpp"
#include "store/broadcast.hpp"

namespace shubbak::admin {

struct BroadcastWanted {
  std::string kind;             // broadcasts::kind_names
  std::string operator_name{};  // whose numbers; "": any, as are those below
  std::string locale{};
  std::string company{};      // who has subscribed to notices of its bills
  std::string governorate{};  // likewise, of the company that owns it
  std::vector<broadcasts::Text> texts;
  std::string expires;  // 2026-12-01T18:00, local
};
// Errors: invalid, with the field: of what there is not, or a text that an operator's phones would not get whole;
// conflict: broadcasts::Limits::open_max others are not over.
Served<store::StoredBroadcast> draft_broadcast(World& world, Caller caller, BroadcastWanted wanted);

struct BroadcastPreview {
  std::int64_t number = 0;
  std::vector<broadcasts::Group> groups;  // by the operator that tells them
  broadcasts::Estimate whole;
  Currency currency = Currency::SYP;
};
// Whom it would tell now, and for how much: reads every link, beside the loop. Errors: not_found.
Served<BroadcastPreview> preview_broadcast(World& world, std::int64_t number);

// propose, approve, reject, pause, resume or cancel. The broadcast as it is then. Errors: not_found, forbidden (who
// has written or proposed it), conflict (not from the state that it is in).
Served<store::StoredBroadcast> act_on_broadcast(World& world, Caller caller, std::int64_t number,
                                                broadcasts::Act act);
staff::Permission permission_of(broadcasts::Act act);

Result<store::StoredBroadcast, ApiError> show_broadcast(World& world, std::int64_t number);
// Behind that number, in order, 200 at once; `open_only`: not over.
Result<std::vector<store::StoredBroadcast>, ApiError> list_broadcasts(World& world, bool open_only,
                                                                      std::int64_t after);

}  // namespace shubbak::admin
