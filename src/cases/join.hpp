// One outage that many tell of: their cases are joined to a main one, which alone is worked; what is done to that is
// done to them. Decisions on values; the store keeps what comes of them. Pure. Thread: any.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "cases/case.hpp"
#include "domain/result.hpp"

namespace shubbak::cases {

// A case, with what tells whether it is of the same outage as another.
struct Outage {
  std::int64_t number = 0;
  std::string area{};       // "": not told
  std::int64_t joined = 0;  // how many others are joined to it
  Case is{};
};
// `one` as it is then: at the main one's stage and office, and with nobody. Errors: invalid (they are the same case,
// or of another kind, company, directorate or area, or not about the network), conflict (either is resolved or joined
// already, others are joined to `one`, Limits::joined_most are to `main`; a fee of `one` is due or a visit arranged;
// `version`, that whoever asks has seen of `one`, is another).
Result<Case> join(const Kinds& kinds, const Outage& one, const Outage& main,
                  const std::optional<std::int64_t>& version = {});

// Done to a main case, is it done to those that are joined to it?
constexpr bool is_shared(Act act) {
  return act == Act::move || act == Act::reply || act == Act::resolve;
}
// One that is joined, after that was done to its main case.
Case followed(Case one, const Case& main);

}  // namespace shubbak::cases
