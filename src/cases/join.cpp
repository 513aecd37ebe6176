#include "cases/join.hpp"

namespace shubbak::cases {
namespace {

Error not_joined(Errc code, std::string message) {
  return Error{code, std::move(message)};
}

Status check_same_outage(const Kinds& kinds, const Outage& one, const Outage& main) {
  if (one.number == main.number) return not_joined(Errc::invalid, "a case is not joined to itself");
  const Kind* kind = find_kind(kinds, one.is.kind);
  if (kind == nullptr || kind->about != About::network)
    return not_joined(Errc::invalid, "only cases of a kind with about: network are joined");
  if (one.is.kind != main.is.kind) return not_joined(Errc::invalid, "the other case is of another kind");
  if (one.is.from.company != main.is.from.company)
    return not_joined(Errc::invalid, "the other case is of another company");
  if (one.is.from.directorate != main.is.from.directorate)
    return not_joined(Errc::invalid, "the other case is of another directorate");
  if (!one.area.empty() && !main.area.empty() && one.area != main.area)
    return not_joined(Errc::invalid, "the other case is of another area");
  return {};
}

Status check_joinable(const Outage& one) {
  if (one.is.state != State::open) return not_joined(Errc::conflict, "the case is resolved already");
  if (one.is.joined)
    return not_joined(Errc::conflict, "the case is joined already: to case " + tracking_number(*one.is.joined));
  if (one.joined > 0) return not_joined(Errc::conflict, "others are joined to the case: it stays their main one");
  if (one.is.owes_fee() || one.is.appointment || !one.is.offers.empty())
    return not_joined(Errc::conflict, "the case has a fee that is due, or a visit: that is ended first");
  return {};
}

Status check_main(const Outage& main) {
  if (main.is.state != State::open) return not_joined(Errc::conflict, "the other case is resolved already");
  if (main.is.joined)
    return not_joined(Errc::conflict,
                      "the other case is joined itself: join to case " + tracking_number(*main.is.joined));
  if (main.joined >= Limits::joined_most)
    return not_joined(Errc::conflict, "to the other case " + std::to_string(main.joined) +
                                          " are joined, which is the most: begin another main case");
  return {};
}

}  // namespace

Result<Case> join(const Kinds& kinds, const Outage& one, const Outage& main,
                  const std::optional<std::int64_t>& version) {
  if (Status seen = check_seen(one.is, version); !seen.ok()) return seen.error();
  if (Status same = check_same_outage(kinds, one, main); !same.ok()) return same.error();
  if (Status joinable = check_joinable(one); !joinable.ok()) return joinable.error();
  if (Status open = check_main(main); !open.ok()) return open.error();
  Case after = followed(one.is, main.is);
  after.joined = main.number;
  after.worker.clear();
  after.is_late = false;  // the main one is, if any
  return after;
}

Case followed(Case one, const Case& main) {
  one.stage = main.stage;
  one.stage_since = main.stage_since;
  one.due = main.due;
  one.office = main.office;
  one.state = main.state;
  one.resolved = main.resolved;
  if (one.state == State::resolved) one.answers = 0;  // else they wait for who answers their own person
  ++one.version;
  return one;
}

}  // namespace shubbak::cases
