#include "flows/screens.hpp"

#include <algorithm>
#include <deque>
#include <vector>

#include "domain/text.hpp"

namespace shubbak::flows {
namespace {

bool has_arabic_letters(std::string_view utf8) {
  for (std::size_t at = 0; at < utf8.size();) {
    if (static_cast<unsigned char>(utf8[at]) < 0x80) {
      ++at;
      continue;
    }
    const char32_t c = next_code_point(utf8, at);
    if ((c >= 0x0620 && c <= 0x064A) || (c >= 0x066E && c <= 0x06D3)) return true;
  }
  return false;
}

}  // namespace

// Kept between inputs, so that painting a screen allocates only what it gives away.
struct Painter::Scratch {
  std::deque<std::string> texts;  // a deque: views of its elements stay valid as it grows
  std::size_t used = 0;
  std::vector<ussd::Item> items;

  std::string& next() {
    if (used == texts.size()) texts.emplace_back();
    std::string& text = texts[used++];
    text.clear();
    return text;
  }
};

Painter::Scratch& Painter::scratch() {
  thread_local Scratch scratch;
  return scratch;
}

namespace {

// What phones open must stay as it is.
std::string with_arabic_digits(std::string_view text) {
  std::string out;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = std::min(text.find_first_of(" \n", at), text.size() - 1) + 1;
    const std::string_view word = text.substr(at, end - at);
    if (word.find("://") == std::string_view::npos) {
      out += arabic_digits(word);
    } else {
      out += word;
    }
    at = end;
  }
  return out;
}

}  // namespace

std::string in_digits(DigitStyle style, std::string text) {
  switch (style) {
    case DigitStyle::latin:
      return text;
    case DigitStyle::arabic:
      // A text without Arabic letters stays in GSM 7-bit, where Arabic digits would double its size.
      return has_arabic_letters(text) ? with_arabic_digits(text) : text;
  }
  return text;
}

const List* list_in(const Session& session, std::uint16_t slot) {
  if (slot >= session.slots.size()) return nullptr;
  const auto* list = std::get_if<std::shared_ptr<const List>>(&session.slots[slot].held);
  return list == nullptr ? nullptr : list->get();
}

bool is_set(const Session& session, std::uint16_t slot) {
  return slot < session.slots.size() && session.slots[slot].is_set();
}

std::string_view Painter::text(TextId id, const Record* entry) const {
  const Text& text = revision_.text(session_.locale, id);
  if (text.is_literal()) return text.literal();
  std::string& out = scratch().next();
  text.print(out, {session_.slots, entry}, revision_.plurals(session_.locale));
  return out;
}

std::string Painter::printed(TextId id) const {
  scratch().used = 0;
  return finished(std::string(text(id)));
}

std::string Painter::finished(std::string text) const {
  return in_digits(context_.digits, std::move(text));
}

std::string Painter::alone(std::string_view text) const {
  return finished(ussd::lay_out(ussd::Content{.body = text}, 0, context_.screen).text);
}

std::string_view Painter::body(const State& state, const ChannelText& own) const {
  const std::string_view asked = text(own.of(session_.channel));
  if (session_.reason == 0) return asked;
  ChannelText reason = state.invalid.text;
  const auto* input = std::get_if<Input>(&state.body);
  if (session_.reason == reason_changed) {
    reason = {static_cast<TextId>(SystemString::changed), static_cast<TextId>(SystemString::changed)};
  } else if (input != nullptr && session_.reason >= 2) {
    reason = input->refuse[session_.reason - 2U].text;
  }
  const std::string_view told = text(reason.of(session_.channel));
  std::string& out = scratch().next();
  out.append(told).append("\n").append(asked);
  return out;
}

std::string_view Painter::body(const End& end) const {
  // A person who texts gets the text that would follow by SMS at once.
  const bool follows = session_.channel == Channel::sms && end.sms.sms != none;
  const std::string_view shown = text(follows ? end.sms.sms : end.text.of(session_.channel));
  const List* list = end.list == none ? nullptr : list_in(session_, end.list);
  if (list == nullptr) return shown;
  std::string& out = scratch().next();
  out = shown;
  for (const Record& entry : *list) {
    const Text& line = revision_.text(session_.locale, end.item.of(session_.channel));
    out += '\n';
    line.print(out, {session_.slots, &entry}, revision_.plurals(session_.locale));
  }
  return out;
}

void Painter::add_items(const Menu& menu) const {
  for (const MenuItem& item : menu.items) {
    if (item.condition != none && !revision_.condition(item.condition).holds({session_.slots, nullptr})) continue;
    scratch().items.push_back({item.key, text(item.label.of(session_.channel))});
  }
}

void Painter::add_items(const ListMenu& menu) const {
  const List* list = list_in(session_, menu.list);
  if (list == nullptr) return;
  for (const Record& entry : *list) scratch().items.push_back({{}, text(menu.item.of(session_.channel), &entry)});
}

ussd::Navigation Painter::navigation() const {
  const NavigationKeys& keys = revision_.flow(session_.at).navigation;
  ussd::Navigation navigation;
  navigation.next = {keys.next, text(SystemString::nav_next)};
  navigation.previous = {keys.previous, text(SystemString::nav_previous)};
  if (!revision_.state(session_.at).waits()) return navigation;  // an end of several pages
  if (offers_back()) navigation.back = {keys.back, text(SystemString::nav_back)};
  if (offers_home()) navigation.home = {keys.home, text(SystemString::nav_home)};
  return navigation;
}

ussd::Content Painter::content() const {
  Scratch& space = scratch();
  space.used = 0;
  space.items.clear();
  const State& state = revision_.state(session_.at);
  ussd::Content content;
  if (const auto* menu = std::get_if<Menu>(&state.body)) {
    content.body = body(state, menu->text);
    add_items(*menu);
  } else if (const auto* list = std::get_if<ListMenu>(&state.body)) {
    content.body = body(state, list->text);
    add_items(*list);
  } else if (const auto* input = std::get_if<Input>(&state.body)) {
    content.body = body(state, input->text);
  } else if (const auto* confirm = std::get_if<Confirm>(&state.body)) {
    content.body = body(state, confirm->text);
    space.items.push_back({"1", text(SystemString::yes)});
    space.items.push_back({"2", text(SystemString::no)});
  } else if (const auto* collect = std::get_if<Collect>(&state.body)) {
    content.body = body(state, is_set(session_, collect->save) ? collect->more : collect->text);
  } else if (const auto* otp = std::get_if<Otp>(&state.body)) {
    content.body = body(state, session_.asks_pin ? otp->pin : otp->enter);
    if (session_.asks_pin) space.items.push_back({"1", text(SystemString::code_by_sms)});
  } else if (const auto* end = std::get_if<End>(&state.body)) {
    content.body = body(*end);
  }
  content.items = space.items;
  content.navigation = navigation();
  return content;
}

}  // namespace shubbak::flows
