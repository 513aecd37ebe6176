// shubbak play: the flows of a deployment on a phone in the terminal, without a network, with mocks for the services.

#include <charconv>
#include <cstdio>
#include <fstream>
#include <iostream>
#include <map>
#include <string>
#include <unistd.h>

#include "cli/command.hpp"
#include "cli/console.hpp"
#include "cli/conversation.hpp"
#include "cli/deployment.hpp"
#include "cli/phone_frame.hpp"
#include "smpp/segments.hpp"

namespace shubbak::cli {
namespace {

struct PlayOptions {
  std::string config;
  std::string operator_name;
  std::string locale;
  std::string mocks;
  bool unlinked = false;
};

constexpr const char* help_text =
    "  *123#          dial; anything else answers the menu\n"
    "  sms TEXT       text to the short code\n"
    "  drop, redial   the network loses the dialogue; dial again\n"
    "  wait 5s        time passes      slow 10s, late   how the next service answers\n"
    "  crash          the service starts anew      duplicate   the last answer once more\n"
    "  mock SERVICE {\"amount\":100}   what a service answers; or mock SERVICE timeout\n"
    "  save FILE      all of this as a conversation for shubbak test\n"
    "  quit\n";

std::optional<std::chrono::milliseconds> duration_of(std::string_view text) {
  std::uint32_t count = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), count);
  const std::string_view unit = text.substr(static_cast<std::size_t>(end - text.data()));
  if (error != std::errc() || count > 3'600'000) return std::nullopt;
  if (unit == "s") return std::chrono::seconds(count);
  if (unit == "ms") return std::chrono::milliseconds(count);
  return std::nullopt;
}

std::string quoted(const std::string& text) {
  return boost::json::serialize(boost::json::value(text));
}

class Player {
 public:
  Player(const Deployment& deployment, const rehearsal::Profile& profile, const PlayOptions& options,
         std::uint8_t locale)
      : deployment_(deployment),
        profile_(profile),
        linked_(!options.unlinked),
        locale_(deployment.revision->locales()[locale]),
        walk_(deployment.revision, profile, {.linked = !options.unlinked, .locale = locale}, services_) {
    const bool terminal = isatty(STDOUT_FILENO) != 0;
    frame_.bidi = terminal ? BidiMode::shape : BidiMode::terminal;
    frame_.colour = terminal;
  }

  void mock(const std::string& service, std::vector<rehearsal::MockAnswer> answers) {
    mocks_[service] = answers;
    services_.set(service, std::move(answers));
  }

  int run() {
    std::printf("%s on %s; help tells what can be typed\n", deployment_.config.deployment.c_str(),
                profile_.name.c_str());
    for (std::string line; prompt(), std::getline(std::cin, line);) {
      if (!obey(line)) break;
    }
    return exit_ok;
  }

 private:
  void prompt() const {
    if (isatty(STDIN_FILENO) != 0) std::printf("%s> ", walk_.in_dialogue() ? "answer" : "phone");
    std::fflush(stdout);
  }

  bool obey(const std::string& line) {
    const std::size_t space = std::min(line.find(' '), line.size());
    const std::string word = line.substr(0, space);
    const std::string rest = space < line.size() ? line.substr(space + 1) : std::string();
    if (word == "mock") {
      set_mock(rest);
    } else if (word == "save") {
      save(rest);
    } else if (word == "wait" || word == "slow") {
      pass_time(word, rest);
    } else if (word == "late" || word == "crash" || word == "duplicate") {
      happen(word);
    } else {
      return act(read_command(line, walk_.in_dialogue()));
    }
    return true;
  }

  void pass_time(const std::string& word, const std::string& text) {
    const auto time = duration_of(text);
    if (!time) {
      std::printf("a time is 5s or 500ms\n");
      return;
    }
    word == "wait" ? walk_.wait(*time) : walk_.slow(*time);
    record(word + ": " + text);
    show_messages();
  }

  void happen(const std::string& word) {
    if (word == "late") {
      walk_.late();
    } else if (word == "crash") {
      walk_.crash();
    } else {
      walk_.duplicate();
    }
    record(word);
    if (word == "duplicate") show();
  }

  bool act(const ConsoleCommand& command) {
    switch (command.kind) {
      case ConsoleCommand::Kind::quit:
        return false;
      case ConsoleCommand::Kind::nothing:
        return true;
      case ConsoleCommand::Kind::dial:
        ++dialogues_;
        walk_.dial(command.text);
        record("dial: " + quoted(command.text));
        break;
      case ConsoleCommand::Kind::answer:
        walk_.send(command.text);
        record("send: " + quoted(command.text));
        break;
      case ConsoleCommand::Kind::sms:
        walk_.sms(command.text);
        record("sms: " + quoted(command.text));
        show_messages();
        return true;
      case ConsoleCommand::Kind::redial:
        ++dialogues_;
        walk_.redial();
        record("redial");
        break;
      case ConsoleCommand::Kind::hang_up:
      case ConsoleCommand::Kind::drop:
        walk_.drop();
        record("drop");
        return true;
      case ConsoleCommand::Kind::show:
        break;
      case ConsoleCommand::Kind::inbox:
        shown_ = 0;
        show_messages();
        return true;
      case ConsoleCommand::Kind::help:
      case ConsoleCommand::Kind::unknown:
        std::fputs(help_text, stdout);
        return true;
    }
    show();
    return true;
  }

  void show() {
    if (walk_.screen()) {
      const rehearsal::Screen& screen = *walk_.screen();
      PhoneView view{.operator_name = profile_.name, .text = screen.text};
      const bool is_gsm7 = smpp::measure(screen.text).alphabet == smpp::Alphabet::gsm7;
      view.below.push_back(std::to_string(screen.octets) + " of " + std::to_string(profile_.ussd_octets_max) +
                           " octets, " + (is_gsm7 ? "GSM 7-bit" : "UCS-2") +
                           (screen.ended ? ", ended" : ", page " + std::to_string(walk_.page())));
      std::size_t parts = 0;
      for (const std::string& message : walk_.messages()) parts += parts_of(message);
      view.below.push_back("so far: dialogues " + std::to_string(dialogues_) + ", parts of SMS " +
                           std::to_string(parts));
      if (const auto at = walk_.at())
        view.below.push_back(std::string(deployment_.revision->flow_name(*at)) + "." +
                             std::string(deployment_.revision->state_name(*at)));
      for (const std::string& line : draw_phone(view, frame_)) std::printf("%s\n", line.c_str());
      record("expect: {equals: " + quoted(screen.text) + ", ended: " + (screen.ended ? "true" : "false") + "}");
    } else {
      std::printf("  no screen: the network gave up waiting\n");
    }
    for (; faults_shown_ < walk_.faults().size(); ++faults_shown_)
      std::printf("  ✗ %s\n", walk_.faults()[faults_shown_].c_str());
    show_messages();
  }

  void show_messages() {
    for (; shown_ < walk_.messages().size(); ++shown_) {
      const std::string& text = walk_.messages()[shown_];
      const std::size_t parts = parts_of(text);
      const std::string title = "SMS" + (parts > 1 ? " in " + std::to_string(parts) + " parts" : std::string());
      for (const std::string& line : draw_message({.title = title, .text = text}, frame_))
        std::printf("%s\n", line.c_str());
      if (shown_ < recorded_messages_) continue;
      record("expect_sms: {equals: " + quoted(text) + "}");
      recorded_messages_ = shown_ + 1;
    }
  }

  // What the operator will count; as it would be cut for this operator.
  [[nodiscard]] std::size_t parts_of(const std::string& text) const {
    for (const daemon::OperatorConfig& one : deployment_.config.operators) {
      if (one.name != profile_.name) continue;
      const auto parts = smpp::split_text(text, one.sms.long_text, 0, one.sms.default_alphabet, one.sms.parts_max);
      if (parts) return parts->size();
    }
    return 1;
  }

  void set_mock(const std::string& text) {
    const std::size_t space = std::min(text.find(' '), text.size());
    const std::string service = text.substr(0, space);
    const std::string said = space < text.size() ? text.substr(space + 1) : std::string();
    rehearsal::MockAnswer answer;
    if (!said.starts_with('{')) {
      answer.outcome = said;
    } else {
      boost::json::error_code error;
      const auto data = boost::json::parse(said, error);
      if (!error && data.is_object()) answer.data = data.get_object();
      if (error || !data.is_object()) {
        std::printf("that is no JSON object: %s\n", error.message().c_str());
        return;
      }
    }
    if (service.empty() || said.empty()) {
      std::printf("mock SERVICE {...} or mock SERVICE OUTCOME\n");
      return;
    }
    mock(service, {answer});
  }

  void record(const std::string& step) { steps_ += "  - " + step + "\n"; }

  void save(const std::string& file) {
    std::ofstream out(file, std::ios::app);
    out << "---\nconversation: played on " << profile_.name << "\noperator: [" << profile_.name << "]\nlocale: ["
        << locale_ << "]\ngiven:\n  linked: " << (linked_ ? "true" : "false") << '\n';
    if (!mocks_.empty()) out << "  services:\n";
    for (const auto& [service, answers] : mocks_) {
      out << "    " << service << ": [";
      for (const rehearsal::MockAnswer& answer : answers) {
        boost::json::object said = answer.data;
        if (answer.outcome != "ok") said["outcome"] = answer.outcome;
        if (answer.later) said["later"] = *answer.later;
        out << (&answer == answers.data() ? "" : ", ") << boost::json::serialize(said);
      }
      out << "]\n";
    }
    out << "steps:\n" << steps_;
    std::printf("%s %s\n", out.flush() ? "saved to" : "cannot write", file.c_str());
  }

  const Deployment& deployment_;
  rehearsal::Profile profile_;
  bool linked_;
  std::string locale_;
  rehearsal::MockServices services_;
  rehearsal::Rehearsal walk_;
  std::map<std::string, std::vector<rehearsal::MockAnswer>> mocks_;
  FrameStyle frame_;
  std::string steps_;
  std::size_t shown_ = 0;
  std::size_t dialogues_ = 0;
  std::size_t recorded_messages_ = 0;
  std::size_t faults_shown_ = 0;
};

int play(const PlayOptions& options) {
  const auto deployment = load_deployment(options.config);
  if (!deployment) return exit_failed;
  const rehearsal::Profile* profile = nullptr;
  for (const rehearsal::Profile& one : deployment->operators) {
    if (options.operator_name.empty() || one.name == options.operator_name) {
      profile = &one;
      break;
    }
  }
  const auto locale = options.locale.empty() ? std::optional<std::uint8_t>(flows::Revision::default_locale)
                                             : deployment->revision->locale_index(options.locale);
  if (profile == nullptr || !locale) {
    std::fprintf(stderr, "shubbak play: there is no %s '%s'\n", profile == nullptr ? "operator" : "language",
                 (profile == nullptr ? options.operator_name : options.locale).c_str());
    return exit_failed;
  }
  Player player(*deployment, *profile, options, *locale);
  if (!options.mocks.empty()) {
    const auto conversations = read_conversations({options.mocks});
    if (!conversations) {
      for (const ScriptFault& fault : conversations.error()) std::fprintf(stderr, "%s\n", to_string(fault).c_str());
      return exit_failed;
    }
    for (const auto& [service, answers] : conversations->front().services) player.mock(service, answers);
  }
  return player.run();
}

}  // namespace

void add_play_command(CLI::App& app, int& exit_code) {
  static PlayOptions options;
  CLI::App* command = app.add_subcommand("play", "A phone in the terminal on a deployment's flows alone");
  command->description(
      "Draws the phone of a person who walks through the flows, on the engine that the daemon runs: no network, no\n"
      "companies, a clock moved by hand. Services answer what --mocks or `mock` says, else with an error.");
  add_config_option(*command, options.config);
  command->add_option("--operator", options.operator_name, "Whose phone it is (else the first)");
  command->add_option("--locale", options.locale, "The person's language (else the deployment's first)");
  command->add_option("--mocks", options.mocks, "A conversation whose given.services answer")
      ->check(CLI::ExistingFile);
  command->add_flag("--unlinked", options.unlinked, "The number has no link");
  command->callback([&exit_code] { exit_code = play(options); });
}

}  // namespace shubbak::cli
