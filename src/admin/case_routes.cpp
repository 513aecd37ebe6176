#include <array>

#include "admin/case_bodies.hpp"
#include "admin/route_row.hpp"

namespace shubbak::admin {

using staff::Permission;

namespace {

Served<CitizenCaseList> find_cases(World& world, Asked<CitizenCasesBody> asked) {
  CitizenCasesBody& body = asked.body;
  const auto found = find_citizen_cases(
      world, asked.caller,
      {std::move(body.company), body.open.value_or(false), body.late.value_or(false), body.after.value_or(0)});
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

Served<CitizenCaseFile> acted_on(World& world, Caller caller, cases::Act act, TakeCaseBody of, std::string text,
                                 std::string stage = {}) {
  CitizenCaseAct wanted{.tracking = std::move(of.of.tracking),
                        .act = act,
                        .version = of.version,
                        .stage = std::move(stage),
                        .text = std::move(text)};
  return shown_of<CitizenCaseFile>(act_on_citizen_case(world, std::move(caller), std::move(wanted)));
}
Served<CitizenCaseFile> take_case(World& world, Asked<TakeCaseBody> asked) {
  return acted_on(world, std::move(asked.caller), cases::Act::take, std::move(asked.body), {});
}
Served<CitizenCaseFile> reply_to_case(World& world, Asked<ReplyToCaseBody> asked) {
  return acted_on(world, std::move(asked.caller), cases::Act::reply, std::move(asked.body.of),
                  std::move(asked.body.text));
}
Served<CitizenCaseFile> move_case(World& world, Asked<MoveCaseBody> asked) {
  return acted_on(world, std::move(asked.caller), cases::Act::move, std::move(asked.body.of),
                  std::move(asked.body.text).value_or(""), std::move(asked.body.stage));
}
Served<CitizenCaseFile> resolve_citizen_case(World& world, Asked<ResolveCitizenCaseBody> asked) {
  return acted_on(world, std::move(asked.caller), cases::Act::resolve, std::move(asked.body.of),
                  std::move(asked.body.text).value_or(""));
}

using rows::by;
using rows::post;

constexpr std::array<Route, 6> case_table{{
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
}};

}  // namespace

std::span<const Route> case_routes() {
  return case_table;
}

}  // namespace shubbak::admin
