#include "admin/cash_service.hpp"

#include <algorithm>
#include <limits>

#include "admin/drawers.hpp"
#include "admin/link_service.hpp"
#include "flows/engine.hpp"
#include "payments/receipt.hpp"
#include "services/cash.hpp"
#include "services/news.hpp"
#include "services/switches.hpp"
#include "store/cash_book.hpp"

namespace shubbak::admin {
namespace {

using staff::Permission;

constexpr std::size_t drawers_page = 500;
constexpr std::size_t payments_page = 200;

Result<store::StoredDrawer, ApiError> own_drawer(World& world, const Caller& caller, const std::string& name,
                                                 const std::string& company = {}) {
  auto drawer = drawer_at(world, caller, Permission::cash_take, name, company);
  if (drawer && drawer->account != caller.actor.name) return forbidden("the drawer is another account's", "drawer");
  return drawer;
}

// Under such a key a bank would find another's cash, and pay nothing.
std::optional<ApiError> key_of_bank(const CashWanted& wanted) {
  if (wanted.of_bank || bank_reference_at(wanted.key) == std::string::npos) return std::nullopt;
  return ApiError{Code::invalid, "keys such as b7-4711 are those of banks: make another one", "key"};
}

Result<std::optional<Msisdn>, ApiError> number_if(const World& world, const std::optional<std::string>& typed) {
  if (!typed) return std::optional<Msisdn>();
  const auto msisdn = number_of(world, *typed);
  if (!msisdn) return msisdn.error();
  return std::optional(*msisdn);
}

// Who takes cash does it as an agent, whatever they asked by.
Actor agent_of(const Caller& caller) {
  return {Actor::Kind::agent, caller.actor.name};
}

std::optional<services::CashDesk> desk_of(World& world) {
  if (world.companies == nullptr) return std::nullopt;
  return services::CashDesk{
      .store = world.store, .counter = world.counter, .companies = *world.companies, .now = world.now};
}
ApiError no_companies() {
  return {Code::not_found, "there is no company of that name", "company"};
}

ApiError no_receipt(std::string field) {
  return {Code::invalid, "that is no receipt's number, or mistyped", std::move(field)};
}

Result<store::CashPayment, ApiError> cash_payment_of(World& world, std::int64_t number) {
  const auto payment = world.store.payments().find_receipt(number);
  if (!payment) return api_error(payment.error());
  if (*payment && (*payment)->drawer != 0) {
    auto found = world.store.cash().cash_payments((*payment)->drawer, false, number + 1, 1);
    if (!found) return api_error(found.error());
    if (!found->empty() && found->front().payment.number == number) return std::move(found->front());
  }
  return ApiError{Code::not_found, "no payment in cash has that receipt", "receipt"};
}

// Nothing: there is no number, or it is linked to nobody now.
std::optional<store::OutboxMessage> top_up_news(World& world, const std::optional<Msisdn>& msisdn, std::string link,
                                                const ToppedUp& done) {
  if (!msisdn) return std::nullopt;
  const WallTime now = world.now();
  const auto words = world.counter.words();
  const auto locale = words ? services::news_locale(world.store, **words, *msisdn, WallTime::max()) : std::nullopt;
  if (!locale) return std::nullopt;
  std::string text = flows::system_text(**words, *locale, "sys_cash_topped_up", flows::Context{});
  text.append(" ").append(format_amount(done.amount)).append(" ").append(to_string(done.amount.currency));
  text.append(" ").append(payments::masked_account(done.card.number));
  return services::news_message(world.counter, std::move(link), *msisdn, std::move(text), now);
}

}  // namespace

Served<store::StoredDrawer> open_drawer(World& world, Caller caller, NewDrawer wanted) {
  const auto currency = parse_currency(wanted.currency);
  if (!currency || *currency != world.currency)
    co_return ApiError{Code::invalid, "amounts here are in " + std::string(to_string(world.currency)), "currency"};
  const auto account = world.store.staff().find_account(wanted.account);
  if (!account) co_return api_error(account.error());
  if (!*account) co_return ApiError{Code::not_found, "there is no account of that name", "account"};
  for (const std::string* part : {&wanted.directorate, &wanted.office}) {
    if (part->empty() || *part == "*")
      co_return ApiError{Code::invalid, "a drawer is at one office of one directorate, called by their names",
                         part == &wanted.office ? "office" : "directorate"};
  }
  const staff::Scope place{"", wanted.directorate, wanted.office};
  if (!staff::may((*account)->account, Permission::cash_take, place))
    co_return ApiError{Code::invalid, "that account may not take cash there: it has no role with cash.take for it",
                       "account"};
  const std::string name = store::drawer_name(wanted.account, wanted.office);
  std::vector<store::Change> changes;
  changes.emplace_back(store::CashChange(store::OpenDrawer{.account = std::move(wanted.account),
                                                           .directorate = std::move(wanted.directorate),
                                                           .office = std::move(wanted.office),
                                                           .currency = *currency,
                                                           .ceiling = wanted.ceiling,
                                                           .by = caller.actor,
                                                           .at = world.now()}));
  auto committing = commit_if(world, required_of(world, caller, Permission::cash_manage, {}), std::move(changes));
  const auto committed = co_await std::move(committing);
  if (!committed) co_return committed.error();
  co_return find_drawer(world, name);
}

Served<store::StoredDrawer> set_drawer_ceiling(World& world, Caller caller, std::string drawer,
                                               std::int64_t ceiling) {
  const auto known = find_drawer(world, drawer);
  if (!known) co_return known.error();
  std::vector<store::Change> changes;
  changes.emplace_back(store::LedgerChange(
      store::SetCeiling{store::drawer_account(drawer, known->currency), ceiling, caller.actor, world.now()}));
  auto committing = commit_if(world, required_of(world, caller, Permission::cash_manage, {}), std::move(changes));
  const auto committed = co_await std::move(committing);
  if (!committed) co_return committed.error();
  co_return find_drawer(world, drawer);
}

Result<std::vector<store::StoredDrawer>, ApiError> list_drawers(World& world, const Caller& caller) {
  std::vector<store::StoredDrawer> all;
  std::string after;
  for (;;) {
    auto page = world.store.cash().drawers(after, drawers_page);
    if (!page) return api_error(page.error());
    for (store::StoredDrawer& drawer : *page) {
      after = drawer.name;
      if (may_there(caller, Permission::cash_read, place_of(drawer))) all.push_back(std::move(drawer));
    }
    if (page->size() < drawers_page) return all;
  }
}

Served<BillQuote> quote_bill(World& world, Caller caller, std::string drawer, std::string company,
                             std::string account, CashAmount amount) {
  if (!caller.is_command_line()) {
    const auto own = own_drawer(world, caller, drawer, company);
    if (!own) co_return own.error();
  }
  const auto money = money_of(world, amount);
  if (!money) co_return money.error();
  const auto desk = desk_of(world);
  if (!desk) co_return no_companies();
  services::CashBill bill{std::move(company), std::move(account), *money};
  auto quoting = services::quote_cash(*desk, std::move(bill));
  const auto quote = co_await std::move(quoting);
  if (!quote) co_return change_error(quote.error().error, std::string(quote.error().field));
  co_return BillQuote{*money, quote->due, quote->fee};
}

std::size_t bank_reference_at(const std::string& key) {
  const std::size_t behind_id = key.find_first_not_of("0123456789", 1);
  const bool has_id = key.starts_with('b') && behind_id != 1 && behind_id != std::string::npos;
  return has_id && key[behind_id] == '-' ? behind_id + 1 : std::string::npos;
}

Served<store::CashPayment> take_for_bill(World& world, Caller caller, CashWanted wanted, std::string company,
                                         std::string account, std::int64_t fee) {
  const auto drawer = own_drawer(world, caller, wanted.drawer, company);
  if (!drawer) co_return drawer.error();
  if (auto refused = key_of_bank(wanted)) co_return *std::move(refused);
  const auto money = money_of(world, wanted.amount);
  if (!money) co_return money.error();
  const auto msisdn = number_if(world, wanted.msisdn);
  if (!msisdn) co_return msisdn.error();
  const auto desk = desk_of(world);
  if (!desk) co_return no_companies();
  services::CashOrder order{
      .key = std::move(wanted.key),
      .drawer = drawer->name,
      .bill = {company, std::move(account), *money},
      .fee = fee,
      .msisdn = *msisdn,
      .operator_name = std::move(wanted.operator_name),
      .again = wanted.again,
      .of_bank = wanted.of_bank,
      .by = agent_of(caller),
      .required = required_of(world, caller, Permission::cash_take, place_of(*drawer, company))};
  auto taking = services::take_cash(*desk, std::move(order));
  const auto taken = co_await std::move(taking);
  if (!taken) co_return change_error(taken.error().error, std::string(taken.error().field));
  co_return cash_payment_of(world, taken->number);
}

Served<ToppedUp> take_for_card(World& world, Caller caller, CashWanted wanted, std::string card) {
  const auto drawer = own_drawer(world, caller, wanted.drawer);
  if (!drawer) co_return drawer.error();
  if (auto refused = key_of_bank(wanted)) co_return *std::move(refused);
  const auto money = money_of(world, wanted.amount);
  if (!money) co_return money.error();
  const auto msisdn = number_if(world, wanted.msisdn);
  if (!msisdn) co_return msisdn.error();
  const ToppedUp done{{std::move(card), money->currency}, *money};
  std::string link;
  if (*msisdn) {
    auto way = services::link_to_phone(world.counter, wanted.operator_name);
    if (!way) co_return change_error(way.error().error, std::string(way.error().field));
    link = std::move(*way);
  }
  const auto news = top_up_news(world, *msisdn, std::move(link), done);
  std::vector<store::Change> changes;
  changes.emplace_back(store::CashChange(store::TopUpByCash{.key = std::move(wanted.key),
                                                            .drawer = drawer->name,
                                                            .wallet = done.card,
                                                            .amount = money->minor,
                                                            .again = wanted.again,
                                                            .by = agent_of(caller),
                                                            .at = world.now()}));
  // Behind it: what was taken under the same key before is answered as then, whatever is switched off by now.
  changes.emplace_back(store::RolloutChange(
      store::RequireSwitch{std::string(services::cash_top_up_switch), std::string(), std::nullopt, world.now()}));
  if (news) changes.emplace_back(store::AddOutboxMessage{*news});
  auto committing =
      commit_if(world, required_of(world, caller, Permission::cash_take, place_of(*drawer)), std::move(changes));
  const auto committed = co_await std::move(committing);
  if (!committed) co_return committed.error();
  services::take_up_news(world.counter, news, *committed);
  co_return done;
}

Served<store::CashPayment> give_back(World& world, Caller caller, CashWanted wanted, std::string receipt) {
  const auto drawer = own_drawer(world, caller, wanted.drawer);
  if (!drawer) co_return drawer.error();
  if (auto refused = key_of_bank(wanted)) co_return *std::move(refused);
  const auto money = money_of(world, wanted.amount);
  if (!money) co_return money.error();
  const auto number = payments::parse_receipt_number(receipt);
  if (!number) co_return no_receipt("receipt");
  std::vector<store::Change> changes;
  changes.emplace_back(store::CashChange(store::GiveBackCash{.key = std::move(wanted.key),
                                                             .drawer = drawer->name,
                                                             .payment = *number,
                                                             .amount = *money,
                                                             .by = agent_of(caller),
                                                             .at = world.now()}));
  auto committing =
      commit_if(world, required_of(world, caller, Permission::cash_take, place_of(*drawer)), std::move(changes));
  const auto committed = co_await std::move(committing);
  if (!committed) co_return committed.error();
  co_return cash_payment_of(world, *number);
}

Served<store::StoredDrawer> take_deposit(World& world, Caller caller, CashWanted wanted, std::string reference) {
  const auto drawer = drawer_at(world, caller, Permission::cash_deposit, wanted.drawer);
  if (!drawer) co_return drawer.error();
  if (auto refused = key_of_bank(wanted)) co_return *std::move(refused);
  const auto money = money_of(world, wanted.amount);
  if (!money) co_return money.error();
  std::vector<store::Change> changes;
  changes.emplace_back(store::CashChange(store::DepositCash{.key = std::move(wanted.key),
                                                            .drawer = drawer->name,
                                                            .amount = *money,
                                                            .reference = std::move(reference),
                                                            .by = caller.actor,
                                                            .at = world.now()}));
  auto committing =
      commit_if(world, required_of(world, caller, Permission::cash_deposit, place_of(*drawer)), std::move(changes));
  const auto committed = co_await std::move(committing);
  if (!committed) co_return committed.error();
  co_return find_drawer(world, drawer->name);
}

Served<store::CashCount> count_drawer(World& world, Caller caller, std::string drawer_name, CashAmount counted) {
  const auto drawer = own_drawer(world, caller, drawer_name);
  if (!drawer) co_return drawer.error();
  const auto currency = parse_currency(counted.currency);
  if (!currency || *currency != drawer->currency)
    co_return ApiError{Code::invalid, "the drawer holds " + std::string(to_string(drawer->currency)), "currency"};
  const WallTime now = world.now();
  std::vector<store::Change> changes;
  changes.emplace_back(
      store::CashChange(store::CountCash{drawer->name, {counted.amount, *currency}, agent_of(caller), now}));
  auto committing =
      commit_if(world, required_of(world, caller, Permission::cash_take, place_of(*drawer)), std::move(changes));
  const auto committed = co_await std::move(committing);
  if (!committed) co_return committed.error();
  co_return store::CashCount{now, counted.amount, committed->cash_expected};
}

Result<std::vector<store::CashPayment>, ApiError> drawer_payments(World& world, const Caller& caller,
                                                                  const std::string& drawer, bool open_only,
                                                                  const std::optional<std::string>& before) {
  const auto known = drawer_at(world, caller, Permission::cash_read, drawer);
  if (!known) return known.error();
  std::int64_t before_number = std::numeric_limits<std::int64_t>::max();
  if (before) {
    const auto number = payments::parse_receipt_number(*before);
    if (!number) return no_receipt("before");
    before_number = *number;
  }
  auto found = world.store.cash().cash_payments(known->number, open_only, before_number, payments_page);
  if (!found) return api_error(found.error());
  return std::move(*found);
}

Result<std::vector<store::CashTopUp>, ApiError> drawer_top_ups(World& world, const Caller& caller,
                                                               const std::string& drawer,
                                                               std::optional<std::int64_t> before) {
  const auto known = drawer_at(world, caller, Permission::cash_read, drawer);
  if (!known) return known.error();
  auto found = world.store.cash().cash_top_ups(*known, before.value_or(std::numeric_limits<std::int64_t>::max()),
                                               payments_page);
  if (!found) return api_error(found.error());
  return std::move(*found);
}

Served<DrawerDays> drawer_days(World& world, Caller caller, std::string drawer, Days days) {
  auto known = drawer_at(world, caller, Permission::cash_read, drawer);
  if (!known) co_return known.error();
  const auto moments = moments_of(world, days);
  if (!moments) co_return moments.error();
  std::function<Result<store::DrawerStatement>()> work = [path = world.trail.database, known = *known,
                                                          moments = *moments]() -> Result<store::DrawerStatement> {
    auto book = store::CashBook::open(path);
    if (!book) return book.error();
    return (*book)->drawer_statement(known, moments.first, moments.second);
  };
  auto adding = on_searcher<store::DrawerStatement>(world, std::move(work));
  auto statement = co_await std::move(adding);
  if (!statement) co_return statement.error();
  co_return DrawerDays{std::move(*known), std::move(*statement)};
}

Served<std::vector<store::CashReportRow>> report_cash(World& world, Caller caller, ReportWanted wanted) {
  const auto* const group = std::ranges::find(store::cash_group_names, wanted.by);
  if (group == store::cash_group_names.end())
    co_return ApiError{Code::invalid, "cash is added up by account, office, company or directorate", "by"};
  const auto moments = moments_of(world, wanted.days);
  if (!moments) co_return moments.error();
  const staff::Scope where{wanted.company.value_or("*"), wanted.directorate.value_or("*"),
                           wanted.office.value_or("*")};
  if (!may_there(caller, Permission::cash_read, where))
    co_return forbidden("this account reads of some offices or companies only: name one of them", "office");
  store::CashReportWanted asked{.by = static_cast<store::CashGroup>(group - store::cash_group_names.begin()),
                                .from = moments->first,
                                .before = moments->second,
                                .company = wanted.company.value_or(""),
                                .directorate = wanted.directorate.value_or(""),
                                .office = wanted.office.value_or("")};
  using Rows = std::vector<store::CashReportRow>;
  std::function<Result<Rows>()> work = [path = world.trail.database, asked = std::move(asked)]() -> Result<Rows> {
    auto book = store::CashBook::open(path);
    if (!book) return book.error();
    return (*book)->cash_report(asked);
  };
  auto adding = on_searcher<Rows>(world, std::move(work));
  co_return co_await std::move(adding);
}

}  // namespace shubbak::admin
