// What a counter does to links, codes and PINs, for whoever asks it: the command line and the daemon's HTTP
// interface. Functions that say what is to be committed, behind what shows who may; the store decides inside its
// transaction. Thread: any one at a time; the event loop's where a register is asked.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <boost/asio/awaitable.hpp>

#include "companies/registry.hpp"
#include "domain/actor.hpp"
#include "domain/clock.hpp"
#include "domain/msisdn.hpp"
#include "domain/national_id.hpp"
#include "flows/revision.hpp"
#include "identity/link.hpp"
#include "store/store.hpp"

namespace shubbak::services {

// What a counter needs to ask a register of persons, and phones.
struct Counter {
  std::string deployment;                   // as phones are shown who asks, where no office is named
  std::vector<std::string> operators;       // whose links may carry the SMS
  companies::Registry* registry = nullptr;  // none is asked
  std::function<Result<std::shared_ptr<const flows::Revision>>()> words;
  std::function<std::uint64_t()> random;  // from a CSPRNG
  // The SMS is in the outbox of that link and may be sent; may be missing.
  std::function<void(std::string_view link, std::int64_t outbox_id, Msisdn to, const std::string& text)> on_queued{};
  std::function<void(otp::SendVerdict)> count_code{};  // for metrics; may be missing
  std::function<void(otp::TryVerdict)> count_try{};
  // Something was refused since it is not switched on; may be missing.
  std::function<void(std::string_view service, std::string_view company)> count_switched_off{};
  identity::LinkRules link_rules{};
  std::chrono::seconds code_lives{180};  // a code that comes later is of no use
  // The text in the digits that phones of that link are shown; may be missing.
  std::function<std::string(std::string_view link, std::string text)> in_digits_of{};
  // A revision of the flows that walks and payments still name though it runs no more; nothing: it is not kept. May
  // be missing.
  std::function<std::shared_ptr<const flows::Revision>(const std::string& id)> kept_words{};
  bool sends_mail = false;  // the deployment has a mail server, so an address may be registered
  [[nodiscard]] std::string shown_by(std::string_view link, std::string text) const {
    return in_digits_of ? in_digits_of(link, std::move(text)) : std::move(text);
  }
};

// Why not, and which of the things that were asked with is at fault: "msisdn", "national_id", "operator", "code",
// "address" or "".
struct Refusal {
  Error error;
  std::string_view field{};
};
using Changes = Result<std::vector<store::Change>, Refusal>;

// By which operator's link an SMS goes: the wanted one, or the only one there is.
Result<std::string, Refusal> link_to_phone(const Counter& counter, const std::string& wanted_operator);

struct CounterAct {
  Msisdn msisdn;
  std::optional<NationalId> national_id;  // of make and import; of others checked if it is there
  identity::LinkEvent event;
  Actor by;  // who is at the counter
  WallTime at;
  std::string office{};         // where it is, as the phone shows it; "": the deployment's name, or by's
  std::string initials{};       // of the person, for the register
  std::string operator_name{};  // whose link carries the SMS, where there are several
  // What the person read from the SMS of code_changes(): of a release; with a make it is a relink.
  std::optional<std::string> phone_code{};
};
// A link is made, verified, suspended, resumed, released, relinked, its money held and asked back for. Of make and
// verify the register is asked, unless the store would refuse it anyhow. The SMS that asks the phone is among the
// changes.
boost::asio::awaitable<Changes> link_changes(store::Store& store, const Counter& counter, CounterAct act);

struct PhoneAct {
  Msisdn msisdn;
  Actor by;
  WallTime at;
  std::string operator_name{};  // whose link carries the SMS, where there are several
  std::string office{};         // where the counter is; "": at none in particular
};
// Sends the phone the code that a release takes, or a relink to that other person: limited as every one-time code,
// and told to the audit trail.
Changes code_changes(store::Store& store, const Counter& counter, const PhoneAct& act,
                     const std::optional<NationalId>& relink_to);
// Of both every active number of the person is told by SMS, each in its language, by the link that PhoneAct says.
// The person of an active link has no PIN any more, and nothing that it authorised.
Changes pin_reset_changes(store::Store& store, const Counter& counter, const PhoneAct& act);
// What the person of an active link has failed is forgotten.
Changes clear_tries_changes(store::Store& store, const Counter& counter, const PhoneAct& act);

// Where the person of an active link, who is present, wants copies by e-mail to go; nothing: nowhere any more.
// unavailable: this deployment sends none.
Changes email_changes(store::Store& store, const Counter& counter, const PhoneAct& act,
                      std::optional<MailAddress> address);

// Codes that the changes above sent or brought are counted with all others.
void count_codes(const Counter& counter, const store::Committed& committed);
// What came of them: anything but done is a refusal.
Result<std::monostate, Refusal> judge_codes(const store::Committed& committed);

}  // namespace shubbak::services
