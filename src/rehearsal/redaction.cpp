#include "rehearsal/redaction.hpp"

#include <algorithm>

#include "flows/answers.hpp"
#include "flows/service_signature.hpp"

namespace shubbak::rehearsal {
namespace {

namespace json = boost::json;

using flows::ScalarType;
using flows::State;

constexpr int tries_max = 8;
constexpr std::size_t key_length_max = 3;  // of a menu or of navigation
constexpr std::size_t code_digits = 6;
constexpr std::size_t voucher_digits = 16;

bool consists_of(std::string_view text, std::string_view characters) {
  return !text.empty() && text.find_first_not_of(characters) == std::string_view::npos;
}
bool is_digits(std::string_view text) {
  return consists_of(text, "0123456789");
}
bool is_key(std::string_view text) {
  return text.size() <= key_length_max && consists_of(text, "0123456789*#");
}

bool is_navigation(const flows::Flow& flow, std::string_view text) {
  const flows::NavigationKeys& keys = flow.navigation;
  return text == keys.back || text == keys.home || text == keys.next || text == keys.previous;
}

std::string without_separators(std::string_view text) {
  std::string digits;
  std::ranges::copy_if(text, std::back_inserter(digits), [](char c) { return c != ' ' && c != '-'; });
  return digits;
}

// What is no answer where it was typed: a code that came too late, a name, a slip of the finger.
Redacted scrambled(Pseudonyms& pseudonyms, std::string_view typed) {
  const std::string text(typed);
  const std::string digits = without_separators(typed);
  if (is_digits(digits) && (digits.size() == code_digits || digits.size() == voucher_digits))
    return {std::string(digits.size(), '0'), true};
  return {pseudonyms.text(text), false};
}

class AnswerRedaction {
 public:
  AnswerRedaction(Pseudonyms& pseudonyms, const flows::Revision& revision, flows::Place place, std::string typed,
                  int number)
      : pseudonyms_(pseudonyms),
        revision_(revision),
        flow_(revision.flow(place)),
        typed_(std::move(typed)),
        number_(number) {}

  Redacted of(const State& state) {
    if (typed_.empty() || is_navigation(flow_, typed_)) return {typed_, false};
    if (std::holds_alternative<flows::Otp>(state.body)) return secret(std::string(code_digits, '0'));
    if (const auto* input = std::get_if<flows::Input>(&state.body)) return of(*input);
    if (const auto* collect = std::get_if<flows::Collect>(&state.body))
      return typed_ == collect->done ? Redacted{typed_, false} : Redacted{pseudonyms_.text(typed_), false};
    const bool is_list = std::holds_alternative<flows::ListMenu>(state.body);
    if (is_key(typed_)) {
      // Three digits may be an entry's id.
      auto name = is_list && typed_.size() == key_length_max ? pseudonyms_.known_name(typed_) : std::nullopt;
      return {name ? std::move(*name) : typed_, false};
    }
    if (const auto* menu = std::get_if<flows::Menu>(&state.body)) {
      // A label typed in full is another way to press its key, and may have a slot's value in it.
      if (const auto item = static_cast<std::size_t>(number_); item < menu->items.size())
        return {menu->items[item].key, false};
    } else if (std::holds_alternative<flows::Confirm>(state.body) && number_ < 2) {
      return {number_ == 0 ? "1" : "2", false};
    } else if (is_list) {
      if (auto name = pseudonyms_.known_name(typed_)) return {std::move(*name), false};
    }
    return scrambled(pseudonyms_, typed_);
  }

 private:
  // Right in form, or not.
  Redacted secret(std::string right) const { return {number_ == 0 ? std::move(right) : "-", true}; }

  Redacted of(const flows::Input& input) {
    using Expected = flows::Input::Kind;
    const flows::Slot* slot = input.save == flows::none ? nullptr : &flow_.slots[input.save];
    const bool is_secret = slot != nullptr && slot->is_secret;
    if (is_secret || input.kind == Expected::voucher_pin)
      return secret(std::string(input.kind == Expected::voucher_pin ? voucher_digits : input.length_min, '0'));
    switch (input.kind) {
      case Expected::digits:
      case Expected::account:
      case Expected::meter_reading:
        return number_or_digits(input.kind == Expected::account ? without_separators(typed_) : typed_, slot);
      case Expected::text:
        return {pseudonyms_.text(typed_), false};
      case Expected::amount:
      case Expected::date:
        return typed_value(*slot);
      case Expected::national_id:
        if (NationalId::parse(revision_.country(), typed_)) return {pseudonyms_.national_id(typed_), false};
        break;
      case Expected::choice:
        if (auto name = pseudonyms_.known_name(typed_)) return {std::move(*name), false};
        break;
      case Expected::voucher_pin:
        break;
    }
    return scrambled(pseudonyms_, typed_);
  }

  Redacted number_or_digits(const std::string& typed, const flows::Slot* slot) {
    if (!is_digits(typed)) return scrambled(pseudonyms_, typed_);
    const auto number = slot != nullptr && slot->scalar.kind == ScalarType::Kind::integer
                            ? flows::from_typed(typed, slot->scalar)
                            : std::nullopt;
    if (!number) return {pseudonyms_.digits(typed), false};
    std::string text =
        std::to_string(pseudonyms_.number(std::get<std::int64_t>(number->held), slot->scalar.min, slot->scalar.max));
    if (typed.front() == '0' && text.size() < typed.size()) text.insert(0, typed.size() - text.size(), '0');
    return {std::move(text), false};
  }

  // An amount or a date, in the plainest of the ways in which people write it.
  Redacted typed_value(const flows::Slot& slot) {
    const auto value = flows::from_typed(typed_, slot.scalar);
    if (!value) return scrambled(pseudonyms_, typed_);
    if (const auto* date = std::get_if<std::string>(&value->held)) return {pseudonyms_.date(*date), false};
    Money money = std::get<Money>(value->held);
    money.minor = pseudonyms_.number(money.minor, slot.scalar.min, slot.scalar.max);
    return {format_amount(money), false};
  }

  Pseudonyms& pseudonyms_;
  const flows::Revision& revision_;
  const flows::Flow& flow_;
  std::string typed_;
  int number_;
};

json::value redacted(Pseudonyms& pseudonyms, const flows::Value& value, const ScalarType& type) {
  if (const auto* number = std::get_if<std::int64_t>(&value.held))
    return pseudonyms.number(*number, type.min, type.max);
  if (const auto* money = std::get_if<Money>(&value.held)) return pseudonyms.number(money->minor, type.min, type.max);
  const auto* text = std::get_if<std::string>(&value.held);
  if (text == nullptr) return nullptr;
  switch (type.kind) {
    case ScalarType::Kind::date:
      return json::string(pseudonyms.date(*text));
    case ScalarType::Kind::digits:
      return json::string(pseudonyms.digits(*text));
    case ScalarType::Kind::text:
    case ScalarType::Kind::integer:
    case ScalarType::Kind::money:
      break;
  }
  return json::string(pseudonyms.text(*text));
}

// As the service would say it: entries by their fields' names.
json::value redacted(Pseudonyms& pseudonyms, const flows::Value& value, const flows::Slot& slot) {
  const auto* list = std::get_if<std::shared_ptr<const flows::List>>(&value.held);
  if (list == nullptr) return redacted(pseudonyms, value, slot.scalar);
  json::array entries;
  for (const flows::Record& record : **list) {
    json::object entry;
    for (std::size_t i = 0; i < record.size(); ++i)
      entry[slot.fields[i].name] = redacted(pseudonyms, record[i], slot.fields[i].type);
    entries.push_back(std::move(entry));
  }
  return entries;
}

}  // namespace

int redactions_of(const State& state) {
  const auto* menu = std::get_if<flows::Menu>(&state.body);
  return tries_max + (menu == nullptr ? 0 : static_cast<int>(menu->items.size()));
}

Redacted redact(Pseudonyms& pseudonyms, const flows::Revision& revision, flows::Place place, std::string_view typed,
                int number) {
  std::string space;
  const std::string text(flows::normalized(typed, space));
  return AnswerRedaction(pseudonyms, revision, place, text, number).of(revision.state(place));
}

Recording::Outcome redact(Pseudonyms& pseudonyms, const flows::Revision& revision, flows::Place place,
                          const flows::CallOutcome& came, std::string_view service) {
  Recording::Outcome outcome{std::string(service), came.outcome, {}};
  const auto* calling = std::get_if<flows::Calling>(&revision.state(place).body);
  if (calling == nullptr || came.outcome != "ok") return outcome;
  const std::vector<flows::Slot>& slots = revision.flow(place).slots;
  for (const flows::Calling::Save& save : calling->saves) {
    const auto* member = came.data.if_contains(save.member);
    const auto value = member == nullptr ? std::nullopt : flows::from_json(*member, slots[save.slot]);
    if (!value) return {std::string(service), calling->moves_money ? "unknown" : "error", {}};
    outcome.data[save.member] = redacted(pseudonyms, *value, slots[save.slot]);
  }
  return outcome;
}

std::set<std::string> words_of(const flows::Revision& revision) {
  std::set<std::string> words;
  for (const flows::Condition& condition : revision.conditions()) {
    const std::string& text = condition.text();
    for (std::size_t at = text.find('"'); at != std::string::npos; at = text.find('"', at)) {
      const std::size_t end = std::min(text.find('"', at + 1), text.size());
      words.insert(text.substr(at + 1, end - at - 1));
      at = std::min(end + 1, text.size());
    }
  }
  return words;
}

}  // namespace shubbak::rehearsal
