// A deployment's strings: ICU MessageFormat patterns, read by ICU's own pattern parser (so its quoting rules are the
// designers') and kept as a list of parts, so that printing one needs neither parsing nor allocation beyond the text
// itself. Of the language, {name}, {name, plural, ...} (with offset and =N) and {name, select, ...} are taken;
// numbers print as plain digits and amounts by format_amount(), so formats of their own are refused. Pure. Thread:
// any, once compiled.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "flows/faults.hpp"
#include "flows/slots.hpp"

namespace shubbak::flows {

// CLDR's plural categories.
enum class PluralCategory : std::uint8_t { zero, one, two, few, many, other };
constexpr std::array<std::string_view, 6> plural_category_names{"zero", "one", "two", "few", "many", "other"};

// Which categories a language has and which one a number takes (ICU's PluralRules).
class Plurals {
 public:
  explicit Plurals(std::string_view locale);
  ~Plurals();
  Plurals(Plurals&&) noexcept;
  Plurals& operator=(Plurals&&) noexcept;

  [[nodiscard]] PluralCategory category(std::int64_t number) const;
  [[nodiscard]] const std::vector<PluralCategory>& categories() const { return categories_; }

 private:
  struct Rules;
  std::unique_ptr<Rules> rules_;
  std::vector<PluralCategory> categories_;
};

// One string in one language, ready to print at one place of a flow.
class Text {
 public:
  // What most are: the same letters always. Empty for others.
  [[nodiscard]] bool is_literal() const { return is_literal_; }
  [[nodiscard]] std::string_view literal() const { return literal_; }

  void print(std::string& out, const Values& values, const Plurals& plurals) const;

  // Everything that it asks for, in whatever variant; sorted, each once.
  [[nodiscard]] std::vector<Operand> operands() const;
  // What it prints in every variant; sorted, each once.
  [[nodiscard]] std::vector<Operand> always_printed() const;

 private:
  friend class PatternCompiler;
  friend class WorstCase;
  struct Part;
  struct Variant;
  using Parts = std::vector<Part>;
  struct Part {
    enum class Kind : std::uint8_t { literal, operand, number, plural, select };
    Kind kind = Kind::literal;
    std::string literal;
    Operand operand;
    std::int64_t offset = 0;        // plural
    std::vector<Variant> variants;  // plural, select; the last resort "other" is always there
  };
  struct Variant {
    std::optional<std::int64_t> exactly;              // plural: =N
    PluralCategory category = PluralCategory::other;  // plural
    std::string keyword;                              // select
    Parts parts;
  };
  static void print(std::string& out, const Parts& parts, const Values& values, const Plurals& plurals,
                    std::optional<std::int64_t> number);
  static void collect(const Parts& parts, std::vector<Operand>& operands);
  static std::vector<Operand> printed_by(const Parts& parts);
  static const Variant& plural_variant(const Part& part, std::optional<std::int64_t> number, const Plurals& plurals);
  static const Variant& select_variant(const Part& part, const Values& values);

  bool is_literal_ = true;
  std::string literal_;
  Parts parts_;
};

struct StringSource {
  std::string_view name;
  std::string_view locale;
  std::string_view pattern;
  Position at;
};

// Syntax and plural categories, whatever the names in it mean. False: a fault was added.
bool check_pattern(const StringSource& source, const Plurals& plurals, Faults& faults);
// A checked pattern with its names resolved. `flow` is for messages. Nothing: a fault was added.
std::optional<Text> compile_text(const StringSource& source, const Plurals& plurals, const Scope& scope,
                                 std::string_view flow, Faults& faults);

}  // namespace shubbak::flows
