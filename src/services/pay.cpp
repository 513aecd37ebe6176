// payments.pay, and fills.buy, which pays for water: from the person's card, or straight with a voucher whose rest
// stays on the card. One transaction uses up what authorised it, reserves the money and marks it as sent; then the
// company is asked, once. What it said is written with what the person is told; where it did not say, the money stays
// reserved and daemon/payment_follow_up asks for it by reference.
#include <algorithm>

#include "payments/receipt.hpp"
#include "services/commit.hpp"
#include "services/payment_end.hpp"
#include "services/service_functions.hpp"

namespace shubbak::services {
namespace {

constexpr std::string_view fills_service = "fills.buy";

// "unknown": what was bought cannot be told now; daemon/payment_follow_up will.
Answer paid(World& world, std::string_view service, const store::StoredPayment& payment) {
  Answer told = answer("ok", {{"receipt", payments::receipt_number(payment.number)}, {"check", payment.check_code}});
  if (service == fills_service) {
    const auto fill = world.store.fills().find_fill(payment.number);
    if (!fill || !*fill) return answer("unknown");
    const std::string code = fill_code_told(world.store, **fill);
    told.outcome.data["code"] = code.empty() ? std::string("-") : code;
  }
  told.used_authorisation = true;  // with the reservation
  return told;
}

// Written together with what the person is told; if it is not, daemon/payment_follow_up ends and tells it.
Answer ended(World& world, std::string_view service, const store::StoredPayment& payment, const PaymentEnd& end) {
  if (end.next == payments::Next::wait) return answer("unknown");
  Answer told = end.next == payments::Next::settle ? paid(world, service, payment) : answer("declined");
  if (told.outcome.outcome == "unknown") return told;
  told.changes.push_back(change_of(payment, end, wall_now()));
  told.outcome_on_conflict = "unknown";
  return told;
}

// A payment was begun under this key before: a press that came twice, or a dialogue that was dropped and taken up.
// That nothing was taken is told only of one that was released, whatever is asked under its key or configured by now.
boost::asio::awaitable<Answer> begun_before(World& world, const Request& request, const std::string& service,
                                            const store::StoredPayment& payment) {
  const bool is_open = payment.state == ledger::State::reserved;
  if (!is_open && payment.state != ledger::State::posted) co_return answer("declined");
  const auto confirmed = confirmed_payment(request);
  if (!confirmed || !is_same(payment, *confirmed)) co_return answer("unknown");
  if (!is_open) co_return paid(world, service, payment);
  companies::Company* const company = world.companies.find(payment.company);
  if (company == nullptr) co_return answer("unknown");
  auto asking = company->payment_status(payment.account, payment.amount, payment.key, time_left(request));
  const auto status = co_await std::move(asking);
  co_return ended(world, service, payment, end_of(payment, status, wall_now()));
}

// Of a payment that the flow says pays the fee of a case: that it does, when it is begun. Nothing: it is of no case.
std::optional<store::Change> fee_required(const Request& request, const AskedPayment& asked) {
  if (!request.args.contains("tracking")) return std::nullopt;
  // 0 is no case's: what is mistyped is refused like another one's.
  const std::int64_t number = cases::parse_tracking_number(text_arg(request, "tracking")).value_or(0);
  return store::CitizenCaseChange(store::RequireCaseFee{.number = number,
                                                        .person = *request.caller.person,
                                                        .company = asked.company->config().name,
                                                        .account = asked.account,
                                                        .amount = asked.amount,
                                                        .at = request.now});
}

std::vector<store::Change> beginning(const Request& request, const AskedPayment& asked, const store::Wallet& wallet,
                                     const std::optional<vouchers::Pin>& voucher, const std::string& service,
                                     std::optional<store::FillOrder> fill) {
  const Caller& caller = request.caller;
  std::vector<store::Change> changes = request.required;
  if (auto fee = fee_required(request, asked)) changes.push_back(*std::move(fee));
  if (voucher) changes.push_back(redemption(caller, request.payment_key + ".v", *voucher, wallet, request.now));
  store::BeginPayment begin = begin_payment(request, asked, wallet, request.payment_key);
  begin.fill = std::move(fill);
  if (request.waits) {
    begin.revision = request.waits->revision;
    begin.session = request.waits->session;
  }
  changes.emplace_back(store::PaymentChange(std::move(begin)));
  add_beginning(request, changes);
  return carried_out(caller, service, std::move(changes), request.now);
}

}  // namespace

std::optional<ConfirmedPayment> confirmed_payment(const Request& request) {
  const auto amount = amount_arg(request, "amount");
  const auto fee = request.args.contains("fee") ? amount_arg(request, "fee") : std::optional<std::int64_t>(0);
  if (!amount || !fee) return std::nullopt;
  return ConfirmedPayment{std::string(text_arg(request, "company")), std::string(text_arg(request, "account")),
                          *amount, *fee};
}

std::optional<AskedPayment> asked_payment(const World& world, const ConfirmedPayment& confirmed) {
  companies::Company* const company = company_of(world, confirmed.company);
  if (company == nullptr || confirmed.account.empty() || confirmed.amount == 0) return std::nullopt;
  return AskedPayment{company, confirmed.account, {confirmed.amount, company->config().currency}, confirmed.fee};
}

bool is_other_fee(const AskedPayment& asked) {
  return asked.fee != payments::fee_of(asked.company->config().payments.fee, asked.amount.minor);
}

store::BeginPayment begin_payment(const Request& request, const AskedPayment& asked, const store::Wallet& wallet,
                                  std::string key) {
  const Caller& caller = request.caller;
  const auto left = std::max(time_left(request), std::chrono::milliseconds::zero());
  return {.key = std::move(key),
          .person = *caller.person,
          .msisdn = caller.subject,
          .link = std::string(caller.link),
          .wallet = wallet,
          .company = asked.company->config().name,
          .account = asked.account,
          .amount = asked.amount,
          .fee = asked.fee,
          .by = actor_of(caller),
          .at = request.now,
          .not_after = request.now + left + on_the_way_max,
          .revision = {},
          .session = {}};
}

Answer not_begun(const Result<store::Committed>& committed) {
  if (!committed && committed.error().message == store::payment_not_over) return answer("not_over");
  if (!committed && committed.error().code == Errc::insufficient) return answer("insufficient");
  if (!committed && committed.error().code == Errc::limit) return answer("over_limit");
  const bool is_refused = committed.ok() && std::ranges::any_of(committed->redemptions, [](const auto& one) {
                            return one.verdict != vouchers::Verdict::redeemed;
                          });
  if (!committed) return not_written(committed.error(), "declined");
  return answer(is_refused ? "voucher_refused" : "declined");
}

void add_beginning(const Request& request, std::vector<store::Change>& changes) {
  const Msisdn subject = request.caller.subject;
  changes.emplace_back(store::ConsumeGrant{.msisdn = subject, .binding = request.authorisation, .at = request.now});
  if (!request.waits || request.waits->expires <= request.now) return;
  changes.emplace_back(store::SaveWalk{*request.waits});
  // Where the code came by the other channel the walk still waits for it there.
  const bool by_sms = request.waits->channel == store::WalkChannel::sms;
  changes.emplace_back(store::DropWalk{subject, by_sms ? store::WalkChannel::ussd : store::WalkChannel::sms});
}

boost::asio::awaitable<Answer> payments_pay(World& world, Request request) {
  return pay_from_card(world, std::move(request), "payments.pay", std::nullopt);
}

boost::asio::awaitable<Answer> pay_from_card(World& world, Request request, std::string service,
                                             std::optional<store::FillOrder> fill) {
  if (request.payment_key.empty()) co_return answer("declined");
  auto found = world.store.payments().find_payment(request.payment_key);
  if (!found) co_return answer("unknown");
  if (*found) {
    auto telling = begun_before(world, request, service, **found);
    co_return co_await std::move(telling);
  }
  const auto confirmed = confirmed_payment(request);
  const auto asked = confirmed ? asked_payment(world, *confirmed) : std::nullopt;
  if (!asked || is_other_fee(*asked)) co_return answer("declined");
  std::optional<vouchers::Pin> voucher;
  // An empty one: the walk was taken up again, and of the payment that it had begun nothing is here.
  if (request.args.contains("voucher")) {
    auto pin = vouchers::Pin::parse(text_arg(request, "voucher"));
    if (!pin) co_return answer("voucher_refused");
    voucher = *pin;
  }
  auto opening = wallet_of(world, request, asked->amount.currency, voucher.has_value());
  const auto wallet = co_await std::move(opening);
  if (!wallet) co_return not_written(wallet.error(), "declined");
  if (!voucher) {
    if (!*wallet) co_return answer("insufficient");
    const auto funds = funds_for(request.payment_key, **wallet, world.store.ledger(), world.store.payments());
    if (!funds) co_return answer("unknown");
    if (funds->begun) {  // another press was faster
      auto telling = begun_before(world, request, service, *funds->begun);
      co_return co_await std::move(telling);
    }
    if (funds->available < asked->amount.minor + asked->fee) co_return answer("insufficient");
  }

  auto committing = commit(world.store, beginning(request, *asked, **wallet, voucher, service, std::move(fill)));
  const auto committed = co_await std::move(committing);
  found = world.store.payments().find_payment(request.payment_key);
  if (!found) co_return answer("unknown");
  if (!*found) co_return not_begun(committed);
  const store::StoredPayment& payment = **found;
  const bool is_ours = committed && !committed->transfers.empty() && !committed->transfers.front().repeated;
  if (!is_ours) {  // another press under the same key was faster
    auto telling = begun_before(world, request, service, payment);
    co_return co_await std::move(telling);
  }
  auto paying = asked->company->pay({.account = payment.account,
                                     .amount = payment.amount,
                                     .reference = payment.key,
                                     .not_after = payment.not_after},
                                    time_left(request));
  const auto said = co_await std::move(paying);
  co_return ended(world, service, payment, end_of_order(payment, said, wall_now()));
}

}  // namespace shubbak::services
