#include <algorithm>
#include <array>
#include <set>

#include "companies/card_gateway.hpp"
#include "payments/receipt.hpp"
#include "services/admission.hpp"
#include "services/pay_all.hpp"
#include "services/service_functions.hpp"
#include "services/switches.hpp"

namespace shubbak::services {
namespace {

struct Entry {
  flows::ServiceSignature signature;
  boost::asio::awaitable<Answer> (*function)(World&, Request);
  Switched switched = Switched::never;
  std::string_view switched_as{};  // with another service, which it leads to; "": by its own name
  // Of one that does not move money by a payment key: whether the request was carried out before.
  bool (*may_be_done)(World&, const Request&) = nullptr;
  [[nodiscard]] std::string_view switch_name() const {
    return switched_as.empty() ? std::string_view(signature.name) : switched_as;
  }
  // Then it goes on, or is answered as first, although the service is off by now.
  [[nodiscard]] bool may_go_on(World& world, const Request& request) const {
    if (signature.moves_money) return may_be_begun(world, request);
    return may_be_done != nullptr && may_be_done(world, request);
  }
};

constexpr std::int64_t link_minutes_max =
    std::int64_t{7} * 24 * 60;  // the longest that the configuration lets a link live

constexpr std::size_t minute_letters = 16;  // 2026-11-26 14:05

template <class Room>
flows::Parameter with_room(const char* name, flows::ValueKind kind, Room room) {
  return flows::Parameter::with_room(name, kind, static_cast<std::int64_t>(room));
}

const std::vector<Entry>& entries() {
  using enum flows::Assurance;
  using enum Switched;
  static const std::vector<Entry> all{
      {{.name = "agent.ask",
        .args = {{"number", flows::ValueKind::digits}},
        .outcomes = {"bad_number", "not_linked", "suspended", "locked"},
        .changes = true,
        .for_staff = true},
       agent_ask},
      {{.name = "agent.begin",
        .args = {{"number", flows::ValueKind::digits}, {"code", flows::ValueKind::digits}},
        .outcomes = {"wrong", "locked"},
        .changes = true,
        .takes_secrets = true,
        .for_staff = true},
       agent_begin},
      {{.name = "agent.link",
        .args = {{"number", flows::ValueKind::digits}, {"person", flows::ValueKind::digits}},
        .outcomes = {"bad_number", "bad_person", "taken"},
        .changes = true,
        .for_staff = true},
       agent_link},
      {{.name = "agent.sign_in",
        .args = {{"pin", flows::ValueKind::digits}},
        .outcomes = {"wrong", "locked"},
        .results = {"name"},
        .changes = true,
        .takes_secrets = true,
        .for_staff = true},
       agent_sign_in},
      {{.name = "bills.accounts", .results = {"accounts", "missing", "excluded"}, .assurance = link},
       bills_accounts,
       among_several},
      {{.name = "bills.due",
        .args = {"company", "account"},
        .outcomes = {"not_found"},
        .results = {"amount", "count"},
        .assurance = link},
       bills_due,
       by_company},
      {{.name = "bills.debts", .results = {"total", "count", "missing", "lines"}, .assurance = link},
       bills_debts,
       among_several},
      {{.name = "bills.lookup",
        .args = {flows::Parameter::optional("governorate", flows::ValueKind::any), "subscription"},
        .outcomes = {"not_found", "unknown_governorate", "limited"},
        .results = {"amount", "company", "company_label"}},
       bills_lookup,
       by_account},
      {{.name = "bills.find",
        .args = {{"category", flows::ValueKind::text},
                 {"national_id", flows::ValueKind::digits},
                 {"number", flows::ValueKind::digits},
                 {"by", flows::ValueKind::text}},
        .outcomes = {"not_found", "excluded", "limited"},
        .results = {{"amount", flows::ValueKind::money},
                    {"company", flows::ValueKind::text},
                    {"company_label", flows::ValueKind::text},
                    {"account", flows::ValueKind::digits},
                    {"label", flows::ValueKind::text},
                    {"own", flows::ValueKind::integer}},
        .assurance = link},
       bills_find,
       among_several},
      {{.name = "bills.list",
        .args = {"company", "account"},
        .outcomes = {"not_found"},
        .results = {{"bills", flows::ValueKind::list}, {"count", flows::ValueKind::integer}},
        .assurance = link},
       bills_list,
       by_company},
      // Never switched: who wants no more is heard wherever anything is told.
      {{.name = "broadcasts.opt_in", .changes = true, .assurance = link}, broadcasts_opt_in},
      {{.name = "broadcasts.opt_out", .changes = true, .assurance = link}, broadcasts_opt_out},
      {{.name = "cases.answer",
        .args = {{"tracking", flows::ValueKind::digits}, flows::Parameter::own_words("text")},
        .outcomes = {"not_found", "resolved", "too_many"},
        .changes = true,
        .assurance = confirm},
       cases_answer},
      {{.name = "cases.book",
        .args = {{"tracking", flows::ValueKind::digits}, {"slot", flows::ValueKind::text}},
        .outcomes = {"not_found", "not_now", "taken"},
        .results = {{"visit", flows::ValueKind::text},
                    with_room("visit_code", flows::ValueKind::text, cases::visitor_code_digits)},
        .changes = true,
        .assurance = confirm},
       cases_book},
      {{.name = "cases.fee",
        .args = {{"tracking", flows::ValueKind::digits}},
        .outcomes = {"not_found", "none"},
        .results = {{"company", flows::ValueKind::text},
                    {"company_label", flows::ValueKind::text},
                    {"account", flows::ValueKind::digits},
                    {"amount", flows::ValueKind::money}},
        .assurance = link},
       cases_fee},
      {{.name = "cases.kinds",
        .args = {flows::Parameter::optional("about", flows::ValueKind::text)},
        .results = {{"kinds", flows::ValueKind::list}, {"companies", flows::ValueKind::list}}},
       cases_kinds},
      {{.name = "cases.mine",
        .results = {{"cases", flows::ValueKind::list}, {"count", flows::ValueKind::integer}},
        .assurance = link},
       cases_mine},
      {{.name = "cases.offices",
        .args = {flows::Parameter::optional("company", flows::ValueKind::text)},
        .outcomes = {"none"},
        .results = {{"offices", flows::ValueKind::list}}},
       cases_offices},
      {{.name = "cases.open",
        .args = {{"kind", flows::ValueKind::text},
                 flows::Parameter::own_words("text"),
                 flows::Parameter::own_words("address"),
                 flows::Parameter::optional("company", flows::ValueKind::text),
                 flows::Parameter::optional("directorate", flows::ValueKind::text),
                 flows::Parameter::optional("area", flows::ValueKind::text),
                 flows::Parameter::optional("office", flows::ValueKind::text),
                 flows::Parameter::optional("receipt", flows::ValueKind::text)},
        .outcomes = {"already", "too_many", "not_found"},
        .results = {with_room("tracking", flows::ValueKind::digits, cases::tracking_digits),
                    {"known", flows::ValueKind::integer},
                    with_room("since", flows::ValueKind::text, minute_letters)},
        .changes = true,
        .assurance = confirm},
       cases_open,
       by_case},
      {{.name = "cases.rate",
        .args = {{"tracking", flows::ValueKind::digits}, {"stars", flows::ValueKind::integer}},
        .outcomes = {"not_found", "not_now"},
        .changes = true,
        .assurance = confirm},
       cases_rate},
      {{.name = "cases.reopen",
        .args = {{"tracking", flows::ValueKind::digits}, flows::Parameter::own_words("text")},
        .outcomes = {"not_found", "not_now"},
        .changes = true,
        .assurance = confirm},
       cases_reopen},
      {{.name = "cases.slots",
        .args = {{"tracking", flows::ValueKind::digits}},
        .outcomes = {"not_found", "none"},
        .results = {{"slots", flows::ValueKind::list}},
        .assurance = link},
       cases_slots},
      {{.name = "cases.status",
        .args = {{"tracking", flows::ValueKind::digits}},
        .outcomes = {"not_found"},
        .results = {{"kind", flows::ValueKind::text},
                    {"stage", flows::ValueKind::text},
                    {"state", flows::ValueKind::text},
                    {"date", flows::ValueKind::date},
                    {"reply", flows::ValueKind::text},
                    {"fee", flows::ValueKind::money},
                    {"fee_state", flows::ValueKind::text},
                    {"offers", flows::ValueKind::integer},
                    {"visit", flows::ValueKind::text},
                    with_room("visit_code", flows::ValueKind::text, cases::visitor_code_digits),
                    {"may_rate", flows::ValueKind::integer},
                    {"may_reopen", flows::ValueKind::integer},
                    {"may_answer", flows::ValueKind::integer}},
        .assurance = link},
       cases_status},
      {{.name = "email.check",
        .args = {{"address", flows::ValueKind::text}},
        .outcomes = {"malformed", "none"},
        .assurance = link},
       email_check,
       for_everyone,
       "email.set"},
      {{.name = "email.remove", .outcomes = {"none"}, .changes = true, .assurance = confirm}, email_remove},
      // Copies of what is told to a number alone: who forges a text must not send them elsewhere.
      {{.name = "email.set", .args = {{"address", flows::ValueKind::text}}, .changes = true, .assurance = code},
       email_set,
       for_everyone},
      {{.name = "fills.buy",
        .args = {{"company", flows::ValueKind::text},
                 {"account", flows::ValueKind::digits},
                 {"amount", flows::ValueKind::money},
                 {"gallons", flows::ValueKind::integer},
                 flows::Parameter::optional("fee", flows::ValueKind::money)},
        .outcomes = {"insufficient", "over_limit", "not_over"},
        .results = {with_room("receipt", flows::ValueKind::text, payments::receipt_digits_max),
                    with_room("check", flows::ValueKind::text, payments::check_code_digits),
                    with_room("code", flows::ValueKind::text, vouchers::FillCode::digits_count)},
        .changes = true,
        .assurance = code,
        .moves_money = true,
        .own_phone = true},
       fills_buy,
       by_seller},
      {{.name = "fills.code",
        .args = {{"receipt", flows::ValueKind::text}},
        .outcomes = {"not_found", "held"},
        .results = {with_room("code", flows::ValueKind::text, vouchers::FillCode::digits_count),
                    {"gallons", flows::ValueKind::integer},
                    {"until", flows::ValueKind::text}},
        .assurance = link,
        .own_phone = true},
       fills_code},
      {{.name = "fills.mine",
        .results = {{"fills", flows::ValueKind::list}, {"count", flows::ValueKind::integer}},
        .assurance = link},
       fills_mine},
      {{.name = "fills.offer",
        .results = {{"step", flows::ValueKind::integer},
                    {"most", flows::ValueKind::integer},
                    {"price", flows::ValueKind::money}}},
       fills_offer,
       by_seller,
       "fills.buy"},
      {{.name = "fills.quote",
        .args = {{"gallons", flows::ValueKind::integer}},
        .outcomes = {"too_much", "not_whole"},
        .results = {{"company", flows::ValueKind::text},
                    {"company_label", flows::ValueKind::text},
                    {"account", flows::ValueKind::digits},
                    {"amount", flows::ValueKind::money},
                    {"fee", flows::ValueKind::money},
                    {"total", flows::ValueKind::money}},
        .assurance = link},
       fills_quote,
       by_seller,
       "fills.buy"},
      {{.name = "links.confirm", .args = {"link", "hold"}, .outcomes = {"none"}, .changes = true, .own_phone = true},
       links_confirm},
      {{.name = "links.confirm_by_code",
        .args = {{"code", flows::ValueKind::digits}},
        .outcomes = {"wrong", "none"},
        .changes = true,
        .takes_secrets = true,
        .own_phone = true},
       links_confirm_by_code},
      {{.name = "links.pending",
        .outcomes = {"none"},
        .results = {"link", "national_id", "asked_by", "hold"},
        .own_phone = true},
       links_pending},
      {{.name = "links.refuse", .args = {"link", "hold"}, .outcomes = {"none"}, .changes = true, .own_phone = true},
       links_refuse},
      {{.name = "links.suspend", .changes = true, .assurance = code, .own_phone = true}, links_suspend},
      {{.name = "notices.cancel",
        .args = {flows::Parameter::optional("account", flows::ValueKind::digits),
                 flows::Parameter::optional("company", flows::ValueKind::text)},
        .outcomes = {"none"},
        .results = {{"count", flows::ValueKind::integer}},
        .changes = true,
        .assurance = link},
       notices_cancel},
      {{.name = "notices.list",
        .results = {{"notices", flows::ValueKind::list}, {"count", flows::ValueKind::integer}},
        .assurance = link},
       notices_list},
      {{.name = "notices.subscribe",
        .args = {{"account", flows::ValueKind::digits},
                 flows::Parameter::optional("company", flows::ValueKind::text),
                 flows::Parameter::optional("governorate", flows::ValueKind::digits)},
        .outcomes = {"already", "full", "limited", "unknown_governorate"},
        .results = {{"company_label", flows::ValueKind::text}},
        .changes = true,
        .assurance = link},
       notices_subscribe,
       by_account},
      {{.name = "offices.areas",
        .args = {{"governorate", flows::ValueKind::text}},
        .outcomes = {"not_found"},
        .results = {{"areas", flows::ValueKind::list}, {"count", flows::ValueKind::integer}}},
       offices_areas,
       for_everyone,
       "offices.near"},
      {{.name = "offices.governorates",
        .results = {{"governorates", flows::ValueKind::list}, {"count", flows::ValueKind::integer}}},
       offices_governorates,
       for_everyone,
       "offices.near"},
      {{.name = "offices.near",
        .args = {{"area", flows::ValueKind::text}, flows::Parameter::optional("governorate", flows::ValueKind::text)},
        .outcomes = {"not_found", "too_many"},
        .results = {{"offices", flows::ValueKind::list}, {"count", flows::ValueKind::integer}}},
       offices_near,
       for_everyone},
      {{.name = "otp.send",
        .args = {"purpose", "binds", "code", "message"},
        .outcomes = {"locked", "pin"},
        .changes = true,
        .assurance = link},
       otp_send},
      {{.name = "otp.verify",
        .args = {"purpose", "binds"},
        .outcomes = {"wrong", "locked", "again"},
        .changes = true,
        .assurance = link},
       otp_verify},
      {{.name = "payments.history",
        .args = {"company", "account"},
        .outcomes = {"not_found"},
        .results = {"payments", "count"},
        .assurance = link},
       payments_history,
       by_company},
      {{.name = "payments.pay",
        .args = {{"account", flows::ValueKind::digits},
                 {"amount", flows::ValueKind::money},
                 flows::Parameter::optional("company", flows::ValueKind::text),
                 flows::Parameter::optional("fee", flows::ValueKind::money),
                 flows::Parameter::optional("voucher", flows::ValueKind::digits),
                 flows::Parameter::only_refuses("tracking", flows::ValueKind::digits)},
        .outcomes = {"insufficient", "over_limit", "voucher_refused", "not_over"},
        .results = {with_room("receipt", flows::ValueKind::text, payments::receipt_digits_max),
                    with_room("check", flows::ValueKind::text, payments::check_code_digits)},
        .changes = true,
        .assurance = code,
        .moves_money = true,
        .takes_secrets = true},
       payments_pay,
       by_company},
      {{.name = "payments.pay_all",
        .args = {{"payees", flows::ValueKind::text}, {"total", flows::ValueKind::money}},
        .outcomes = {"insufficient", "over_limit", "not_over"},
        .results = {with_room("paid", flows::ValueKind::integer, payees_max),
                    with_room("held", flows::ValueKind::integer, payees_max),
                    with_room("refused", flows::ValueKind::integer, payees_max),
                    with_room("receipts", flows::ValueKind::text, receipts_text_max)},
        .changes = true,
        .assurance = code,
        .moves_money = true},
       payments_pay_all,
       by_payees},
      {{.name = "payments.pay_by_bank_card",
        .args = {{"account", flows::ValueKind::digits},
                 {"amount", flows::ValueKind::money},
                 flows::Parameter::optional("company", flows::ValueKind::text),
                 flows::Parameter::optional("fee", flows::ValueKind::money)},
        .outcomes = {"already_sent", "charged", "link_over", "over_limit", "not_over"},
        .results = {with_room("url", flows::ValueKind::text, companies::payment_url_octets_max),
                    with_room("minutes", flows::ValueKind::integer, link_minutes_max)},
        .changes = true,
        .assurance = code,
        .moves_money = true},
       payments_pay_by_bank_card,
       by_company},
      {{.name = "payments.quote",
        .args = {{"account", flows::ValueKind::digits},
                 {"amount", flows::ValueKind::money},
                 {"due", flows::ValueKind::money},
                 flows::Parameter::optional("company", flows::ValueKind::text)},
        .outcomes = {"too_little", "too_much", "not_whole"},
        .results = {{"fee", flows::ValueKind::money},
                    {"total", flows::ValueKind::money},
                    {"least", flows::ValueKind::money}},
        .assurance = link},
       payments_quote,
       by_company},
      {{.name = "payments.quote_all",
        .outcomes = {"none", "held"},
        .later_outcomes = {"not_payable"},
        .results = {with_room("payees", flows::ValueKind::text, payees_octets_max),
                    with_room("payees_label", flows::ValueKind::text, payees_label_max),
                    with_room("payees_list", flows::ValueKind::text, payees_list_max),
                    {"dues", flows::ValueKind::list},
                    with_room("count", flows::ValueKind::integer, payees_max),
                    {"total", flows::ValueKind::money},
                    {"fee", flows::ValueKind::money},
                    {"missing", flows::ValueKind::integer},
                    {"left", flows::ValueKind::integer}},
        .assurance = link},
       payments_quote_all,
       among_several,
       "payments.pay_all"},
      {{.name = "payments.receipts",
        .results = {{"receipts", flows::ValueKind::list}, {"count", flows::ValueKind::integer}},
        .assurance = link},
       payments_receipts},
      {{.name = "pin.set",
        .args = {{"pin", flows::ValueKind::digits}},
        .outcomes = {"weak"},
        .changes = true,
        .assurance = code,
        .takes_secrets = true,
        .own_phone = true},
       pin_set},
      {{.name = "polls.answer",
        .args = {{"poll", flows::ValueKind::text},
                 {"choice", flows::ValueKind::text},
                 flows::Parameter::optional("company", flows::ValueKind::text)},
        .outcomes = {"already", "none"},
        .changes = true,
        .assurance = link,
        .own_phone = true},
       polls_answer,
       for_everyone},
      {{.name = "polls.question",
        .args = {flows::Parameter::optional("after", flows::ValueKind::text)},
        .outcomes = {"already", "none"},
        .results = {with_room("poll", flows::ValueKind::text, polls::Limits::name_octets_max),
                    with_room("question", flows::ValueKind::text, polls::Limits::question_letters_max),
                    {"choices", flows::ValueKind::list}},
        .assurance = link,
        .own_phone = true},
       polls_question,
       for_everyone,
       "polls.answer"},
      {{.name = "readings.history",
        .args = {"company", "account"},
        .outcomes = {"not_found"},
        .results = {{"readings", flows::ValueKind::list}, {"count", flows::ValueKind::integer}},
        .assurance = link},
       readings_history,
       by_company},
      {{.name = "readings.last",
        .args = {"company", "account"},
        .outcomes = {"not_found"},
        .results = {"value", "date", "meter", "open", "first_day", "last_day", "highest", "turned", "most", "days",
                    "sent", "sent_value", "sent_on", "sent_reference", "sent_by"},
        .assurance = link},
       readings_last,
       by_company},
      {{.name = "readings.submit",
        .args = {"company", "account", "value", flows::Parameter::optional("used", flows::ValueKind::integer),
                 flows::Parameter::optional("passed", flows::ValueKind::integer)},
        .outcomes = {"too_low", "already", "not_open", "not_found"},
        .later_outcomes = {"implausible"},
        .results = {"reference"},
        .changes = true,
        .assurance = confirm},
       readings_submit,
       by_company},
      {{.name = "readings.used",
        .args = {{"last", flows::ValueKind::integer}, {"value", flows::ValueKind::integer}},
        .results = {{"used", flows::ValueKind::integer}},
        .assurance = link},
       readings_used},
      {{.name = "readings.verify",
        .args = {{"reference", flows::ValueKind::text}},
        .outcomes = {"not_found", "limited"},
        .results = {{"company_label", flows::ValueKind::text},
                    {"account", flows::ValueKind::text},
                    {"value", flows::ValueKind::integer},
                    {"on", flows::ValueKind::text},
                    {"state", flows::ValueKind::text}}},
       readings_verify},
      {{.name = "receipts.verify",
        .args = {{"number", flows::ValueKind::digits}, {"check", flows::ValueKind::digits}},
        .outcomes = {"not_found", "limited"},
        .results = {{"company_label", flows::ValueKind::text},
                    {"account", flows::ValueKind::text},
                    {"amount", flows::ValueKind::money},
                    {"date", flows::ValueKind::date}}},
       receipts_verify},
      {{.name = "wallet.balance",
        .outcomes = {"none"},
        .results = {{"number", flows::ValueKind::digits}, {"balance", flows::ValueKind::money}},
        .assurance = link},
       wallet_balance},
      {{.name = "wallet.movements",
        .outcomes = {"none"},
        .results = {{"movements", flows::ValueKind::list}, {"count", flows::ValueKind::integer}},
        .assurance = link},
       wallet_movements},
      {{.name = "wallet.open",
        .results = {{"number", flows::ValueKind::digits}, {"balance", flows::ValueKind::money}},
        .changes = true,
        .assurance = link},
       wallet_open,
       for_everyone},
      {{.name = "wallet.top_up",
        .args = {{"voucher", flows::ValueKind::digits}},
        .outcomes = {"refused", "locked"},
        .results = {{"amount", flows::ValueKind::money}, {"balance", flows::ValueKind::money}},
        .changes = true,
        .assurance = code,
        .takes_secrets = true},
       wallet_top_up,
       for_everyone,
       {},
       may_be_topped_up},
      {{.name = "wallet.top_up_by_bank_card",
        .args = {{"card", flows::ValueKind::digits}, {"amount", flows::ValueKind::money}},
        .outcomes = {"charged", "link_over", "over_limit"},
        .results = {with_room("url", flows::ValueKind::text, companies::payment_url_octets_max),
                    with_room("minutes", flows::ValueKind::integer, link_minutes_max)},
        .changes = true,
        .assurance = code,
        .moves_money = true},
       wallet_top_up_by_bank_card,
       for_everyone},
  };
  return all;
}

}  // namespace

std::span<const flows::ServiceSignature> signatures() {
  static const std::vector<flows::ServiceSignature> all = [] {
    std::vector<flows::ServiceSignature> made;
    for (const Entry& entry : entries()) made.push_back(entry.signature);
    return made;
  }();
  return all;
}

namespace {

// As far as agents are concerned.
bool may_ask(World& world, const flows::ServiceSignature& service, const Request& request) {
  const Caller& caller = request.caller;
  if (service.for_staff && (caller.channel != flows::Channel::ussd || caller.is_assisted())) return false;
  if (!caller.is_assisted()) return true;
  const auto may = may_now(world, *caller.agent, staff::Permission::assist_begin, request.now);
  return !service.own_phone && request.now < caller.agent->until && may && *may;
}

// Nobody is asked. Of a payment that was begun before that is no end.
Answer refused_to(World& world, const flows::ServiceSignature& service, const Request& request) {
  if (!service.moves_money) return answer("error");
  const auto ordered = world.store.bank_cards().find_order(request.payment_key);
  if (ordered && *ordered && (*ordered)->state == payments::OrderState::charged) return answer("charged");
  return answer(may_be_begun(world, request) ? "unknown" : "declined");
}

void count_switched_off(const World& world, const Entry& entry, const std::string& company) {
  if (world.count_switched_off) world.count_switched_off(entry.switch_name(), company);
}

}  // namespace

const std::vector<std::string>& switched_services() {
  static const std::vector<std::string> all = [] {
    std::set<std::string> names{std::string(cash_switch), std::string(cash_top_up_switch)};
    for (const Entry& entry : entries()) {
      if (entry.switched == Switched::never) continue;
      names.emplace(entry.switch_name());
      names.emplace(entry.switch_name().substr(0, entry.switch_name().find('.')));
    }
    return std::vector<std::string>(names.begin(), names.end());
  }();
  return all;
}

boost::asio::awaitable<Answer> run(World& world, std::string_view service, Request request) {
  const auto found = std::find_if(entries().begin(), entries().end(),
                                  [&](const Entry& entry) { return entry.signature.name == service; });
  if (found == entries().end()) co_return answer("error");
  const flows::ServiceSignature& signature = found->signature;
  const bool is_linked = signature.assurance < flows::Assurance::link || request.caller.person;
  const bool is_authorised = signature.assurance < flows::Assurance::code || !request.authorisation.empty();
  if (!is_linked || !is_authorised || !may_ask(world, signature, request))
    co_return refused_to(world, signature, request);
  const auto off = switched_off_at(world, found->switched, found->switch_name(), signature.changes, request);
  if (off && !found->may_go_on(world, request)) {
    count_switched_off(world, *found, *off);
    co_return not_yet();
  }
  // What moves money commits what it begins itself; what it has written afterwards is an end.
  const auto required = signature.moves_money ? std::vector<store::Change>() : request.required;
  store::ConsumeGrant consumed{.msisdn = request.caller.subject, .binding = request.authorisation, .at = request.now};
  auto running = found->function(world, std::move(request));
  Answer came = co_await std::move(running);
  const bool is_done = came.outcome.outcome == "ok" && !consumed.binding.empty() && !came.used_authorisation;
  if (is_done) came.changes.insert(came.changes.begin(), std::move(consumed));
  if (!came.changes.empty()) came.changes.insert(came.changes.begin(), required.begin(), required.end());
  if (came.outcome.outcome == flows::switched_off) count_switched_off(world, *found, {});
  co_return came;
}

Answer not_yet() {
  return answer(std::string(flows::switched_off));
}

Answer not_written(const Error& error, std::string outcome) {
  return error.message == store::switched_off ? not_yet() : answer(std::move(outcome));
}

Answer answer(std::string outcome, boost::json::object data) {
  return Answer{flows::CallOutcome{std::move(outcome), std::move(data)}, {}, {}};
}

Answer failed(const Error& error) {
  switch (error.code) {
    case Errc::timed_out:
      return answer("timeout");
    case Errc::not_found:
      return answer("not_found");
    case Errc::malformed:
    case Errc::invalid:
    case Errc::conflict:
    case Errc::limit:
    case Errc::denied:
    case Errc::insufficient:
    case Errc::unavailable:
    case Errc::io:
      return answer("error");
  }
  std::abort();
}

std::chrono::milliseconds time_left(const Request& request) {
  return std::chrono::ceil<std::chrono::milliseconds>(request.deadline - std::chrono::steady_clock::now());
}

std::string_view text_arg(const Request& request, std::string_view name) {
  const auto* value = request.args.if_contains(name);
  if (value == nullptr || !value->is_string()) return {};
  return {value->get_string().data(), value->get_string().size()};
}

std::optional<std::int64_t> amount_arg(const Request& request, std::string_view name) {
  const auto* value = request.args.if_contains(name);
  if (value == nullptr || !value->is_int64()) return std::nullopt;
  const std::int64_t amount = value->get_int64();
  if (amount < 0 || amount > companies::amount_minor_max) return std::nullopt;
  return amount;
}

companies::Company* company_of(const World& world, std::string_view name) {
  const auto& companies = world.companies.companies();
  return name.empty() && companies.size() == 1 ? companies.front().get() : world.companies.find(name);
}

companies::Company* company_arg(const World& world, const Request& request) {
  return company_of(world, text_arg(request, "company"));
}

companies::Company* company_of_account(const World& world, const Request& request) {
  if (const auto name = text_arg(request, "company"); !name.empty()) return world.companies.find(name);
  const std::string_view account = text_arg(request, request.args.contains("account") ? "account" : "subscription");
  return world.companies.find_by_account(text_arg(request, "governorate"), account);
}

std::string_view label(const companies::Company& company, std::string_view locale) {
  return locale == "en" ? company.config().label_en : company.config().label_ar;
}

std::string_view label_or_name(const World& world, std::string_view company, std::string_view locale) {
  const companies::Company* found = world.companies.find(company);
  return found == nullptr ? company : label(*found, locale);
}

boost::asio::awaitable<Result<OwnAccount>> own_account(World& world, const Request& request) {
  OwnAccount own{company_arg(world, request), std::string(text_arg(request, "account"))};
  const Error absent{Errc::not_found, "not an account of the caller"};
  if (own.company == nullptr || !request.caller.person) co_return absent;
  const Caller& caller = request.caller;
  if (world.owned_accounts.owns(caller.subject, *caller.person, own.company->config().name, own.account, request.now))
    co_return own;
  if (!own.company->config().may_have(own.account)) co_return absent;
  auto asking = own.company->accounts(*request.caller.person, time_left(request));
  const auto accounts = co_await std::move(asking);
  if (!accounts) co_return accounts.error();
  for (const companies::Account& account : *accounts) {
    if (account.id == own.account && own.company->config().serves(account.category)) co_return own;
  }
  co_return absent;
}

}  // namespace shubbak::services
