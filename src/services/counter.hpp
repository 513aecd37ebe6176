// What a counter does to links, for whoever asks it: the command line and the daemon's HTTP interface. Plain
// functions that say what is to be committed; the store decides inside its transaction. Thread: any.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "domain/actor.hpp"
#include "domain/clock.hpp"
#include "domain/msisdn.hpp"
#include "domain/national_id.hpp"
#include "flows/revision.hpp"
#include "identity/link.hpp"
#include "store/store.hpp"

namespace shubbak::services {

struct CounterAct {
  Msisdn msisdn;
  std::optional<NationalId> national_id;  // of make, make_unverified and import; of others checked if it is there
  identity::LinkEvent event;
  Actor by;  // who is at the counter
  WallTime at;
  std::string office{};  // where it is, as the phone shows it; "": by's name
};
// By which operator's link the SMS goes that asks the phone (of make, verify and clear_hold), in which words, and
// what its code is made of.
struct Asking {
  const flows::Revision& revision;
  std::string link;
  NationalId national_id;
  std::uint64_t random = 0;  // from a CSPRNG
};
// The operator of that name, or the only one where none is named. Error invalid: it must be one of these.
Result<std::string> link_to_ask_by(std::span<const std::string> operators, const std::string& wanted);
std::vector<store::Change> counter_changes(const CounterAct& act, const std::optional<Asking>& asking);

}  // namespace shubbak::services
