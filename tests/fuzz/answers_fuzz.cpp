// Any octets as a company's answer to each question: a checked value within its bounds, or a fault.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "companies/card_gateway.hpp"
#include "companies/company.hpp"
#include "tests/unit/connectors/own_api.hpp"

using namespace shubbak;
using namespace shubbak::companies;
using connectors::AnswerFault;
using connectors::read_accounts;
using connectors::read_due;
using connectors::read_last_reading;
using connectors::read_payments;
using connectors::read_verdict;
using connectors::says_not_found;

namespace {

constexpr std::int64_t amount_max = 1'000'000'000'000'000;

void check_fault(const AnswerFault& fault) {
  SHUBBAK_ASSERT(!fault.what.empty());
  SHUBBAK_ASSERT(fault.outcome == Outcome::garbage || fault.outcome == Outcome::too_large ||
                 fault.outcome == Outcome::wrong_account);
}

void check_text(const std::string& text) {
  SHUBBAK_ASSERT(text.size() <= 160);  // 40 letters of at most 4 octets
  SHUBBAK_ASSERT(std::ranges::none_of(text, [](char c) { return (c >= 0 && c < 0x20) || c == 0x7F; }));
  SHUBBAK_ASSERT(text.find("\u202E") == std::string::npos && text.find("\u2066") == std::string::npos);
}

void check_money(const Money& money) {
  SHUBBAK_ASSERT(money.currency == Currency::SYP && money.minor >= 0 && money.minor <= amount_max);
}

void check_accounts(std::string_view json) {
  const auto accounts = read_accounts(json, "01234567890");
  if (!accounts) return check_fault(accounts.error());
  SHUBBAK_ASSERT(accounts->size() <= accounts_max);
  for (const Account& account : *accounts) {
    SHUBBAK_ASSERT(is_account_number(account.id));
    check_text(account.label);
  }
}

void check_payments(std::string_view json) {
  const auto payments = read_payments(json, "4521007", Currency::SYP);
  if (!payments) return check_fault(payments.error());
  SHUBBAK_ASSERT(payments->size() <= payments_max);
  for (const Payment& payment : *payments) {
    SHUBBAK_ASSERT(payment.date.size() == 10);
    check_money(payment.amount);
    check_text(payment.place);
  }
}

void check_notice(std::string_view json) {
  const auto notice = read_notice(json);
  if (!notice) {
    SHUBBAK_ASSERT(!notice.error().message.empty() && notice.error().message.size() < 200);
    return;
  }
  SHUBBAK_ASSERT(is_reference(notice->reference));
  const bool is_charged = notice->state == GatewayNotice::State::charged;
  SHUBBAK_ASSERT(is_charged == !notice->transaction.empty() && notice->transaction.size() <= 40);
  SHUBBAK_ASSERT(!is_charged || (notice->amount.minor > 0 && notice->amount.minor <= amount_max));
}

void check_url(std::string_view url) {
  if (!is_payment_url(url)) return;
  SHUBBAK_ASSERT(url.size() <= payment_url_octets_max && url.find(' ') == std::string_view::npos);
  SHUBBAK_ASSERT(url.starts_with("https://") || url.starts_with("http://"));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view json(reinterpret_cast<const char*>(data), size);
  check_accounts(json);
  check_payments(json);
  if (const auto due = read_due(json, "4521007", Currency::SYP)) {
    check_money(due->amount);
    SHUBBAK_ASSERT(due->bills >= 0);
  } else {
    check_fault(due.error());
  }
  if (const auto reading = read_last_reading(json, "4521007")) {
    SHUBBAK_ASSERT(reading->value >= 0 && reading->date.size() == 10);
  } else {
    check_fault(reading.error());
  }
  if (const auto verdict = read_verdict(json, "4521007", "HM7YY7PK"); !verdict) check_fault(verdict.error());
  says_not_found(json);
  check_notice(json);
  check_url(json);
  return 0;
}
