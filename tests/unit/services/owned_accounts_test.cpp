#include "services/owned_accounts.hpp"

#include <catch2/catch.hpp>

using namespace std::chrono_literals;
using shubbak::Country;
using shubbak::Msisdn;
using shubbak::NationalId;
using shubbak::WallTime;
using shubbak::services::OwnedAccounts;

namespace {

const WallTime noon{std::chrono::sys_days{std::chrono::year{2026} / 11 / 22} + 12h};
Msisdn phone(std::uint64_t n) {
  return *Msisdn::from_value(963900000000 + n);
}
const NationalId person = *NationalId::parse(Country::syria, "01234567890");
const NationalId next_owner = *NationalId::parse(Country::syria, "02345678901");

}  // namespace

TEST_CASE("only what a caller was shown is theirs, and only for a while") {
  OwnedAccounts owned(10, 5min);
  owned.remember(phone(1), person, {{"aleppo", "1000001"}}, noon);
  CHECK(owned.owns(phone(1), person, "aleppo", "1000001", noon + 4min));
  CHECK_FALSE(owned.owns(phone(1), person, "homs", "1000001", noon));
  CHECK_FALSE(owned.owns(phone(1), person, "aleppo", "1000002", noon));
  CHECK_FALSE(owned.owns(phone(2), person, "aleppo", "1000001", noon));
  CHECK_FALSE(owned.owns(phone(1), person, "aleppo", "1000001", noon + 5min));
}

TEST_CASE("a later list replaces the earlier one and lives its own time") {
  OwnedAccounts owned(10, 5min);
  owned.remember(phone(1), person, {{"aleppo", "1"}}, noon);
  owned.remember(phone(1), person, {{"homs", "2"}}, noon + 4min);
  owned.remember(phone(2), person, {{"homs", "3"}}, noon + 6min);  // drops what is out of date
  CHECK_FALSE(owned.owns(phone(1), person, "aleppo", "1", noon + 6min));
  CHECK(owned.owns(phone(1), person, "homs", "2", noon + 6min));
}

TEST_CASE("what one person was shown is not the next owner's of the number") {
  OwnedAccounts owned(10, 5min);
  owned.remember(phone(1), person, {{"aleppo", "1000001"}}, noon);
  CHECK_FALSE(owned.owns(phone(1), next_owner, "aleppo", "1000001", noon));
}

TEST_CASE("the oldest callers are forgotten when there are too many") {
  OwnedAccounts owned(3, 5min);
  for (std::uint64_t n = 0; n < 5; ++n) owned.remember(phone(n), person, {{"homs", "1"}}, noon);
  CHECK_FALSE(owned.owns(phone(0), person, "homs", "1", noon));
  CHECK_FALSE(owned.owns(phone(1), person, "homs", "1", noon));
  CHECK(owned.owns(phone(4), person, "homs", "1", noon));
  for (int i = 0; i < 100; ++i) owned.remember(phone(7), person, {{"homs", "1"}}, noon);
  CHECK(owned.owns(phone(7), person, "homs", "1", noon));
}
