// payments.quote_all and payments.pay_all: what is due on all of a person's accounts, confirmed on one screen,
// authorised by one code and reserved from their card in one set: all of it or nothing. Each is a payment under a key
// of its own then, of which its company is asked once, all of them side by side, and which ends for itself; the
// follow-up tells in the system's words what became of one that was left unknown.
//
// Who is paid how much is one text that flows hand on unread, so a code that is bound to it is bound to each payee
// and amount; `payees_label`, `payees_list` and `dues` tell it to people.
#include "services/pay_all.hpp"

#include <algorithm>
#include <charconv>
#include <memory>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/this_coro.hpp>

#include "companies/bell.hpp"
#include "payments/receipt.hpp"
#include "services/commit.hpp"
#include "services/payment_end.hpp"
#include "services/service_functions.hpp"

namespace shubbak::services {
namespace {

namespace json = boost::json;

// "damascus/4521007/12500000/0": the last two are amount and fee, in minor units.
std::string payee_text(const ConfirmedPayment& one) {
  return one.company + '/' + one.account + '/' + std::to_string(one.amount) + '/' + std::to_string(one.fee);
}

std::vector<std::string_view> parts_of(std::string_view text, char between) {
  std::vector<std::string_view> parts;
  for (std::size_t at = 0; at <= text.size();) {
    const std::size_t end = std::min(text.find(between, at), text.size());
    parts.push_back(text.substr(at, end - at));
    at = end + 1;
  }
  return parts;
}

std::optional<std::int64_t> number_in(std::string_view text) {
  std::int64_t number = 0;
  const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (failed != std::errc() || end != text.data() + text.size()) return std::nullopt;
  if (number < 0 || number > companies::amount_minor_max) return std::nullopt;
  return number;
}

std::optional<ConfirmedPayment> payee_in(std::string_view text) {
  const auto parts = parts_of(text, '/');
  if (parts.size() != 4 || parts[0].empty()) return std::nullopt;
  const auto amount = number_in(parts[2]);
  const auto fee = number_in(parts[3]);
  if (!amount || !fee) return std::nullopt;
  return ConfirmedPayment{std::string(parts[0]), std::string(parts[1]), *amount, *fee};
}

struct Sums {
  std::int64_t total = 0;  // with the fees
  std::int64_t fee = 0;
};
Sums sums_of_all(const std::vector<ConfirmedPayment>& all) {
  Sums sums;
  for (const ConfirmedPayment& one : all) {
    sums.total += one.amount + one.fee;
    sums.fee += one.fee;
  }
  return sums;
}

// Nothing: it is no list that payments.quote_all has made, or it comes to another total than was shown.
std::optional<std::vector<ConfirmedPayment>> confirmed_payments(const Request& request) {
  std::vector<ConfirmedPayment> all;
  const auto payees = parts_of(text_arg(request, "payees"), ';');
  if (payees.size() > payees_max) return std::nullopt;
  for (const std::string_view text : payees) {
    auto one = payee_in(text);
    if (!one) return std::nullopt;
    all.push_back(*std::move(one));
  }
  if (amount_arg(request, "total") != sums_of_all(all).total) return std::nullopt;
  return all;
}

// Nothing: one of them cannot be paid, or its fee has changed since it was shown.
std::optional<std::vector<AskedPayment>> asked_payments(const World& world,
                                                        const std::vector<ConfirmedPayment>& all) {
  std::vector<AskedPayment> asked;
  for (const ConfirmedPayment& confirmed : all) {
    auto one = asked_payment(world, confirmed);
    if (!one || is_other_fee(*one)) return std::nullopt;
    asked.push_back(*std::move(one));
  }
  return asked;
}

// Those that were begun under that key, in order.
Result<std::vector<store::StoredPayment>> begun_under(World& world, const std::string& payment_key) {
  std::vector<store::StoredPayment> begun;
  for (std::size_t part = 1; part <= payees_max; ++part) {
    auto found = world.store.payments().find_payment(key_of_part(payment_key, part));
    if (!found) return found.error();
    if (!*found) break;
    begun.push_back(**std::move(found));
  }
  return begun;
}

using Ends = std::vector<PaymentEnd>;  // of each payment

// Behind others in line: with less it would hardly be answered, and money would be held for nothing.
constexpr std::chrono::milliseconds least_left_in_line{500};

// What is asked of all companies; outlives whoever stops waiting for it.
struct Asking {
  std::vector<store::StoredPayment> payments;
  Ends ends;
  bool is_new = false;
  Instant deadline;
  struct Line {  // of one company
    companies::Company* company;
    std::vector<std::size_t> rows;  // of payments
    std::size_t next = 0;           // of rows
  };
  std::vector<Line> lines{};
};

void stand_in_line(std::vector<Asking::Line>& lines, companies::Company* company, std::size_t row) {
  auto line = std::ranges::find(lines, company, &Asking::Line::company);
  if (line == lines.end()) line = lines.insert(line, {.company = company, .rows = {}});
  line->rows.push_back(row);
}

boost::asio::awaitable<PaymentEnd> ask_for_end(companies::Company& company, const store::StoredPayment& payment,
                                               bool is_new, std::chrono::milliseconds timeout) {
  if (is_new) {
    companies::PaymentOrder order{.account = payment.account,
                                  .amount = payment.amount,
                                  .reference = payment.key,
                                  .not_after = payment.not_after};
    auto paying = company.pay(std::move(order), timeout);
    const auto said = co_await std::move(paying);
    co_return end_of_order(payment, said, wall_now());
  }
  auto asking = company.payment_status(payment.account, payment.amount, payment.key, timeout);
  const auto status = co_await std::move(asking);
  co_return end_of(payment, status, wall_now());
}

// One after the other, beside those who do the same. A new payment whose turn comes too late is not sent at all, so
// that it is over at once and not unknown.
boost::asio::awaitable<void> ask_in_line(std::shared_ptr<Asking> asking, std::size_t of, companies::Bell::Out out) {
  const companies::Bell::Out ends_here = std::move(out);
  Asking::Line& line = asking->lines[of];
  for (bool is_first = true; line.next < line.rows.size(); is_first = false) {
    const std::size_t row = line.rows[line.next++];
    const store::StoredPayment& payment = asking->payments[row];
    const auto left =
        std::chrono::ceil<std::chrono::milliseconds>(asking->deadline - std::chrono::steady_clock::now());
    if (asking->is_new && !is_first && left < least_left_in_line) {
      const Error too_late{Errc::limit, "its turn came too late"};
      asking->ends[row] = end_of_order(payment, too_late, wall_now());
      continue;
    }
    auto one = ask_for_end(*line.company, payment, asking->is_new, left);
    PaymentEnd end = co_await std::move(one);
    asking->ends[row] = std::move(end);
  }
}

// What people read of one payment of several.
struct Told {
  std::string_view company;  // as it is called for them
  std::string_view account;
  Money amount;
  std::string receipt{};
};
enum class Detail : std::uint8_t { all, amounts, accounts };

// "Aleppo *1007 125,000: 00000125 2718281; ..."
std::string told_with(Detail detail, const std::vector<Told>& all) {
  std::string text;
  for (const Told& one : all) {
    if (!text.empty()) text.append("; ");
    if (detail == Detail::all) text.append(one.company).append(" ");
    text.append(payments::masked_account(one.account));
    if (detail != Detail::accounts) text.append(" ").append(format_amount(one.amount));
    if (!one.receipt.empty()) text.append(": ").append(one.receipt);
  }
  return text;
}

// As much of all of them alike as there is room for: half a receipt's number is worth nothing.
std::string told_within(std::size_t length_max, const std::vector<Told>& all) {
  for (const Detail detail : {Detail::all, Detail::amounts}) {
    std::string text = told_with(detail, all);
    if (flows::length_of(text) <= length_max) return text;
  }
  return told_with(Detail::accounts, all);
}

// Written together with what the person is told; if it is not, daemon/payment_follow_up ends each and tells it.
Answer told_of(const World& world, std::string_view locale, const std::vector<store::StoredPayment>& all,
               const Ends& ends) {
  std::int64_t held = 0;
  std::vector<Told> settled;
  std::vector<store::Change> changes;
  for (std::size_t i = 0; i < all.size(); ++i) {
    const store::StoredPayment& payment = all[i];
    const bool is_open = payment.state == ledger::State::reserved;
    if (is_open && ends[i].next == payments::Next::wait) {
      ++held;
      continue;
    }
    if (is_open) changes.push_back(change_of(payment, ends[i], wall_now()));
    const bool is_paid = is_open ? ends[i].next == payments::Next::settle : payment.state == ledger::State::posted;
    if (!is_paid) continue;
    settled.push_back({.company = label_or_name(world, payment.company, locale),
                       .account = payment.account,
                       .amount = payment.amount,
                       .receipt = payments::receipt_number(payment.number) + " " + payment.check_code});
  }
  const auto paid = static_cast<std::int64_t>(settled.size());
  const auto count = static_cast<std::int64_t>(all.size());
  Answer told = answer("ok", {{"paid", paid},
                              {"held", held},
                              {"refused", count - paid - held},
                              {"receipts", told_within(receipts_text_max, settled)}});
  if (held == count) told = answer("unknown");
  if (held == 0 && paid == 0) told = answer("declined");
  told.changes = std::move(changes);
  told.outcome_on_conflict = "unknown";
  told.used_authorisation = true;  // with the reservations
  return told;
}

// `is_new`: nobody has asked the companies yet; they are asked to pay. Else they are asked what became of it; one
// that is configured no more cannot be, and its payment stays held.
boost::asio::awaitable<Answer> ends_of_all(World& world, const Request& request,
                                           std::vector<store::StoredPayment> begun, bool is_new) {
  const auto confirmed = confirmed_payments(request);
  const auto is_what_was_begun = [](const auto& payment, const auto& one) { return is_same(payment, one); };
  if (!confirmed || !std::ranges::equal(begun, *confirmed, is_what_was_begun)) co_return answer("unknown");
  const auto executor = co_await boost::asio::this_coro::executor;
  auto asking = std::make_shared<Asking>(Asking{
      .payments = std::move(begun), .ends = Ends(confirmed->size()), .is_new = is_new, .deadline = request.deadline});
  for (std::size_t row = 0; row < asking->payments.size(); ++row) {
    const store::StoredPayment& payment = asking->payments[row];
    companies::Company* const company = world.companies.find(payment.company);
    if (payment.state == ledger::State::reserved && company != nullptr) stand_in_line(asking->lines, company, row);
  }
  auto bell = std::make_shared<companies::Bell>(executor);
  for (std::size_t of = 0; of < asking->lines.size(); ++of) {
    const Asking::Line& line = asking->lines[of];
    for (std::size_t lane = line.company->side_by_side(line.rows.size()); lane > 0; --lane) {
      auto one = ask_in_line(asking, of, companies::Bell::Out(bell));
      boost::asio::co_spawn(executor, std::move(one), boost::asio::detached);
    }
  }
  co_await bell->wait();
  co_return told_of(world, request.caller.locale, asking->payments, asking->ends);
}

std::vector<store::Change> beginning_all(const Request& request, const std::vector<AskedPayment>& asked,
                                         const store::Wallet& wallet) {
  std::vector<store::Change> changes = request.required;
  for (std::size_t i = 0; i < asked.size(); ++i)
    changes.emplace_back(
        store::PaymentChange(begin_payment(request, asked[i], wallet, key_of_part(request.payment_key, i + 1))));
  add_beginning(request, changes);
  return carried_out(request.caller, "payments.pay_all", std::move(changes), request.now);
}

}  // namespace

std::vector<std::string> companies_of_payees(const Request& request) {
  std::vector<std::string> names;
  const auto confirmed = confirmed_payments(request);
  if (!confirmed) return names;
  for (const ConfirmedPayment& one : *confirmed) {
    if (std::ranges::find(names, one.company) == names.end()) names.push_back(one.company);
  }
  return names;
}

std::string key_of_part(const std::string& payment_key, std::size_t part) {
  return payment_key + "." + std::to_string(part);
}

// All that is due is what every company takes, whatever its rules for parts are.
boost::asio::awaitable<Answer> payments_quote_all(World& world, Request request) {
  auto among = asked_among(request);
  auto asking = world.companies.debts(*request.caller.person, time_left(request), std::move(among));
  const companies::PartialDebts found = co_await std::move(asking);
  const auto open = world.store.payments().open_payees_of(*request.caller.person);
  if (!open || (found.lines.empty() && !found.complete())) co_return answer("error");
  if (found.lines.empty() && !request.left_out.empty()) co_return not_yet();
  std::vector<ConfirmedPayment> all;
  std::vector<Told> told;
  json::array dues;
  std::string payees;
  std::string shown;
  std::int64_t left = 0;
  std::int64_t held = 0;
  std::int64_t not_payable = 0;
  for (const companies::DebtLine& line : found.lines) {
    if (line.due.amount.minor == 0) continue;
    const companies::CompanyConfig& company = line.company->config();
    if (!line.company->takes_payments() || company.currency != currency_of(world)) {
      ++not_payable;
      continue;
    }
    if (std::ranges::find(*open, store::PaymentReads::Payee{company.name, line.account.id}) != open->end()) {
      ++held;
      continue;
    }
    const std::int64_t due = line.due.amount.minor;
    const ConfirmedPayment one{company.name, line.account.id, due, payments::fee_of(company.payments.fee, due)};
    const std::string text = (payees.empty() ? "" : ";") + payee_text(one);
    if (all.size() == payees_max || payees.size() + text.size() > payees_octets_max) {
      ++left;
      continue;
    }
    payees += text;
    shown.append(shown.empty() ? "" : "+").append(payments::account_end(one.account));
    all.push_back(one);
    const std::string_view called = label(*line.company, request.caller.locale);
    told.push_back({.company = called, .account = line.account.id, .amount = line.due.amount});
    dues.push_back(json::object{{"company_label", json::string_view(called.data(), called.size())},
                                {"account", payments::masked_account(one.account)},
                                {"amount", due}});
  }
  const int missing = found.companies_missing + found.accounts_missing;
  if (all.empty() && held > 0) co_return answer("held");
  if (all.empty() && missing > 0) co_return answer("error");
  if (all.empty()) co_return answer(not_payable > 0 ? "not_payable" : "none");
  const Sums sums = sums_of_all(all);
  json::object data;
  data.emplace("payees", payees);
  data.emplace("payees_label", shown);
  data.emplace("payees_list", told_within(payees_list_max, told));
  data.emplace("dues", std::move(dues));
  data.emplace("count", static_cast<std::int64_t>(all.size()));
  data.emplace("total", sums.total);
  data.emplace("fee", sums.fee);
  data.emplace("missing", missing);
  data.emplace("left", left + held + not_payable);
  co_return answer("ok", std::move(data));
}

boost::asio::awaitable<Answer> payments_pay_all(World& world, Request request) {
  if (request.payment_key.empty()) co_return answer("declined");
  auto begun = begun_under(world, request.payment_key);
  if (!begun) co_return answer("unknown");
  if (!begun->empty()) {
    auto telling = ends_of_all(world, request, *std::move(begun), false);
    co_return co_await std::move(telling);
  }
  const auto confirmed = confirmed_payments(request);
  const auto asked = confirmed ? asked_payments(world, *confirmed) : std::nullopt;
  if (!asked) co_return answer("declined");
  const Currency currency = currency_of(world);
  const auto wallet = world.store.payments().find_wallet(*request.caller.person, currency);
  if (!wallet) co_return answer("declined");
  if (!*wallet) co_return answer("insufficient");
  const auto funds =
      funds_for(key_of_part(request.payment_key, 1), **wallet, world.store.ledger(), world.store.payments());
  if (!funds) co_return answer("unknown");
  if (funds->begun) {  // another press was faster
    begun = begun_under(world, request.payment_key);
    if (!begun) co_return answer("unknown");
    auto telling = ends_of_all(world, request, *std::move(begun), false);
    co_return co_await std::move(telling);
  }
  if (funds->available < sums_of_all(*confirmed).total) co_return answer("insufficient");

  auto committing = commit(world.store, beginning_all(request, *asked, **wallet));
  const auto committed = co_await std::move(committing);
  begun = begun_under(world, request.payment_key);
  if (!begun) co_return answer("unknown");
  if (begun->empty()) co_return not_begun(committed);
  // Else another press under the same key was faster.
  const bool is_ours = committed && !committed->transfers.empty() && !committed->transfers.front().repeated;
  auto telling = ends_of_all(world, request, *std::move(begun), is_ours);
  co_return co_await std::move(telling);
}

}  // namespace shubbak::services
