// Cases of citizens as members of staff work them: what they may see, and what they do to one, of which its person is
// told by SMS. Who may is said by src/cases, by the account's grants and where the case is (case.read, case.work),
// and judged again when it is committed. To whoever may not see a case it is not there. Thread: the loop's.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "admin/staff_service.hpp"
#include "cases/case.hpp"
#include "store/citizen_case.hpp"

namespace shubbak::admin {

struct CitizenCasesWanted {
  std::optional<std::string> company{};  // nothing: of all
  bool open_only = false;
  bool late_only = false;      // open ones that were escalated
  bool answered_only = false;  // open ones whose persons have answered, and were told nothing since
  std::int64_t after = 0;      // `more` of the page before
};
struct CitizenCasesFound {
  std::vector<store::StoredCitizenCase> cases;
  std::optional<std::int64_t> more{};  // ask again behind this; nothing: these were the last ones
};
// Those that the caller may see, in the order in which they were opened: up to 1,000 of the next 5,000 that there
// are, so that nobody holds up the loop who may see few of many.
Result<CitizenCasesFound, ApiError> find_citizen_cases(World& world, const Caller& caller,
                                                       const CitizenCasesWanted& wanted);

struct CitizenCaseTold {
  store::StoredCitizenCase is;
  std::vector<std::string> next;                // what may follow its stage: stages, or cases::resolved_word
  std::vector<store::CitizenCaseEvent> events;  // oldest first
  std::string visit_code{};                     // for whoever has taken the case; "": it is not the caller's
  std::optional<std::string> visit{};           // the appointment, as cases::slot_text() has it
  std::vector<std::string> offers{};            // likewise, of what its person may choose from
};
// Errors: invalid (field tracking), not_found.
Result<CitizenCaseTold, ApiError> show_citizen_case(World& world, const Caller& caller, const std::string& tracking);

struct CitizenCaseAct {
  std::string tracking;
  cases::Act act;                    // take, reply, move, resolve, quote, offer, cancel_visit, visit or unjoin
  std::int64_t version = 0;          // of the case, as the caller has seen it
  std::string stage{};               // move: to which
  std::string text{};                // for its person: of a reply required, else if there is more; unjoin: why
  std::int64_t amount = 0;           // quote: minor units in the deployment's currency
  std::string account{};             // quote: at the case's company, which has put the fee on it
  bool waives_fee = false;           // resolve
  std::string team{};                // offer: who would come
  std::vector<std::string> slots{};  // offer: when, as cases::parse_slot() reads them, on the deployment's clock
  std::string outcome{};             // visit: one of cases::visit_outcomes
};
// The case as it is then. Errors: invalid (fields tracking, stage, text, amount, slots, outcome, reason), not_found,
// forbidden (another role's or office's), conflict (somebody else has changed it since; it is resolved; its fee is
// not paid, or is; that team is elsewhere then; it is joined to another, or unjoined and joined to none). What is
// done to those that are joined to it their persons are told afterwards.
Served<CitizenCaseTold> act_on_citizen_case(World& world, Caller caller, CitizenCaseAct act);

struct CitizenCaseJoin {
  std::string tracking;
  std::string to;            // the main case's tracking number
  std::int64_t version = 0;  // of the first one, as the caller has seen it
};
// The first one, which is worked with the main one from then on. Errors: invalid (fields tracking, to), not_found,
// forbidden (another role's stage; or case.work where the main one is), conflict (as cases::join()).
Served<CitizenCaseTold> join_citizen_cases(World& world, Caller caller, CitizenCaseJoin wanted);

}  // namespace shubbak::admin
