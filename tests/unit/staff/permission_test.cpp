#include "staff/permission.hpp"

#include <map>
#include <set>
#include <string>

#include <catch2/catch.hpp>

namespace shubbak::staff {
namespace {

// Written a second time on purpose: whoever changes the table says so here too.
const std::map<std::string, std::set<std::string>> table{
    {"link.read", {"clerk", "cashier", "case_worker", "overseer"}},
    {"link.make", {"clerk"}},
    {"link.suspend", {"clerk"}},
    {"link.release", {"clerk"}},
    {"otp.clear_tries", {"clerk"}},
    {"pin.reset", {"clerk"}},
    {"flow.read", {"designer", "publisher", "overseer", "admin"}},
    {"flow.propose", {"designer", "publisher"}},
    {"flow.approve", {"publisher"}},
    {"audit.read", {"overseer", "admin"}},
    {"stats.read", {"overseer", "admin"}},
    {"staff.read", {"overseer", "admin"}},
    {"staff.manage", {"admin"}},
    {"assist.begin", {"clerk"}},
    {"voucher.issue", {"cashier"}},
    {"voucher.activate", {"cashier"}},
    {"voucher.block", {"cashier"}},
    {"voucher.void", {"cashier"}},
    {"reconcile.read", {"cashier", "case_worker", "overseer"}},
    {"reconcile.import", {"cashier"}},
    {"reconcile.resolve", {"case_worker"}},
    {"refund.propose", {"cashier", "case_worker"}},
    {"refund.decide", {"cashier"}},
    {"cash.take", {"clerk", "cashier", "bank"}},
    {"cash.deposit", {"cashier"}},
    {"cash.read", {"clerk", "cashier", "overseer", "admin", "bank"}},
    {"cash.manage", {"admin"}},
    {"cash.propose", {"clerk", "cashier"}},
    {"cash.decide", {"cashier"}},
    {"refund.read", {"cashier", "case_worker", "overseer"}},
    {"rollout.read", {"designer", "publisher", "overseer", "admin"}},
    {"rollout.set", {"publisher", "admin"}},
    {"case.read", {"clerk", "cashier", "case_worker", "overseer"}},
    {"case.work", {"clerk", "cashier", "case_worker"}},
    {"case_figures.read", {"case_worker", "overseer"}},
    {"broadcast.read", {"designer", "publisher", "overseer", "admin"}},
    {"broadcast.write", {"designer", "publisher"}},
    {"broadcast.decide", {"publisher"}},
    {"fill.read", {"cashier", "case_worker", "overseer"}},
    {"fill.redeem", {"station"}},
    {"bank.pay", {"bank"}},
};

TEST_CASE("every role has exactly the permissions it should have") {
  REQUIRE(table.size() == permissions.size());
  for (const PermissionRow& row : permissions) {
    const auto& allowed = table.at(std::string(row.name));
    for (const RoleName& role : roles) {
      INFO(role.name << " " << row.name);
      CHECK(permits(role.role, row.permission) == allowed.contains(std::string(role.name)));
    }
  }
}

TEST_CASE("an overseer only reads, and reads the audit trail and the figures") {
  for (const PermissionRow& row : permissions) {
    if (permits(Role::overseer, row.permission)) CHECK(only_reads(row.permission));
  }
  CHECK(permits(Role::overseer, Permission::audit_read));
  CHECK(permits(Role::overseer, Permission::stats_read));
}

TEST_CASE("roles are read as they are written") {
  for (const RoleName& role : roles) CHECK(parse_role(to_string(role.role)) == role.role);
  CHECK_FALSE(parse_role("Admin"));
  CHECK_FALSE(parse_role(""));
}

}  // namespace
}  // namespace shubbak::staff
