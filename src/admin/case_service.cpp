#include "admin/case_service.hpp"

#include <algorithm>
#include <utility>

#include "services/case_words.hpp"
#include "services/news.hpp"

namespace shubbak::admin {
namespace {

using cases::Act;
using staff::Permission;

constexpr std::size_t citizen_cases_page = 1'000;
constexpr std::size_t citizen_case_pages_max = 5;

bool is_seen_by(const World& world, const Caller& caller, const store::StoredCitizenCase& one) {
  return caller.is_command_line() || cases::may_see(caller.account, world.case_kinds, one.is);
}

bool is_wanted(const CitizenCasesWanted& wanted, const cases::Case& one) {
  return (!wanted.company || one.from.company == *wanted.company) && (!wanted.late_only || one.is_late) &&
         (!wanted.answered_only || one.answers > 0);
}

Result<store::StoredCitizenCase, ApiError> seen_case(World& world, const Caller& caller, const std::string& tracking,
                                                     const char* field = "tracking") {
  const auto number = cases::parse_tracking_number(tracking);
  if (!number) return ApiError{Code::invalid, "that is no tracking number, or mistyped", field};
  auto found = world.store.cases().find_citizen_case(*number);
  if (!found) return api_error(found.error());
  if (!*found || !is_seen_by(world, caller, **found))
    return ApiError{Code::not_found, "there is no case of that number that this account may see", field};
  return std::move(**found);
}

const cases::Stage* stage_of(const World& world, const cases::Case& one) {
  const cases::Kind* kind = cases::find_kind(world.case_kinds, one.kind);
  return kind == nullptr ? nullptr : kind->find_stage(one.stage);
}

Result<CitizenCaseTold, ApiError> told_of(World& world, const Caller& caller, store::StoredCitizenCase one) {
  auto events = world.store.cases().citizen_case_events(one.id);
  if (!events) return api_error(events.error());
  CitizenCaseTold told{std::move(one), {}, *std::move(events)};
  const cases::Case& is = told.is.is;
  if (!is.worker.empty() && is.worker == caller.account.name) told.visit_code = told.is.visit_code;
  if (is.appointment) told.visit = cases::slot_text(*is.appointment, world.utc_offset);
  for (const cases::Slot& slot : is.offers) told.offers.push_back(cases::slot_text(slot, world.utc_offset));
  const cases::Stage* stage = told.is.is.state == cases::State::open ? stage_of(world, told.is.is) : nullptr;
  if (stage != nullptr) told.next = stage->next;
  return told;
}

// As its person is told it, or why it is unjoined, which they are not.
Result<std::string, ApiError> plain_text_of(const CitizenCaseAct& act) {
  const bool is_reason = act.act == Act::unjoin;
  auto plain = services::case_reply(act.text);
  const bool is_missing = (is_reason || act.act == Act::reply) && plain && plain->empty();
  if (plain && !is_missing) return *std::move(plain);
  return ApiError{Code::invalid,
                  std::string(is_reason ? "why it is taken out" : "what the person is told") + " has 1 to " +
                      std::to_string(services::case_reply_letters_max) + " letters",
                  is_reason ? "reason" : "text"};
}

// What is wrong where the act cannot be; "": nothing in particular.
std::string field_at_fault(Act act) {
  if (act == Act::quote) return "amount";
  if (act == Act::offer) return "slots";
  return act == Act::move ? "stage" : "";
}

Result<cases::Asked, ApiError> case_asked(const World& world, const Caller& caller, const CitizenCaseAct& act) {
  cases::Asked asked{.act = act.act,
                     .stage = act.stage,
                     .worker = caller.actor.name,
                     .version = act.version,
                     .amount = {act.amount, world.currency},
                     .account = act.account,
                     .waives_fee = act.waives_fee};
  for (const std::string& text : act.slots) {
    auto slot = cases::parse_slot(text, act.team, world.utc_offset);
    if (!slot) return ApiError{Code::invalid, slot.error().message, "slots"};
    asked.slots.push_back(*std::move(slot));
  }
  if (act.act == Act::visit && std::ranges::find(cases::visit_outcomes, act.outcome) == cases::visit_outcomes.end())
    return ApiError{Code::invalid, "what comes of a visit is documents_seen, absent or other", "outcome"};
  return asked;
}

// What stays of it in the case's history.
std::string text_kept(const CitizenCaseAct& act) {
  std::string kept = act.outcome;
  for (const std::string& slot : act.slots) kept += (kept.empty() ? "" : ", ") + slot;
  if (!act.team.empty()) kept += " " + act.team;
  if (kept.empty() || act.text.empty()) return kept + act.text;
  return kept + ": " + act.text;
}

// By whom it may be done when it is committed. Nothing: the command line may do everything.
Result<std::optional<store::RequireStaff>, ApiError> required_for(World& world, const Caller& caller,
                                                                  const cases::Case& one) {
  auto required = required_of(world, caller, Permission::case_work, cases::place_of(one));
  if (!required) return required;
  const cases::Stage* stage = stage_of(world, one);
  if (stage == nullptr || !cases::may_work(caller.account, world.case_kinds, one)) {
    return ApiError{Code::forbidden,
                    stage == nullptr ? "the stage of the case is in the configuration no more"
                                     : "this stage is worked by the role " + std::string(to_string(stage->role)) +
                                           " of where the case is",
                    "tracking"};
  }
  required->role = stage->role;
  required->not_of_office = one.from.accused;
  return required;
}

// Nothing: its person is not told of that, or has that number no more.
Result<std::optional<store::OutboxMessage>, ApiError> news_of(World& world, const store::StoredCitizenCase& before,
                                                              const cases::Case& after, const CitizenCaseAct& act) {
  const auto words = world.counter.words();
  if (!words) return api_error(words.error());
  auto text = services::news_of_case(world.store, **words, world.case_kinds, before, after, act.act, act.text);
  if (!text) return std::optional<store::OutboxMessage>();
  return std::optional(
      services::news_message(world.counter, before.link, before.msisdn.value(), *std::move(text), world.now()));
}

}  // namespace

Result<CitizenCasesFound, ApiError> find_citizen_cases(World& world, const Caller& caller,
                                                       const CitizenCasesWanted& wanted) {
  const bool open_only = wanted.open_only || wanted.late_only || wanted.answered_only;
  CitizenCasesFound found;
  std::int64_t after = wanted.after;
  for (std::size_t pages = 0; pages < citizen_case_pages_max; ++pages) {
    auto page = world.store.cases().citizen_cases(open_only, after, citizen_cases_page);
    if (!page) return api_error(page.error());
    for (store::StoredCitizenCase& one : *page) {
      after = one.id;
      if (is_wanted(wanted, one.is) && is_seen_by(world, caller, one)) found.cases.push_back(std::move(one));
      if (found.cases.size() < citizen_cases_page) continue;
      found.more = after;
      return found;
    }
    if (page->size() < citizen_cases_page) return found;
  }
  found.more = after;
  return found;
}

Result<CitizenCaseTold, ApiError> show_citizen_case(World& world, const Caller& caller, const std::string& tracking) {
  auto found = seen_case(world, caller, tracking);
  if (!found) return found.error();
  return told_of(world, caller, std::move(*found));
}

Served<CitizenCaseTold> act_on_citizen_case(World& world, Caller caller, CitizenCaseAct act) {
  const auto found = seen_case(world, caller, act.tracking);
  if (!found) co_return found.error();
  auto text = plain_text_of(act);
  if (!text) co_return text.error();
  act.text = *std::move(text);
  auto required = required_for(world, caller, found->is);
  if (!required) co_return required.error();
  const auto asked = case_asked(world, caller, act);
  if (!asked) co_return asked.error();
  const auto after = cases::decide(world.case_kinds, found->is, *asked, world.now());
  if (!after) co_return change_error(after.error(), field_at_fault(act.act));
  const auto news = news_of(world, *found, *after, act);
  if (!news) co_return news.error();

  std::vector<store::Change> changes;
  changes.emplace_back(store::CitizenCaseChange(store::ActOnCitizenCase{
      .number = found->number, .asked = *asked, .text = text_kept(act), .by = caller.actor, .at = world.now()}));
  if (*news) changes.emplace_back(store::AddOutboxMessage{**news});
  auto committing = commit_if(world, std::move(*required), std::move(changes));
  const auto committed = co_await std::move(committing);
  if (!committed) co_return committed.error();
  services::take_up_news(world.counter, *news, *committed);
  auto now_is = world.store.cases().find_citizen_case(found->number);
  if (!now_is) co_return api_error(now_is.error());
  co_return told_of(world, caller, std::move(now_is->value()));
}

Served<CitizenCaseTold> join_citizen_cases(World& world, Caller caller, CitizenCaseJoin wanted) {
  const auto found = seen_case(world, caller, wanted.tracking);
  if (!found) co_return found.error();
  const auto main = seen_case(world, caller, wanted.to, "to");
  if (!main) co_return main.error();
  auto required = required_for(world, caller, found->is);
  if (!required) co_return required.error();
  const auto joined =
      cases::join(world.case_kinds, store::as_outage(*found), store::as_outage(*main), wanted.version);
  if (!joined) co_return change_error(joined.error(), "to");

  std::vector<store::Change> changes;
  auto of_main = required_of(world, caller, Permission::case_work, cases::place_of(main->is));
  if (of_main) {
    of_main->not_of_office = main->is.from.accused;
    changes.emplace_back(store::StaffChange(*std::move(of_main)));
  }
  changes.emplace_back(store::CitizenCaseChange(store::JoinCitizenCase{.number = found->number,
                                                                       .main = main->number,
                                                                       .version = wanted.version,
                                                                       .by = caller.actor,
                                                                       .at = world.now()}));
  auto committing = commit_if(world, std::move(*required), std::move(changes));
  const auto committed = co_await std::move(committing);
  if (!committed) co_return committed.error();
  auto now_is = world.store.cases().find_citizen_case(found->number);
  if (!now_is) co_return api_error(now_is.error());
  co_return told_of(world, caller, std::move(now_is->value()));
}

}  // namespace shubbak::admin
