#include <array>

#include "admin/rollout_bodies.hpp"
#include "admin/route_row.hpp"
#include "services/switches.hpp"

namespace shubbak::admin {

using staff::Permission;

SwitchShown shown(const SwitchTold& told) {
  SwitchShown made;
  made.service = told.rule.service;
  made.company = told.rule.company;
  if (told.rule.from) made.from = time_text(*told.rule.from);
  if (told.rule.until) made.until = time_text(*told.rule.until);
  made.share = told.rule.share_percent;
  made.source = switch_source_names[told.set ? 1 : 0];
  if (told.set) {
    made.by = told.set->by.name;
    made.changed = time_text(told.set->at);
  }
  return made;
}

namespace {

// Of a body's number nothing is lost: above 100 percent each is as wrong.
std::uint32_t percent_of(std::int64_t share) {
  return share > rollout::whole_percent ? rollout::whole_percent + 1 : static_cast<std::uint32_t>(share);
}

Served<SwitchList> switches(World& world, Asked<Nothing>) {
  const auto found = list_switches(world);
  if (!found) co_return found.error();
  SwitchList list{{}, services::switched_services(), companies_to_switch(world)};
  for (const SwitchTold& one : *found) list.switches.push_back(shown(one));
  co_return list;
}
Served<SwitchShown> put_switch(World& world, Asked<SwitchBody> asked) {
  SwitchBody& body = asked.body;
  rollout::WrittenRule wanted{std::move(body.service), std::move(body.company), body.from.value_or(""),
                              body.until.value_or(""), percent_of(body.share)};
  return shown_of<SwitchShown>(set_switch(world, std::move(asked.caller), std::move(wanted)));
}
Served<Nothing> drop_switch(World& world, Asked<SwitchNameBody> asked) {
  return without_answer(
      clear_switch(world, std::move(asked.caller), std::move(asked.body.service), std::move(asked.body.company)));
}

using rows::by;
using rows::get;
using rows::post;

constexpr std::array<Route, 3> rollout_table{{
    row<Nothing, SwitchList, switches>(get, "/rollout", by, Permission::rollout_read,
                                       "Which services are switched on where, since when and for how many"),
    row<SwitchBody, SwitchShown, put_switch>(post, "/rollout", by, Permission::rollout_set,
                                             "Switch a service on or off for a company, from a time on, for a share"),
    row<SwitchNameBody, Nothing, drop_switch>(post, "/rollout/clear", by, Permission::rollout_set,
                                              "Let what is configured hold again", 204),
}};

}  // namespace

std::span<const Route> rollout_routes() {
  return rollout_table;
}

}  // namespace shubbak::admin
