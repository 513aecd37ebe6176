// Reconciliation (PRODUCT.md, Money): what a line of a company's daily file comes to, held against the payment here
// that it names; and whether a day adds up. Pure. Thread: any.
//
// A payment is looked up by its reference, whatever its day: so a payment of a minute before midnight that stands in
// the next day's file matches there. Which day a payment is of is said by when it was begun here, by the company's
// clock.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "domain/clock.hpp"
#include "domain/money.hpp"

namespace shubbak::reconcile {

enum class Outcome : std::uint8_t {
  matched,
  amount_differs,  // or the account, or the currency
  missing_here,    // here it was released, or never was
  missing_there,   // settled here, and in no file
  twice,           // listed before, by this file or by another day's
  open,            // the company has not answered for it yet: the follow-up settles it, no file does; no case
};
constexpr std::array<std::string_view, 6> outcome_names{"matched",       "amount_differs", "missing_here",
                                                        "missing_there", "twice",          "open"};
constexpr std::string_view to_string(Outcome outcome) {
  return outcome_names[static_cast<std::size_t>(outcome)];
}

enum class Standing : std::uint8_t { open, settled, released };

struct Listed {  // a line of a company's file
  std::int64_t line = 0;
  std::string reference{};
  std::string account{};
  Money amount{};
  std::string company_reference{};  // "": the file does not tell
  std::optional<WallTime> at{};     // likewise
};
struct Ours {
  std::int64_t payment = 0;
  Standing standing = Standing::open;
  std::string account{};
  Money amount{};
};
// `is_listed_before`: by a line above, or by the file of another day.
Outcome judge(const Listed& listed, const std::optional<Ours>& ours, bool is_listed_before);

// --- cases
enum class Resolution : std::uint8_t {
  none,
  explained,         // nothing is wrong, and the note says why
  company_corrects,  // the company has put it right on its side
  paid_back,         // the person has their money again, by the transfer that the note names
  written_off,
  listed_later,  // by the system: a file lists it by now
  withdrawn,     // by the system: the corrected file of the day has it no more
};
constexpr std::array<std::string_view, 7> resolution_names{
    "", "explained", "company_corrects", "paid_back", "written_off", "listed_later", "withdrawn"};
constexpr std::string_view to_string(Resolution resolution) {
  return resolution_names[static_cast<std::size_t>(resolution)];
}
std::optional<Resolution> parse_resolution(std::string_view name);  // of those that staff give

std::string case_number(std::int64_t number);  // with its check digit: eight digits or more
std::optional<std::int64_t> parse_case_number(std::string_view typed);

// --- totals of a day in one currency
struct Sum {
  std::int64_t count = 0;
  std::int64_t minor = 0;
  bool operator==(const Sum&) const = default;
};
struct Totals {
  Currency currency = Currency::SYP;
  Sum here{};   // settled here, of that day
  Sum there{};  // listed in the day's file
  // Of both sides.
  Sum matched{};
  // Of `there`: what it lists of other days, what is not settled here yet, and cases.
  Sum there_of_other_days{};
  Sum there_open{};
  Sum there_differs{};
  Sum missing_here{};
  Sum twice{};
  // Of `here`: what another day's file lists, cases, and what was settled since the file was imported.
  Sum here_of_other_days{};
  Sum here_differs{};
  Sum missing_there{};
  Sum uncompared{};
  Sum refunded{};  // here, on that day, of payments of whatever day; of neither side
};
// Is each side the sum of its parts? Then here and there differ by the parts that are not of both.
bool adds_up(const Totals& totals);

}  // namespace shubbak::reconcile
