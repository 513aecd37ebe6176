// What a flow's `call` does. A service asks companies and decides; it writes nothing itself: what must be written
// comes back as changes, which the desk commits together with the reply before anyone is told (one transaction,
// DESIGN.md principle 3). Thread: the event loop's.
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/thread_pool.hpp>
#include <boost/json.hpp>

#include "cases/case.hpp"
#include "companies/card_gateway.hpp"
#include "companies/directory.hpp"
#include "domain/clock.hpp"
#include "domain/msisdn.hpp"
#include "domain/national_id.hpp"
#include "flows/engine.hpp"
#include "flows/service_signature.hpp"
#include "identity/link.hpp"
#include "otp/otp.hpp"
#include "polls/poll.hpp"
#include "services/bill_notice.hpp"
#include "services/fills.hpp"
#include "services/inquiry_limits.hpp"
#include "services/office_table.hpp"
#include "services/owned_accounts.hpp"
#include "services/switches.hpp"
#include "store/store.hpp"

namespace shubbak::services {

// A member of staff who has given their account's service PIN on the phone that is on the line.
struct Agent {
  std::string account;       // its name
  std::string office;        // where they serve (staff::usual_office), as phones are shown it; "": none in particular
  store::TokenHash session;  // of the account; whatever changes that one ends it
  // For whom they act, since that person's phone has told its code, and until when; nothing: for nobody yet.
  std::optional<Msisdn> acts_for{};
  WallTime until{};
};
constexpr std::chrono::minutes assist_lives{5};

// Who asks, and for whom. `person` is set only for an active link: a service that needs one refuses without it,
// whatever the flow says.
struct Caller {
  Msisdn subject;  // whose service it is: their link, accounts and codes; whatever goes out by SMS goes there only
  Msisdn line;     // the phone that shows the screens: the subject's own, unless an agent acts for them
  std::string_view link;  // the operator's, through which news reach them
  std::optional<NationalId> person;
  std::string locale;
  flows::Channel channel = flows::Channel::sms;  // whose sender can be forged
  std::optional<Agent> agent{};                  // on the line
  [[nodiscard]] bool is_assisted() const { return agent && agent->acts_for; }
};

struct Request {
  Caller caller;
  boost::json::object args;
  // What a code or PIN was given for (flows::authorisation_text), if the flow had to ask for one. It is used up in
  // the transaction that carries out what was asked.
  std::string authorisation;
  // The walk as it waits, to be written with what it waits for: of otp.send for the code, of a payment for the
  // company; it is taken up again until it expires.
  std::optional<store::SavedWalk> waits{};
  std::string payment_key{};  // of a service that moves money: the same for each try of one payment
  Instant deadline;           // of the whole call, however many questions it asks
  WallTime now;
  // Made by run(). What all that the service begins stands behind: that it is switched on still.
  std::vector<store::Change> required{};
  std::vector<std::string> left_out{};  // companies that are not asked, for the service is not on there
};

struct Answer {
  flows::CallOutcome outcome;
  std::vector<store::Change> changes;  // to be committed before the outcome is told
  std::string outcome_on_conflict;     // the outcome instead, if the commit meets a conflict
  bool is_asked_again = false;         // once, with the same, before that outcome is told
  std::optional<Agent> agent{};        // who has the line from now on
  bool used_authorisation = false;     // the service has used up what authorised it, in a transaction of its own
};

// What agents work with, beside the rest.
struct ForAgents {
  std::string deployment;                                         // named where an agent's account has no office
  std::function<Result<Msisdn>(std::string_view)> parse_number;   // as people type numbers
  std::function<std::shared_ptr<const flows::Revision>()> words;  // of the SMS that no flow writes
  std::function<std::string()> new_code;                          // a one-time code, from a CSPRNG
  // Links a number to a national number, both as typed, as a counter does; `link`: the operator's, by which the phone
  // is asked. Comes to an outcome of agent.link.
  std::function<boost::asio::awaitable<std::string>(Agent, std::string number, std::string person, std::string link)>
      make_link;
};

constexpr std::size_t slow_work_max = 50;  // PINs that wait to be hashed, some seconds of work

// What services work with; lives as long as the daemon.
struct World {
  companies::Directory& companies;
  OwnedAccounts& owned_accounts;
  store::Store& store;
  boost::asio::thread_pool& slow_work;    // for hashing PINs
  std::size_t slow_work_waiting = 0;      // at most slow_work_max
  std::function<std::uint64_t()> random;  // from a CSPRNG
  // A message was committed into the outbox of a link and may be sent.
  std::function<void(std::string_view link, std::int64_t outbox_id, Msisdn to, const std::string& text)> on_queued;
  std::function<void(otp::SendVerdict)> count_code;  // for metrics; may be missing
  std::function<void(otp::TryVerdict)> count_try;
  std::chrono::seconds code_lives{180};  // a code that comes later is of no use
  std::chrono::minutes utc_offset{0};    // of the deployment: billing periods begin at local midnight
  identity::LinkRules link_rules{};
  InquiryLimits inquiries{};
  NoticeSchedule notices{};  // when companies are asked for those who have subscribed
  cases::Kinds case_kinds{};
  ForAgents for_agents{};  // may be empty where nobody serves by USSD
  companies::CardGateway* card_gateway =
      nullptr;  // that takes new orders; nobody pays by bank card where there is none
  Switches switches{};
  // A call was refused since its service is not on; for metrics, may be missing. `company`: "" for none in
  // particular.
  std::function<void(std::string_view service, std::string_view company)> count_switched_off{};
  polls::Plan polls{};
  OfficeTable offices{};
  FillSale fills{};
  bool sends_mail = false;  // the deployment has a mail server
};

// The signatures of every service, which the loader checks flows against.
std::span<const flows::ServiceSignature> signatures();

// Is the phone one that serves people: of an open account that may link or assist?
bool serves_people(World& world, Msisdn line);
// What an agent has carried out for somebody, as it is to be committed: if they may still, and with its record in the
// audit trail, one of each of `services`, whose changes these are; one of none: what the dialogue itself writes.
std::vector<store::Change> on_behalf(const Agent& agent, const std::optional<NationalId>& person,
                                     std::span<const std::string> services, std::vector<store::Change> changes,
                                     WallTime now);

// Runs a service by name. An unknown name, a missing link or bad arguments come out as outcome "error"; one that is
// not switched on as flows::switched_off.
boost::asio::awaitable<Answer> run(World& world, std::string_view service, Request request);

}  // namespace shubbak::services
