#include "cli/handset.hpp"

#include <array>
#include <ctime>

namespace shubbak::cli {
namespace {

std::string time_of_day() {
  const std::time_t now = std::time(nullptr);
  std::tm local{};
  localtime_r(&now, &local);
  std::array<char, 8> text{};
  const std::size_t length = std::strftime(text.data(), text.size(), "%H:%M", &local);
  return {text.data(), length};
}

std::string_view name_of(smpp::Alphabet alphabet) {
  switch (alphabet) {
    case smpp::Alphabet::gsm7:
      return "GSM 7-bit";
    case smpp::Alphabet::latin1:
      return "Latin-1";
    case smpp::Alphabet::ucs2:
      return "UCS-2";
    case smpp::Alphabet::octets:
      return "octets";
  }
  return "octets";
}

}  // namespace

std::string describe(const UssdScreen& screen, std::uint32_t octets_max) {
  const std::uint32_t units_max = screen.alphabet == smpp::Alphabet::gsm7 ? octets_max * 8 / 7 : octets_max / 2;
  return std::to_string(screen.units) + "/" + std::to_string(units_max) + " letters · " +
         std::string(name_of(screen.alphabet)) + " · " + std::to_string(screen.octets) + "/" +
         std::to_string(octets_max) + " octets · screen " + std::to_string(screen.number);
}

Handset::Handset(Msisdn msisdn, PhoneConfig config, Air& air, HandsetLook look)
    : look_(std::move(look)), phone_(msisdn, std::move(config), air, *this) {}

void Handset::print(const std::vector<std::string>& lines) const {
  std::string out = look_.terminal ? "\r\x1b[K" : "";
  for (const std::string& line : lines) out += line + "\n";
  std::fwrite(out.data(), 1, out.size(), stdout);
  std::fflush(stdout);
}

void Handset::say(std::string_view text) const {
  const DisplayLine line = display_line(text, look_.frame.bidi);
  print({look_.frame.indent + line.text});
}

void Handset::ask(std::string_view prompt) const {
  // A prompt that already stands there is written over.
  const std::string out = (look_.terminal ? "\r\x1b[K" : "") + look_.frame.indent + std::string(prompt);
  std::fwrite(out.data(), 1, out.size(), stdout);
  std::fflush(stdout);
}

void Handset::running() const {
  if (!look_.terminal || !look_.frames) return;
  const DisplayLine line = display_line(words_of(look_.language).running, look_.frame.bidi);
  const std::string out = look_.frame.indent + "\x1b[2m" + line.text + "\x1b[0m";
  std::fwrite(out.data(), 1, out.size(), stdout);
  std::fflush(stdout);
}

// What the phone itself shows while no dialogue is on its screen.
std::string_view Handset::notice() const {
  const PhoneWords& words = words_of(look_.language);
  if (!service_) return words.no_service;
  if (phone_.state() == Phone::State::waiting_for_service) return words.running;
  if (!happened_.end) return words.ready;
  switch (*happened_.end) {
    case DialogueEnd::by_person:
      return words.hung_up;
    case DialogueEnd::dropped:
      return words.dropped;
    case DialogueEnd::idle:
    case DialogueEnd::too_long:
      return words.timed_out;
    case DialogueEnd::no_answer:
      return words.no_answer;
    case DialogueEnd::refused:
      return words.not_taken;
  }
  return words.ready;
}

void Handset::draw() const {
  const PhoneWords& words = words_of(look_.language);
  PhoneView view;
  const std::string clock = time_of_day();
  view.operator_name = look_.operator_name;
  view.clock = clock;
  view.has_service = service_;
  if (happened_.screen && !happened_.end) {
    view.text = happened_.screen->text;
    view.left_key = happened_.screen->last ? std::string_view() : words.answer;
    view.right_key = happened_.screen->last ? words.close : words.cancel;
    view.below.push_back(describe(*happened_.screen, phone_.config().screen_octets_max));
    for (const std::string& fault : happened_.screen->faults) view.below.push_back("✗ " + fault);
  } else {
    view.text = notice();
    view.notice = true;
  }
  print(draw_phone(view, look_.frame));
}

void Handset::draw_message(const ShortMessage& message) const {
  const auto index = static_cast<std::size_t>(&message - inbox_.data());
  std::string title = message.from + " · " + arrived_[index] + " · " + std::string(name_of(message.alphabet));
  if (message.parts > 1) title += " · " + std::to_string(message.parts) + " parts";
  print(cli::draw_message({.title = title, .text = message.text}, look_.frame));
}

void Handset::draw_inbox() const {
  if (inbox_.empty()) return say("The inbox is empty.");
  for (const ShortMessage& message : inbox_) draw_message(message);
}

void Handset::changed() const {
  if (changed_) changed_();
}

void Handset::on_screen(const UssdScreen& screen) {
  happened_.end.reset();
  happened_.screen = screen;
  if (look_.frames) draw();
  changed();
}

void Handset::on_dialogue_ended(DialogueEnd end) {
  happened_.end = end;
  if (look_.frames) draw();
  changed();
}

void Handset::on_message(const ShortMessage& message) {
  inbox_.push_back(message);
  arrived_.push_back(time_of_day());
  if (look_.frames) draw_message(inbox_.back());
  changed();
}

void Handset::on_fault(std::string_view what) {
  happened_.faults.emplace_back(what);
  say("✗ " + std::string(what));
  changed();
}

}  // namespace shubbak::cli
