// Cases: cases.kinds, what there may be; and of the caller's own: cases.open, cases.mine, cases.status, cases.rate,
// cases.reopen, cases.answer, cases.fee, cases.slots, cases.book; cases.offices, whom a complaint may
// be about.
#include <algorithm>
#include <iterator>

#include "payments/receipt.hpp"
#include "services/case_words.hpp"
#include "services/service_functions.hpp"

namespace shubbak::services {
namespace {

constexpr std::size_t cases_shown_max = 20;
constexpr std::size_t cases_compared_max = 100;
constexpr int number_draws_max = 3;  // a number is taken once in a thousand where there are a million cases

std::string text_of(const Request& request, std::string_view name) {
  return std::string(text_arg(request, name));
}

// The payment that the arguments name, if it is the caller's; Nothing: it is not, or there is none.
Result<std::optional<store::StoredPayment>> own_payment(World& world, const Request& request) {
  const auto number = payments::parse_receipt_number(text_arg(request, "receipt"));
  if (!number) return std::optional<store::StoredPayment>();
  auto found = world.store.payments().payments_of(*request.caller.person, *number + 1, 1);
  if (!found) return found.error();
  if (found->empty() || found->front().number != *number) return std::optional<store::StoredPayment>();
  return std::optional(std::move(found->front()));
}

// A request is made by a flow of its own: it is no complaint, and those that ask for no kind in particular offer
// none.
bool is_offered(const cases::Kind& kind, std::string_view about) {
  return about.empty() ? kind.about != cases::About::request : to_string(kind.about) == about;
}

// Nothing: every one that was tried is taken.
Result<std::optional<std::int64_t>> free_number(World& world) {
  for (int i = 0; i < number_draws_max; ++i) {
    const std::int64_t number = cases::draw_number(world.random());
    const auto taken = world.store.cases().find_citizen_case(number);
    if (!taken) return taken.error();
    if (!*taken) return std::optional(number);
  }
  return std::optional<std::int64_t>();
}

bool is_open_of(const store::StoredCitizenCase& one, const std::string& kind) {
  return one.is.state == cases::State::open && one.is.kind == kind;
}

// Who lost the answer and asks again has one already.
Result<bool> is_there_already(World& world, const store::OpenCitizenCase& wanted,
                              const std::vector<store::StoredCitizenCase>& own) {
  for (const store::StoredCitizenCase& one : own) {
    if (!is_open_of(one, wanted.kind) || one.address != wanted.address || one.payment != wanted.payment ||
        one.is.from.company != wanted.from.company || one.is.from.accused != wanted.from.accused)
      continue;
    const auto events = world.store.cases().citizen_case_events(one.id);
    if (!events) return events.error();
    if (!events->empty() && events->front().text == wanted.text) return true;
  }
  return false;
}

// The main case of the outage that it would be joined to. Nothing: none is known, or it takes no more.
Result<std::optional<store::StoredCitizenCase>> known_outage(World& world, const store::OpenCitizenCase& wanted,
                                                             const cases::Kind& kind) {
  if (!kind.joins_within || wanted.area.empty()) return std::optional<store::StoredCitizenCase>();
  auto main = world.store.cases().find_known_outage(wanted, wanted.at - *kind.joins_within);
  if (!main || !*main) return main;
  const cases::Outage one{wanted.number, wanted.area, 0, cases::opened(kind, wanted.from, wanted.at)};
  if (!cases::join(world.case_kinds, one, store::as_outage(**main)).ok()) main->reset();
  return main;
}

// With its day where that is another one.
std::string since_text(const World& world, WallTime at, WallTime now) {
  const std::string minute = local_minute(at, world.utc_offset);
  const bool is_today = local_day(at, world.utc_offset) == local_day(now, world.utc_offset);
  return is_today ? minute.substr(minute.find(' ') + 1) : minute;
}

// Of a company that has told where its staff are; else whatever the flow names.
bool is_office_of(const companies::Company* company, const std::string& office) {
  if (office.empty() || company == nullptr || company->config().offices.empty()) return true;
  return std::ranges::count(company->config().offices, office, &companies::Office::name) > 0;
}

// What it would be, without its number. Nothing: the arguments are not those that the kind takes.
std::optional<store::OpenCitizenCase> wanted_case(World& world, const Request& request, const cases::Kind& kind) {
  const std::string company = text_of(request, "company");
  const companies::Company* known = company_arg(world, request);
  if (!company.empty() && known == nullptr) return std::nullopt;
  if (!is_office_of(known, text_of(request, "office"))) return std::nullopt;
  store::OpenCitizenCase wanted{.number = 0,
                                .person = *request.caller.person,
                                .msisdn = request.caller.subject,
                                .link = std::string(request.caller.link),
                                .kind = kind.name,
                                .from = {known == nullptr ? std::string() : known->config().name,
                                         text_of(request, "directorate"), text_of(request, "office")},
                                .area = text_of(request, "area"),
                                .text = text_of(request, "text"),
                                .address = text_of(request, "address"),
                                .by = actor_of(request.caller),
                                .at = request.now};
  const bool is_told = (!kind.needs_text || !wanted.text.empty()) && (!kind.needs_address || !wanted.address.empty());
  return is_told ? std::optional(std::move(wanted)) : std::nullopt;
}

// The clerk who has the phone in hand may be whom it is about.
bool is_hidden_from(const Caller& caller, const cases::Case& one) {
  return caller.is_assisted() && one.bypasses_office;
}

// A visitor's code is for the person, whose phone is told it: never for the clerk who serves them.
std::string code_for(const Caller& caller, const std::string& code) {
  return caller.is_assisted() && !code.empty() ? "-" : code;
}

// The caller's own case that the arguments name. Nothing: it is another's, or there is none, or it is mistyped, or it
// is hidden from whoever has the phone in hand.
Result<std::optional<store::StoredCitizenCase>> own_case(World& world, const Request& request) {
  const auto number = cases::parse_tracking_number(text_arg(request, "tracking"));
  if (!number) return std::optional<store::StoredCitizenCase>();
  auto found = world.store.cases().find_citizen_case_of(*request.caller.person, *number);
  if (found && *found && is_hidden_from(request.caller, (*found)->is)) found->reset();
  return found;
}

// What the caller does to their own case. `too_late`: what it comes to where the case does not take it any more.
Answer acted_on(World& world, const Request& request, const store::StoredCitizenCase& one, cases::Asked asked,
                std::string text, const char* too_late) {
  const auto after = cases::decide(world.case_kinds, one.is, asked, request.now);
  if (!after) return answer(after.error().code == Errc::conflict ? too_late : "error");
  Answer done = answer("ok");
  done.changes.emplace_back(store::CitizenCaseChange(store::ActOnCitizenCase{.number = one.number,
                                                                             .asked = std::move(asked),
                                                                             .text = std::move(text),
                                                                             .person = request.caller.person,
                                                                             .by = actor_of(request.caller),
                                                                             .at = request.now}));
  done.outcome_on_conflict = too_late;
  return done;
}
Answer acted(World& world, const Request& request, cases::Asked asked, std::string text) {
  const auto found = own_case(world, request);
  if (!found) return answer("error");
  if (!*found) return answer("not_found");
  return acted_on(world, request, **found, std::move(asked), std::move(text), "not_now");
}

cases::Slots still_offered(const cases::Case& one, WallTime now) {
  cases::Slots offered;
  if (one.state != cases::State::open) return offered;
  std::ranges::copy_if(one.offers, std::back_inserter(offered),
                       [now](const cases::Slot& slot) { return slot.starts > now; });
  return offered;
}

std::string fee_state_of(const cases::Case& one) {
  return one.fee ? std::string(to_string(one.fee->state)) : std::string("none");
}

// What staff have written of these is for themselves.
bool is_of_staff_only(cases::Act act) {
  return act == cases::Act::offer || act == cases::Act::visit || act == cases::Act::unjoin;
}

std::string last_reply(const std::vector<store::CitizenCaseEvent>& events) {
  const auto found = std::find_if(events.rbegin(), events.rend(), [](const store::CitizenCaseEvent& event) {
    return event.by.kind == Actor::Kind::staff && !event.text.empty() && !is_of_staff_only(event.act);
  });
  return found == events.rend() ? std::string() : found->text;
}

// Have staff told its person anything that may be a question? An answer to a fee or a visit is what the person does.
bool was_written_to(const std::vector<store::CitizenCaseEvent>& events) {
  return std::ranges::any_of(events, [](const store::CitizenCaseEvent& event) {
    return (event.act == cases::Act::reply || event.act == cases::Act::move) && !event.text.empty();
  });
}

}  // namespace

std::string company_of_case(World& world, const Request& request) {
  const cases::Kind* kind = cases::find_kind(world.case_kinds, text_arg(request, "kind"));
  if (kind != nullptr && kind->about == cases::About::payment) {
    const auto payment = own_payment(world, request);
    return payment && *payment ? (*payment)->company : std::string();
  }
  const companies::Company* company = company_arg(world, request);
  return company == nullptr ? std::string() : company->config().name;
}

// What a case may be about, in the order of the configuration, and of which companies: also of those that take none
// yet, as such.
boost::asio::awaitable<Answer> cases_kinds(World& world, Request request) {
  boost::json::array kinds;
  const std::string_view about = text_arg(request, "about");
  for (const cases::Kind& kind : world.case_kinds) {
    if (!is_offered(kind, about)) continue;
    kinds.push_back({{"kind", kind.name},
                     {"label", request.caller.locale == "en" ? kind.label_en : kind.label_ar},
                     {"address", kind.needs_address ? 1 : 0},
                     {"payment", kind.about == cases::About::payment ? 1 : 0},
                     {"staff", kind.about == cases::About::staff ? 1 : 0}});
  }
  boost::json::array companies;
  for (const auto& company : world.companies.companies()) {
    const std::string& name = company->config().name;
    const std::string_view shown = label(*company, request.caller.locale);
    const bool is_on = world.switches.is_on(world.store, "cases.open", name, request.caller.subject, request.now);
    companies.push_back({{"company", name},
                         {"label", boost::json::string_view(shown.data(), shown.size())},
                         {"state", is_on ? "open" : "soon"}});
  }
  co_return answer("ok", {{"kinds", std::move(kinds)}, {"companies", std::move(companies)}});
}

boost::asio::awaitable<Answer> cases_offices(World& world, Request request) {
  const companies::Company* company = company_arg(world, request);
  if (company == nullptr) co_return answer("error");
  boost::json::array offices;
  for (const companies::Office& office : company->config().offices)
    offices.push_back(
        {{"office", office.name}, {"label", request.caller.locale == "en" ? office.label_en : office.label_ar}});
  if (offices.empty()) co_return answer("none");
  co_return answer("ok", {{"offices", std::move(offices)}});
}

boost::asio::awaitable<Answer> cases_open(World& world, Request request) {
  const cases::Kind* kind = cases::find_kind(world.case_kinds, text_arg(request, "kind"));
  if (kind == nullptr) co_return answer("error");
  auto wanted = wanted_case(world, request, *kind);
  if (!wanted) co_return answer("error");
  if (kind->about == cases::About::payment) {
    const auto payment = own_payment(world, request);
    if (!payment) co_return answer("error");
    if (!*payment) co_return answer("not_found");
    wanted->payment = (*payment)->number;
    wanted->from.company = (*payment)->company;
  }
  const auto own = world.store.cases().citizen_cases_of(*request.caller.person, cases_compared_max);
  if (!own) co_return answer("error");
  const auto is_there = is_there_already(world, *wanted, *own);
  if (!is_there) co_return answer("error");
  if (*is_there) co_return answer("already");
  const auto open =
      std::ranges::count_if(*own, [&](const store::StoredCitizenCase& one) { return is_open_of(one, wanted->kind); });
  if (open >= std::int64_t{kind->open_max}) co_return answer("too_many");
  const auto number = free_number(world);
  if (!number || !*number) co_return answer("error");
  wanted->number = **number;
  const auto outage = known_outage(world, *wanted, *kind);
  if (!outage) co_return answer("error");
  const bool is_known = outage->has_value();
  if (is_known) wanted->outage = (*outage)->number;
  Answer opened = answer("ok", {{"tracking", cases::tracking_number(wanted->number)},
                                {"known", is_known ? 1 : 0},
                                {"since", is_known ? since_text(world, (*outage)->is.opened, request.now) : ""}});
  opened.changes.emplace_back(store::CitizenCaseChange(*std::move(wanted)));
  // The outage may be over, or take no more, by the time that this is written: then it is a case by itself, and its
  // person is told of no outage.
  opened.is_asked_again = is_known;
  opened.outcome_on_conflict = is_known ? "error" : "too_many";
  co_return opened;
}

boost::asio::awaitable<Answer> cases_mine(World& world, Request request) {
  const auto own = world.store.cases().citizen_cases_of(*request.caller.person, cases_shown_max);
  if (!own) co_return answer("error");
  boost::json::array rows;
  for (const store::StoredCitizenCase& one : *own) {
    if (is_hidden_from(request.caller, one.is)) continue;
    const std::string_view state = to_string(one.is.state);
    rows.push_back({{"tracking", cases::tracking_number(one.number)},
                    {"kind", kind_label(world.case_kinds, one.is, request.caller.locale)},
                    {"stage", stage_label(world.case_kinds, one.is, request.caller.locale)},
                    {"state", boost::json::string_view(state.data(), state.size())},
                    {"date", local_date(one.is.opened, world.utc_offset)}});
  }
  const auto count = static_cast<std::int64_t>(rows.size());
  co_return answer("ok", {{"cases", std::move(rows)}, {"count", count}});
}

boost::asio::awaitable<Answer> cases_status(World& world, Request request) {
  const auto found = own_case(world, request);
  if (!found) co_return answer("error");
  if (!*found) co_return answer("not_found");
  const cases::Case& one = (*found)->is;
  const auto events = world.store.cases().citizen_case_events((*found)->id);
  if (!events) co_return answer("error");
  const std::string_view state = to_string(one.state);
  const bool may_rate = one.state == cases::State::resolved && !one.stars;
  const bool may_reopen = cases::may_reopen(world.case_kinds, one, request.now);
  const bool may_answer = cases::takes_answer(one) && was_written_to(*events);
  co_return answer("ok", {{"kind", kind_label(world.case_kinds, one, request.caller.locale)},
                          {"stage", stage_label(world.case_kinds, one, request.caller.locale)},
                          {"state", boost::json::string_view(state.data(), state.size())},
                          {"date", local_date(one.resolved.value_or(one.stage_since), world.utc_offset)},
                          {"reply", last_reply(*events)},
                          {"fee", one.fee ? one.fee->amount.minor : 0},
                          {"fee_state", fee_state_of(one)},
                          {"offers", static_cast<std::int64_t>(still_offered(one, request.now).size())},
                          {"visit", one.appointment ? cases::slot_text(*one.appointment, world.utc_offset) : ""},
                          {"visit_code", code_for(request.caller, (*found)->visit_code)},
                          {"may_rate", may_rate ? 1 : 0},
                          {"may_reopen", may_reopen ? 1 : 0},
                          {"may_answer", may_answer ? 1 : 0}});
}

// What is to be paid, to whom: by payments.pay, which holds it against the case as it is then.
boost::asio::awaitable<Answer> cases_fee(World& world, Request request) {
  const auto found = own_case(world, request);
  if (!found) co_return answer("error");
  if (!*found) co_return answer("not_found");
  const cases::Case& one = (*found)->is;
  if (!one.owes_fee()) co_return answer("none");
  const std::string_view label = label_or_name(world, one.from.company, request.caller.locale);
  co_return answer("ok", {{"company", one.from.company},
                          {"company_label", boost::json::string_view(label.data(), label.size())},
                          {"account", one.fee->account},
                          {"amount", one.fee->amount.minor}});
}

// When somebody may come. A slot is known by its times, which say the same whatever is offered by then.
boost::asio::awaitable<Answer> cases_slots(World& world, Request request) {
  const auto found = own_case(world, request);
  if (!found) co_return answer("error");
  if (!*found) co_return answer("not_found");
  const auto free = world.store.cases().free_slots(**found, still_offered((*found)->is, request.now));
  if (!free) co_return answer("error");
  boost::json::array slots;
  for (const cases::Slot& slot : *free)
    slots.emplace_back(boost::json::object{{"slot", cases::slot_text(slot, world.utc_offset)}});
  if (slots.empty()) co_return answer("none");
  co_return answer("ok", {{"slots", std::move(slots)}});
}

boost::asio::awaitable<Answer> cases_book(World& world, Request request) {
  const auto found = own_case(world, request);
  if (!found) co_return answer("error");
  if (!*found) co_return answer("not_found");
  const cases::Slots offered = still_offered((*found)->is, request.now);
  const auto wanted = std::ranges::find_if(offered, [&](const cases::Slot& slot) {
    return cases::slot_text(slot, world.utc_offset) == text_arg(request, "slot");
  });
  if (wanted == offered.end()) co_return answer("not_now");
  const std::string when = cases::slot_text(*wanted, world.utc_offset);
  const std::string code = cases::draw_visitor_code(world.random());
  Answer booked = answer("ok", {{"visit", when}, {"visit_code", code_for(request.caller, code)}});
  booked.changes.emplace_back(
      store::CitizenCaseChange(store::ActOnCitizenCase{.number = (*found)->number,
                                                       .asked = {.act = cases::Act::book, .slots = {*wanted}},
                                                       .text = when + " " + wanted->team,
                                                       .person = request.caller.person,
                                                       .by = actor_of(request.caller),
                                                       .at = request.now,
                                                       .visit_code = code}));
  booked.outcome_on_conflict = "taken";
  co_return booked;
}

boost::asio::awaitable<Answer> cases_rate(World& world, Request request) {
  const auto* stars = request.args.if_contains("stars");
  if (stars == nullptr || !stars->is_int64()) co_return answer("error");
  co_return acted(world, request, {.act = cases::Act::rate, .stars = stars->get_int64()}, {});
}

boost::asio::awaitable<Answer> cases_reopen(World& world, Request request) {
  co_return acted(world, request, {.act = cases::Act::reopen}, text_of(request, "text"));
}

// Of any open case: a person may tell staff something before they were asked.
boost::asio::awaitable<Answer> cases_answer(World& world, Request request) {
  auto text = case_answer(text_arg(request, "text"));
  if (!text || text->empty()) co_return answer("error");
  const auto found = own_case(world, request);
  if (!found) co_return answer("error");
  if (!*found) co_return answer("not_found");
  const cases::Case& one = (*found)->is;
  if (one.state != cases::State::open) co_return answer("resolved");
  if (!cases::takes_answer(one)) co_return answer("too_many");
  // What comes between this and the commit is told to who tries again.
  co_return acted_on(world, request, **found, {.act = cases::Act::answer}, *std::move(text), "error");
}

}  // namespace shubbak::services
