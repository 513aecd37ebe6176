// The prepaid service card: wallet.open, wallet.balance, wallet.movements, wallet.top_up.
#include "services/admission.hpp"
#include "services/commit.hpp"
#include "services/service_functions.hpp"

namespace shubbak::services {
namespace {

constexpr std::size_t movements_max = 10;  // that are shown
constexpr std::size_t lines_max = 50;      // that are read for them
constexpr std::uint64_t wallet_numbers = 9'000'000'000;
constexpr std::uint64_t first_wallet = 1'000'000'000;
constexpr int draws_max = 5;

Result<std::int64_t> available_on(const store::Wallet& wallet, store::LedgerReads& ledger) {
  const auto account = ledger.find_ledger_account(store::account_of(wallet));
  if (!account) return account.error();
  return *account ? ledger::available((*account)->account) : 0;
}

Answer shown(World& world, const store::Wallet& wallet) {
  const auto balance = balance_of(world, wallet);
  if (!balance) return answer("error");
  return answer("ok", {{"number", wallet.number}, {"balance", *balance}});
}

// What a line of the ledger's statement is to the person. Nothing: it is a step of something that they were shown.
std::optional<bool> comes_in(const store::StatementLine& line) {
  switch (line.step) {
    case ledger::Step::move:
      return line.side == ledger::Side::credit;
    case ledger::Step::reserve:
    case ledger::Step::reserve_sent:
      if (line.side == ledger::Side::debit) return false;
      return std::nullopt;
    case ledger::Step::release:
      if (line.side == ledger::Side::debit) return true;
      return std::nullopt;
    case ledger::Step::post:
      if (line.side == ledger::Side::credit) return true;
      return std::nullopt;
    case ledger::Step::send:
      return std::nullopt;
  }
  std::abort();
}

std::string_view other_side(const World& world, const store::StatementLine& line, std::string_view locale) {
  if (line.other.kind != ledger::AccountKind::company_payable) return {};
  return label_or_name(world, line.other.owner, locale);
}

}  // namespace

Currency currency_of(const World& world) {
  return world.companies.companies().front()->config().currency;
}

Result<std::int64_t> balance_of(World& world, const store::Wallet& wallet) {
  return available_on(wallet, world.store.ledger());
}

Result<Funds> funds_for(const std::string& payment_key, const store::Wallet& wallet, store::LedgerReads& ledger,
                        store::PaymentReads& payments) {
  const auto available = available_on(wallet, ledger);
  if (!available) return available.error();
  auto begun = payments.find_payment(payment_key);
  if (!begun) return begun.error();
  return Funds{*available, *std::move(begun)};
}

store::Change redemption(const Caller& caller, std::string key, const vouchers::Pin& pin, const store::Wallet& wallet,
                         WallTime now) {
  return store::VoucherChange(store::RedeemVoucher{.key = std::move(key),
                                                   .pin = pin,
                                                   .msisdn = caller.subject,
                                                   .person = *caller.person,
                                                   .wallet = store::account_of(wallet),
                                                   .by = actor_of(caller),
                                                   .at = now});
}

boost::asio::awaitable<Result<std::optional<store::Wallet>>> wallet_of(World& world, const Request& request,
                                                                       Currency currency, bool opens) {
  auto found = world.store.payments().find_wallet(*request.caller.person, currency);
  if (!found || *found || !opens) co_return found;
  for (int draws = 0; draws < draws_max; ++draws) {
    const std::string number = std::to_string(first_wallet + world.random() % wallet_numbers);
    std::vector<store::Change> changes = request.required;
    changes.emplace_back(
        store::PaymentChange(store::OpenWallet{*request.caller.person, {number, currency}, request.now}));
    auto committing =
        commit(world.store, carried_out(request.caller, "wallet.open", std::move(changes), request.now));
    const auto committed = co_await std::move(committing);
    if (committed) co_return world.store.payments().find_wallet(*request.caller.person, currency);
    if (committed.error().code != Errc::conflict) co_return committed.error();
  }
  co_return Error{Errc::conflict, "each number that was drawn for a card is another one's"};
}

boost::asio::awaitable<Answer> wallet_open(World& world, Request request) {
  auto opening = wallet_of(world, request, currency_of(world), true);
  const auto wallet = co_await std::move(opening);
  if (!wallet) co_return not_written(wallet.error(), "error");
  if (!*wallet) co_return answer("error");
  co_return shown(world, **wallet);
}

boost::asio::awaitable<Answer> wallet_balance(World& world, Request request) {
  const auto wallet = world.store.payments().find_wallet(*request.caller.person, currency_of(world));
  if (!wallet) co_return answer("error");
  if (!*wallet) co_return answer("none");
  co_return shown(world, **wallet);
}

boost::asio::awaitable<Answer> wallet_movements(World& world, Request request) {
  const auto wallet = world.store.payments().find_wallet(*request.caller.person, currency_of(world));
  if (!wallet) co_return answer("error");
  if (!*wallet) co_return answer("none");
  store::LedgerReads& ledger = world.store.ledger();
  const auto account = ledger.find_ledger_account(store::account_of(**wallet));
  if (!account) co_return answer("error");
  boost::json::array rows;
  if (*account) {
    const auto lines = ledger.ledger_statement((*account)->number, (*account)->last_entry, lines_max);
    if (!lines) co_return answer("error");
    for (const store::StatementLine& line : *lines) {
      const auto in = comes_in(line);
      if (!in || rows.size() == movements_max) continue;
      const std::string_view what = other_side(world, line, request.caller.locale);
      rows.push_back({{"date", local_date(line.at, world.utc_offset)},
                      {"amount", line.amount},
                      {"way", *in ? "in" : "out"},
                      {"what", boost::json::string_view(what.data(), what.size())}});
    }
  }
  const auto count = static_cast<std::int64_t>(rows.size());
  co_return answer("ok", {{"movements", std::move(rows)}, {"count", count}});
}

bool may_be_topped_up(World& world, const Request& request) {
  const auto pin = vouchers::Pin::parse(text_arg(request, "voucher"));
  if (!pin) return false;
  const auto wallet = world.store.payments().find_wallet(*request.caller.person, currency_of(world));
  if (!wallet || !*wallet) return !wallet;
  const auto redeemed = world.store.ledger().find_transfer(world.store.top_up_key(*pin, **wallet));
  return !redeemed || *redeemed;
}

// What authorised it is used up only by a voucher that is redeemed: a slip of the finger asks for no new code.
boost::asio::awaitable<Answer> wallet_top_up(World& world, Request request) {
  const auto pin = vouchers::Pin::parse(text_arg(request, "voucher"));
  if (!pin) co_return answer("refused");
  auto opening = wallet_of(world, request, currency_of(world), true);
  const auto wallet = co_await std::move(opening);
  if (!wallet) co_return not_written(wallet.error(), "error");
  if (!*wallet) co_return answer("error");
  const Caller& caller = request.caller;
  const std::string key = world.store.top_up_key(*pin, **wallet);
  const auto redeemed = world.store.ledger().find_transfer(key);
  if (!redeemed) co_return answer("error");
  // What is redeemed is redeemed for good: the set takes nothing new, so the service need not be on for it.
  std::vector<store::Change> changes = *redeemed ? std::vector<store::Change>() : request.required;
  changes.push_back(redemption(caller, key, *pin, **wallet, request.now));
  changes.emplace_back(
      store::ConsumeGrant{.msisdn = caller.subject, .binding = request.authorisation, .at = request.now});
  auto committing = commit(world.store, carried_out(caller, "wallet.top_up", std::move(changes), request.now));
  const auto committed = co_await std::move(committing);
  if (!committed) co_return not_written(committed.error(), "error");
  if (committed->redemptions.empty()) co_return answer("error");
  const store::Redemption& redemption = committed->redemptions.front();
  if (redemption.verdict == vouchers::Verdict::locked) co_return answer("locked");
  if (redemption.verdict == vouchers::Verdict::refused) co_return answer("refused");
  const auto balance = balance_of(world, **wallet);
  if (!balance) co_return answer("error");
  Answer topped_up = answer("ok", {{"amount", redemption.amount.minor}, {"balance", *balance}});
  topped_up.used_authorisation = true;
  co_return topped_up;
}

}  // namespace shubbak::services
