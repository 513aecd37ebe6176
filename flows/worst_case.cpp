#include "flows/worst_case.hpp"

#include <algorithm>

#include "domain/money.hpp"
#include "domain/text.hpp"
#include "ussd/screen.hpp"

namespace shubbak::flows {
namespace {

// A letter outside GSM 7-bit that joins nothing before it, and a character that takes two septets inside it.
constexpr std::string_view ucs2_letter = "ع";
constexpr std::string_view gsm_double = "[";

std::string times(std::string_view letter, std::size_t count) {
  std::string text;
  for (std::size_t i = 0; i < count; ++i) text += letter;
  return text;
}

std::string longest_number(std::int64_t min, std::int64_t max) {
  const std::string least = std::to_string(min);
  const std::string most = std::to_string(max);
  return least.size() > most.size() ? least : most;
}

// Where decimals are shown only if there are any, the amount below a round one is longer.
std::string longest_amount(const ScalarType& type) {
  std::string longest;
  for (const std::int64_t minor : {type.max, type.max - 1, type.min, type.min + 1}) {
    if (minor < type.min || minor > type.max) continue;
    std::string amount = format_amount({minor, type.currency});
    if (amount.size() > longest.size()) longest = std::move(amount);
  }
  return longest;
}

WorstText of_ascii(std::string text) {
  return {text, false, text};
}

WorstText worst_value(const ScalarType& type) {
  switch (type.kind) {
    case ScalarType::Kind::integer:
      return of_ascii(longest_number(type.min, type.max));
    case ScalarType::Kind::money:
      return of_ascii(longest_amount(type));
    case ScalarType::Kind::text:
      return {times(ucs2_letter, type.length_max), type.length_max > 0, times(gsm_double, type.length_max)};
    case ScalarType::Kind::digits:
      return of_ascii(times("8", type.length_max));
    case ScalarType::Kind::date:
      return of_ascii("2026-11-25");
  }
  return {};
}

bool is_gsm(std::string_view text) {
  return ussd::septets_on_air(text).has_value();
}

}  // namespace

// Reads a Text's parts.
class WorstCase {
 public:
  explicit WorstCase(std::span<const Slot> slots) : scope_{slots} {}

  WorstText of(const Text& text) { return text.is_literal() ? literal(text.literal()) : parts(text.parts_, {}); }

 private:
  static WorstText literal(std::string_view text) {
    if (is_gsm(text)) return of_ascii(std::string(text));
    return {std::string(text), true, std::nullopt};
  }

  static void append(WorstText& to, const WorstText& part) {
    to.units += part.units;
    to.may_be_ucs2 = to.may_be_ucs2 || part.may_be_ucs2;
    if (to.gsm && part.gsm) {
      *to.gsm += *part.gsm;
    } else {
      to.gsm.reset();
    }
  }

  // `number` is what # stands for.
  WorstText parts(const Text::Parts& all, const std::string& number) {
    WorstText sum{{}, false, std::string()};
    for (const Text::Part& part : all) {
      switch (part.kind) {
        case Text::Part::Kind::literal:
          append(sum, literal(part.literal));
          break;
        case Text::Part::Kind::operand:
          append(sum, worst_value(scope_.type_of(part.operand)));
          break;
        case Text::Part::Kind::number:
          append(sum, of_ascii(number));
          break;
        case Text::Part::Kind::plural:
        case Text::Part::Kind::select:
          append(sum, longest_variant(part, number));
          break;
      }
    }
    return sum;
  }

  WorstText longest_variant(const Text::Part& part, const std::string& outer_number) {
    WorstText worst{{}, false, std::nullopt};
    for (const Text::Variant& variant : part.variants) {
      std::string number = outer_number;
      if (part.kind == Text::Part::Kind::plural) {
        const ScalarType type = scope_.type_of(part.operand);
        number = variant.exactly ? std::to_string(*variant.exactly - part.offset)
                                 : longest_number(type.min - part.offset, type.max - part.offset);
      }
      WorstText one = parts(variant.parts, number);
      worst.may_be_ucs2 = worst.may_be_ucs2 || one.may_be_ucs2;
      if (length_of(one.units) > length_of(worst.units)) worst.units = std::move(one.units);
      const bool is_longer =
          one.gsm && (!worst.gsm || ussd::septets_on_air(*one.gsm) > ussd::septets_on_air(*worst.gsm));
      if (is_longer) worst.gsm = std::move(one.gsm);
    }
    if (worst.may_be_ucs2 && is_gsm(worst.units)) make_ucs2(worst.units);
    return worst;
  }

  // Another form, of fewer letters, is not GSM 7-bit; together with other texts it may make a page longer than this
  // one would.
  static void make_ucs2(std::string& text) {
    for (std::size_t at = 0; at < text.size();) {
      const std::size_t start = at;
      const char32_t c = next_code_point(text, at);
      if (c == U' ' || c == U'\n') continue;
      text.replace(start, at - start, ucs2_letter);
      return;
    }
  }

  Scope scope_;
};

WorstText worst_case(const Text& text, std::span<const Slot> slots) {
  return WorstCase(slots).of(text);
}

}  // namespace shubbak::flows
