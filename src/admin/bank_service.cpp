#include "admin/bank_service.hpp"

#include <algorithm>
#include <limits>
#include <unordered_map>
#include <utility>

#include "admin/drawers.hpp"
#include "reconcile/file_time.hpp"
#include "staff/account.hpp"

namespace shubbak::admin {
namespace {

using staff::Permission;

constexpr std::size_t bank_page = 200;
constexpr auto differences_max = static_cast<std::size_t>(store::StageLines::differences_max);
constexpr std::chrono::minutes clocks_differ_max{5};
constexpr std::chrono::days told_late_max{7};

// Keys of cash are of all drawers; references are the bank's own.
std::string key_at_bank(const staff::Account& bank, const std::string& reference) {
  return "b" + std::to_string(bank.id) + "-" + reference;
}

bool is_bank_reference(const std::string& text) {
  return !text.empty() && text.size() <= bank_reference_octets_max && std::ranges::all_of(text, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '-';
  });
}

Result<std::string, ApiError> drawer_of(const staff::Account& bank) {
  auto office = staff::choose_office(bank, Permission::bank_pay, std::nullopt);
  if (!office) return api_error(office.error());
  return store::drawer_name(bank.name, *office);
}

std::optional<ApiError> wrong_time(const World& world, const std::string& paid_at) {
  const auto at = reconcile::parse_file_time(paid_at, reconcile::TimeForm::iso, world.utc_offset);
  const auto wrong = [](std::string why) { return ApiError{Code::invalid, std::move(why), "paid_at"}; };
  if (!at) return wrong("must be a time such as 2026-11-26T12:34:50Z");
  const WallTime now = world.now();
  if (*at > now + clocks_differ_max) return wrong("is in the future");
  if (*at < now - told_late_max) return wrong("is more than 7 days ago: have it looked into");
  return std::nullopt;
}

Result<std::optional<store::CashPayment>, ApiError> paid_under(World& world, const staff::Account& bank,
                                                               const store::StoredDrawer& drawer,
                                                               const std::string& reference) {
  auto payment = world.store.payments().find_payment(store::cash_key_in_ledger(key_at_bank(bank, reference)));
  if (!payment) return api_error(payment.error());
  if (!*payment || (*payment)->drawer != drawer.number) return std::optional<store::CashPayment>();
  auto found = world.store.cash().cash_payments(drawer.number, false, (*payment)->number + 1, 1);
  if (!found) return api_error(found.error());
  if (found->empty() || found->front().payment.number != (*payment)->number)
    return std::optional<store::CashPayment>();
  return std::optional(std::move(found->front()));
}

reconcile::Standing standing_of(const store::StoredPayment& payment) {
  if (payment.state == ledger::State::posted) return reconcile::Standing::settled;
  return payment.state == ledger::State::reserved ? reconcile::Standing::open : reconcile::Standing::released;
}

std::string too_many_differ() {
  return "more than " + std::to_string(differences_max) + " payments differ: is it the file of this bank and day?";
}

using ListedTimes = std::unordered_map<std::string, std::int64_t>;       // by reference
using Listings = std::unordered_multimap<std::string, store::CaseSide>;  // likewise

Result<Listings, ApiError> listings_in(const BankLines& lines) {
  Listings listings;
  if (!lines) return listings;
  const Status read = lines([&listings](reconcile::Listed line) -> Status {
    listings.emplace(std::move(line.reference), store::CaseSide{std::move(line.account), line.amount});
    return {};
  });
  if (!read.ok()) return ApiError{Code::bad_request, read.error().message};
  return listings;
}

bool are_listed(const Listings& listings, const std::string& reference, const store::StoredPayment& payment) {
  const auto [first, behind] = listings.equal_range(reference);
  return std::any_of(first, behind, [&payment](const auto& one) {
    return one.second.account == payment.account && one.second.amount == payment.amount;
  });
}

struct ListedBeside {
  Listings day_before;
  Listings day_after;
};

// Settled in that time, and in no line of the file, nor of those beside it.
std::optional<ApiError> add_unlisted(World& world, const store::StoredDrawer& drawer, WallTime begins, WallTime ends,
                                     const ListedTimes& listed, const ListedBeside& beside, BankDay& day) {
  for (std::int64_t before = std::numeric_limits<std::int64_t>::max();;) {
    const auto page = world.store.cash().cash_payments(drawer.number, false, before, bank_page);
    if (!page) return api_error(page.error());
    for (const store::CashPayment& one : *page) {
      before = one.payment.number;
      if (one.payment.at < begins) return std::nullopt;
      const bool is_of_day = one.payment.at < ends && one.payment.state == ledger::State::posted;
      std::string reference = bank_reference_of(one);
      if (!is_of_day || listed.contains(reference)) continue;
      if (are_listed(beside.day_before, reference, one.payment) ||
          are_listed(beside.day_after, reference, one.payment))
        continue;
      day.differences.push_back({.outcome = reconcile::Outcome::missing_there,
                                 .reference = std::move(reference),
                                 .ours = store::CaseSide{one.payment.account, one.payment.amount}});
      if (day.differences.size() > differences_max) return ApiError{Code::bad_request, too_many_differ()};
    }
    if (page->size() < bank_page) return std::nullopt;
  }
}

}  // namespace

Served<store::CashPayment> pay_at_bank(World& world, Caller caller, BankPaid paid) {
  if (!is_bank_reference(paid.reference))
    co_return ApiError{Code::invalid, "a reference is 1 to 35 letters, digits, _ and -", "reference"};
  const std::string key = key_at_bank(caller.account, paid.reference);
  const auto begun = world.store.payments().find_payment(store::cash_key_in_ledger(key));
  if (!begun) co_return api_error(begun.error());
  // What was told before is answered however late it comes again.
  auto wrong = *begun ? std::nullopt : wrong_time(world, paid.paid_at);
  if (wrong) co_return *std::move(wrong);
  auto drawer = drawer_of(caller.account);
  if (!drawer) co_return drawer.error();
  // Whoever pays twice at a bank has two references.
  CashWanted wanted{
      .key = key, .drawer = *std::move(drawer), .amount = std::move(paid.amount), .again = true, .of_bank = true};
  auto taking = take_for_bill(world, std::move(caller), std::move(wanted), std::move(paid.company),
                              std::move(paid.account), paid.fee);
  co_return co_await std::move(taking);
}

Result<store::CashPayment, ApiError> bank_payment(World& world, const Caller& caller, const std::string& reference) {
  if (!is_bank_reference(reference))
    return ApiError{Code::invalid, "a reference is 1 to 35 letters, digits, _ and -", "reference"};
  const auto name = drawer_of(caller.account);
  if (!name) return name.error();
  const auto drawer = find_drawer(world, *name);
  if (!drawer) return drawer.error();
  auto found = paid_under(world, caller.account, *drawer, reference);
  if (!found) return found.error();
  if (!*found) return ApiError{Code::not_found, "nothing of that reference was paid", "reference"};
  return std::move(**found);
}

std::string bank_reference_of(const store::CashPayment& paid) {
  std::string key = paid.payment.key.substr(store::cash_key_prefix.size());
  const std::size_t at = bank_reference_at(key);
  return at == std::string::npos ? key : key.substr(at);  // or it was taken in cash
}

Result<BankDay, ApiError> compare_bank_day(World& world, const std::string& bank, WallTime begins, WallTime ends,
                                           const BankFiles& files) {
  const auto known = world.store.staff().find_account(bank);
  if (!known) return api_error(known.error());
  if (!*known) return ApiError{Code::not_found, "there is no account of that name", "bank"};
  const staff::Account& account = (*known)->account;
  const auto name = drawer_of(account);
  if (!name) return name.error();
  const auto drawer = find_drawer(world, *name);
  if (!drawer) return drawer.error();
  auto day_before = listings_in(files.day_before);
  if (!day_before) return day_before.error();
  auto day_after = listings_in(files.day_after);
  if (!day_after) return day_after.error();
  const ListedBeside beside{*std::move(day_before), *std::move(day_after)};
  BankDay day;
  ListedTimes listed;
  std::optional<ApiError> unreadable;
  const Status read = files.day([&](reconcile::Listed line) -> Status {
    auto ours = paid_under(world, account, *drawer, line.reference);
    if (!ours) {
      unreadable = ours.error();
      return Error{Errc::io, unreadable->message};
    }
    std::optional<reconcile::Ours> held;
    if (*ours) {
      const store::StoredPayment& payment = (*ours)->payment;
      held = reconcile::Ours{payment.number, standing_of(payment), payment.account, payment.amount};
    }
    ++day.lines;
    const std::int64_t before = listed[line.reference]++;
    const auto outcome = reconcile::judge(line, held, before > 0 || beside.day_before.contains(line.reference));
    if (outcome == reconcile::Outcome::matched) {
      ++day.matched;
      return {};
    }
    store::BankFinding finding{.outcome = outcome,
                               .reference = std::move(line.reference),
                               .occurrence = before,
                               .line = line.line,
                               .theirs = store::CaseSide{std::move(line.account), line.amount}};
    if (held) finding.ours = store::CaseSide{held->account, held->amount};
    day.differences.push_back(std::move(finding));
    if (day.differences.size() > differences_max) return Error{Errc::limit, too_many_differ()};
    return {};
  });
  if (unreadable) return *std::move(unreadable);
  if (!read.ok()) return ApiError{Code::bad_request, read.error().message};
  if (auto failed = add_unlisted(world, *drawer, begins, ends, listed, beside, day)) return *std::move(failed);
  return day;
}

Served<store::Reconciled> put_bank_day(World& world, Caller caller, std::string bank, std::chrono::sys_days day,
                                       BankDay told) {
  std::erase_if(told.differences,
                [](const store::BankFinding& one) { return one.outcome == reconcile::Outcome::open; });
  std::vector<store::Change> changes;
  changes.emplace_back(store::ReconcileChange(store::PutBankDay{.bank = std::move(bank),
                                                                .day = day,
                                                                .lines = told.lines,
                                                                .findings = std::move(told.differences),
                                                                .by = caller.actor,
                                                                .at = world.now()}));
  auto committing =
      commit_if(world, required_of(world, caller, Permission::reconcile_import, staff::Scope()), std::move(changes));
  const auto committed = co_await std::move(committing);
  if (!committed) co_return committed.error();
  co_return committed->reconciled;
}

}  // namespace shubbak::admin
