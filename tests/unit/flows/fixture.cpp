#include "fixture.hpp"

#include <algorithm>

#include <boost/json.hpp>
#include <catch2/catch.hpp>

namespace shubbak::flows::test {

std::span<const ServiceSignature> services() {
  using enum Assurance;
  static const std::vector<ServiceSignature> all{
      {.name = "agent.sign_in",
       .args = {{"pin", ValueKind::digits}},
       .outcomes = {"wrong", "locked"},
       .changes = true,
       .takes_secrets = true,
       .for_staff = true},
      {.name = "agent.ask",
       .args = {{"number", ValueKind::digits}},
       .outcomes = {"bad_number", "not_linked", "suspended", "locked"},
       .changes = true,
       .for_staff = true},
      {.name = "agent.begin",
       .args = {{"number", ValueKind::digits}, {"code", ValueKind::digits}},
       .outcomes = {"wrong", "locked"},
       .changes = true,
       .takes_secrets = true,
       .for_staff = true},
      {.name = "agent.link",
       .args = {{"number", ValueKind::digits}, {"person", ValueKind::digits}},
       .outcomes = {"bad_number", "bad_person", "taken"},
       .changes = true,
       .for_staff = true},
      {.name = "bills.accounts", .results = {"accounts", "missing", "excluded"}, .assurance = link},
      {.name = "bills.due",
       .args = {"company", "account"},
       .outcomes = {"not_found"},
       .results = {"amount", "count"},
       .assurance = link},
      {.name = "bills.find",
       .args = {{"category", ValueKind::text},
                {"national_id", ValueKind::digits},
                {"number", ValueKind::digits},
                {"by", ValueKind::text}},
       .outcomes = {"not_found", "excluded", "limited"},
       .results = {{"amount", ValueKind::money},
                   {"company", ValueKind::text},
                   {"company_label", ValueKind::text},
                   {"account", ValueKind::digits},
                   {"label", ValueKind::text},
                   {"own", ValueKind::integer}},
       .assurance = link},
      {.name = "bills.list",
       .args = {"company", "account"},
       .outcomes = {"not_found"},
       .results = {{"bills", ValueKind::list}, {"count", ValueKind::integer}},
       .assurance = link},
      {.name = "bills.debts", .results = {"total", "count", "missing", "lines"}, .assurance = link},
      {.name = "bills.lookup",
       .args = {"governorate", "subscription"},
       .outcomes = {"not_found", "unknown_governorate", "limited"},
       .results = {"amount", "company", "company_label"}},
      {.name = "cases.answer",
       .args = {{"tracking", ValueKind::digits}, Parameter::own_words("text")},
       .outcomes = {"not_found", "resolved", "too_many"},
       .changes = true,
       .assurance = confirm},
      {.name = "cases.book",
       .args = {{"tracking", ValueKind::digits}, {"slot", ValueKind::text}},
       .outcomes = {"not_found", "not_now", "taken"},
       .results = {{"visit", ValueKind::text}, Parameter::with_room("visit_code", ValueKind::text, 4)},
       .changes = true,
       .assurance = confirm},
      {.name = "cases.fee",
       .args = {{"tracking", ValueKind::digits}},
       .outcomes = {"not_found", "none"},
       .results = {{"company", ValueKind::text},
                   {"company_label", ValueKind::text},
                   {"account", ValueKind::digits},
                   {"amount", ValueKind::money}},
       .assurance = link},
      {.name = "cases.kinds",
       .args = {Parameter::optional("about", ValueKind::text)},
       .results = {{"kinds", ValueKind::list}, {"companies", ValueKind::list}}},
      {.name = "cases.mine",
       .results = {{"cases", ValueKind::list}, {"count", ValueKind::integer}},
       .assurance = link},
      {.name = "cases.offices",
       .args = {Parameter::optional("company", ValueKind::text)},
       .outcomes = {"none"},
       .results = {{"offices", ValueKind::list}}},
      {.name = "cases.open",
       .args = {{"kind", ValueKind::text},
                Parameter::own_words("text"),
                Parameter::own_words("address"),
                Parameter::optional("company", ValueKind::text),
                Parameter::optional("area", ValueKind::text),
                Parameter::optional("office", ValueKind::text),
                Parameter::optional("receipt", ValueKind::text)},
       .outcomes = {"already", "too_many", "not_found"},
       .results = {Parameter::with_room("tracking", ValueKind::digits, 10),
                   {"known", ValueKind::integer},
                   Parameter::with_room("since", ValueKind::text, 16)},
       .changes = true,
       .assurance = confirm},
      {.name = "cases.rate",
       .args = {{"tracking", ValueKind::digits}, {"stars", ValueKind::integer}},
       .outcomes = {"not_found", "not_now"},
       .changes = true,
       .assurance = confirm},
      {.name = "cases.reopen",
       .args = {{"tracking", ValueKind::digits}, Parameter::own_words("text")},
       .outcomes = {"not_found", "not_now"},
       .changes = true,
       .assurance = confirm},
      {.name = "cases.slots",
       .args = {{"tracking", ValueKind::digits}},
       .outcomes = {"not_found", "none"},
       .results = {{"slots", ValueKind::list}},
       .assurance = link},
      {.name = "cases.status",
       .args = {{"tracking", ValueKind::digits}},
       .outcomes = {"not_found"},
       .results = {{"kind", ValueKind::text},
                   {"stage", ValueKind::text},
                   {"state", ValueKind::text},
                   {"date", ValueKind::date},
                   {"reply", ValueKind::text},
                   {"fee", ValueKind::money},
                   {"fee_state", ValueKind::text},
                   {"offers", ValueKind::integer},
                   {"visit", ValueKind::text},
                   Parameter::with_room("visit_code", ValueKind::text, 4),
                   {"may_rate", ValueKind::integer},
                   {"may_reopen", ValueKind::integer},
                   {"may_answer", ValueKind::integer}},
       .assurance = link},
      {.name = "email.check",
       .args = {{"address", ValueKind::text}},
       .outcomes = {"malformed", "none"},
       .assurance = link},
      {.name = "email.remove", .outcomes = {"none"}, .changes = true, .assurance = confirm},
      {.name = "email.set", .args = {{"address", ValueKind::text}}, .changes = true, .assurance = code},
      {.name = "fills.buy",
       .args = {{"company", ValueKind::text},
                {"account", ValueKind::digits},
                {"amount", ValueKind::money},
                {"gallons", ValueKind::integer},
                Parameter::optional("fee", ValueKind::money)},
       .outcomes = {"insufficient", "over_limit", "not_over"},
       .results = {Parameter::with_room("receipt", ValueKind::text, 19),
                   Parameter::with_room("check", ValueKind::text, 7),
                   Parameter::with_room("code", ValueKind::text, 12)},
       .changes = true,
       .assurance = code,
       .moves_money = true,
       .own_phone = true},
      {.name = "fills.code",
       .args = {{"receipt", ValueKind::text}},
       .outcomes = {"not_found", "held"},
       .results = {Parameter::with_room("code", ValueKind::text, 12),
                   {"gallons", ValueKind::integer},
                   {"until", ValueKind::text}},
       .assurance = link,
       .own_phone = true},
      {.name = "fills.mine",
       .results = {{"fills", ValueKind::list}, {"count", ValueKind::integer}},
       .assurance = link},
      {.name = "fills.offer",
       .results = {{"step", ValueKind::integer}, {"most", ValueKind::integer}, {"price", ValueKind::money}}},
      {.name = "fills.quote",
       .args = {{"gallons", ValueKind::integer}},
       .outcomes = {"too_much", "not_whole"},
       .results = {{"company", ValueKind::text},
                   {"company_label", ValueKind::text},
                   {"account", ValueKind::digits},
                   {"amount", ValueKind::money},
                   {"fee", ValueKind::money},
                   {"total", ValueKind::money}},
       .assurance = link},
      {.name = "links.pending",
       .outcomes = {"none"},
       .results = {"link", "national_id", "asked_by", "hold"},
       .own_phone = true},
      {.name = "links.confirm", .args = {"link", "hold"}, .outcomes = {"none"}, .changes = true},
      {.name = "links.confirm_by_code",
       .args = {{"code", ValueKind::digits}},
       .outcomes = {"wrong", "none"},
       .changes = true,
       .takes_secrets = true},
      {.name = "links.refuse", .args = {"link", "hold"}, .outcomes = {"none"}, .changes = true},
      {.name = "links.suspend", .changes = true, .assurance = code, .own_phone = true},
      {.name = "notices.cancel",
       .args = {Parameter::optional("account", ValueKind::digits), Parameter::optional("company", ValueKind::text)},
       .outcomes = {"none"},
       .results = {{"count", ValueKind::integer}},
       .changes = true,
       .assurance = link},
      {.name = "broadcasts.opt_in", .changes = true, .assurance = link},
      {.name = "broadcasts.opt_out", .changes = true, .assurance = link},
      {.name = "notices.list",
       .results = {{"notices", ValueKind::list}, {"count", ValueKind::integer}},
       .assurance = link},
      {.name = "notices.subscribe",
       .args = {{"account", ValueKind::digits},
                Parameter::optional("company", ValueKind::text),
                Parameter::optional("governorate", ValueKind::digits)},
       .outcomes = {"already", "full", "limited", "unknown_governorate"},
       .results = {{"company_label", ValueKind::text}},
       .changes = true,
       .assurance = link},
      {.name = "offices.areas",
       .args = {{"governorate", ValueKind::text}},
       .outcomes = {"not_found"},
       .results = {{"areas", ValueKind::list}, {"count", ValueKind::integer}}},
      {.name = "offices.governorates", .results = {{"governorates", ValueKind::list}, {"count", ValueKind::integer}}},
      {.name = "offices.near",
       .args = {{"area", ValueKind::text}, Parameter::optional("governorate", ValueKind::text)},
       .outcomes = {"not_found", "too_many"},
       .results = {{"offices", ValueKind::list}, {"count", ValueKind::integer}}},
      {.name = "payments.history",
       .args = {"company", "account"},
       .outcomes = {"not_found"},
       .results = {"payments", "count"},
       .assurance = link},
      {.name = "pin.set",
       .args = {{"pin", ValueKind::digits}},
       .outcomes = {"weak"},
       .changes = true,
       .assurance = code,
       .takes_secrets = true,
       .own_phone = true},
      {.name = "readings.history",
       .args = {"company", "account"},
       .outcomes = {"not_found"},
       .results = {"readings", "count"},
       .assurance = link},
      {.name = "readings.last",
       .args = {"company", "account"},
       .outcomes = {"not_found"},
       .results = {"value", "date", "meter", "open", "first_day", "last_day", "highest", "turned", "most", "days",
                   "sent", "sent_value", "sent_on", "sent_reference", "sent_by"},
       .assurance = link},
      {.name = "readings.submit",
       .args = {"company", "account", "value", Parameter::optional("used", ValueKind::integer),
                Parameter::optional("passed", ValueKind::integer)},
       .outcomes = {"too_low", "already", "not_open", "not_found"},
       .later_outcomes = {"implausible"},
       .results = {"reference"},
       .changes = true,
       .assurance = confirm},
      {.name = "readings.used",
       .args = {{"last", ValueKind::integer}, {"value", ValueKind::integer}},
       .results = {{"used", ValueKind::integer}},
       .assurance = link},
      {.name = "readings.verify",
       .args = {{"reference", ValueKind::text}},
       .outcomes = {"not_found", "limited"},
       .results = {"company_label", "account", "value", "on", "state"}},
      {.name = "public.ask", .results = {"number", "text", "id", "money", "list"}},
      {.name = "payments.pay",
       .args = {{"account", ValueKind::digits},
                {"amount", ValueKind::money},
                Parameter::optional("company", ValueKind::text),
                Parameter::optional("fee", ValueKind::money),
                Parameter::optional("voucher", ValueKind::digits),
                Parameter::only_refuses("tracking", ValueKind::digits)},
       .outcomes = {"insufficient", "over_limit", "voucher_refused", "not_over"},
       .results = {Parameter::with_room("receipt", ValueKind::text, 19),
                   Parameter::with_room("check", ValueKind::text, 7)},
       .changes = true,
       .assurance = code,
       .moves_money = true},
      {.name = "payments.quote",
       .args = {{"account", ValueKind::digits},
                {"amount", ValueKind::money},
                {"due", ValueKind::money},
                Parameter::optional("company", ValueKind::text)},
       .outcomes = {"too_little", "too_much", "not_whole"},
       .results = {{"fee", ValueKind::money}, {"total", ValueKind::money}, {"least", ValueKind::money}},
       .assurance = link},
      {.name = "payments.quote_all",
       .outcomes = {"none", "held"},
       .later_outcomes = {"not_payable"},
       .results = {{"payees", ValueKind::text},
                   {"payees_label", ValueKind::text},
                   {"payees_list", ValueKind::text},
                   {"dues", ValueKind::list},
                   {"count", ValueKind::integer},
                   {"total", ValueKind::money},
                   {"fee", ValueKind::money},
                   {"missing", ValueKind::integer},
                   {"left", ValueKind::integer}},
       .assurance = link},
      {.name = "payments.pay_all",
       .args = {{"payees", ValueKind::text}, {"total", ValueKind::money}},
       .outcomes = {"insufficient", "over_limit", "not_over"},
       .results = {{"paid", ValueKind::integer},
                   {"held", ValueKind::integer},
                   {"refused", ValueKind::integer},
                   {"receipts", ValueKind::text}},
       .changes = true,
       .assurance = code,
       .moves_money = true},
      {.name = "payments.receipts",
       .results = {{"receipts", ValueKind::list}, {"count", ValueKind::integer}},
       .assurance = link},
      {.name = "polls.answer",
       .args = {{"poll", ValueKind::text},
                {"choice", ValueKind::text},
                Parameter::optional("company", ValueKind::text)},
       .outcomes = {"already", "none"},
       .changes = true,
       .assurance = link,
       .own_phone = true},
      {.name = "polls.question",
       .args = {Parameter::optional("after", ValueKind::text)},
       .outcomes = {"already", "none"},
       .results = {Parameter::with_room("poll", ValueKind::text, 32),
                   Parameter::with_room("question", ValueKind::text, 60),
                   {"choices", ValueKind::list}},
       .assurance = link,
       .own_phone = true},
      {.name = "receipts.verify",
       .args = {{"number", ValueKind::digits}, {"check", ValueKind::digits}},
       .outcomes = {"not_found", "limited"},
       .results = {{"company_label", ValueKind::text},
                   {"account", ValueKind::text},
                   {"amount", ValueKind::money},
                   {"date", ValueKind::date}}},
      {.name = "wallet.balance",
       .outcomes = {"none"},
       .results = {{"number", ValueKind::digits}, {"balance", ValueKind::money}},
       .assurance = link},
      {.name = "wallet.movements",
       .outcomes = {"none"},
       .results = {{"movements", ValueKind::list}, {"count", ValueKind::integer}},
       .assurance = link},
      {.name = "wallet.open",
       .results = {{"number", ValueKind::digits}, {"balance", ValueKind::money}},
       .changes = true,
       .assurance = link},
      {.name = "payments.pay_by_bank_card",
       .args = {{"account", ValueKind::digits},
                {"amount", ValueKind::money},
                Parameter::optional("company", ValueKind::text),
                Parameter::optional("fee", ValueKind::money)},
       .outcomes = {"already_sent", "charged", "link_over", "over_limit", "not_over"},
       .results = {{"url", ValueKind::text}, {"minutes", ValueKind::integer}},
       .changes = true,
       .assurance = code,
       .moves_money = true},
      {.name = "wallet.top_up_by_bank_card",
       .args = {{"card", ValueKind::digits}, {"amount", ValueKind::money}},
       .outcomes = {"charged", "link_over", "over_limit"},
       .results = {{"url", ValueKind::text}, {"minutes", ValueKind::integer}},
       .changes = true,
       .assurance = code,
       .moves_money = true},
      {.name = "wallet.top_up",
       .args = {{"voucher", ValueKind::digits}},
       .outcomes = {"refused", "locked"},
       .results = {{"amount", ValueKind::money}, {"balance", ValueKind::money}},
       .changes = true,
       .assurance = code,
       .takes_secrets = true},
      {.name = std::string(otp_send),
       .args = {"purpose", "binds", "code", "message"},
       .outcomes = {"locked", "pin"},
       .changes = true,
       .assurance = link},
      {.name = std::string(otp_verify),
       .args = {"purpose", "binds"},
       .outcomes = {"wrong", "locked", "again"},
       .changes = true,
       .assurance = link},
  };
  return all;
}

std::string system_strings(std::string_view locale) {
  std::string yaml;
  for (const std::string_view name : system_string_names) {
    std::string text = std::string(locale).append(" ").append(name);
    if (name == "sys_yes_words") text = "aye, surely";  // no word of the one list stands in the other
    if (name == "sys_no_words") text = "never, nay";
    yaml.append(name).append(": \"").append(text).append("\"\n");
  }
  return yaml;
}

Result<std::shared_ptr<const Revision>, std::vector<Diagnostic>> Deployment::load() const {
  std::vector<SourceFile> files;
  bool has_home = false;
  for (const auto& [name, text] : flows) {
    files.push_back({"flows/" + name + ".yaml", text});
    has_home = has_home || name == "home";
  }
  if (!has_home)
    files.push_back({"flows/home.yaml", "flow: home\nschema: 1\nstates:\n  main: {end: {text: sys_try_later}}\n"});
  // The strings under test keep the lines that they have in the test: what every deployment needs comes in a file
  // before.
  for (const std::string& locale : locales)
    files.push_back({"common/strings/" + locale + ".yaml", system_strings(locale)});
  if (!ar.empty()) files.push_back({"strings/ar.yaml", ar});
  if (!en.empty()) files.push_back({"strings/en.yaml", en});
  if (!keywords.empty()) files.push_back({"keywords.yaml", keywords});
  LoadOptions options;
  options.locales = locales;
  options.services = services();
  options.raised = raised;
  options.only_finishes = only_finishes;
  return flows::load(files, options);
}

std::string joined(const std::vector<Diagnostic>& faults) {
  std::string all;
  for (const Diagnostic& fault : faults) {
    if (!all.empty()) all += '\n';
    all += to_string(fault);
  }
  return all;
}

std::shared_ptr<const Revision> must_load(const Deployment& deployment) {
  auto revision = deployment.load();
  if (!revision) FAIL(joined(revision.error()));
  return *revision;
}

std::string faults_of(const Deployment& deployment) {
  const auto revision = deployment.load();
  return revision ? std::string() : joined(revision.error());
}

std::vector<Diagnostic> check_faults(const Deployment& deployment, const OperatorProfile& profile) {
  const auto revision = must_load(deployment);
  return check(*revision, {.operators = {&profile, 1}, .published = nullptr});
}

Phone::Phone(std::shared_ptr<const Revision> revision, std::string_view locale) : revision_(std::move(revision)) {
  static const std::function<std::uint64_t()> counting = [next = std::uint64_t{0}]() mutable { return ++next; };
  context.linked = true;
  context.random = &counting;
  static const std::function<std::string()> same_code = [] { return std::string("123456"); };
  context.new_code = &same_code;
  const auto index = revision_->locale_index(locale);
  REQUIRE(index.has_value());
  session.locale = *index;
}

void Phone::came(Step next) {
  step = std::move(next);
  if (step.kind != Step::Kind::call) CHECK(ussd::octets_on_air(step.text) <= context.screen.octets_max);
  if (step.kind == Step::Kind::end && !step.parked) return;
  const std::string saved = save(*revision_, session);
  auto loaded = load_session(*revision_, saved);
  if (!loaded) FAIL(loaded.error().message << ": " << saved);
  session = std::move(*loaded);
  CHECK(save(*revision_, session) == saved);
}

Phone& Phone::dial(std::vector<std::string> segments) {
  context.screen.shows_navigation = true;
  came(flows::dial(*revision_, session, std::move(segments), context));
  return *this;
}

bool Phone::sms(std::string_view text) {
  context.screen = {.octets_max = 800, .shows_navigation = false};
  auto answered = command(*revision_, session, text, context);
  if (!answered) return false;
  came(std::move(*answered));
  return true;
}

Phone& Phone::send(std::string_view text) {
  came(answer(*revision_, session, text, context));
  return *this;
}

Phone& Phone::outcome(std::string_view name, std::string_view json) {
  const CallOutcome result{std::string(name),
                           boost::json::parse(boost::json::string_view(json.data(), json.size())).as_object()};
  came(flows::outcome(*revision_, session, result, context));
  return *this;
}

Phone& Phone::redial() {
  came(show(*revision_, session, context));
  return *this;
}

std::string Phone::state() const {
  return std::string(revision_->flow_name(session.at)) + "." + std::string(revision_->state_name(session.at));
}

std::string Phone::called() const {
  if (!step.call) return {};
  return std::string(step.call->service) + " " + boost::json::serialize(step.call->args);
}

}  // namespace shubbak::flows::test
