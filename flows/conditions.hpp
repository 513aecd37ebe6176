// Conditions of flows ("due > 0 && count(accounts) < 5"): muparserx expressions over slots, compiled once per
// revision. Of muparserx only + - * == != < <= > >= && || ! ( ) numbers, "texts", true and false are there, and
// two words of our own: count(LIST) and isset(SLOT). An amount is its minor units. Bounded: 512 octets, 16
// parentheses deep. Thread: one at a time for all conditions of a revision (evaluation binds values inside the
// compiled expression).
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "flows/faults.hpp"
#include "flows/slots.hpp"

namespace shubbak::flows {

class Condition {
 public:
  static constexpr std::size_t octets_max = 512;
  static constexpr int depth_max = 16;

  // `at` is where the expression's first character stands. Nothing: a fault was added.
  static std::optional<Condition> compile(std::string_view expression, const Scope& scope, Position at,
                                          Faults& faults);

  ~Condition();
  Condition(Condition&&) noexcept;
  Condition& operator=(Condition&&) noexcept;

  [[nodiscard]] const std::string& text() const { return text_; }  // as it is written
  // False as well when it cannot be told: a slot that it needs is not set.
  [[nodiscard]] bool holds(const Values& values) const;

  // For the checker. Values without which it cannot be told; those of slots that isset() asks about in the same
  // condition are left out.
  [[nodiscard]] const std::vector<Operand>& reads() const;
  // Slots that are set for certain where it holds, and where it does not.
  [[nodiscard]] const std::vector<std::uint16_t>& set_if_true() const;
  [[nodiscard]] const std::vector<std::uint16_t>& set_if_false() const;

 private:
  struct Compiled;
  Condition(std::string text, std::unique_ptr<Compiled> compiled);
  std::string text_;
  std::unique_ptr<Compiled> compiled_;
};

}  // namespace shubbak::flows
