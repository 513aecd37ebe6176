#include "services/owned_accounts.hpp"

#include <catch2/catch.hpp>

using namespace std::chrono_literals;
using shubbak::Msisdn;
using shubbak::WallTime;
using shubbak::services::OwnedAccounts;

namespace {

const WallTime noon{std::chrono::sys_days{std::chrono::year{2026} / 11 / 22} + 12h};
Msisdn phone(std::uint64_t n) {
  return *Msisdn::from_value(963900000000 + n);
}

}  // namespace

TEST_CASE("only what a caller was shown is theirs, and only for a while") {
  OwnedAccounts owned(10, 5min);
  owned.remember(phone(1), {{"aleppo", "1000001"}}, noon);
  CHECK(owned.owns(phone(1), "aleppo", "1000001", noon + 4min));
  CHECK_FALSE(owned.owns(phone(1), "homs", "1000001", noon));
  CHECK_FALSE(owned.owns(phone(1), "aleppo", "1000002", noon));
  CHECK_FALSE(owned.owns(phone(2), "aleppo", "1000001", noon));
  CHECK_FALSE(owned.owns(phone(1), "aleppo", "1000001", noon + 5min));
}

TEST_CASE("a later list replaces the earlier one and lives its own time") {
  OwnedAccounts owned(10, 5min);
  owned.remember(phone(1), {{"aleppo", "1"}}, noon);
  owned.remember(phone(1), {{"homs", "2"}}, noon + 4min);
  owned.remember(phone(2), {{"homs", "3"}}, noon + 6min);  // drops what is out of date
  CHECK_FALSE(owned.owns(phone(1), "aleppo", "1", noon + 6min));
  CHECK(owned.owns(phone(1), "homs", "2", noon + 6min));
}

TEST_CASE("the oldest callers are forgotten when there are too many, and a caller when the link changes") {
  OwnedAccounts owned(3, 5min);
  for (std::uint64_t n = 0; n < 5; ++n) owned.remember(phone(n), {{"homs", "1"}}, noon);
  CHECK_FALSE(owned.owns(phone(0), "homs", "1", noon));
  CHECK_FALSE(owned.owns(phone(1), "homs", "1", noon));
  CHECK(owned.owns(phone(4), "homs", "1", noon));
  owned.forget(phone(4));
  CHECK_FALSE(owned.owns(phone(4), "homs", "1", noon));
  for (int i = 0; i < 100; ++i) owned.remember(phone(7), {{"homs", "1"}}, noon);
  CHECK(owned.owns(phone(7), "homs", "1", noon));
}
