// The form of a company's account numbers, written as telephone numbers are: a digit stands for itself, x for any,
// and [0-25] for one of these. A number has a form when every digit of it does, from the first to the last. Since
// each form has one length, and nothing in it repeats, matching is one look at each digit, and it can be told whether
// two forms have a number in common. Pure. Thread: any.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "domain/result.hpp"

namespace shubbak::companies {

constexpr std::size_t account_forms_max = 20;  // of a company

class AccountForm {
 public:
  static constexpr std::size_t digits_max = 20;  // as is_account_number()

  AccountForm() = default;  // of no number
  // Errors: invalid (the message says what is written instead).
  static Result<AccountForm> parse(std::string_view text);

  [[nodiscard]] bool matches(std::string_view number) const;
  // A number that has both forms; nothing: there is none.
  [[nodiscard]] std::optional<std::string> common(const AccountForm& other) const;

 private:
  explicit AccountForm(std::vector<std::uint16_t> places) : places_(std::move(places)) {}
  std::vector<std::uint16_t> places_;  // which digits may stand there: bit 0 is 0's
};

}  // namespace shubbak::companies
