// shubbak link: what a counter does to the links between mobile numbers and persons, and what there is of them.

#include <algorithm>
#include <array>
#include <cstdio>
#include <ctime>
#include <iostream>
#include <optional>
#include <random>
#include <string>
#include <vector>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>

#include "cli/command.hpp"
#include "cli/configuration.hpp"
#include "cli/conversation.hpp"
#include "cli/given_staff.hpp"
#include "cli/open_store.hpp"
#include "cli/published_words.hpp"
#include "cli/this_user.hpp"
#include "companies/registry.hpp"
#include "daemon/load_flows.hpp"
#include "domain/text.hpp"
#include "flows/revision.hpp"
#include "flows/sources.hpp"
#include "numbers/typed_number.hpp"
#include "services/counter.hpp"
#include "store/flow_archive.hpp"

namespace shubbak::cli {
namespace {

using identity::LinkEvent;

struct LinkOptions {
  std::string config;
  std::string msisdn;
  std::string national_id;
  std::string operator_name;
  std::string office;
  std::string initials;
  std::string code;
  bool confirmed = false;
  std::string address;
  bool removes = false;
  std::vector<std::string> conversations;
};

std::uint64_t random_number() {
  std::random_device device;  // the kernel's generator, which is what a code needs
  return std::uint64_t{device()} << 32U | device();
}

std::string utc(WallTime at) {
  const std::time_t seconds = std::chrono::system_clock::to_time_t(at);
  std::tm parts{};
  gmtime_r(&seconds, &parts);
  std::array<char, 32> text{};
  std::strftime(text.data(), text.size(), "%Y-%m-%d %H:%M:%S UTC", &parts);
  return text.data();
}

std::string shown(const std::optional<NationalId>& person) {
  return person ? person->masked() : "erased";
}

std::string described(const store::StoredLink& link, WallTime now) {
  std::string text = link.msisdn.masked() + " · " + shown(link.national_id) + " · " +
                     std::string(to_string(link.record.state)) + " since " + utc(link.record.since);
  if (!link.record.verified) text += " · not verified yet";
  if (link.record.hold != store::MoneyHold::none) {
    text += " · payments " + std::string(to_string(link.record.hold)) + " since " + utc(link.record.hold_since);
  }
  if (link.record.state == store::LinkState::released && link.record.quarantine_end > now) {
    text += " · in quarantine until " + utc(link.record.quarantine_end);
  }
  return text;
}

int show(OpenStore& open, const Msisdn& msisdn) {
  const auto link = open.store().find_link(msisdn);
  if (!link) return failed("link", link.error().message);
  if (!*link) {
    std::printf("%s · not linked\n", msisdn.masked().c_str());
    return exit_failed;
  }
  const auto email = open.store().mail().mail_address(msisdn);
  if (!email) return failed("link", email.error().message);
  std::string text = described(**link, wall_now());
  if (*email) text += " · e-mail since " + utc((*email)->since);
  if (*email && (*email)->refused) text += ", refused for good " + utc(*(*email)->refused);
  std::printf("%s\n", text.c_str());
  return (*link)->record.state == store::LinkState::released ? exit_failed : exit_ok;
}

int show_history(OpenStore& open, const Msisdn& msisdn) {
  constexpr std::array<const char*, 6> kinds{"the daemon", "the phone",    "staff",
                                             "an agent",   "the operator", "the command line"};
  const auto history = open.store().link_history(msisdn);
  if (!history) return failed("link", history.error().message);
  for (const store::LinkHistoryEntry& entry : *history) {
    std::printf("%s · %s · %s · by %s%s%s\n", utc(entry.at).c_str(), shown(entry.national_id).c_str(),
                std::string(to_string(entry.event)).c_str(), kinds[static_cast<std::size_t>(entry.by.kind)],
                entry.by.name.empty() ? "" : ", ", entry.by.name.c_str());
  }
  return exit_ok;
}

// The counter that this process is, with the deployment's words, operators and register.
class CounterHere {
 public:
  explicit CounterHere(const daemon::Config& config) : http_(loop_.get_executor(), config.company_limits) {
    if (!config.registry.url.empty()) registry_.emplace(config.registry, http_);
    counter_ = {.deployment = config.deployment,
                .operators = {},
                .registry = registry_ ? &*registry_ : nullptr,
                .words = [&config] { return words_of(config); },
                .random = random_number,
                .link_rules = config.links,
                .code_lives = config.codes.code_lives,
                .in_digits_of = daemon::digits_of_links(config),
                .sends_mail = config.mail.sends()};
    for (const auto& op : config.operators) counter_.operators.push_back(op.name);
  }
  services::Counter& counter() { return counter_; }
  services::Changes link_changes(store::Store& store, services::CounterAct act) {
    std::optional<services::Changes> changes;
    const auto prepare = [&]() -> boost::asio::awaitable<void> {
      auto preparing = services::link_changes(store, counter_, std::move(act));
      changes.emplace(co_await std::move(preparing));
    };
    boost::asio::co_spawn(loop_, prepare, boost::asio::detached);
    loop_.run();
    loop_.restart();
    SHUBBAK_ASSERT(changes.has_value());
    return std::move(*changes);
  }

 private:
  boost::asio::io_context loop_{1};
  companies::HttpClient http_;
  std::optional<companies::Registry> registry_;
  services::Counter counter_;
};

// As this command's options are called.
Error error_of(const services::Refusal& refusal) {
  if (refusal.field.empty()) return refusal.error;
  std::string option(refusal.field);
  std::ranges::replace(option, '_', '-');
  return Error{refusal.error.code, "--" + option + ": " + refusal.error.message};
}

// All or nothing of it, also of what a code allows.
Status put(OpenStore& open, services::Changes changes) {
  if (!changes) return error_of(changes.error());
  const auto committed = open.put(std::move(*changes));
  if (!committed) return committed.error();
  const auto judged = services::judge_codes(*committed);
  return judged ? Status() : Status(error_of(judged.error()));
}

Result<std::optional<NationalId>> person_of(const LinkOptions& options, const OpenStore& open) {
  if (options.national_id.empty()) return std::optional<NationalId>();
  auto typed = NationalId::parse(open.country(), latin_digits(options.national_id));
  if (!typed) return Error{typed.error().code, "--national-id: " + typed.error().message};
  return std::optional(std::move(*typed));
}

// What a subcommand is about.
struct Subject {
  const LinkOptions& options;
  CounterHere& here;
  store::Store& store;
  Msisdn msisdn;
  const std::optional<NationalId>& person;

  // No grant limits who runs this: they may name any.
  [[nodiscard]] const std::string& office() const {
    return options.office.empty() ? here.counter().deployment : options.office;
  }
  [[nodiscard]] services::PhoneAct phone_act() const {
    return {.msisdn = msisdn,
            .by = this_user(),
            .at = wall_now(),
            .operator_name = options.operator_name,
            .office = options.office};
  }
  [[nodiscard]] services::Changes link_changes(LinkEvent event, bool by_code = false) const {
    services::CounterAct act{.msisdn = msisdn,
                             .national_id = person,
                             .event = event,
                             .by = this_user(),
                             .at = wall_now(),
                             .office = office(),
                             .initials = options.initials,
                             .operator_name = options.operator_name};
    if (by_code && !options.code.empty()) act.phone_code = latin_digits(options.code);
    return here.link_changes(store, std::move(act));
  }
};

services::Changes make(const Subject& of) {
  return of.link_changes(of.options.confirmed ? LinkEvent::import : LinkEvent::make);
}
template <LinkEvent event>
services::Changes change(const Subject& of) {
  return of.link_changes(event, event == LinkEvent::release);
}
services::Changes relink(const Subject& of) {
  if (of.options.code.empty()) {
    return services::Refusal{{Errc::invalid, "what the phone was sent (shubbak link relink-code)"}, "code"};
  }
  return of.link_changes(LinkEvent::make, true);
}
services::Changes release_code(const Subject& of) {
  return services::code_changes(of.store, of.here.counter(), of.phone_act(), std::nullopt);
}
services::Changes relink_code(const Subject& of) {
  if (!of.person) return services::Refusal{{Errc::invalid, "whose is the number to be?"}, "national_id"};
  return services::code_changes(of.store, of.here.counter(), of.phone_act(), of.person);
}
services::Changes reset_pin(const Subject& of) {
  return services::pin_reset_changes(of.store, of.here.counter(), of.phone_act());
}
services::Changes clear_tries(const Subject& of) {
  return services::clear_tries_changes(of.store, of.here.counter(), of.phone_act());
}

services::Changes email(const Subject& of) {
  if (of.options.removes != of.options.address.empty())
    return services::Refusal{{Errc::invalid, "where copies are to go, or --remove: one of them"}, "address"};
  std::optional<MailAddress> address;
  if (!of.options.removes) {
    auto parsed = MailAddress::parse(of.options.address);
    if (!parsed) return services::Refusal{parsed.error(), "address"};
    address = *std::move(parsed);
  }
  return services::email_changes(of.store, of.here.counter(), of.phone_act(), std::move(address));
}

// One subcommand: what it asks of the counter.
struct Verb {
  const char* name;
  services::Changes (*changes)(const Subject&);
  const char* help;
};
constexpr std::array verbs{
    Verb{"make", make,
         "Link a number to a person: the phone is asked by SMS, and the link is active once it has confirmed"},
    Verb{"confirm", change<LinkEvent::import>,
         "Confirm a link instead of the phone, which is known to be the person's"},
    Verb{"suspend", change<LinkEvent::suspend>, "Nothing of the service for this number until it is resumed"},
    Verb{"resume", change<LinkEvent::resume>, "End a suspension"},
    Verb{"release-code", release_code, "Send the phone the code that its person brings for a release"},
    Verb{"release", change<LinkEvent::release>,
         "End a link, with the code of release-code; the number is in quarantine for everybody else"},
    Verb{"relink-code", relink_code, "Send the phone the code with which its number is linked to another person"},
    Verb{"relink", relink,
         "Link an active number to another person, with the code of relink-code; then the phone is asked"},
    Verb{"hold", change<LinkEvent::hold>, "No payments from this number: its SIM may have changed hands"},
    Verb{"clear-hold", change<LinkEvent::clear_hold>, "Ask the phone by SMS to confirm that payments may go on"},
    Verb{"verify", change<LinkEvent::verify>,
         "Ask the register of persons again, where it could not be asked when the link was made"},
    Verb{"recycle", change<LinkEvent::recycle>, "The operator has given the number to somebody else: no quarantine"},
    Verb{"reset-pin", reset_pin, "Take away the service PIN of the number's person, who is told by SMS"},
    Verb{"clear-tries", clear_tries, "Forget the wrong codes and PINs of the number's person, who is told by SMS"},
    Verb{"email", email, "Copies of receipts and answers go to --address too, or with --remove nowhere any more"},
};

Result<std::string> change_link(const Verb& verb, const LinkOptions& options, const daemon::Config& config,
                                OpenStore& open, const Msisdn& msisdn) {
  const auto person = person_of(options, open);
  if (!person) return person.error();
  CounterHere here(config);
  if (Status done = put(open, verb.changes({options, here, open.store(), msisdn, *person})); !done)
    return done.error();
  const auto link = open.store().find_link(msisdn);
  if (!link) return link.error();
  return described(**link, wall_now());
}

// What every subcommand but `given` begins with.
template <class Act>
int with_number(const LinkOptions& options, const Act& act) {
  if (options.msisdn.empty()) return wrong_usage("link", "--msisdn says which number (see shubbak link --help)");
  const auto config = read_configuration(options.config);
  if (!config) return exit_failed;
  const auto msisdn = numbers::parse_typed_mobile(options.msisdn, config->country);
  if (!msisdn) return wrong_usage("link", "--msisdn: " + msisdn.error().message);
  auto open = OpenStore::open(*config);
  if (!open) return failed("link", open.error().message);
  return act(*config, **open, *msisdn);
}

int run_verb(const Verb& verb, LinkOptions options) {
  if (options.national_id == "-" && !std::getline(std::cin, options.national_id)) {
    return wrong_usage("link", "no national number on the standard input");
  }
  if (options.code == "-" && !std::getline(std::cin, options.code)) {
    return wrong_usage("link", "no code on the standard input");
  }
  if (options.address == "-" && !std::getline(std::cin, options.address)) {
    return wrong_usage("link", "no e-mail address on the standard input");
  }
  return with_number(options, [&](const daemon::Config& config, OpenStore& open, const Msisdn& msisdn) {
    const auto done = change_link(verb, options, config, open, msisdn);
    if (!done) return failed("link", msisdn.masked() + ": " + done.error().message);
    std::printf("%s\n", done->c_str());
    return int{exit_ok};
  });
}

// What the conversations' `given` sections presuppose, so that they can be played.
int link_given(const LinkOptions& options) {
  const auto conversations = read_conversations(options.conversations);
  if (!conversations) {
    for (const ScriptFault& fault : conversations.error()) std::fprintf(stderr, "%s\n", to_string(fault).c_str());
    return exit_failed;
  }
  const auto config = read_configuration(options.config);
  if (!config) return exit_failed;
  auto open = OpenStore::open(*config);
  if (!open) return failed("link", open.error().message);
  CounterHere here(*config);
  here.counter().registry = nullptr;  // what is presupposed is not looked into
  std::vector<GivenLink> done;
  for (const Conversation& conversation : *conversations) {
    if (!conversation.link) continue;
    const GivenLink& link = *conversation.link;
    bool known = false;
    for (const GivenLink& one : done) {
      if (one.msisdn != link.msisdn) continue;
      known = true;
      if (one.national_id != link.national_id) {
        return failed("link", to_string(conversation.at) +
                                  ": this number is linked to another person by a conversation before");
      }
    }
    if (known) continue;
    const auto person = NationalId::parse((*open)->country(), link.national_id);
    if (!person) return failed("link", to_string(conversation.at) + ": " + person.error().message);
    services::CounterAct act{.msisdn = link.msisdn,
                             .national_id = *person,
                             .event = link.is_confirmed ? LinkEvent::import : LinkEvent::make,
                             .by = this_user(),
                             .at = wall_now(),
                             .office = "given",
                             .operator_name = options.operator_name};
    const Status linked = put(**open, here.link_changes((*open)->store(), std::move(act)));
    if (!linked) return failed("link", to_string(conversation.at) + ": " + linked.error().message);
    done.push_back(link);
  }
  if (const Status staffed = add_given_staff(*config, *conversations); !staffed)
    return failed("link", staffed.error().message);
  const Status switched = set_given_rollout(*config, *conversations);
  return switched ? int{exit_ok} : failed("link", switched.error().message);
}

}  // namespace

void add_link_command(CLI::App& app, int& exit_code) {
  static LinkOptions options;
  CLI::App* command = app.add_subcommand("link", "Link mobile numbers to persons, as a counter does");
  command->description(
      "What a counter does to the links between mobile numbers and persons, in the deployment's database, beside the "
      "running daemon.\n"
      "Numbers are printed masked. The key file must be readable, so run it as the daemon's user.");
  add_config_option(*command, options.config);
  command->add_option("--msisdn", options.msisdn, "The mobile number, with its country code or as it is dialled");
  command->add_option("--national-id", options.national_id, "The national number; '-' reads it from stdin");
  command->add_option("--operator", options.operator_name,
                      "By whose link the phone is asked, where there are several");
  command->add_option("--initials", options.initials,
                      "Of the person, as in their papers; compared where there is a register of persons");
  command
      ->add_option("--office", options.office,
                   "Who asks, as the phone shows it and the history keeps it; at most 16 letters are shown")
      ->default_str("the deployment's name");
  command->add_option("--code", options.code, "What the person read from the phone's SMS; '-' reads it from stdin");
  command->fallthrough();
  for (const Verb& verb : verbs) {
    CLI::App* sub = command->add_subcommand(verb.name, verb.help)->fallthrough();
    if (verb.changes == make) {
      sub->add_flag("--confirmed", options.confirmed, "The phone is known to be the person's: it is not asked");
    }
    if (verb.changes == email) {
      sub->add_option("--address", options.address, "name@host.domain; '-' reads it from stdin");
      sub->add_flag("--remove", options.removes, "None any more; what waits for it is not sent");
    }
    sub->callback([&verb, &exit_code] { exit_code = run_verb(verb, options); });
  }
  command->add_subcommand("show", "Show the link of a number")->fallthrough()->callback([&exit_code] {
    exit_code = with_number(
        options, [](const daemon::Config&, OpenStore& open, const Msisdn& msisdn) { return show(open, msisdn); });
  });
  command->add_subcommand("history", "What happened to a number's links")->fallthrough()->callback([&exit_code] {
    exit_code = with_number(options, [](const daemon::Config&, OpenStore& open, const Msisdn& msisdn) {
      return show_history(open, msisdn);
    });
  });
  CLI::App* given = command->add_subcommand("given", "Link what conversations presuppose")->fallthrough();
  given->add_option("files", options.conversations, "Conversations, whose given.link is linked")
      ->required()
      ->check(CLI::ExistingFile);
  given->callback([&exit_code] { exit_code = link_given(options); });
  command->require_subcommand(1);
}

}  // namespace shubbak::cli
