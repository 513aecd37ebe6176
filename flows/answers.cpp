#include "flows/answers.hpp"

#include <algorithm>
#include <iterator>

#include "domain/check_digit.hpp"
#include "domain/national_id.hpp"
#include "domain/text.hpp"
#include "flows/confirm_words.hpp"
#include "flows/spelling.hpp"

namespace shubbak::flows {
namespace {

constexpr std::size_t typed_characters_max = 2000;
constexpr std::uint8_t reason_invalid = 1;
constexpr std::uint8_t reason_first_refusal = 2;
constexpr std::size_t keyword_length_forgiven = 5;  // PRODUCT.md: one edit forgiven in words of 5 letters or more

// Numbers of accounts and vouchers are printed in groups: "12-3456 78".
std::string without_groups(std::string_view answer) {
  std::string digits;
  std::ranges::copy_if(answer, std::back_inserter(digits), [](char c) { return c != ' ' && c != '-'; });
  return digits;
}

class Taker {
 public:
  Taker(const Revision& revision, Session& session, const Context& context, std::string_view answer)
      : revision_(revision), session_(session), context_(context), answer_(answer) {}

  const Branch* take(const State& state) {
    session_.reason = reason_invalid;
    const Branch* branch = nullptr;
    if (const auto* menu = std::get_if<Menu>(&state.body)) {
      branch = take(*menu);
    } else if (const auto* list = std::get_if<ListMenu>(&state.body)) {
      branch = take(*list);
    } else if (const auto* input = std::get_if<Input>(&state.body)) {
      branch = take(*input);
    } else if (const auto* confirm = std::get_if<Confirm>(&state.body)) {
      branch = take(*confirm);
    } else if (const auto* collect = std::get_if<Collect>(&state.body)) {
      branch = take(*collect);
    }
    if (branch != nullptr) session_.reason = 0;
    return branch;
  }

 private:
  [[nodiscard]] std::string label(TextId id) const {
    std::string out;
    revision_.text(session_.locale, id).print(out, {session_.slots, nullptr}, revision_.plurals(session_.locale));
    return fold(out);
  }

  const Branch* take(const Menu& menu) {
    const auto is_offered = [&](const MenuItem& item) {
      return item.condition == none || revision_.condition(item.condition).holds({session_.slots, nullptr});
    };
    for (const MenuItem& item : menu.items) {
      if (item.key == answer_) return is_offered(item) ? &item.to : nullptr;
    }
    const std::string name = fold(answer_);
    if (name.empty()) return nullptr;
    for (const MenuItem& item : menu.items) {
      if (label(item.label.of(session_.channel)) == name && is_offered(item)) return &item.to;
    }
    return nullptr;
  }

  const Branch* take(const ListMenu& menu) {
    const List* list = list_in(session_, menu.list);
    if (list == nullptr) return nullptr;
    const int chosen = index_of(menu, *list);
    if (chosen < 0) return nullptr;
    if (menu.save != none) {
      auto record = std::make_shared<const Record>((*list)[static_cast<std::size_t>(chosen)]);
      set_slot(revision_, session_, menu.save, Value{std::move(record)});
    }
    return &menu.pick;
  }

  // The number on the screen, or the entry's id or name typed in full.
  int index_of(const ListMenu& menu, const List& list) {
    session_.reason = shown_reason_;  // the page must be the one that was shown
    const Painter painter(revision_, session_, context_);
    const ussd::Content content = painter.content();
    const int on_page = ussd::item_for_key(content, painter.page(content), answer_);
    session_.reason = reason_invalid;
    if (on_page >= 0) return on_page;
    if (menu.id_field != none) {
      const int by_id = only_one(list, [&](const Record& entry) { return is_text(entry[menu.id_field], answer_); });
      if (by_id >= 0) return by_id;
    }
    if (menu.label_field == none) return -1;
    const std::string name = fold(answer_);
    if (name.empty()) return -1;
    return only_one(list, [&](const Record& entry) {
      const auto* label = std::get_if<std::string>(&entry[menu.label_field].held);
      return label != nullptr && fold(*label) == name;
    });
  }

  static bool is_text(const Value& value, std::string_view text) {
    const auto* held = std::get_if<std::string>(&value.held);
    return held != nullptr && *held == text;
  }

  // -1 when none or more than one is meant.
  template <class Matches>
  static int only_one(const List& list, Matches matches) {
    const auto first = std::find_if(list.begin(), list.end(), matches);
    if (first == list.end() || std::any_of(first + 1, list.end(), matches)) return -1;
    return static_cast<int>(first - list.begin());
  }

  const Branch* take(const Input& input) {
    if (input.kind == Input::Kind::choice) return choose(input);
    std::optional<Value> value = typed_value(input);
    if (!value) return nullptr;
    if (input.save == none) return &input.then;
    const Value before = input.save < session_.slots.size() ? session_.slots[input.save] : Value();
    set_slot(revision_, session_, input.save, std::move(*value));
    for (std::size_t i = 0; i < input.refuse.size(); ++i) {
      if (!revision_.condition(input.refuse[i].condition).holds({session_.slots, nullptr})) continue;
      session_.slots[input.save] = before;
      session_.reason = static_cast<std::uint8_t>(reason_first_refusal + i);
      return nullptr;
    }
    return &input.then;
  }

  [[nodiscard]] std::optional<Value> typed_value(const Input& input) const {
    ScalarType as_typed{ScalarType::Kind::digits, Currency::SYP, input.length_min, input.length_max, 0, 0};
    std::string digits;
    std::string_view typed = answer_;
    switch (input.kind) {
      case Input::Kind::digits:
      case Input::Kind::meter_reading:
        break;
      case Input::Kind::account:
        digits = without_groups(answer_);
        typed = digits;
        break;
      case Input::Kind::text:
        as_typed.kind = ScalarType::Kind::text;
        break;
      case Input::Kind::national_id:
        if (!NationalId::parse(revision_.country(), answer_)) return std::nullopt;
        break;
      case Input::Kind::voucher_pin:
        digits = without_groups(answer_);
        typed = digits;
        if (!ends_with_check_digit(typed)) return std::nullopt;
        break;
      case Input::Kind::amount:
      case Input::Kind::date:
        return from_typed(answer_, revision_.flow(session_.at).slots[input.save].scalar);
      case Input::Kind::choice:
        return std::nullopt;  // see choose()
    }
    std::optional<Value> value = from_typed(typed, as_typed);
    if (!value || input.save == none) return value;
    const Slot& slot = revision_.flow(session_.at).slots[input.save];
    return from_typed(typed, slot.scalar);
  }

  // By name, one slip of a finger forgiven where it can mean only one.
  const Branch* choose(const Input& input) {
    const List* list = list_in(session_, input.list);
    const std::u32string name = code_points(fold(answer_));
    if (list == nullptr || name.empty()) return nullptr;
    const auto distance = [&](const Record& entry, std::size_t limit) {
      const auto* label = std::get_if<std::string>(&entry[input.label_field].held);
      return label == nullptr ? limit + 1 : edit_distance(code_points(fold(*label)), name, limit);
    };
    int chosen = only_one(*list, [&](const Record& entry) { return distance(entry, 0) == 0; });
    const std::size_t forgiven = name.size() >= keyword_length_forgiven ? 1 : 0;
    if (chosen < 0)
      chosen = only_one(*list, [&](const Record& entry) { return distance(entry, forgiven) <= forgiven; });
    if (chosen < 0) return nullptr;
    auto record = std::make_shared<const Record>((*list)[static_cast<std::size_t>(chosen)]);
    set_slot(revision_, session_, input.save, Value{std::move(record)});
    return &input.then;
  }

  // One more piece; nullptr without a reason while more may come.
  const Branch* take(const Collect& collect) {
    const bool has_some = is_set(session_, collect.save);
    if (has_some && answer_ == collect.done) return &collect.then;
    std::string piece = plain_text(answer_, typed_characters_max);
    if (piece.empty()) return nullptr;
    std::string all;
    if (has_some) all = std::get<std::string>(session_.slots[collect.save].held) + " ";
    all += piece;
    const std::size_t length_max = revision_.flow(session_.at).slots[collect.save].scalar.length_max;
    std::string kept = plain_text(all, length_max);
    // A letter that takes the room of two may have been left out before the last one.
    const bool is_full = kept.size() < all.size() || length_of(kept) >= length_max;
    set_slot(revision_, session_, collect.save, Value{std::move(kept)});
    session_.reason = 0;
    return is_full ? &collect.then : nullptr;
  }

  const Branch* take(const Confirm& confirm) {
    if (answer_ == "1") return &confirm.yes;
    if (answer_ == "2") return &confirm.no;
    const std::string word = fold(answer_);
    if (word.empty()) return nullptr;
    if (means(word, SystemString::yes, SystemString::yes_words)) return &confirm.yes;
    if (means(word, SystemString::no, SystemString::no_words)) return &confirm.no;
    return nullptr;
  }

  // `word`: folded.
  [[nodiscard]] bool means(const std::string& word, SystemString name, SystemString other_words) const {
    return ConfirmWords(revision_, session_.locale, name, other_words).has(word);
  }

  const Revision& revision_;
  Session& session_;
  const Context& context_;
  std::string_view answer_;
  std::uint8_t shown_reason_ = session_.reason;
};

// The first word of what is next, folded but for the marks within numbers; what other marks hold together with it is
// left as the next one.
std::string take_ready_word(std::vector<std::string>& ready) {
  std::string words = fold_around_numbers(ready.back());
  ready.pop_back();
  const std::size_t blank = words.find(' ');
  if (blank == std::string::npos) return words;
  ready.push_back(words.substr(blank + 1));
  words.resize(blank);
  return words;
}

std::string_view trimmed(std::string_view text) {
  constexpr std::string_view blanks = " \t\r\n\v\f";
  const std::size_t first = text.find_first_not_of(blanks);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(blanks) - first + 1);
}

}  // namespace

std::string_view normalized(std::string_view typed, std::string& space) {
  const std::string_view plain = trimmed(typed);
  const bool is_plain = plain.size() <= typed_characters_max &&
                        std::all_of(plain.begin(), plain.end(), [](char c) { return c >= 0x20 && c < 0x7F; });
  if (is_plain) return plain;
  space = plain_text(latin_digits(plain), typed_characters_max);
  return trimmed(space);
}

void set_slot(const Revision& revision, Session& session, std::uint16_t slot, Value value) {
  const std::size_t count = revision.flow(session.at).slots.size();
  if (session.slots.size() < count) session.slots.resize(count);
  session.grants = static_cast<GrantSet>(session.grants & ~revision.flow(session.at).slots[slot].bound_by);
  session.slots[slot] = std::move(value);
}

std::string take_ready_answer(const Flow& flow, const State& state, std::vector<std::string>& ready) {
  SHUBBAK_ASSERT(!ready.empty());
  const auto* input = std::get_if<Input>(&state.body);
  const auto is_of = [&](std::initializer_list<Input::Kind> kinds) {
    return input != nullptr && std::ranges::find(kinds, input->kind) != kinds.end();
  };
  if (std::holds_alternative<Collect>(state.body) || is_of({Input::Kind::text, Input::Kind::choice})) {
    std::string all;
    for (; !ready.empty(); ready.pop_back()) all.append(all.empty() ? "" : " ").append(ready.back());
    return all;
  }
  std::string taken = take_ready_word(ready);
  // Digits that are kept as a number tell how much; those that are kept as digits name something.
  const bool is_quantity = is_of({Input::Kind::digits}) && input->save != none &&
                           flow.slots[input->save].scalar.kind == ScalarType::Kind::integer;
  if (is_quantity || is_of({Input::Kind::amount, Input::Kind::date, Input::Kind::meter_reading})) return taken;
  const bool is_in_groups = is_of({Input::Kind::account, Input::Kind::voucher_pin});
  std::string word;
  for (std::size_t at = 0; at < taken.size();) {
    const char32_t c = next_code_point(taken, at);
    if (!is_number_mark(c) || (is_in_groups && c == U'-')) {
      append_code_point(word, c);
    } else if (!word.empty()) {
      // A second mark is the next number's own.
      if (at < taken.size()) ready.push_back(taken.substr(at));
      break;
    }
  }
  return word;
}

const Branch* take_answer(const Revision& revision, Session& session, const Context& context,
                          std::string_view answer) {
  return Taker(revision, session, context, answer).take(revision.state(session.at));
}

}  // namespace shubbak::flows
