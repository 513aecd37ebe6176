// Notices of bills to numbers that have subscribed to them: when a company is asked about a subscription and phones
// may be told, and what they read. Pure. Thread: any.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>

#include "companies/company.hpp"
#include "domain/clock.hpp"
#include "domain/money.hpp"
#include "domain/msisdn.hpp"
#include "flows/revision.hpp"

namespace shubbak::services {

// Each subscription has a moment of its own in the hours of a local day, so that they do not all come at once. A
// company is asked from the first of these hours on, until question_margin before their end: what it says at last
// must reach the phone before the night.
struct NoticeSchedule {
  static constexpr std::chrono::minutes question_margin{15};
  static constexpr std::chrono::minutes retry_after{30};
  static constexpr std::chrono::minutes first_after{30};  // who has just subscribed is not told in the same breath

  std::chrono::days every{1};
  std::chrono::minutes from{std::chrono::hours(9)};    // local time, since midnight
  std::chrono::minutes until{std::chrono::hours(20)};  // more than question_margin behind it
  std::chrono::minutes utc_offset{0};

  [[nodiscard]] bool may_ask(WallTime now) const;
  [[nodiscard]] WallTime end_of_hours(WallTime now) const;  // of the local day
  // `spread`: spread_of() the subscription.
  [[nodiscard]] WallTime first(std::uint64_t spread,
                               WallTime now) const;  // of a new one: today's moment, or tomorrow's
  [[nodiscard]] WallTime next(std::uint64_t spread, WallTime now) const;   // of one that was asked about today
  [[nodiscard]] WallTime again(std::uint64_t spread, WallTime now) const;  // of one that its company did not answer
  [[nodiscard]] WallTime tomorrow(std::uint64_t spread, WallTime now) const;  // of one that is not asked about today
};

// The same for the same subscription, in any version: it stays at its moment.
std::uint64_t spread_of(Msisdn msisdn, std::string_view company, std::string_view account);

// What is told of an amount that is due: nothing but whose account, its last digits and how much.
std::string bill_notice(const flows::Revision& words, std::uint8_t locale, const companies::Company& company,
                        std::string_view account, Money due);

}  // namespace shubbak::services
