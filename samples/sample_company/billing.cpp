#include "samples/sample_company/billing.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>
#include <span>
#include <vector>

#include "samples/sample_company/iso_time.hpp"
#include "samples/sample_company/misbehaviour.hpp"
#include "samples/sample_company/named_accounts.hpp"

namespace shubbak::samples {

namespace {

std::optional<std::uint64_t> number_of(std::string_view digits) {
  std::uint64_t number = 0;
  const auto [end, failed] = std::from_chars(digits.data(), digits.data() + digits.size(), number);
  if (failed != std::errc() || end != digits.data() + digits.size()) return std::nullopt;
  return number;
}

const NamedAccount* named(std::string_view company, std::string_view account) {
  for (const NamedAccount& one : named_accounts()) {
    if (one.account == account && one.company == company) return &one;
  }
  return nullptr;
}

Reply no_such_account() {
  return {404, R"({"error":"not_found"})"};
}

void append_account(std::string& body, std::string_view account, std::string_view label, std::string_view category) {
  if (body.back() == '}') body += ',';
  body.append(R"({"account":")").append(account).append(R"(","label":")").append(label);
  if (!category.empty()) body.append(R"(","category":")").append(category);
  body.append("\"}");
}

void append_amount(std::string& body, Money amount) {
  body.append(R"("amount_minor":)").append(std::to_string(amount.minor));
  body.append(R"(,"currency":")").append(to_string(amount.currency)).append("\"");
}

void append_payment(std::string& body, std::string_view date, Money amount, std::string_view place) {
  if (body.back() == '}') body += ',';
  body.append(R"({"date":")").append(date).append("\",");
  append_amount(body, amount);
  body.append(R"(,"place":")").append(place).append("\"}");
}

struct PrintedBill {
  std::string month;  // "2026-09"
  std::int64_t amount_minor;
};

// What is left of `printed_minor` in `count` bills, of which the last is September's, once `paid_minor` has been
// paid: the oldest are paid first.
std::vector<PrintedBill> bills_left(std::int64_t printed_minor, int count, std::int64_t paid_minor) {
  constexpr int last_month = 9;
  std::vector<PrintedBill> left;
  for (int i = 0; i < count; ++i) {
    const std::int64_t each = printed_minor / count;
    const std::int64_t printed = i + 1 < count ? each : printed_minor - each * (count - 1);
    const std::int64_t paid = std::min(printed, paid_minor);
    paid_minor -= paid;
    if (paid < printed) left.push_back({"2026-0" + std::to_string(last_month - count + 1 + i), printed - paid});
  }
  return left;
}

void append_member(std::string& body, std::string_view name, std::int64_t value) {
  body.append(",\"").append(name).append("\":").append(std::to_string(value));
}
void append_member(std::string& body, std::string_view name, std::string_view value) {
  body.append(",\"").append(name).append("\":\"").append(value).append("\"");
}

// Of Syria, Kuwait and Iraq, where readings are taken by the day.
std::chrono::sys_days local_today(WallTime now) {
  return std::chrono::floor<std::chrono::days>(now + std::chrono::hours(3));
}

void append_meter(std::string& body, const NamedMeter& meter, std::chrono::sys_days today) {
  if (!meter.state.empty()) append_member(body, "meter", meter.state);
  if (meter.digits > 0) append_member(body, "digits", meter.digits);
  if (!meter.replaced_on.empty()) {
    append_member(body, "replaced_on", meter.replaced_on);
    append_member(body, "start_value", meter.start_value);
  }
  if (meter.usual >= 0) append_member(body, "usual", meter.usual);
  if (meter.is_closed) {
    const std::chrono::year_month_day open{today + std::chrono::days(2)};
    const auto day = static_cast<std::int64_t>(static_cast<unsigned>(open.day()));
    append_member(body, "first_day", day);
    append_member(body, "last_day", day);
  }
  if (meter.is_read_today) append_member(body, "read_by", "reader");
}

std::string begin_of(std::string_view account) {
  std::string body;
  body.reserve(192);
  body.append(R"({"account":")").append(account).append("\",");
  return body;
}

}  // namespace

Billing::Billing(std::string name, std::uint64_t index, std::uint64_t companies, std::uint64_t generated,
                 Currency currency)
    : name_(std::move(name)),
      index_(index),
      companies_(companies),
      generated_(generated),
      currency_(currency),
      payments_(index) {}

// What the company knows of one account, named or generated.
struct Billing::Sheet {
  std::uint64_t number;
  std::int64_t due_minor;
  int bills;
  std::int64_t last_reading;
  std::string_view read_on;
  bool readings_open = true;
  const NamedAccount* named = nullptr;
};

std::optional<Billing::Sheet> Billing::printed_sheet_of(std::string_view account) const {
  const std::optional<std::uint64_t> number = number_of(account);
  if (!number || account.front() == '0') return std::nullopt;
  const bool generated = *number >= generated_first && *number - generated_first < generated_;
  const bool misbehaving = *number >= misbehaving_first && *number <= misbehaving_when_paid_last;
  if (generated || misbehaving || *number == everywhere_account) {
    return Sheet{*number, generated_due_minor(*number, index_), static_cast<int>(1 + *number % 3),
                 static_cast<std::int64_t>((*number * 31 + index_ * 7) % 90'000), "2026-10-01"};
  }
  const NamedAccount* one = named(name_, account);
  if (one == nullptr) return std::nullopt;
  return Sheet{*number, one->due_minor, one->bills, one->last_reading, one->read_on, one->readings_open, one};
}

std::optional<Billing::Sheet> Billing::sheet_of(std::string_view account) const {
  std::optional<Sheet> sheet = printed_sheet_of(account);
  const std::int64_t paid = sheet ? payments_.paid_minor(account) : 0;
  if (paid == 0) return sheet;
  sheet->bills = static_cast<int>(bills_left(sheet->due_minor, sheet->bills, paid).size());
  sheet->due_minor -= paid;
  return sheet;
}

Reply Billing::accounts_of(std::string_view national_id) const {
  std::string body;
  body.reserve(256);
  body.append(R"({"national_id":")").append(national_id).append(R"(","accounts":[)");
  for (const NamedAccount& one : named_accounts()) {
    if (one.company == name_ && one.national_id == national_id)
      append_account(body, one.account, one.label, one.category);
  }
  if (national_id.size() == 11 && national_id.starts_with('1')) {
    const std::uint64_t k = number_of(national_id.substr(1)).value_or(generated_);
    if (k < generated_ && k % companies_ == index_) {
      const std::string account = std::to_string(generated_first + k);
      append_account(body, account, "اشتراك " + account.substr(3), {});
    }
  } else if (const auto odd = odd_person(national_id)) {
    const bool owns_the_bad_one = odd->where == '2' && index_ == 0;
    append_account(body, owns_the_bad_one ? odd->account : std::to_string(everywhere_account), "اشتراك", {});
  }
  body += "]}";
  return {200, std::move(body)};
}

Reply Billing::due(std::string_view account) const {
  const std::optional<Sheet> sheet = sheet_of(account);
  if (!sheet) return no_such_account();
  std::string body = begin_of(account);
  append_amount(body, {sheet->due_minor, currency_});
  body.append(R"(,"bills":)").append(std::to_string(sheet->bills)).append("}");
  return {200, std::move(body)};
}

// Government accounts are found whatever category was asked for, so that whoever asked can be told.
Reply Billing::find(const AccountSought& sought) const {
  const auto accounts = named_accounts();
  const auto one = std::ranges::find_if(accounts, [&](const NamedAccount& known) {
    const bool has_number = known.meter == sought.number || (sought.by == "any" && known.account == sought.number);
    return known.company == name_ && known.national_id == sought.national_id && has_number &&
           (known.category == sought.category || known.category == "government");
  });
  const bool is_odd =
      index_ == 0 && (misbehaviour_of_account(sought.number) || misbehaviour_when_paid(sought.number));
  if (one == accounts.end() && !is_odd) return no_such_account();
  const std::string_view account = is_odd ? sought.number : one->account;
  const std::optional<Sheet> sheet = sheet_of(account);
  if (!sheet) return no_such_account();
  std::string body = begin_of(account);
  body.append(R"("national_id":")").append(sought.national_id).append(R"(","number":")").append(sought.number);
  body.append(R"(","label":")").append(is_odd ? "اشتراك" : one->label);
  body.append(R"(","category":")").append(is_odd ? sought.category : one->category).append("\",");
  append_amount(body, {sheet->due_minor, currency_});
  body.append(R"(,"bills":)").append(std::to_string(sheet->bills)).append("}");
  return {200, std::move(body)};
}

Reply Billing::bills(std::string_view account) const {
  const std::optional<Sheet> sheet = printed_sheet_of(account);
  if (!sheet) return no_such_account();
  std::string body = begin_of(account);
  body += R"("bills":[)";
  for (const PrintedBill& bill : bills_left(sheet->due_minor, sheet->bills, payments_.paid_minor(account))) {
    if (body.back() == '}') body += ',';
    body.append(R"({"bill":")").append(bill.month).append(R"(","date":")").append(bill.month);
    body += "-28\",";
    append_amount(body, {bill.amount_minor, currency_});
    body += '}';
  }
  body += "]}";
  return {200, std::move(body)};
}

Reply Billing::payments(std::string_view account) const {
  const std::optional<Sheet> sheet = sheet_of(account);
  if (!sheet) return no_such_account();
  std::string body = begin_of(account);
  body += R"("payments":[)";
  const auto posted = payments_.posted_on(account);
  for (std::size_t i = 0; i < posted.size() && i < newest_max; ++i) {
    const BookedPayment& payment = *posted[posted.size() - 1 - i];
    append_payment(body, iso_day(std::chrono::floor<std::chrono::days>(payment.at)), payment.order.amount, "Shubbak");
  }
  if (sheet->named != nullptr) {
    for (const NamedPayment& payment : sheet->named->payments) {
      append_payment(body, payment.date, {payment.amount_minor, currency_}, payment.place);
    }
  } else {
    // 1 to 4 payments, one a month back from September.
    for (std::uint64_t i = 0; i <= sheet->number % 4; ++i) {
      const std::string date = "2026-0" + std::to_string(9 - i) + "-15";
      append_payment(body, date, {generated_due_minor(sheet->number + i + 1, index_), currency_}, "بريد");
    }
  }
  body += "]}";
  return {200, std::move(body)};
}

Reply Billing::last_reading(std::string_view account, WallTime now) const {
  const std::optional<Sheet> sheet = sheet_of(account);
  if (!sheet) return no_such_account();
  const NamedMeter meter = sheet->named == nullptr ? NamedMeter{} : sheet->named->metered;
  const std::chrono::sys_days today = local_today(now);
  std::string body = begin_of(account);
  body.append(R"("value":)")
      .append(std::to_string(sheet->last_reading))
      .append(R"(,"date":")")
      .append(meter.is_read_today ? iso_day(today) : std::string(sheet->read_on))
      .append("\"");
  append_meter(body, meter, today);
  body += '}';
  return {200, std::move(body)};
}

std::string_view Billing::verdict_on(const Sheet& sheet, std::string_view account, std::int64_t value,
                                     std::string_view remark) const {
  const NamedMeter meter = sheet.named == nullptr ? NamedMeter{} : sheet.named->metered;
  if (!sheet.readings_open || meter.is_closed || !meter.state.empty()) return "not_open";
  if (meter.is_read_today || read_this_period_.contains(std::string(account))) return "already";
  const std::int64_t last = meter.replaced_on.empty() ? sheet.last_reading : meter.start_value;
  const bool has_turned_over = meter.digits > 0 && remark == "turned_over";
  return value < last && !has_turned_over ? "too_low" : "accepted";
}

Reply Billing::submit_reading(std::string_view account, std::int64_t value, std::string_view reference,
                              std::string_view remark) {
  std::string asked(account);
  asked.append("=").append(std::to_string(value));
  std::string key(reference);
  if (const auto first = first_answers_.find(key); first != first_answers_.end()) {
    if (first->second.asked != asked) return {409, R"({"error":"reference_used"})"};
    return first->second.reply;
  }
  if (first_answers_.size() >= references_max) return {503, R"({"error":"full"})"};
  const std::optional<Sheet> sheet = sheet_of(account);
  if (!sheet) return no_such_account();
  const std::string_view verdict = verdict_on(*sheet, account, value, remark);
  if (verdict == "accepted") read_this_period_.emplace(account);
  std::string body = begin_of(account);
  body.append(R"("reference":")").append(reference).append(R"(","verdict":")").append(verdict).append("\"}");
  Reply reply{200, std::move(body)};
  first_answers_.emplace(std::move(key), FirstAnswer{std::move(asked), reply});
  return reply;
}

// Why the company declines it, in the words of the company API; empty: it does not.
std::string_view Billing::objection_to(const PaymentOrder& order, WallTime now) const {
  if (now > order.not_after) return "too_late";
  if (misbehaviour_when_paid(order.account) == PaidMisbehaviour::declines) return "account_closed";
  const std::optional<Sheet> sheet = sheet_of(order.account);
  if (!sheet || sheet->due_minor == 0) return "not_payable";
  if (order.amount.currency != currency_) return "other";
  if (order.amount.minor < 1) return "amount_too_low";
  if (order.amount.minor > sheet->due_minor) return "amount_too_high";
  return {};
}

Reply Billing::pay(PaymentOrder order, WallTime now) {
  if (std::optional<Reply> settled = payments_.settled(order)) return std::move(*settled);
  const std::string_view objection = objection_to(order, now);
  return payments_.enter(std::move(order), objection, std::chrono::floor<std::chrono::seconds>(now));
}

Reply Billing::payment_status(std::string_view reference) {
  constexpr int unsure_max = 3;
  BookedPayment* payment = payments_.find(reference);
  if (payment == nullptr) {
    return {200, R"({"reference":")" + std::string(reference) + R"(","state":"absent"})"};
  }
  const bool unsure = misbehaviour_when_paid(payment->order.account) == PaidMisbehaviour::status_unknown_for_a_while;
  if (unsure && payment->status_asked < unsure_max) {
    ++payment->status_asked;
    return {503, R"({"error":"not_known_yet"})"};
  }
  return answer_of(*payment);
}

Reply Billing::payments_on(std::chrono::sys_days day) const {
  return {200, payments_.csv(day), "text/csv"};
}

}  // namespace shubbak::samples
