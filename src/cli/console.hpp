// The person at the terminal: lines typed become presses of the phone, and what happens on the phone is drawn between
// them. One thread (the network's).
#pragma once

#include <string>
#include <string_view>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/steady_timer.hpp>

#include "cli/network.hpp"

namespace shubbak::cli {

struct ConsoleCommand {
  enum class Kind : unsigned char {
    nothing,
    dial,
    answer,
    sms,
    hang_up,
    redial,
    drop,
    inbox,
    show,
    help,
    quit,
    unknown
  };
  Kind kind = Kind::nothing;
  std::string text;  // dial, answer, sms; what was typed for unknown
  bool operator==(const ConsoleCommand&) const = default;
};

// What a typed line means. In a dialogue everything is its answer that is none of the commands; a code such as *123#
// always dials. `answer TEXT` answers with a text that looks like a command.
ConsoleCommand read_command(std::string_view line, bool in_dialogue);

class Console {
 public:
  Console(Network& network, Msisdn phone);
  // Until `quit`, the end of the input or a signal. False: the input could not be read.
  boost::asio::awaitable<bool> run();

 private:
  bool act(const ConsoleCommand& command);  // false: quit
  void help() const;
  boost::asio::awaitable<void> wait_for_answer(ConsoleCommand::Kind kind, std::size_t messages_before);
  void prompt() const;
  void report(const Status& status) const;

  Network& network_;
  Handset& handset_;
  boost::asio::steady_timer changed_;
  bool terminal_;
};

}  // namespace shubbak::cli
