// shubbak link: binds mobile numbers to persons, as a counter does, and shows what is bound.

#include <cstdio>
#include <iostream>
#include <optional>
#include <string>
#include <vector>

#include "cli/command.hpp"
#include "cli/conversation.hpp"
#include "cli/diagnostics.hpp"
#include "cli/open_store.hpp"

namespace shubbak::cli {
namespace {

struct LinkOptions {
  std::string config;
  std::string msisdn;
  std::string national_id;
  std::string state = "active";
  std::vector<std::string> conversations;
};

int failed(const std::string& what) {
  std::fprintf(stderr, "shubbak link: %s\n", what.c_str());
  return exit_failed;
}

int wrong_usage(const std::string& what) {
  std::fprintf(stderr, "shubbak link: %s\n", what.c_str());
  return exit_usage;
}

std::optional<store::LinkState> state_named(std::string_view name) {
  if (name == "active") return store::LinkState::active;
  if (name == "suspended") return store::LinkState::suspended;
  if (name == "released") return store::LinkState::released;
  return std::nullopt;
}

const char* name_of(store::LinkState state) {
  switch (state) {
    case store::LinkState::pending:
      return "pending";
    case store::LinkState::active:
      return "active";
    case store::LinkState::suspended:
      return "suspended";
    case store::LinkState::released:
      return "released";
  }
  return "unknown";
}

Result<std::unique_ptr<OpenStore>, int> open_store(const std::string& config_file) {
  const auto config = daemon::read_config(config_file, daemon::process_environment);
  if (!config) {
    print_diagnostics(config.error(), Colour::automatic);
    return exit_failed;
  }
  auto opened = OpenStore::open(*config);
  if (!opened) return failed(opened.error().message);
  return std::move(*opened);
}

int put_link(OpenStore& open, const Msisdn& msisdn, const std::string& national_id, store::LinkState state) {
  const auto person = NationalId::parse(open.country(), national_id);
  if (!person) return wrong_usage("--national-id: " + person.error().message);
  const store::PutLink link{.msisdn = msisdn, .national_id = *person, .state = state, .at = wall_now()};
  if (auto put = open.put(link); !put) {
    if (put.error().code == Errc::conflict) {
      return failed(msisdn.masked() + " is linked to somebody else: release that link first (--state released)");
    }
    return failed(put.error().message);
  }
  std::printf("%s · %s · %s\n", msisdn.masked().c_str(), person->masked().c_str(), name_of(state));
  return exit_ok;
}

int link_number(LinkOptions options) {
  if (options.msisdn.empty() || options.national_id.empty()) {
    return wrong_usage("--msisdn and --national-id say whom to link (see shubbak link --help)");
  }
  if (options.national_id == "-" && !std::getline(std::cin, options.national_id)) {
    return wrong_usage("no national number on the standard input");
  }
  const auto msisdn = Msisdn::parse(options.msisdn);
  if (!msisdn) return wrong_usage("--msisdn: " + msisdn.error().message);
  auto open = open_store(options.config);
  if (!open) return open.error();
  return put_link(**open, *msisdn, options.national_id, state_named(options.state).value());
}

int show_link(const LinkOptions& options) {
  const auto msisdn = Msisdn::parse(options.msisdn);
  if (!msisdn) return wrong_usage("--msisdn: " + msisdn.error().message);
  auto open = open_store(options.config);
  if (!open) return open.error();
  const auto person = (*open)->store().find_person(*msisdn);
  if (!person) return failed(person.error().message);
  if (!person->link) {
    std::printf("%s · not linked\n", msisdn->masked().c_str());
    return exit_failed;
  }
  std::printf("%s · %s · %s%s%s\n", msisdn->masked().c_str(), person->link->national_id.masked().c_str(),
              name_of(person->link->state), person->locale.empty() ? "" : " · language ", person->locale.c_str());
  return exit_ok;
}

// What the conversations' `given` sections presuppose, so that they can be played.
int link_given(const LinkOptions& options) {
  const auto conversations = read_conversations(options.conversations);
  if (!conversations) {
    for (const ScriptFault& fault : conversations.error()) std::fprintf(stderr, "%s\n", to_string(fault).c_str());
    return exit_failed;
  }
  auto open = open_store(options.config);
  if (!open) return open.error();
  std::vector<GivenLink> done;
  for (const Conversation& conversation : *conversations) {
    if (!conversation.link) continue;
    const GivenLink& link = *conversation.link;
    bool known = false;
    for (const GivenLink& one : done) {
      if (one.msisdn != link.msisdn) continue;
      known = true;
      if (one.national_id != link.national_id) {
        return failed(to_string(conversation.at) +
                      ": this number is linked to another person by a conversation before");
      }
    }
    if (known) continue;
    if (const int code = put_link(**open, link.msisdn, link.national_id, store::LinkState::active); code != exit_ok) {
      return code;
    }
    done.push_back(link);
  }
  return exit_ok;
}

}  // namespace

void add_link_command(CLI::App& app, int& exit_code) {
  static LinkOptions options;
  CLI::App* command = app.add_subcommand("link", "Link a mobile number to a person, as a counter does");
  command->description(
      "Links a mobile number to a person's national number in the deployment's database, or changes that link's "
      "state.\n"
      "Numbers are printed masked. The key file must be readable, so run it as the daemon's user.");
  command->add_option("--config", options.config, "The deployment's shubbak.yaml")
      ->required()
      ->check(CLI::ExistingFile);
  command->add_option("--msisdn", options.msisdn, "The mobile number with its country code, such as +963933123456");
  command->add_option("--national-id", options.national_id, "The national number; '-' reads it from stdin");
  command->add_option("--state", options.state, "Of the link")
      ->check(CLI::IsMember({"active", "suspended", "released"}))
      ->capture_default_str();
  CLI::App* show = command->add_subcommand("show", "Show the link of a number")->fallthrough();
  CLI::App* given = command->add_subcommand("given", "Link what conversations presuppose")->fallthrough();
  given->add_option("files", options.conversations, "Conversations, whose given.link is linked")
      ->required()
      ->check(CLI::ExistingFile);
  command->require_subcommand(0, 1);
  command->callback([command, show, given, &exit_code] {
    if (command->got_subcommand(show)) {
      exit_code = show_link(options);
    } else if (command->got_subcommand(given)) {
      exit_code = link_given(options);
    } else {
      exit_code = link_number(options);
    }
  });
}

}  // namespace shubbak::cli
