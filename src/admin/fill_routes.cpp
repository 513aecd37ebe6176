#include <array>

#include "admin/fill_bodies.hpp"
#include "admin/route_row.hpp"

namespace shubbak::admin {

using staff::Permission;

namespace {

Served<RedeemFillShown> redeem_at_station(World& world, Asked<RedeemFillBody> asked) {
  RedeemFillBody& body = asked.body;
  FillWanted wanted{std::move(body.code), std::move(body.key), body.gallons, std::move(body.office)};
  return shown_of<RedeemFillShown>(redeem_fill(world, std::move(asked.caller), std::move(wanted)));
}
Served<FillList> find_fills(World& world, Asked<FillsBody> asked) {
  FillList list;
  if (asked.body.receipt) {
    const auto one = fill_of_receipt(world, *asked.body.receipt);
    if (!one) co_return one.error();
    list.fills.push_back(shown(*one, world.now()));
    co_return list;
  }
  const auto found = list_fills(world, asked.body.after.value_or(0));
  if (!found) co_return found.error();
  for (const FillTold& one : *found) list.fills.push_back(shown(one, world.now()));
  co_return list;
}

using rows::by;
using rows::post;

constexpr std::array<Route, 2> fill_table{{
    row<FillsBody, FillList, find_fills>(post, "/fills/find", by, Permission::fill_read,
                                         "Water for tankers that was bought, 1,000 at once"),
    row<RedeemFillBody, RedeemFillShown, redeem_at_station>(post, "/fills/redeem", by, Permission::fill_redeem,
                                                            "At a station: take what a code is good for, once"),
}};

}  // namespace

std::span<const Route> fill_routes() {
  return fill_table;
}

}  // namespace shubbak::admin
