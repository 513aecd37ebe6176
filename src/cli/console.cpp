#include "cli/console.hpp"

#include <array>
#include <cstdio>
#include <istream>
#include <unistd.h>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/read_until.hpp>
#include <boost/asio/streambuf.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace shubbak::cli {
namespace {

namespace asio = boost::asio;
constexpr auto as_tuple = asio::as_tuple(asio::use_awaitable);
constexpr std::size_t line_octets_max = 4096;
constexpr std::chrono::seconds message_wait{10};  // for the answer to a text that came through a pipe

using Kind = ConsoleCommand::Kind;

std::string_view trimmed(std::string_view text) {
  constexpr std::string_view blanks = " \t\r\n";
  const std::size_t first = text.find_first_not_of(blanks);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(blanks) - first + 1);
}

// The rest of a line that begins with a word; nothing if it does not.
std::optional<std::string_view> after_word(std::string_view line, std::string_view word) {
  if (!line.starts_with(word)) return std::nullopt;
  line.remove_prefix(word.size());
  if (line.empty() || line.front() != ' ') return std::nullopt;
  return trimmed(line);
}

Kind single_word(std::string_view line) {
  struct Word {
    std::string_view word;
    Kind kind;
  };
  static constexpr std::array<Word, 15> words{{{"hang up", Kind::hang_up},
                                               {"end", Kind::hang_up},
                                               {"cancel", Kind::hang_up},
                                               {"redial", Kind::redial},
                                               {"drop", Kind::drop},
                                               {"inbox", Kind::inbox},
                                               {"show", Kind::show},
                                               {"help", Kind::help},
                                               {"?", Kind::help},
                                               {"quit", Kind::quit},
                                               {"exit", Kind::quit},
                                               {"إنهاء", Kind::hang_up},
                                               {"الوارد", Kind::inbox},
                                               {"مساعدة", Kind::help},
                                               {"خروج", Kind::quit}}};
  for (const Word& known : words) {
    if (known.word == line) return known.kind;
  }
  return Kind::unknown;
}

}  // namespace

ConsoleCommand read_command(std::string_view line, bool in_dialogue) {
  line = trimmed(line);
  if (line.empty()) return {};
  if (line.front() == '*') return {Kind::dial, std::string(line)};
  if (const auto code = after_word(line, "dial")) return {Kind::dial, std::string(*code)};
  if (const auto text = after_word(line, "answer")) return {Kind::answer, std::string(*text)};
  for (const std::string_view word : {"sms", "رسالة"}) {
    if (const auto text = after_word(line, word)) return {Kind::sms, std::string(*text)};
  }
  const Kind kind = single_word(line);
  if (kind != Kind::unknown) return {kind, {}};
  return {in_dialogue ? Kind::answer : Kind::unknown, std::string(line)};
}

Console::Console(Network& network, Msisdn phone)
    : network_(network),
      handset_(network.handset(phone)),
      changed_(network.executor()),
      terminal_(isatty(STDIN_FILENO) != 0) {}

// Lines from a pipe come all at once: the next one is for what comes in answer to this one.
asio::awaitable<void> Console::wait_for_answer(ConsoleCommand::Kind kind, std::size_t messages_before) {
  const Instant message_deadline = std::chrono::steady_clock::now() + message_wait;
  const auto waits = [&] {
    const bool message_due = kind == Kind::sms && handset_.inbox().size() == messages_before;
    return handset_.phone().state() == Phone::State::waiting_for_service ||
           (message_due && std::chrono::steady_clock::now() < message_deadline);
  };
  while (waits()) {
    const auto dialogue_deadline = handset_.phone().next_deadline();
    changed_.expires_at(dialogue_deadline ? *dialogue_deadline + std::chrono::seconds(1) : message_deadline);
    co_await changed_.async_wait(as_tuple);
  }
}

void Console::prompt() const {
  if (!terminal_) return;
  const bool answers = handset_.phone().state() == Phone::State::waiting_for_person;
  handset_.ask(answers ? "answer ▸ " : "phone ▸ ");
}

void Console::help() const {
  const std::string& code = handset_.phone().config().service_code;
  handset_.say(code + "        dial; also codes below it, such as " + code.substr(0, code.size() - 1) + "*1#");
  handset_.say("1            answer a menu (answer TEXT for a text that is also a command)");
  handset_.say("sms TEXT     send a short message to " + handset_.phone().config().short_code);
  handset_.say("end          hang up        redial   dial the last code again");
  handset_.say("drop         the network loses the dialogue");
  handset_.say("inbox        show the messages received");
  handset_.say("show         draw the phone again");
  handset_.say("quit         leave");
}

void Console::report(const Status& status) const {
  if (!status) handset_.say("✗ " + status.error().message);
}

bool Console::act(const ConsoleCommand& command) {
  Phone& phone = handset_.phone();
  const Instant now = std::chrono::steady_clock::now();
  const auto request = [this](const Status& sent) {
    report(sent);
    if (sent) handset_.running();
  };
  switch (command.kind) {
    case Kind::nothing:
      break;
    case Kind::dial:
      request(phone.dial(command.text, now));
      break;
    case Kind::redial:
      request(phone.redial(now));
      break;
    case Kind::answer:
      request(phone.answer(command.text, now));
      break;
    case Kind::sms: {
      const Status sent = phone.send_sms(command.text);
      report(sent);
      if (sent) handset_.say("✉ sent");
      break;
    }
    case Kind::hang_up:
      phone.hang_up();
      break;
    case Kind::drop:
      phone.drop();
      break;
    case Kind::inbox:
      handset_.draw_inbox();
      break;
    case Kind::show:
      handset_.draw();
      break;
    case Kind::help:
      help();
      break;
    case Kind::quit:
      return false;
    case Kind::unknown:
      handset_.say("No such command (help lists them): " + command.text);
      break;
  }
  return true;
}

asio::awaitable<bool> Console::run() {
  boost::system::error_code error;
  asio::posix::stream_descriptor input(network_.executor());
  const int descriptor = dup(STDIN_FILENO);
  if (descriptor >= 0) input.assign(descriptor, error);
  if (descriptor < 0 || error) {
    if (descriptor >= 0) close(descriptor);
    handset_.say("✗ the standard input cannot be waited for: use a terminal or a pipe");
    co_return false;
  }
  handset_.on_change([this] {
    changed_.cancel();
    prompt();
  });
  network_.on_service([this](bool bound, const std::string& why) {
    handset_.say(bound ? "● service: " + why : "○ no service: " + why);
    prompt();
  });
  handset_.draw();
  prompt();
  asio::streambuf buffer(line_octets_max);
  bool go_on = true;
  while (go_on) {
    auto [failure, octets] = co_await asio::async_read_until(input, buffer, '\n', as_tuple);
    if (failure && buffer.size() == 0) break;
    if (failure == asio::error::not_found) {
      handset_.say("✗ a line of more than " + std::to_string(line_octets_max) + " octets is not taken");
      buffer.consume(buffer.size());
      continue;
    }
    std::istream stream(&buffer);
    std::string line;
    std::getline(stream, line);
    const bool in_dialogue = handset_.phone().state() == Phone::State::waiting_for_person;
    const ConsoleCommand command = read_command(line, in_dialogue);
    const std::size_t messages_before = handset_.inbox().size();
    go_on = act(command) && !failure;
    if (!terminal_) co_await wait_for_answer(command.kind, messages_before);
    const bool awaits = handset_.phone().state() == Phone::State::waiting_for_service;
    if (go_on && !awaits) prompt();
  }
  handset_.on_change({});
  network_.on_service({});
  co_return true;
}

}  // namespace shubbak::cli
