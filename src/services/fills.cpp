// Water for tankers, paid before it is filled: fills.offer, fills.quote, fills.buy, fills.mine, fills.code. It is
// paid like a bill, onto the company's account for it; the code is written with the reservation, and good once that
// is settled (store/fill.hpp).
#include <algorithm>

#include "payments/receipt.hpp"
#include "services/payment_end.hpp"
#include "services/service_functions.hpp"

namespace shubbak::services {
namespace {

constexpr std::size_t fills_max = 20;  // that are shown

companies::Company* seller(const World& world) {
  return world.fills.company.empty() ? nullptr : world.companies.find(world.fills.company);
}

// Of a volume that is sold.
std::int64_t price_of(const FillSale& sale, std::int64_t gallons) {
  return sale.price.minor * (gallons / sale.step);
}
bool is_sold(const FillSale& sale, std::int64_t gallons) {
  return gallons > 0 && gallons <= sale.most() && gallons % sale.step == 0;
}

// As a person who has bought several tells them apart by.
std::string last_digits_of(const std::string& code) {
  return code.empty() ? std::string("-") : "*" + code.substr(code.size() - 4);
}

std::string last_day_of(const World& world, const store::StoredFill& fill) {
  return local_date(fill.is.expires.value() - std::chrono::milliseconds(1), world.utc_offset);
}

}  // namespace

boost::asio::awaitable<Answer> fills_offer(World& world, Request) {
  if (seller(world) == nullptr) co_return answer("error");
  const FillSale& sale = world.fills;
  co_return answer("ok", {{"step", std::int64_t{sale.step}}, {"most", sale.most()}, {"price", sale.price.minor}});
}

boost::asio::awaitable<Answer> fills_quote(World& world, Request request) {
  const companies::Company* const company = seller(world);
  const auto gallons = amount_arg(request, "gallons");
  if (company == nullptr || !gallons) co_return answer("error");
  const FillSale& sale = world.fills;
  if (*gallons > sale.most()) co_return answer("too_much");
  if (!is_sold(sale, *gallons)) co_return answer("not_whole");
  const std::int64_t amount = price_of(sale, *gallons);
  const std::int64_t fee = payments::fee_of(company->config().payments.fee, amount);
  co_return answer("ok", {{"company", sale.company},
                          {"company_label", label(*company, request.caller.locale)},
                          {"account", sale.account},
                          {"amount", amount},
                          {"fee", fee},
                          {"total", amount + fee}});
}

boost::asio::awaitable<Answer> fills_buy(World& world, Request request) {
  const auto begun = world.store.payments().find_payment(request.payment_key);
  if (!begun) co_return answer("unknown");
  std::optional<store::FillOrder> order;
  // What was begun goes on as it was, whatever is sold by now.
  if (!*begun) {
    const FillSale& sale = world.fills;
    const auto gallons = amount_arg(request, "gallons");
    const bool is_offered = seller(world) != nullptr && gallons && is_sold(sale, *gallons) &&
                            text_arg(request, "company") == sale.company &&
                            text_arg(request, "account") == sale.account &&
                            amount_arg(request, "amount") == price_of(sale, *gallons);
    if (!is_offered) co_return answer("declined");
    order.emplace(store::FillOrder{*gallons, vouchers::FillCode::draw(world.random), sale.code_lives});
  }
  auto paying = pay_from_card(world, std::move(request), "fills.buy", std::move(order));
  co_return co_await std::move(paying);
}

boost::asio::awaitable<Answer> fills_mine(World& world, Request request) {
  const auto found = world.store.fills().usable_fills_of(*request.caller.person, request.now, fills_max);
  if (!found) co_return answer("error");
  boost::json::array rows;
  for (const store::StoredFill& fill : *found) {
    rows.push_back({{"receipt", payments::receipt_number(fill.payment)},
                    {"gallons", fill.is.left()},
                    {"code", last_digits_of(fill.code)},
                    {"until", last_day_of(world, fill)}});
  }
  const auto count = static_cast<std::int64_t>(rows.size());
  co_return answer("ok", {{"fills", std::move(rows)}, {"count", count}});
}

// Told again to the number that has bought it, and to nobody who may have its SIM only.
boost::asio::awaitable<Answer> fills_code(World& world, Request request) {
  const auto number = payments::parse_receipt_number(text_arg(request, "receipt"));
  const auto found = world.store.fills().usable_fills_of(*request.caller.person, request.now, fills_max);
  const auto holder = world.store.find_person(request.caller.subject);
  if (!found || !holder) co_return answer("error");
  const auto one =
      std::ranges::find_if(*found, [&](const store::StoredFill& fill) { return number && fill.payment == *number; });
  const bool is_theirs = one != found->end() && one->msisdn == request.caller.subject && !one->code.empty();
  if (!is_theirs) co_return answer("not_found");
  if (!may_be_told_secrets(*holder)) co_return answer("held");
  co_return answer("ok", {{"code", one->code}, {"gallons", one->is.left()}, {"until", last_day_of(world, *one)}});
}

}  // namespace shubbak::services
