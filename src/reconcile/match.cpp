#include "reconcile/match.hpp"

#include <algorithm>
#include <cstdlib>
#include <initializer_list>

#include "domain/check_digit.hpp"

namespace shubbak::reconcile {
namespace {

constexpr std::size_t case_digits_min = 8;

Sum sum_of(std::initializer_list<Sum> parts) {
  Sum sum;
  for (const Sum& part : parts) {
    sum.count += part.count;
    sum.minor += part.minor;
  }
  return sum;
}

}  // namespace

Outcome judge(const Listed& listed, const std::optional<Ours>& ours, bool is_listed_before) {
  if (is_listed_before) return Outcome::twice;
  if (!ours || ours->standing == Standing::released) return Outcome::missing_here;
  if (listed.account != ours->account || listed.amount != ours->amount) return Outcome::amount_differs;
  return ours->standing == Standing::open ? Outcome::open : Outcome::matched;
}

std::optional<Resolution> parse_resolution(std::string_view name) {
  for (const Resolution one :
       {Resolution::explained, Resolution::company_corrects, Resolution::paid_back, Resolution::written_off}) {
    if (to_string(one) == name) return one;
  }
  return std::nullopt;
}

std::string case_number(std::int64_t number) {
  return checked_number(number, case_digits_min);
}

std::optional<std::int64_t> parse_case_number(std::string_view typed) {
  return parse_checked_number(typed, case_digits_min);
}

bool adds_up(const Totals& t) {
  return t.there ==
             sum_of({t.matched, t.there_of_other_days, t.there_open, t.there_differs, t.missing_here, t.twice}) &&
         t.here == sum_of({t.matched, t.here_of_other_days, t.here_differs, t.missing_there, t.uncompared});
}

}  // namespace shubbak::reconcile
