// Messages to many numbers, as members of staff write, count, approve and stop them. Needs broadcast.read,
// broadcast.write (write, propose, stop) or broadcast.decide (approve, reject, let go on), of the company,
// directorate and office that the broadcast is for, or of all where it names none; to whoever may not read one it is
// not there. Who has written or proposed one never approves it, which the store judges. Thread: the loop's.
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
  std::string kind{};           // broadcasts::kind_names
  std::string operator_name{};  // whose numbers; "": any, as are those below
  std::string locale{};
  std::string company{};      // who gets notices of its bills; with one of the last four: whose open cases
  std::string governorate{};  // who gets notices of an account there
  std::string case_kind{};    // who has an open case of it, of that area, directorate and office, as far as named
  std::string area{};         // one of companies[].offices
  std::string directorate{};
  std::string office{};  // where cases are worked
  std::vector<broadcasts::Text> texts{};
  std::string expires{};  // 2026-12-01T18:00, local
};
// Errors: invalid, with the field: of what there is not (and what there is), or a text that an operator's phones
// would not get whole; forbidden: the caller's grants are not for so many; conflict: broadcasts::Limits::open_max
// others are not over.
Served<store::StoredBroadcast> draft_broadcast(World& world, Caller caller, BroadcastWanted wanted);

struct BroadcastPreview {
  std::int64_t number = 0;
  std::vector<broadcasts::Group> groups;  // by the operator that tells them
  broadcasts::Estimate whole;
  Currency currency = Currency::SYP;
};
// Whom it would tell now, and for how much: reads every link, beside the loop. Errors: not_found.
Served<BroadcastPreview> preview_broadcast(World& world, Caller caller, std::int64_t number);

// propose, approve, reject, pause, resume or cancel. The broadcast as it is then. Errors: not_found, forbidden (who
// has written or proposed it; or the caller may it elsewhere only), conflict (not from the state that it is in).
Served<store::StoredBroadcast> act_on_broadcast(World& world, Caller caller, std::int64_t number,
                                                broadcasts::Act act);
staff::Permission permission_of(broadcasts::Act act);

Result<store::StoredBroadcast, ApiError> show_broadcast(World& world, const Caller& caller, std::int64_t number);
// Those that the caller may read behind that number, in order, 200 at once; `open_only`: not over.
Result<std::vector<store::StoredBroadcast>, ApiError> list_broadcasts(World& world, const Caller& caller,
                                                                      bool open_only, std::int64_t after);

}  // namespace shubbak::admin
