#include "flows/strings.hpp"

#include <algorithm>
#include <cmath>

#include <unicode/localpointer.h>
#include <unicode/locid.h>
#include <unicode/messagepattern.h>
#include <unicode/parseerr.h>
#include <unicode/plurrule.h>
#include <unicode/unistr.h>

#include "flows/spelling.hpp"

namespace shubbak::flows {
namespace {

// ICU's argument names take no dot; inside a pattern it travels as this private-use character, which files may not
// hold.
constexpr char16_t dot_stand_in = 0xE000;

bool is_name_character(char16_t c) {
  return (c >= u'a' && c <= u'z') || (c >= u'A' && c <= u'Z') || (c >= u'0' && c <= u'9') || c == u'_' || c == u'.';
}

bool is_blank(char16_t c) {
  return c == u' ' || c == u'\t' || c == u'\n' || c == u'\r';
}

icu::UnicodeString with_dots_hidden(std::string_view pattern) {
  icu::UnicodeString text =
      icu::UnicodeString::fromUTF8(icu::StringPiece(pattern.data(), static_cast<std::int32_t>(pattern.size())));
  for (std::int32_t i = 0; i < text.length(); ++i) {
    if (text[i] != u'{') continue;
    std::int32_t start = i + 1;
    while (start < text.length() && is_blank(text[start])) ++start;
    std::int32_t end = start;
    while (end < text.length() && is_name_character(text[end])) ++end;
    std::int32_t next = end;
    while (next < text.length() && is_blank(text[next])) ++next;
    if (next >= text.length() || (text[next] != u',' && text[next] != u'}')) continue;
    for (std::int32_t at = start; at < end; ++at) {
      if (text[at] == u'.') text.setCharAt(at, dot_stand_in);
    }
  }
  return text;
}

std::string to_utf8(icu::UnicodeString text) {
  text.findAndReplace(icu::UnicodeString(dot_stand_in), icu::UnicodeString(u'.'));
  std::string out;
  text.toUTF8String(out);
  return out;
}

std::optional<PluralCategory> plural_category(std::string_view keyword) {
  const auto found = std::find(plural_category_names.begin(), plural_category_names.end(), keyword);
  if (found == plural_category_names.end()) return std::nullopt;
  return static_cast<PluralCategory>(found - plural_category_names.begin());
}

std::string joined(const std::vector<PluralCategory>& categories) {
  std::string out;
  for (const PluralCategory category : categories) {
    if (!out.empty()) out += ", ";
    out += plural_category_names[static_cast<std::size_t>(category)];
  }
  return out;
}

}  // namespace

struct Plurals::Rules {
  icu::LocalPointer<icu::PluralRules> rules;
};

Plurals::Plurals(std::string_view locale) : rules_(std::make_unique<Rules>()) {
  UErrorCode status = U_ZERO_ERROR;
  rules_->rules.adoptInstead(icu::PluralRules::forLocale(icu::Locale(std::string(locale).c_str()), status));
  if (U_SUCCESS(status)) {
    const icu::LocalPointer<icu::StringEnumeration> keywords(rules_->rules->getKeywords(status));
    while (U_SUCCESS(status)) {
      const char* keyword = keywords->next(nullptr, status);
      if (keyword == nullptr) break;
      if (const auto category = plural_category(keyword)) categories_.push_back(*category);
    }
  }
  // Without ICU's data every number is "other", as in a language without plurals.
  if (U_FAILURE(status)) rules_->rules.adoptInstead(nullptr);
  if (categories_.empty()) categories_.push_back(PluralCategory::other);
  std::sort(categories_.begin(), categories_.end());
}
Plurals::~Plurals() = default;
Plurals::Plurals(Plurals&&) noexcept = default;
Plurals& Plurals::operator=(Plurals&&) noexcept = default;

PluralCategory Plurals::category(std::int64_t number) const {
  if (rules_->rules.isNull()) return PluralCategory::other;
  const icu::UnicodeString keyword = rules_->rules->select(static_cast<double>(number));
  if (keyword.length() < 3) return PluralCategory::other;
  switch (keyword[0]) {
    case u'z':
      return PluralCategory::zero;
    case u't':
      return PluralCategory::two;
    case u'f':
      return PluralCategory::few;
    case u'm':
      return PluralCategory::many;
    case u'o':
      return keyword[1] == u'n' ? PluralCategory::one : PluralCategory::other;
    default:
      return PluralCategory::other;
  }
}

void Text::print(std::string& out, const Values& values, const Plurals& plurals) const {
  if (is_literal_) {
    out += literal_;
  } else {
    print(out, parts_, values, plurals, std::nullopt);
  }
}

const Text::Variant& Text::plural_variant(const Part& part, std::optional<std::int64_t> number,
                                          const Plurals& plurals) {
  if (number) {
    for (const Variant& variant : part.variants) {
      if (variant.exactly == *number) return variant;
    }
    const PluralCategory category = plurals.category(*number - part.offset);
    for (const Variant& variant : part.variants) {
      if (!variant.exactly && variant.category == category) return variant;
    }
  }
  return part.variants.back();
}

const Text::Variant& Text::select_variant(const Part& part, const Values& values) {
  const Value value = fetch(part.operand, values);
  if (const auto* keyword = std::get_if<std::string>(&value.held)) {
    for (const Variant& variant : part.variants) {
      if (variant.keyword == *keyword) return variant;
    }
  }
  return part.variants.back();
}

void Text::print(std::string& out, const Parts& parts, const Values& values, const Plurals& plurals,
                 std::optional<std::int64_t> number) {
  for (const Part& part : parts) {
    switch (part.kind) {
      case Part::Kind::literal:
        out += part.literal;
        break;
      case Part::Kind::operand:
        flows::print(out, part.operand, values);
        break;
      case Part::Kind::number:
        if (number) flows::print(out, Value{*number});
        break;
      case Part::Kind::plural: {
        std::optional<std::int64_t> counted;
        const Value value = fetch(part.operand, values);
        if (const auto* integer = std::get_if<std::int64_t>(&value.held)) counted = *integer;
        const Variant& variant = plural_variant(part, counted, plurals);
        if (counted) counted = *counted - part.offset;
        print(out, variant.parts, values, plurals, counted);
        break;
      }
      case Part::Kind::select:
        print(out, select_variant(part, values).parts, values, plurals, number);
        break;
    }
  }
}

namespace {

void sort_once(std::vector<Operand>& operands) {
  std::sort(operands.begin(), operands.end());
  operands.erase(std::unique(operands.begin(), operands.end()), operands.end());
}

}  // namespace

void Text::collect(const Parts& parts, std::vector<Operand>& operands) {
  for (const Part& part : parts) {
    const bool asks =
        part.kind == Part::Kind::operand || part.kind == Part::Kind::plural || part.kind == Part::Kind::select;
    if (asks) operands.push_back(part.operand);
    for (const Variant& variant : part.variants) collect(variant.parts, operands);
  }
}

std::vector<Operand> Text::operands() const {
  std::vector<Operand> all;
  collect(parts_, all);
  sort_once(all);
  return all;
}

std::vector<Operand> Text::printed_by(const Parts& parts) {
  std::vector<Operand> all;
  for (const Part& part : parts) {
    if (part.kind == Part::Kind::operand) all.push_back(part.operand);
    if (part.variants.empty()) continue;
    std::vector<Operand> in_each = printed_by(part.variants.front().parts);
    for (std::size_t i = 1; i < part.variants.size(); ++i) {
      const std::vector<Operand> other = printed_by(part.variants[i].parts);
      std::erase_if(in_each,
                    [&](const Operand& one) { return !std::binary_search(other.begin(), other.end(), one); });
    }
    all.insert(all.end(), in_each.begin(), in_each.end());
  }
  sort_once(all);
  return all;
}

std::vector<Operand> Text::always_printed() const {
  return printed_by(parts_);
}

// Turns ICU's flat list of pattern parts into ours.
class PatternCompiler {
 public:
  PatternCompiler(const StringSource& source, const Plurals& plurals, const Scope* scope, std::string_view flow,
                  Faults& faults)
      : source_(source), plurals_(plurals), scope_(scope), flow_(flow), faults_(faults) {}

  std::optional<Text> compile() {
    UErrorCode status = U_ZERO_ERROR;
    UParseError where{};
    pattern_.parse(with_dots_hidden(source_.pattern), &where, status);
    if (U_FAILURE(status)) {
      fault("is not a message pattern near '" + near(where) + "'",
            "check the braces; a brace that is to be shown is written '{'");
      return std::nullopt;
    }
    Text text;
    text.parts_ = message(0);
    if (failed_) return std::nullopt;
    text.is_literal_ =
        text.parts_.empty() || (text.parts_.size() == 1 && text.parts_[0].kind == Text::Part::Kind::literal);
    if (text.is_literal_ && !text.parts_.empty()) {
      text.literal_ = std::move(text.parts_[0].literal);
      text.parts_.clear();
    }
    return text;
  }

 private:
  using Part = Text::Part;

  void fault(const std::string& what, std::string hint = {}, Rule rule = Rule::string_pattern) {
    failed_ = true;
    faults_.add(source_.at,
                "string '" + std::string(source_.name) + "' (" + std::string(source_.locale) + ") " + what,
                std::move(hint), rule);
  }

  static std::string near(const UParseError& where) {
    icu::UnicodeString context(where.preContext);
    context.append(icu::UnicodeString(where.postContext));
    return to_utf8(context);
  }

  static void add_literal(Text::Parts& parts, std::string text) {
    if (text.empty()) return;
    if (!parts.empty() && parts.back().kind == Part::Kind::literal) {
      parts.back().literal += text;
    } else {
      Part part;
      part.literal = std::move(text);
      parts.push_back(std::move(part));
    }
  }

  [[nodiscard]] std::string slice(std::int32_t from, std::int32_t to) const {
    return to_utf8(pattern_.getPatternString().tempSubStringBetween(from, to));
  }

  // The message whose MSG_START is part `start`.
  Text::Parts message(std::int32_t start) {
    Text::Parts parts;
    std::int32_t from = pattern_.getPart(start).getLimit();
    for (std::int32_t i = start + 1;; ++i) {
      const icu::MessagePattern::Part& part = pattern_.getPart(i);
      add_literal(parts, slice(from, part.getIndex()));
      from = part.getLimit();
      switch (part.getType()) {
        case UMSGPAT_PART_TYPE_MSG_LIMIT:
          return parts;
        case UMSGPAT_PART_TYPE_REPLACE_NUMBER: {
          Part number;
          number.kind = Part::Kind::number;
          parts.push_back(std::move(number));
          break;
        }
        case UMSGPAT_PART_TYPE_ARG_START:
          argument(parts, i);
          i = pattern_.getLimitPartIndex(i);
          from = pattern_.getPart(i).getLimit();
          break;
        default:
          break;  // an apostrophe that quotes, or where one could be put in
      }
    }
  }

  void argument(Text::Parts& parts, std::int32_t start) {
    const icu::MessagePattern::Part& name_part = pattern_.getPart(start + 1);
    const std::string name = to_utf8(pattern_.getSubstring(name_part));
    Part part;
    if (name_part.getType() != UMSGPAT_PART_TYPE_ARG_NAME) {
      fault("has the numbered placeholder {" + name + "}", "use the slot's name");
      return;
    }
    const std::optional<ScalarType> type = resolve(name, part.operand);
    if (failed_) return;
    switch (pattern_.getPart(start).getArgType()) {
      case UMSGPAT_ARG_TYPE_NONE:
        part.kind = Part::Kind::operand;
        break;
      case UMSGPAT_ARG_TYPE_PLURAL:
        if (type && type->kind != ScalarType::Kind::integer) {
          fault("counts {" + name + "}, which is no number", "plural needs an int slot or LIST.count");
          return;
        }
        part.kind = Part::Kind::plural;
        plural(part, name, start + 2);
        break;
      case UMSGPAT_ARG_TYPE_SELECT:
        if (type && type->kind != ScalarType::Kind::text && type->kind != ScalarType::Kind::digits) {
          fault("selects by {" + name + "}, which is no text", "use plural for numbers");
          return;
        }
        part.kind = Part::Kind::select;
        select(part, start + 2);
        break;
      case UMSGPAT_ARG_TYPE_SIMPLE:
      case UMSGPAT_ARG_TYPE_CHOICE:
      case UMSGPAT_ARG_TYPE_SELECTORDINAL:
        fault("gives {" + name + "} a format of its own",
              "numbers and amounts print by themselves: write {" + name + "}");
        return;
    }
    parts.push_back(std::move(part));
  }

  // Nothing without a scope: then any name will do.
  std::optional<ScalarType> resolve(const std::string& name, Operand& operand) {
    if (scope_ == nullptr) return std::nullopt;
    const std::optional<Operand> found = scope_->resolve(name);
    if (!found) {
      const std::vector<std::string> names = scope_->names();
      const std::vector<std::string_view> views(names.begin(), names.end());
      fault("uses {" + name + "}, which flow '" + std::string(flow_) + "' has no value for here",
            did_you_mean(name, views), Rule::placeholder);
      return std::nullopt;
    }
    operand = *found;
    return scope_->type_of(operand);
  }

  std::int64_t whole(double number, const std::string& name) {
    if (std::abs(number) <= static_cast<double>(integer_max) && std::floor(number) == number)
      return static_cast<std::int64_t>(number);
    fault("counts {" + name + "} with an offset or a form that is no whole number");
    return 0;
  }

  void plural(Part& part, const std::string& name, std::int32_t i) {
    part.offset = whole(pattern_.getPluralOffset(i), name);
    if (icu::MessagePattern::Part::hasNumericValue(pattern_.getPart(i).getType())) ++i;
    for (; pattern_.getPart(i).getType() == UMSGPAT_PART_TYPE_ARG_SELECTOR;) {
      Text::Variant variant;
      const std::string keyword = to_utf8(pattern_.getSubstring(pattern_.getPart(i)));
      ++i;
      if (icu::MessagePattern::Part::hasNumericValue(pattern_.getPart(i).getType())) {
        variant.exactly = whole(pattern_.getNumericValue(pattern_.getPart(i)), name);
        ++i;
      } else if (const std::optional<PluralCategory> category = plural_category(keyword)) {
        variant.category = *category;
      } else {
        fault("has the plural form '" + keyword + "'", did_you_mean(keyword, plural_category_names));
        return;
      }
      variant.parts = message(i);
      i = pattern_.getLimitPartIndex(i) + 1;
      part.variants.push_back(std::move(variant));
    }
    for (const PluralCategory needed : plurals_.categories()) {
      const bool there = std::any_of(part.variants.begin(), part.variants.end(),
                                     [&](const Text::Variant& v) { return !v.exactly && v.category == needed; });
      if (there) continue;
      fault("has no plural form '" + std::string(plural_category_names[static_cast<std::size_t>(needed)]) +
                "' for {" + name + "}",
            "the language needs " + joined(plurals_.categories()), Rule::plural_form);
    }
    other_last(part, [](const Text::Variant& v) { return !v.exactly && v.category == PluralCategory::other; });
  }

  void select(Part& part, std::int32_t i) {
    for (; pattern_.getPart(i).getType() == UMSGPAT_PART_TYPE_ARG_SELECTOR;) {
      Text::Variant variant;
      variant.keyword = to_utf8(pattern_.getSubstring(pattern_.getPart(i)));
      variant.parts = message(i + 1);
      i = pattern_.getLimitPartIndex(i + 1) + 1;
      part.variants.push_back(std::move(variant));
    }
    other_last(part, [](const Text::Variant& v) { return v.keyword == "other"; });
  }

  // ICU refuses a plural or select without "other"; as the last one it is what everything else falls to.
  template <class IsOther>
  static void other_last(Part& part, IsOther is_other) {
    const auto other = std::find_if(part.variants.begin(), part.variants.end(), is_other);
    if (other != part.variants.end()) std::rotate(other, other + 1, part.variants.end());
  }

  const StringSource& source_;
  const Plurals& plurals_;
  const Scope* scope_;
  std::string_view flow_;
  Faults& faults_;
  icu::MessagePattern pattern_ = make_pattern();
  bool failed_ = false;

  static icu::MessagePattern make_pattern() {
    UErrorCode status = U_ZERO_ERROR;
    return icu::MessagePattern(status);
  }
};

bool check_pattern(const StringSource& source, const Plurals& plurals, Faults& faults) {
  return PatternCompiler(source, plurals, nullptr, {}, faults).compile().has_value();
}

std::optional<Text> compile_text(const StringSource& source, const Plurals& plurals, const Scope& scope,
                                 std::string_view flow, Faults& faults) {
  return PatternCompiler(source, plurals, &scope, flow, faults).compile();
}

}  // namespace shubbak::flows
