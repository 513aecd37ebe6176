// shubbak handset: an operator's network with a phone in the terminal.

#include <csignal>
#include <cstdio>
#include <fstream>
#include <iterator>
#include <string>
#include <unistd.h>
#include <vector>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "cli/command.hpp"
#include "cli/console.hpp"
#include "cli/conversation.hpp"
#include "cli/script_player.hpp"

namespace shubbak::cli {
namespace {

namespace asio = boost::asio;

struct HandsetOptions {
  std::string listen = "127.0.0.1:2775";
  std::string port_file;
  std::string system_id = "shubbak";
  std::string password;
  std::string msisdn = "+963933123456";
  std::string service_code = "*123#";
  std::string short_code = "123";
  std::string operator_name = "Syriatel";
  std::string language = "en";
  std::string bidi = "auto";
  std::string colour = "auto";
  std::vector<std::string> scripts;
  std::string vouchers;
  std::string config;
  bool quiet = false;
  unsigned columns = 30;
  unsigned bind_timeout_s = 60;
  unsigned expect_timeout_s = 10;
  unsigned idle_timeout_s = 60;
};

// None where no file is named.
std::vector<std::string> words_in_file(const std::string& path) {
  std::ifstream file(path);
  return {std::istream_iterator<std::string>(file), {}};
}

// "host:port", the last colon counts; false if there is no port.
bool split_listen(const std::string& listen, NetworkConfig& config) {
  const std::size_t colon = listen.rfind(':');
  if (colon == std::string::npos || colon == 0) return false;
  const std::string digits = listen.substr(colon + 1);
  if (digits.empty() || digits.size() > 5 || digits.find_first_not_of("0123456789") != std::string::npos)
    return false;
  const unsigned long port = std::stoul(digits);
  if (port > 65'535) return false;
  config.host = listen.substr(0, colon);
  config.port = static_cast<std::uint16_t>(port);
  return true;
}

// A file or a pipe gets the logical order, which editors and searches expect.
BidiMode bidi_mode(const std::string& option, bool terminal) {
  if (option == "auto") return terminal ? BidiMode::shape : BidiMode::terminal;
  return option == "terminal" ? BidiMode::terminal : BidiMode::shape;
}

NetworkConfig network_config(const HandsetOptions& options) {
  NetworkConfig config;
  config.system_id = options.system_id;
  config.password = options.password;
  config.phones.service_code = options.service_code;
  config.phones.short_code = options.short_code;
  config.phones.idle_timeout = std::chrono::seconds(options.idle_timeout_s);
  config.look.operator_name = options.operator_name;
  config.look.language = options.language == "ar" ? PhoneLanguage::arabic : PhoneLanguage::english;
  config.look.frames = !options.quiet;
  config.look.terminal = isatty(STDOUT_FILENO) != 0;
  config.look.frame.columns = options.columns;
  config.look.frame.bidi = bidi_mode(options.bidi, config.look.terminal);
  config.look.frame.colour = options.colour == "always" || (options.colour == "auto" && config.look.terminal);
  return config;
}

// Terminals that reorder by themselves would turn what we have put in visual order around again (ECMA-48 BDSM).
class ExplicitBidi {
 public:
  explicit ExplicitBidi(const HandsetLook& look) : on_(look.terminal && look.frame.bidi == BidiMode::shape) {
    if (on_) write("\x1b[8l");
  }
  ~ExplicitBidi() {
    if (on_) write("\x1b[8h");
  }
  ExplicitBidi(const ExplicitBidi&) = delete;
  ExplicitBidi& operator=(const ExplicitBidi&) = delete;

 private:
  static void write(const char* escape) {
    std::fputs(escape, stdout);
    std::fflush(stdout);
  }
  bool on_;
};

class HandsetProgram {
 public:
  HandsetProgram(HandsetOptions options, Msisdn phone, NetworkConfig config, std::vector<Conversation> conversations)
      : options_(std::move(options)),
        phone_(phone),
        conversations_(std::move(conversations)),
        network_(context_.get_executor(), std::move(config)),
        signals_(context_, SIGINT, SIGTERM) {}

  int run() {
    if (auto started = network_.start(); !started) {
      std::fprintf(stderr, "shubbak handset: %s\n", started.error().message.c_str());
      return exit_failed;
    }
    if (!write_port()) return exit_failed;
    signals_.async_wait([this](const boost::system::error_code& error, int /*signal*/) {
      if (!error) finish(options_.scripts.empty() ? exit_ok : exit_failed);
    });
    asio::co_spawn(context_, options_.scripts.empty() ? talk() : play(), asio::detached);
    context_.run();
    return exit_code_;
  }

 private:
  bool write_port() {
    if (options_.port_file.empty()) return true;
    std::ofstream file(options_.port_file);
    file << network_.port() << "\n" << std::flush;
    if (!file) std::fprintf(stderr, "shubbak handset: cannot write %s\n", options_.port_file.c_str());
    return file.good();
  }

  asio::awaitable<bool> service_came() {
    Handset& handset = network_.handset(phone_);
    handset.say("listening on " + options_.listen.substr(0, options_.listen.rfind(':')) + ":" +
                std::to_string(network_.port()) + ", waiting for the service to bind …");
    const bool bound = co_await network_.wait_until_bound(std::chrono::seconds(options_.bind_timeout_s));
    if (!bound) {
      handset.say("✗ no service has bound as '" + options_.system_id + "' within " +
                  std::to_string(options_.bind_timeout_s) + " s");
    }
    co_return bound;
  }

  asio::awaitable<void> talk() {
    if (!co_await service_came()) co_return finish(exit_failed);
    Console console(network_, phone_);
    const bool done = co_await console.run();
    finish(done ? exit_ok : exit_failed);
  }

  asio::awaitable<void> play() {
    if (!co_await service_came()) co_return finish(exit_failed);
    ScriptPlayer player(network_, {.expect_timeout = std::chrono::seconds(options_.expect_timeout_s),
                                   .phone = phone_,
                                   .vouchers = words_in_file(options_.vouchers),
                                   .config = options_.config});
    const PlayResult result = co_await player.play(std::move(conversations_));
    std::printf("%s\n", to_string(result).c_str());
    finish(result.failed == 0 ? exit_ok : exit_failed);
  }

  void finish(int exit_code) {
    exit_code_ = exit_code;
    network_.stop();
    context_.stop();
  }

  HandsetOptions options_;
  Msisdn phone_;
  std::vector<Conversation> conversations_;
  asio::io_context context_{1};
  Network network_;
  asio::signal_set signals_;
  int exit_code_ = exit_failed;
};

int run_handset(const HandsetOptions& options) {
  const auto phone = Msisdn::parse(options.msisdn);
  if (!phone) return wrong_usage("handset", "--msisdn: " + phone.error().message);
  const std::string& code = options.service_code;
  if (code.size() < 3 || code.front() != '*' || code.back() != '#')
    return wrong_usage("handset", "--service-code: like *123#");
  NetworkConfig config = network_config(options);
  if (!split_listen(options.listen, config))
    return wrong_usage("handset", "--listen: HOST:PORT, such as 127.0.0.1:2775");
  std::vector<Conversation> conversations;
  if (!options.scripts.empty()) {
    auto read = read_conversations(options.scripts);
    if (!read) {
      for (const ScriptFault& fault : read.error()) std::fprintf(stderr, "%s\n", to_string(fault).c_str());
      return exit_failed;
    }
    conversations = std::move(*read);
  }
  const ExplicitBidi bidi(config.look);
  HandsetProgram program(options, *phone, std::move(config), std::move(conversations));
  return program.run();
}

void add_look_options(CLI::App& command, HandsetOptions& options) {
  command.add_option("--language", options.language, "Of the phone's own keys and notices")
      ->check(CLI::IsMember({"ar", "en"}))
      ->capture_default_str();
  command
      .add_option(
          "--bidi", options.bidi,
          "Who joins and orders Arabic letters: 'shape' we do, as most terminals need it; 'terminal' it does;\n"
          "auto: we do on a terminal, nobody does in a file or pipe")
      ->check(CLI::IsMember({"auto", "shape", "terminal"}))
      ->capture_default_str();
  command.add_option("--colour", options.colour, "auto: on a terminal")
      ->check(CLI::IsMember({"auto", "always", "never"}))
      ->capture_default_str();
  command.add_option("--columns", options.columns, "Of the phone's screen")
      ->check(CLI::Range(16U, 60U))
      ->capture_default_str();
  command.add_option("--operator", options.operator_name, "The name on the screen")->capture_default_str();
}

}  // namespace

void add_handset_command(CLI::App& app, int& exit_code) {
  static HandsetOptions options;
  CLI::App* command = app.add_subcommand("handset", "An operator network with a phone in the terminal");
  command->description(
      "Plays an operator's SMSC and USSD gateway on a TCP port, to which shubbakd binds, and one subscriber's phone "
      "in\n"
      "the terminal: dial, answer menus, send and receive short messages. With --script it plays conversations\n"
      "instead and checks what comes back: the texts, and that every USSD string keeps the operator's limits.");
  command->add_option("--listen", options.listen, "Address and port; port 0 is any free one")->capture_default_str();
  command->add_option("--port-file", options.port_file, "Write the port there once listening (a file or a FIFO)");
  command->add_option("--system-id", options.system_id, "That the service binds with")->capture_default_str();
  command->add_option("--password", options.password, "That the service binds with; better in the environment")
      ->envname("SHUBBAK_HANDSET_PASSWORD");
  command->add_option("--msisdn", options.msisdn, "The phone's number")->capture_default_str();
  command->add_option("--service-code", options.service_code, "What leads to the service")->capture_default_str();
  command->add_option("--short-code", options.short_code, "Where short messages go")->capture_default_str();
  command->add_option("--script", options.scripts, "Conversations to play (YAML); several may be given")
      ->check(CLI::ExistingFile);
  command->add_option("--vouchers", options.vouchers, "PINs for {voucher} in conversations, one a line")
      ->check(CLI::ExistingFile);
  command->add_option("--config", options.config, "The deployment's shubbak.yaml, where staff act in conversations")
      ->check(CLI::ExistingFile);
  command->add_flag("--quiet", options.quiet, "With --script: no frames, only what was done and what failed");
  command->add_option("--bind-timeout", options.bind_timeout_s, "Seconds to wait for the service")
      ->check(CLI::Range(1U, 3600U))
      ->capture_default_str();
  command->add_option("--expect-timeout", options.expect_timeout_s, "Seconds an expected screen or message may take")
      ->check(CLI::Range(1U, 600U))
      ->capture_default_str();
  command->add_option("--idle-timeout", options.idle_timeout_s, "Seconds after which the network ends a dialogue")
      ->check(CLI::Range(1U, 600U))
      ->capture_default_str();
  add_look_options(*command, options);
  command->callback([&exit_code] { exit_code = run_handset(options); });
}

}  // namespace shubbak::cli
