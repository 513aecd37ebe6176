// What members of staff may do: one table of permissions and roles, and nothing decides beside it. Pure. Thread: any.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string_view>

namespace shubbak::staff {

enum class Role : std::uint8_t { clerk, cashier, case_worker, designer, publisher, overseer, admin, station, bank };
struct RoleName {
  Role role;
  std::string_view name;  // in the API, on the command line and in the database
};
inline constexpr std::array<RoleName, 9> roles{{{Role::clerk, "clerk"},
                                                {Role::cashier, "cashier"},
                                                {Role::case_worker, "case_worker"},
                                                {Role::designer, "designer"},
                                                {Role::publisher, "publisher"},
                                                {Role::overseer, "overseer"},
                                                {Role::admin, "admin"},
                                                {Role::station, "station"},
                                                {Role::bank, "bank"}}};

constexpr std::string_view to_string(Role role) {
  return roles[static_cast<std::size_t>(role)].name;
}
constexpr std::optional<Role> parse_role(std::string_view name) {
  for (const RoleName& one : roles) {
    if (one.name == name) return one.role;
  }
  return std::nullopt;
}

class RoleSet {
 public:
  constexpr RoleSet(std::initializer_list<Role> of) {
    for (const Role role : of) bits_ |= bit(role);
  }
  [[nodiscard]] constexpr bool has(Role role) const { return (bits_ & bit(role)) != 0; }

 private:
  static constexpr unsigned bit(Role role) { return 1U << static_cast<unsigned>(role); }
  unsigned bits_ = 0;
};

enum class Permission : std::uint8_t {
  link_read,
  link_make,
  link_suspend,
  link_release,
  otp_clear_tries,
  pin_reset,
  flow_read,
  flow_propose,
  flow_approve,
  audit_read,
  stats_read,
  staff_read,
  staff_manage,
  assist_begin,  // to act for a person who is present, from the account's own phone
  voucher_issue,
  voucher_activate,  // a batch that another account has issued
  voucher_block,
  voucher_void,
  reconcile_read,
  reconcile_import,
  reconcile_resolve,
  refund_propose,
  refund_decide,  // one that another account has proposed
  cash_take,      // into the account's own drawer, and out of it to whoever paid; and to count it
  cash_deposit,   // what another account's drawer held was brought in
  cash_read,
  cash_manage,   // drawers and what they may hold
  cash_propose,  // that a top-up or deposit is corrected, a difference written off, a drawer handed over
  cash_decide,   // what another account has proposed
  refund_read,
  rollout_read,
  rollout_set,        // what is switched on, where and for how many
  case_read,          // clerks and cashiers: of those that they work
  case_work,          // a stage of a case that is the role's; cases/case.hpp says whose
  case_figures_read,  // how many cases there are, and how they are worked, by whom
  broadcast_read,
  broadcast_write,   // to write one, propose it, and stop any
  broadcast_decide,  // one that another account has written and proposed; and to let a paused one go on
  fill_read,
  fill_redeem,  // water that was paid before, at the account's station
  bank_pay,     // what a bank was paid for bills, from its drawer
};

// Whose grant is enough: one of any company, directorate or office, or only one of all of them.
enum class Reach : std::uint8_t { anywhere, whole_deployment };

struct PermissionRow {
  Permission permission;
  std::string_view name;  // what only reads ends in ".read"
  Reach reach;
  RoleSet roles;
};
inline constexpr std::array<PermissionRow, 41> permissions{{
    {Permission::link_read,
     "link.read",
     Reach::anywhere,
     {Role::clerk, Role::cashier, Role::case_worker, Role::overseer}},
    {Permission::link_make, "link.make", Reach::anywhere, {Role::clerk}},
    {Permission::link_suspend, "link.suspend", Reach::anywhere, {Role::clerk}},
    {Permission::link_release, "link.release", Reach::anywhere, {Role::clerk}},
    {Permission::otp_clear_tries, "otp.clear_tries", Reach::anywhere, {Role::clerk}},
    {Permission::pin_reset, "pin.reset", Reach::anywhere, {Role::clerk}},
    {Permission::flow_read,
     "flow.read",
     Reach::whole_deployment,
     {Role::designer, Role::publisher, Role::overseer, Role::admin}},
    {Permission::flow_propose, "flow.propose", Reach::whole_deployment, {Role::designer, Role::publisher}},
    {Permission::flow_approve, "flow.approve", Reach::whole_deployment, {Role::publisher}},
    {Permission::audit_read, "audit.read", Reach::whole_deployment, {Role::overseer, Role::admin}},
    {Permission::stats_read, "stats.read", Reach::whole_deployment, {Role::overseer, Role::admin}},
    {Permission::staff_read, "staff.read", Reach::whole_deployment, {Role::overseer, Role::admin}},
    {Permission::staff_manage, "staff.manage", Reach::whole_deployment, {Role::admin}},
    {Permission::assist_begin, "assist.begin", Reach::anywhere, {Role::clerk}},
    {Permission::voucher_issue, "voucher.issue", Reach::whole_deployment, {Role::cashier}},
    {Permission::voucher_activate, "voucher.activate", Reach::whole_deployment, {Role::cashier}},
    {Permission::voucher_block, "voucher.block", Reach::whole_deployment, {Role::cashier}},
    {Permission::voucher_void, "voucher.void", Reach::whole_deployment, {Role::cashier}},
    {Permission::reconcile_read,
     "reconcile.read",
     Reach::anywhere,
     {Role::cashier, Role::case_worker, Role::overseer}},
    {Permission::reconcile_import, "reconcile.import", Reach::anywhere, {Role::cashier}},
    {Permission::reconcile_resolve, "reconcile.resolve", Reach::anywhere, {Role::case_worker}},
    {Permission::refund_propose, "refund.propose", Reach::whole_deployment, {Role::cashier, Role::case_worker}},
    {Permission::refund_decide, "refund.decide", Reach::whole_deployment, {Role::cashier}},
    {Permission::cash_take, "cash.take", Reach::anywhere, {Role::clerk, Role::cashier, Role::bank}},
    {Permission::cash_deposit, "cash.deposit", Reach::anywhere, {Role::cashier}},
    {Permission::cash_read,
     "cash.read",
     Reach::anywhere,
     {Role::clerk, Role::cashier, Role::overseer, Role::admin, Role::bank}},
    {Permission::cash_manage, "cash.manage", Reach::whole_deployment, {Role::admin}},
    {Permission::cash_propose, "cash.propose", Reach::anywhere, {Role::clerk, Role::cashier}},
    {Permission::cash_decide, "cash.decide", Reach::anywhere, {Role::cashier}},
    {Permission::refund_read,
     "refund.read",
     Reach::whole_deployment,
     {Role::cashier, Role::case_worker, Role::overseer}},
    {Permission::rollout_read,
     "rollout.read",
     Reach::whole_deployment,
     {Role::designer, Role::publisher, Role::overseer, Role::admin}},
    {Permission::rollout_set, "rollout.set", Reach::whole_deployment, {Role::publisher, Role::admin}},
    {Permission::case_read,
     "case.read",
     Reach::anywhere,
     {Role::clerk, Role::cashier, Role::case_worker, Role::overseer}},
    {Permission::case_work, "case.work", Reach::anywhere, {Role::clerk, Role::cashier, Role::case_worker}},
    {Permission::case_figures_read, "case_figures.read", Reach::anywhere, {Role::case_worker, Role::overseer}},
    {Permission::broadcast_read,
     "broadcast.read",
     Reach::anywhere,
     {Role::designer, Role::publisher, Role::overseer, Role::admin}},
    {Permission::broadcast_write, "broadcast.write", Reach::anywhere, {Role::designer, Role::publisher}},
    {Permission::broadcast_decide, "broadcast.decide", Reach::anywhere, {Role::publisher}},
    {Permission::fill_read, "fill.read", Reach::whole_deployment, {Role::cashier, Role::case_worker, Role::overseer}},
    {Permission::fill_redeem, "fill.redeem", Reach::anywhere, {Role::station}},
    {Permission::bank_pay, "bank.pay", Reach::anywhere, {Role::bank}},
}};

constexpr const PermissionRow& row_of(Permission permission) {
  return permissions[static_cast<std::size_t>(permission)];
}
constexpr std::string_view to_string(Permission permission) {
  return row_of(permission).name;
}
constexpr bool only_reads(Permission permission) {
  return to_string(permission).ends_with(".read");
}
constexpr bool permits(Role role, Permission permission) {
  return row_of(permission).roles.has(role);
}

static_assert(std::ranges::all_of(roles, [](const RoleName& one) { return &one == &roles[std::size_t(one.role)]; }),
              "roles stand in the order of their enumerators");
static_assert(std::ranges::all_of(permissions,
                                  [](const PermissionRow& row) { return &row == &row_of(row.permission); }),
              "permissions stand in the order of their enumerators");
static_assert(std::ranges::all_of(permissions,
                                  [](const PermissionRow& row) {
                                    return only_reads(row.permission) || !row.roles.has(Role::overseer);
                                  }),
              "an overseer changes nothing");

}  // namespace shubbak::staff
