#include <array>

#include "admin/case_bodies.hpp"
#include "admin/route_row.hpp"

namespace shubbak::admin {

using staff::Permission;

namespace {

Served<CitizenCaseList> find_cases(World& world, Asked<CitizenCasesBody> asked) {
  CitizenCasesBody& body = asked.body;
  const auto found = find_citizen_cases(world, asked.caller,
                                        {.company = std::move(body.company),
                                         .open_only = body.open.value_or(false),
                                         .late_only = body.late.value_or(false),
                                         .answered_only = body.answered.value_or(false),
                                         .after = body.after.value_or(0)});
  if (!found) co_return found.error();
  CitizenCaseList list;
  for (const store::StoredCitizenCase& one : found->cases) list.cases.push_back(shown(one));
  list.more = found->more;
  co_return list;
}
Served<CitizenCaseFile> show_case(World& world, Asked<CitizenCaseBody> asked) {
  const auto found = show_citizen_case(world, asked.caller, asked.body.tracking);
  if (!found) co_return found.error();
  co_return shown(*found);
}

// `text`: of what is done, for the case's person.
CitizenCaseAct wanted_act(cases::Act act, TakeCaseBody& of, std::string text) {
  return {.tracking = std::move(of.of.tracking), .act = act, .version = of.version, .text = std::move(text)};
}
Served<CitizenCaseFile> acted_on(World& world, Caller caller, CitizenCaseAct wanted) {
  return shown_of<CitizenCaseFile>(act_on_citizen_case(world, std::move(caller), std::move(wanted)));
}
Served<CitizenCaseFile> take_case(World& world, Asked<TakeCaseBody> asked) {
  return acted_on(world, std::move(asked.caller), wanted_act(cases::Act::take, asked.body, {}));
}
Served<CitizenCaseFile> reply_to_case(World& world, Asked<ReplyToCaseBody> asked) {
  return acted_on(world, std::move(asked.caller),
                  wanted_act(cases::Act::reply, asked.body.of, std::move(asked.body.text)));
}
Served<CitizenCaseFile> move_case(World& world, Asked<MoveCaseBody> asked) {
  MoveCaseBody& body = asked.body;
  CitizenCaseAct wanted = wanted_act(cases::Act::move, body.of, std::move(body.text).value_or(""));
  wanted.stage = std::move(body.stage);
  return acted_on(world, std::move(asked.caller), std::move(wanted));
}
Served<CitizenCaseFile> resolve_citizen_case(World& world, Asked<ResolveCitizenCaseBody> asked) {
  ResolveCitizenCaseBody& body = asked.body;
  CitizenCaseAct wanted = wanted_act(cases::Act::resolve, body.of, std::move(body.text).value_or(""));
  wanted.waives_fee = body.waive_fee.value_or(false);
  return acted_on(world, std::move(asked.caller), std::move(wanted));
}
Served<CitizenCaseFile> quote_fee(World& world, Asked<QuoteFeeBody> asked) {
  QuoteFeeBody& body = asked.body;
  if (body.currency != to_string(world.currency))
    co_return ApiError{Code::invalid, "amounts here are in " + std::string(to_string(world.currency)), "currency"};
  CitizenCaseAct wanted = wanted_act(cases::Act::quote, body.of, std::move(body.text).value_or(""));
  wanted.amount = body.amount;
  wanted.account = std::move(body.account);
  auto acting = acted_on(world, std::move(asked.caller), std::move(wanted));
  co_return co_await std::move(acting);
}

Served<CitizenCaseFile> join_cases(World& world, Asked<JoinCaseBody> asked) {
  JoinCaseBody& body = asked.body;
  return shown_of<CitizenCaseFile>(join_citizen_cases(
      world, std::move(asked.caller), {std::move(body.of.of.tracking), std::move(body.to), body.of.version}));
}
Served<CitizenCaseFile> unjoin_case(World& world, Asked<UnjoinCaseBody> asked) {
  return acted_on(world, std::move(asked.caller),
                  wanted_act(cases::Act::unjoin, asked.body.of, std::move(asked.body.reason)));
}

Served<CitizenCaseFile> offer_visit(World& world, Asked<OfferVisitBody> asked) {
  OfferVisitBody& body = asked.body;
  CitizenCaseAct wanted = wanted_act(cases::Act::offer, body.of, std::move(body.text).value_or(""));
  wanted.team = std::move(body.team);
  wanted.slots = std::move(body.slots);
  return acted_on(world, std::move(asked.caller), std::move(wanted));
}
Served<CitizenCaseFile> cancel_visit(World& world, Asked<CancelVisitBody> asked) {
  CancelVisitBody& body = asked.body;
  return acted_on(world, std::move(asked.caller),
                  wanted_act(cases::Act::cancel_visit, body.of, std::move(body.text).value_or("")));
}
Served<CitizenCaseFile> note_visit(World& world, Asked<NoteVisitBody> asked) {
  NoteVisitBody& body = asked.body;
  CitizenCaseAct wanted = wanted_act(cases::Act::visit, body.of, std::move(body.text).value_or(""));
  wanted.outcome = std::move(body.outcome);
  return acted_on(world, std::move(asked.caller), std::move(wanted));
}

using rows::by;
using rows::post;

constexpr std::array<Route, 12> case_table{{
    row<CitizenCasesBody, CitizenCaseList, find_cases>(post, "/cases/find", by, Permission::case_read,
                                                       "Citizens' cases that one may see, page by page"),
    row<CitizenCaseBody, CitizenCaseFile, show_case>(post, "/cases/show", by, Permission::case_read,
                                                     "A case, and all that was done to it"),
    row<TakeCaseBody, CitizenCaseFile, take_case>(post, "/cases/take", by, Permission::case_work,
                                                  "Take a case to work it"),
    row<ReplyToCaseBody, CitizenCaseFile, reply_to_case>(post, "/cases/reply", by, Permission::case_work,
                                                         "Tell a case's person something, by SMS"),
    row<MoveCaseBody, CitizenCaseFile, move_case>(post, "/cases/move", by, Permission::case_work,
                                                  "Move a case to the next stage, and tell its person"),
    row<ResolveCitizenCaseBody, CitizenCaseFile, resolve_citizen_case>(
        post, "/cases/resolve", by, Permission::case_work, "Resolve a case, and tell its person"),
    row<QuoteFeeBody, CitizenCaseFile, quote_fee>(post, "/cases/quote", by, Permission::case_work,
                                                  "Tell a case's person the fee that the company asks for"),
    row<OfferVisitBody, CitizenCaseFile, offer_visit>(post, "/cases/offer", by, Permission::case_work,
                                                      "Offer a case's person slots for a visit"),
    row<CancelVisitBody, CitizenCaseFile, cancel_visit>(post, "/cases/cancel-visit", by, Permission::case_work,
                                                        "Cancel an appointment or what was offered, and tell so"),
    row<NoteVisitBody, CitizenCaseFile, note_visit>(post, "/cases/visited", by, Permission::case_work,
                                                    "Note what has come of a visit"),
    row<JoinCaseBody, CitizenCaseFile, join_cases>(post, "/cases/join", by, Permission::case_work,
                                                   "Join a case to the main one of the same outage"),
    row<UnjoinCaseBody, CitizenCaseFile, unjoin_case>(post, "/cases/unjoin", by, Permission::case_work,
                                                      "Take a case out of the outage that it was joined to"),
}};

}  // namespace

std::span<const Route> case_routes() {
  return case_table;
}

}  // namespace shubbak::admin
