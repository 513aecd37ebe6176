// Texts of a request with named arguments in them, "{account}", escaped for where they stand, so that no value can
// leave its place. Compiled once, filled in by appending. Pure. Thread: any.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "domain/money.hpp"
#include "domain/result.hpp"

namespace shubbak::connectors {

enum class Argument : std::uint8_t {
  account,
  national_id,
  amount_minor,    // 50000
  amount_decimal,  // 500.00
  currency,
  reference,  // the idempotency key
  not_after,  // ISO 8601 in UTC
  value,      // of a reading
  category,
  number,  // of an account or its meter
  by,
  source,  // of a reading: citizen or staff
  remark,  // on it: none, confirmed or turned_over
};
constexpr std::size_t argument_count = 13;
constexpr std::array<std::string_view, argument_count> argument_names{
    "account",  "national_id", "amount_minor", "amount_decimal", "currency", "reference", "not_after", "value",
    "category", "number",      "by",           "source",         "remark"};
std::optional<Argument> argument_named(std::string_view name);

class Arguments {  // borrowed texts; one that is not given is empty
 public:
  std::string_view& operator[](Argument argument) { return values_[static_cast<std::size_t>(argument)]; }
  std::string_view operator[](Argument argument) const { return values_[static_cast<std::size_t>(argument)]; }

 private:
  std::array<std::string_view, argument_count> values_{};
};

// Where a text stands.
enum class Escape : std::uint8_t {
  none,  // a header, or a number: nothing is changed
  json,  // inside a JSON string
  url,   // a path segment, or a name or value of a query or form
};
void append_escaped(std::string& out, std::string_view text, Escape escape);

class TextTemplate {
 public:
  // As it stands, whatever it holds.
  void add_literal(std::string_view text);
  void add_argument(Argument argument, Escape escape);
  // A text with arguments in braces ("{{" and "}}" for braces): its own words are escaped by `literals`, what comes
  // for an argument by `arguments`. Error malformed: a brace without its other one, or no such argument.
  Status add(std::string_view text, Escape literals, Escape arguments);

  void append_to(std::string& out, const Arguments& arguments) const;
  [[nodiscard]] bool has(Argument argument) const;
  [[nodiscard]] bool empty() const { return pieces_.empty(); }

 private:
  struct Piece {
    std::string literal;  // in front of the argument
    std::optional<Argument> argument{};
    Escape escape = Escape::none;
  };
  std::vector<Piece> pieces_;
};

// As amounts are written to companies that want no minor units: "500.00", with all decimals of the currency.
std::string decimal_amount(Money amount);

}  // namespace shubbak::connectors
