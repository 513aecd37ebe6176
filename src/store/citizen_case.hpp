// Cases of citizens in the store: complaints, outages, requests, and all that was done to them. What may become of
// one is decided by src/cases, inside the transaction, on the case as it is then. Texts and addresses are sealed.
// (Cases of reconciliation are others: store/reconcile.hpp.) Thread: as Store.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "cases/case.hpp"
#include "cases/join.hpp"
#include "domain/actor.hpp"
#include "domain/clock.hpp"
#include "domain/msisdn.hpp"
#include "domain/national_id.hpp"
#include "domain/result.hpp"

namespace shubbak::store {

constexpr std::size_t case_text_octets_max = 2'000;
constexpr std::size_t case_address_octets_max = 500;

// --- changes; each is told to the audit trail. Errors: limit (a text is too long).
// invalid: there is no kind of that name; conflict: too many of theirs of that kind are open, or the number is taken.
// Where its kind joins cases (joins_within) it is joined by itself to an open one of its company, directorate and
// area, which was not taken out of an outage itself (find_known_outage); with `outage` to that one, or conflict: it
// takes no more.
struct OpenCitizenCase {
  std::int64_t number = 0;  // cases::draw_number()
  NationalId person;
  Msisdn msisdn;     // whom news of it go to
  std::string link;  // the operator's, by which they go
  std::string kind;
  cases::Origin from{};
  std::string area{};                     // as the flow names it
  std::optional<std::int64_t> payment{};  // that it is about
  std::string text{};
  std::string address{};
  Actor by;
  WallTime at;
  std::optional<std::int64_t> outage{};  // the number of the main case that its person is told of
};
// Errors: not_found (no case has that number, or it is not that person's), and as cases::decide(); of a fee,
// conflict: another case waits for the same amount to that account, or the one that is due is replaced or waived
// while a payment to its account is not over; of slots, that are offered or booked, conflict: another case has an
// appointment with that team at that time (slot_is_taken). What is_shared() is done to the open ones that are joined
// to it too, of which their persons are told afterwards (citizen_cases_with_news).
struct ActOnCitizenCase {
  std::int64_t number = 0;
  cases::Asked asked;
  std::string text{};                  // of a reply, an answer, a resolution, or why it is reopened, or unjoined
  std::optional<NationalId> person{};  // whose it must be, where a citizen acts
  Actor by;
  WallTime at;
  std::string visit_code{};  // of what is booked: the visitor tells it at the door
};
inline constexpr std::string_view slot_is_taken = "that team has another appointment at that time";
// Nothing is changed: what stands behind it in the set pays the fee of that case, which is due and no other. Errors:
// not_found (as of ActOnCitizenCase), conflict (it was quoted anew, is paid, or waived; or it was quoted after `at`,
// so that the payment would not be taken for it).
struct RequireCaseFee {
  std::int64_t number = 0;
  NationalId person;
  std::string company;
  std::string account;
  Money amount;
  WallTime at;  // when the payment begins
};
// Its person is told, in the same set, of what has become of it with nobody at hand (is_untold). conflict: they were.
struct NoteCaseTold {
  std::int64_t number = 0;
  std::int64_t version = 0;  // of all up to that one
};
// Errors: not_found (no case has one of the numbers), and as cases::join().
struct JoinCitizenCase {
  std::int64_t number = 0;
  std::int64_t main = 0;                  // the number of the case that it is worked with then
  std::optional<std::int64_t> version{};  // of the first one, as whoever asks has seen it
  Actor by;
  WallTime at;
};
using CitizenCaseChange =
    std::variant<OpenCitizenCase, ActOnCitizenCase, RequireCaseFee, NoteCaseTold, JoinCitizenCase>;

// --- look-ups
struct StoredCitizenCase {
  std::int64_t id = 0;  // ascending
  std::int64_t number = 0;
  cases::Case is{};
  std::optional<Msisdn> msisdn{};  // nothing: its person was erased
  std::string link{};
  std::string area{};
  std::optional<std::int64_t> payment{};
  std::string address{};     // "" also where it is erased or damaged
  std::string visit_code{};  // of an appointment; likewise
  std::int64_t joined = 0;   // how many others are joined to it
};
inline cases::Outage as_outage(const StoredCitizenCase& one) {
  return {one.number, one.area, one.joined, one.is};
}
struct CitizenCaseEvent {
  std::int64_t version = 0;
  cases::Act act = cases::Act::open;
  WallTime at{};
  Actor by{};
  std::string stage{};
  std::optional<std::uint8_t> stars{};
  std::string text{};      // "" also where it is erased or damaged
  bool is_untold = false;  // its person is to be told of it yet
};
struct DueCitizenCase {
  WallTime due{};
  std::int64_t id = 0;
};
struct OpenCitizenCases {
  std::string kind;
  std::string stage;
  std::string company;
  std::int64_t open = 0;
  std::int64_t late = 0;  // of them
};

class CitizenCaseReads {
 public:
  virtual ~CitizenCaseReads() = default;
  virtual Result<std::optional<StoredCitizenCase>> find_citizen_case(std::int64_t number) = 0;
  // Nothing also where it is another person's, in the same time.
  virtual Result<std::optional<StoredCitizenCase>> find_citizen_case_of(const NationalId& person,
                                                                        std::int64_t number) = 0;
  virtual Result<std::vector<StoredCitizenCase>> citizen_cases_of(const NationalId& person,
                                                                  std::size_t rows_max) = 0;  // newest first
  // Behind that id, in order.
  virtual Result<std::vector<StoredCitizenCase>> citizen_cases(bool open_only, std::int64_t after,
                                                               std::size_t rows_max) = 0;
  virtual Result<std::vector<CitizenCaseEvent>> citizen_case_events(std::int64_t id) = 0;  // oldest first
  // Open ones whose time is over, not escalated yet and not joined to others; behind that one, as they were due.
  virtual Result<std::vector<StoredCitizenCase>> overdue_citizen_cases(WallTime now, const DueCitizenCase& after,
                                                                       std::size_t rows_max) = 0;
  virtual Result<std::vector<OpenCitizenCases>> count_open_citizen_cases() = 0;
  // With events of which their persons are not told yet (a payment has paid the fee, or it was done to the main
  // case); behind that id, in order.
  virtual Result<std::vector<StoredCitizenCase>> citizen_cases_with_news(std::int64_t after,
                                                                         std::size_t rows_max) = 0;
  // The main case that one would be joined to by itself, if that is not older than `since`; it may take no more.
  virtual Result<std::optional<StoredCitizenCase>> find_known_outage(const OpenCitizenCase& opened,
                                                                     WallTime since) = 0;
  // Those of the slots at which no other case has an appointment with that team, in order.
  virtual Result<cases::Slots> free_slots(const StoredCitizenCase& one, const cases::Slots& slots) = 0;
};

}  // namespace shubbak::store
