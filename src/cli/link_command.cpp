// shubbak link: what a counter does to the links between mobile numbers and persons, and what there is of them.

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
#include "cli/conversation.hpp"
#include "cli/diagnostics.hpp"
#include "cli/given_staff.hpp"
#include "cli/open_store.hpp"
#include "cli/this_user.hpp"
#include "companies/registry.hpp"
#include "daemon/load_flows.hpp"
#include "domain/text.hpp"
#include "flows/revision.hpp"
#include "flows/sources.hpp"
#include "numbers/typed_number.hpp"
#include "services/counter.hpp"
#include "services/verification.hpp"
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
  bool confirmed = false;
  std::vector<std::string> conversations;
};

// One subcommand: what it does to the link.
struct Verb {
  const char* name;
  LinkEvent event;
  const char* help;
};
constexpr std::array verbs{
    Verb{"make", LinkEvent::make,
         "Link a number to a person: the phone is asked by SMS, and the link is active once it has confirmed"},
    Verb{"confirm", LinkEvent::import, "Confirm a link instead of the phone, which is known to be the person's"},
    Verb{"suspend", LinkEvent::suspend, "Nothing of the service for this number until it is resumed"},
    Verb{"resume", LinkEvent::resume, "End a suspension"},
    Verb{"release", LinkEvent::release, "End a link; the number is in quarantine for everybody else"},
    Verb{"hold", LinkEvent::hold, "No payments from this number: its SIM may have changed hands"},
    Verb{"clear-hold", LinkEvent::clear_hold, "Ask the phone by SMS to confirm that payments may go on"},
    Verb{"verify", LinkEvent::verify,
         "Ask the register of persons again, where it could not be asked when the link was made"},
    Verb{"recycle", LinkEvent::recycle, "The operator has given the number to somebody else: no quarantine"},
};

std::optional<daemon::Config> read(const std::string& config_file) {
  auto config = daemon::read_config(config_file, daemon::process_environment);
  if (config) return std::move(*config);
  print_diagnostics(config.error(), Colour::automatic);
  return std::nullopt;
}

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
  std::printf("%s\n", described(**link, wall_now()).c_str());
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

Result<std::string> link_to_ask_by(const daemon::Config& config, const std::string& wanted) {
  std::vector<std::string> operators;
  for (const auto& op : config.operators) operators.push_back(op.name);
  auto link = services::link_to_ask_by(operators, wanted);
  if (!link) return Error{link.error().code, "--operator: " + link.error().message};
  return link;
}

// The deployment's words, as they were published or stand in its folders.
Result<std::shared_ptr<const flows::Revision>> words_of(const daemon::Config& config) {
  const auto archive = store::FlowArchive::open(config.database);
  if (!archive) return archive.error();
  const auto latest = (*archive)->latest();
  if (!latest) return latest.error();
  daemon::LoadedFlows loaded = std::vector<flows::Diagnostic>{};
  if (*latest) {
    const auto sources = daemon::published_sources(**archive, (*latest)->revision);
    if (!sources) return sources.error();
    loaded = daemon::load_sources_of(config, *sources, daemon::Purpose::running);
  } else {
    loaded = daemon::load_flows(config);
  }
  if (loaded) return *loaded;
  print_diagnostics(loaded.error(), Colour::automatic);
  return Error{Errc::invalid, "the flows have faults"};
}

// What the register of persons lets be done; the event itself where the deployment asks none.
Result<LinkEvent> after_registry(const daemon::Config& config, LinkEvent wanted, const NationalId& person,
                                 const std::string& initials) {
  if (config.registry.url.empty()) return wanted;
  boost::asio::io_context loop(1);
  companies::HttpClient http(loop.get_executor(), config.company_limits);
  companies::Registry registry(config.registry, http);
  std::optional<Result<LinkEvent>> verified;
  const auto ask = [&]() -> boost::asio::awaitable<void> {
    auto verifying = services::verified_event(&registry, wanted, person, initials);
    verified.emplace(co_await std::move(verifying));
  };
  boost::asio::co_spawn(loop, ask, boost::asio::detached);
  loop.run();
  SHUBBAK_ASSERT(verified.has_value());
  return *verified;
}

bool makes_link(LinkEvent event) {
  return event == LinkEvent::make || event == LinkEvent::import;
}

// Whose link it is: as typed, or as the store has it.
Result<std::optional<NationalId>> person_of(const LinkOptions& options, LinkEvent event, OpenStore& open,
                                            const Msisdn& msisdn) {
  if (!options.national_id.empty()) {
    const auto typed = NationalId::parse(open.country(), latin_digits(options.national_id));
    if (!typed) return Error{typed.error().code, "--national-id: " + typed.error().message};
    return std::optional(*typed);
  }
  if (makes_link(event)) return Error{Errc::invalid, "--national-id says whom to link"};
  if (!identity::asks_the_phone(event)) return std::optional<NationalId>();
  const auto current = open.store().find_link(msisdn);
  if (!current) return current.error();
  if (!*current || !(*current)->national_id) return Error{Errc::not_found, "the number has no link"};
  return (*current)->national_id;
}

// The question to the phone, in the words that the deployment has.
struct Question {
  std::shared_ptr<const flows::Revision> words;
  services::Asking asking;
};
Result<std::unique_ptr<Question>> question_of(const daemon::Config& config, const std::string& wanted_operator,
                                              const NationalId& person) {
  const auto link = link_to_ask_by(config, wanted_operator);
  if (!link) return link.error();
  auto words = words_of(config);
  if (!words) return words.error();
  const flows::Revision& revision = **words;
  return std::unique_ptr<Question>(new Question{std::move(*words), {revision, *link, person, random_number()}});
}

Result<std::string> change_link(const Verb& verb, const LinkOptions& options, const daemon::Config& config,
                                OpenStore& open, const Msisdn& msisdn) {
  services::CounterAct act{
      .msisdn = msisdn,
      .national_id = std::nullopt,
      .event = verb.event == LinkEvent::make && options.confirmed ? LinkEvent::import : verb.event,
      .by = this_user(),
      .at = wall_now(),
      .office = options.office.empty() ? config.deployment : options.office};
  const auto person = person_of(options, act.event, open, msisdn);
  if (!person) return person.error();
  act.national_id = *person;
  if (makes_link(act.event) || act.event == LinkEvent::verify) {
    const auto allowed = after_registry(config, act.event, *act.national_id, options.initials);
    if (!allowed) return allowed.error();
    act.event = *allowed;
  }
  std::optional<services::Asking> asking;
  std::unique_ptr<Question> question;
  if (identity::asks_the_phone(act.event)) {
    auto asked = question_of(config, options.operator_name, *act.national_id);
    if (!asked) return asked.error();
    question = std::move(*asked);
    asking.emplace(question->asking);
  }
  if (const auto put = open.put(services::counter_changes(act, asking)); !put) return put.error();
  const auto link = open.store().find_link(msisdn);
  if (!link) return link.error();
  return described(**link, wall_now());
}

// What every subcommand but `given` begins with.
template <class Act>
int with_number(const LinkOptions& options, const Act& act) {
  if (options.msisdn.empty()) return wrong_usage("link", "--msisdn says which number (see shubbak link --help)");
  const auto config = read(options.config);
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
  const auto config = read(options.config);
  if (!config) return exit_failed;
  auto open = OpenStore::open(*config);
  if (!open) return failed("link", open.error().message);
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
    const LinkEvent event = link.is_confirmed ? LinkEvent::import : LinkEvent::make;
    const services::CounterAct act{link.msisdn, *person, event, this_user(), wall_now(), "given"};
    std::optional<services::Asking> asking;
    std::unique_ptr<Question> question;
    if (!link.is_confirmed) {
      auto asked = question_of(*config, options.operator_name, *person);
      if (!asked) return failed("link", asked.error().message);
      question = std::move(*asked);
      asking.emplace(question->asking);
    }
    if (const auto put = (*open)->put(services::counter_changes(act, asking)); !put) {
      return failed("link", to_string(conversation.at) + ": " + put.error().message);
    }
    done.push_back(link);
  }
  const Status staffed = add_given_staff(*config, *conversations);
  return staffed ? int{exit_ok} : failed("link", staffed.error().message);
}

}  // namespace

void add_link_command(CLI::App& app, int& exit_code) {
  static LinkOptions options;
  CLI::App* command = app.add_subcommand("link", "Link mobile numbers to persons, as a counter does");
  command->description(
      "What a counter does to the links between mobile numbers and persons, in the deployment's database, beside the "
      "running daemon.\n"
      "Numbers are printed masked. The key file must be readable, so run it as the daemon's user.");
  command->add_option("--config", options.config, "The deployment's shubbak.yaml")
      ->required()
      ->check(CLI::ExistingFile);
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
  command->fallthrough();
  for (const Verb& verb : verbs) {
    CLI::App* sub = command->add_subcommand(verb.name, verb.help)->fallthrough();
    if (verb.event == LinkEvent::make) {
      sub->add_flag("--confirmed", options.confirmed, "The phone is known to be the person's: it is not asked");
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
