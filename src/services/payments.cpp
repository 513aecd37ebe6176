// What was paid, and what paying would cost: payments.history, payments.receipts, payments.quote, receipts.verify.
#include <limits>

#include "payments/receipt.hpp"
#include "services/service_functions.hpp"

namespace shubbak::services {
namespace {

constexpr std::size_t receipts_max = 20;  // that are shown

boost::json::string_view to_json(std::string_view text) {
  return {text.data(), text.size()};
}

// What of it stands, after refunds.
std::int64_t paid_in(const store::StoredPayment& payment) {
  return payment.state == ledger::State::posted ? payment.amount.minor - payment.refunded : 0;
}

std::string_view state_shown(const store::StoredPayment& payment) {
  if (payment.state == ledger::State::reserved) return "held";
  return paid_in(payment) > 0 ? "paid" : "returned";
}

// Of the bills of an account of the caller's.
boost::asio::awaitable<Result<std::vector<std::int64_t>>> sums_of_bills(World& world, const Request& request) {
  auto checking = own_account(world, request);
  const auto own = co_await std::move(checking);
  if (!own) {
    // Of another one's account nothing is told but what is payable.
    if (own.error().code == Errc::not_found) co_return std::vector<std::int64_t>();
    co_return own.error();
  }
  auto asking = own->company->bills(own->account, time_left(request));
  const auto bills = co_await std::move(asking);
  if (!bills) co_return bills.error();
  co_return sums_of(*bills);
}

}  // namespace

std::vector<std::int64_t> sums_of(const std::vector<companies::Bill>& bills) {
  std::vector<std::int64_t> sums;
  sums.reserve(bills.size());
  for (const companies::Bill& bill : bills) sums.push_back((sums.empty() ? 0 : sums.back()) + bill.amount.minor);
  return sums;
}

boost::asio::awaitable<Answer> payments_history(World& world, Request request) {
  auto checking = own_account(world, request);
  const auto own = co_await std::move(checking);
  if (!own) co_return failed(own.error());
  auto asking = own->company->payments(own->account, time_left(request));
  const auto payments = co_await std::move(asking);
  if (!payments) co_return failed(payments.error());
  boost::json::array rows;
  for (const companies::Payment& payment : *payments) {
    rows.push_back({{"date", payment.date}, {"amount", payment.amount.minor}, {"place", payment.place}});
  }
  const auto count = static_cast<std::int64_t>(rows.size());
  co_return answer("ok", {{"payments", std::move(rows)}, {"count", count}});
}

// The person's own payments by this window, whatever became of them.
boost::asio::awaitable<Answer> payments_receipts(World& world, Request request) {
  const auto found = world.store.payments().payments_of(*request.caller.person,
                                                        std::numeric_limits<std::int64_t>::max(), receipts_max);
  if (!found) co_return answer("error");
  boost::json::array rows;
  for (const store::StoredPayment& payment : *found) {
    rows.push_back({{"date", local_date(payment.at, world.utc_offset)},
                    {"company_label", to_json(label_or_name(world, payment.company, request.caller.locale))},
                    {"account", payment.account},
                    {"amount", paid_in(payment) > 0 ? paid_in(payment) : payment.amount.minor},
                    {"state", to_json(state_shown(payment))},
                    {"receipt", payments::receipt_number(payment.number)},
                    {"check", payment.check_code}});
  }
  const auto count = static_cast<std::int64_t>(rows.size());
  co_return answer("ok", {{"receipts", std::move(rows)}, {"count", count}});
}

// Whether the company takes that amount of what is due, as it was told just before, and for what fee.
boost::asio::awaitable<Answer> payments_quote(World& world, Request request) {
  const companies::Company* company = company_arg(world, request);
  const auto amount = amount_arg(request, "amount");
  const auto due = amount_arg(request, "due");
  if (company == nullptr || !amount || !due) co_return answer("error");
  const payments::Rules& rules = company->config().payments;
  std::vector<std::int64_t> sums;
  if (rules.parts == payments::Parts::bills && *amount < *due) {
    auto asking = sums_of_bills(world, request);
    auto listed = co_await std::move(asking);
    if (!listed) co_return failed(listed.error());
    sums = *std::move(listed);
  }
  switch (payments::judge(rules, *amount, *due, sums)) {
    case payments::Verdict::too_little:
      co_return answer("too_little", {{"least", rules.least.minor}});
    case payments::Verdict::too_much:
      co_return answer("too_much");
    case payments::Verdict::not_whole:
      co_return answer("not_whole");
    case payments::Verdict::taken:
      break;
  }
  const std::int64_t fee = payments::fee_of(rules.fee, *amount);
  co_return answer("ok", {{"fee", fee}, {"total", *amount + fee}, {"least", rules.least.minor}});
}

boost::asio::awaitable<Answer> receipts_verify(World& world, Request request) {
  const Msisdn who = request.caller.subject;
  if (!world.inquiries.may_verify_receipt(who, request.now)) co_return answer("limited");
  std::optional<store::StoredPayment> payment;
  if (const auto number = payments::parse_receipt_number(text_arg(request, "number"))) {
    auto found = world.store.payments().find_receipt(*number);
    if (!found) co_return answer("error");
    payment = *std::move(found);
  }
  if (!payment || paid_in(*payment) == 0 ||
      !payments::is_check_code(text_arg(request, "check"), payment->check_code)) {
    world.inquiries.count_wrong_receipt(who, request.now);
    co_return answer("not_found");
  }
  co_return answer("ok", {{"company_label", to_json(label_or_name(world, payment->company, request.caller.locale))},
                          {"account", payments::masked_account(payment->account)},
                          {"amount", paid_in(*payment)},
                          {"date", local_date(payment->at, world.utc_offset)}});
}

}  // namespace shubbak::services
