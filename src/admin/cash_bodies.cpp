#include "admin/cash_bodies.hpp"

#include <algorithm>

#include "payments/receipt.hpp"

namespace shubbak::admin {
namespace {

// As whoever made it has told it.
std::string key_told(const std::string& in_ledger) {
  return in_ledger.substr(store::cash_key_prefix.size());
}

}  // namespace

DrawerShown shown(const store::StoredDrawer& drawer) {
  return {drawer.name,
          drawer.account,
          drawer.directorate,
          drawer.office,
          drawer.number,
          std::string(to_string(drawer.currency)),
          time_text(drawer.opened),
          drawer.holds,
          drawer.ceiling,
          drawer.closed ? std::optional(time_text(*drawer.closed)) : std::nullopt};
}

QuoteShown shown(const BillQuote& quote) {
  return {quote.due.minor, quote.amount.minor, quote.fee.minor, quote.amount.minor + quote.fee.minor,
          std::string(to_string(quote.amount.currency))};
}

CashPaymentShown shown(const store::CashPayment& paid) {
  const store::StoredPayment& payment = paid.payment;
  CashPaymentShown made;
  made.receipt = payments::receipt_number(payment.number);
  const bool is_held = payment.state == ledger::State::reserved;
  const bool is_settled = payment.state == ledger::State::posted;
  made.state = cash_state_names[is_held ? 0 : is_settled ? 1 : 2];
  if (is_settled) made.check = payment.check_code;
  made.company = payment.company;
  made.account = payment.account;
  made.amount = payment.amount.minor;
  made.fee = payment.fee;
  made.currency = to_string(payment.amount.currency);
  made.owed = paid.owed;
  made.at = time_text(payment.at);
  made.key = key_told(payment.key);
  return made;
}

CashTopUpShown shown(const store::CashTopUp& top_up) {
  return {top_up.number,        payments::masked_account(top_up.card.number),
          top_up.amount,        std::string(to_string(top_up.card.currency)),
          time_text(top_up.at), key_told(top_up.key)};
}

ToppedUpShown shown(const ToppedUp& done) {
  return {done.card.number, done.amount.minor, std::string(to_string(done.amount.currency))};
}

CountShown shown(const store::CashCount& count) {
  return {time_text(count.at), count.counted, count.expected,
          std::max<std::int64_t>(count.expected - count.counted, 0),
          std::max<std::int64_t>(count.counted - count.expected, 0)};
}

SumsShown shown(const store::CashSums& sums) {
  using store::CashKind;
  const auto count = [&](CashKind kind) { return sums.sum(kind).count; };
  const auto minor = [&](CashKind kind) { return sums.sum(kind).minor; };
  return {.payments = count(CashKind::payment),
          .payments_minor = minor(CashKind::payment),
          .fees_minor = sums.fees,
          .top_ups = count(CashKind::top_up),
          .top_ups_minor = minor(CashKind::top_up),
          .given_back = count(CashKind::given_back),
          .given_back_minor = minor(CashKind::given_back),
          .deposits = count(CashKind::deposit),
          .deposits_minor = minor(CashKind::deposit),
          .top_ups_corrected_minor = minor(CashKind::top_up_corrected),
          .deposits_corrected_minor = minor(CashKind::deposit_corrected),
          .handed_over_minor = minor(CashKind::handed_over),
          .taken_over_minor = minor(CashKind::taken_over),
          .missing_minor = minor(CashKind::missing),
          .surplus_minor = minor(CashKind::surplus)};
}

StatementShown shown(const DrawerDays& days) {
  const store::DrawerStatement& told = days.statement;
  StatementShown made{shown(days.drawer), told.opening, shown(told.sums), told.closing(), told.adds_up(), {}};
  for (const store::CashCount& count : told.counts) made.counts.push_back(shown(count));
  return made;
}

ReportShown shown(const std::vector<store::CashReportRow>& rows) {
  ReportShown made;
  for (const store::CashReportRow& row : rows) made.rows.push_back({row.name, shown(row.sums)});
  return made;
}

}  // namespace shubbak::admin
