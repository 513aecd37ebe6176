#include <array>

#include "admin/broadcast_bodies.hpp"
#include "admin/route_row.hpp"

namespace shubbak::admin {

using staff::Permission;

namespace {

Served<BroadcastList> find_broadcasts(World& world, Asked<BroadcastsBody> asked) {
  const auto found =
      list_broadcasts(world, asked.caller, asked.body.open.value_or(false), asked.body.after.value_or(0));
  if (!found) co_return found.error();
  BroadcastList list;
  for (const store::StoredBroadcast& one : *found) list.broadcasts.push_back(shown(one));
  co_return list;
}
Served<BroadcastShown> broadcast_of_number(World& world, Asked<Nothing> asked) {
  const auto found = show_broadcast(world, asked.caller, asked.number);
  if (!found) co_return found.error();
  co_return shown(*found);
}
Served<BroadcastPreviewShown> previewed(World& world, Asked<Nothing> asked) {
  auto counting = shown_of<BroadcastPreviewShown>(preview_broadcast(world, std::move(asked.caller), asked.number));
  co_return co_await std::move(counting);
}
Served<BroadcastShown> drafted(World& world, Asked<DraftBroadcastBody> asked) {
  DraftBroadcastBody& body = asked.body;
  BroadcastWanted wanted{.kind = std::move(body.kind),
                         .operator_name = std::move(body.operator_name).value_or(""),
                         .locale = std::move(body.language).value_or(""),
                         .company = std::move(body.company).value_or(""),
                         .governorate = std::move(body.governorate).value_or(""),
                         .case_kind = std::move(body.case_kind).value_or(""),
                         .area = std::move(body.area).value_or(""),
                         .directorate = std::move(body.directorate).value_or(""),
                         .office = std::move(body.office).value_or(""),
                         .texts = {},
                         .expires = std::move(body.expires)};
  for (BroadcastTextBody& one : body.texts) wanted.texts.push_back({std::move(one.language), std::move(one.text)});
  return shown_of<BroadcastShown>(draft_broadcast(world, std::move(asked.caller), std::move(wanted)));
}
template <broadcasts::Act act>
Served<BroadcastShown> acted_on_broadcast(World& world, Asked<Nothing> asked) {
  return shown_of<BroadcastShown>(act_on_broadcast(world, std::move(asked.caller), asked.number, act));
}

using rows::by;
using rows::get;
using rows::post;

constexpr std::array<Route, 10> broadcast_table{{
    row<BroadcastsBody, BroadcastList, find_broadcasts>(
        post, "/broadcasts/find", by, Permission::broadcast_read,
        "Messages to many numbers, and what came of them, 200 at once"),
    row<Nothing, BroadcastShown, broadcast_of_number>(get, "/broadcasts/{number}", by, Permission::broadcast_read,
                                                      "A broadcast, and what came of it"),
    row<Nothing, BroadcastPreviewShown, previewed>(get, "/broadcasts/{number}/preview", by,
                                                   Permission::broadcast_read,
                                                   "How many numbers a broadcast would tell now, and for how much"),
    row<DraftBroadcastBody, BroadcastShown, drafted>(post, "/broadcasts", by, Permission::broadcast_write,
                                                     "Write a broadcast: whom it is for, and what it says", 201),
    row<Nothing, BroadcastShown, acted_on_broadcast<broadcasts::Act::approve>>(
        post, "/broadcasts/{number}/approve", by, Permission::broadcast_decide,
        "Tell a broadcast that others have written and proposed, from the next hours in which phones are told"),
    row<Nothing, BroadcastShown, acted_on_broadcast<broadcasts::Act::reject>>(
        post, "/broadcasts/{number}/reject", by, Permission::broadcast_decide, "Do not tell a proposed broadcast"),
    row<Nothing, BroadcastShown, acted_on_broadcast<broadcasts::Act::propose>>(
        post, "/broadcasts/{number}/propose", by, Permission::broadcast_write, "Propose that a broadcast is told"),
    row<Nothing, BroadcastShown, acted_on_broadcast<broadcasts::Act::pause>>(
        post, "/broadcasts/{number}/pause", by, Permission::broadcast_write, "Stop a broadcast for now, at once"),
    row<Nothing, BroadcastShown, acted_on_broadcast<broadcasts::Act::resume>>(
        post, "/broadcasts/{number}/resume", by, Permission::broadcast_decide, "Let a paused broadcast go on"),
    row<Nothing, BroadcastShown, acted_on_broadcast<broadcasts::Act::cancel>>(
        post, "/broadcasts/{number}/cancel", by, Permission::broadcast_write, "Stop a broadcast for good"),
}};

}  // namespace

std::span<const Route> broadcast_routes() {
  return broadcast_table;
}

}  // namespace shubbak::admin
