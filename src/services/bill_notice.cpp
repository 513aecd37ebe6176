#include "services/bill_notice.hpp"

#include "flows/engine.hpp"
#include "payments/receipt.hpp"
#include "services/service_functions.hpp"

namespace shubbak::services {
namespace {

std::chrono::sys_days local_day(const NoticeSchedule& schedule, WallTime now) {
  return std::chrono::floor<std::chrono::days>(now + schedule.utc_offset);
}

WallTime moment_of(const NoticeSchedule& schedule, std::uint64_t spread, std::chrono::sys_days local) {
  const std::chrono::milliseconds hours = schedule.until - NoticeSchedule::question_margin - schedule.from;
  const auto into = static_cast<std::int64_t>(spread % static_cast<std::uint64_t>(hours.count()));
  return local + schedule.from + std::chrono::milliseconds(into) - schedule.utc_offset;
}

}  // namespace

bool NoticeSchedule::may_ask(WallTime now) const {
  const auto since_midnight = now + utc_offset - local_day(*this, now);
  return since_midnight >= from && since_midnight < until - question_margin;
}

WallTime NoticeSchedule::end_of_hours(WallTime now) const {
  return local_day(*this, now) + until - utc_offset;
}

WallTime NoticeSchedule::first(std::uint64_t spread, WallTime now) const {
  const auto today = local_day(*this, now);
  const WallTime moment = moment_of(*this, spread, today);
  return moment >= now + first_after ? moment : moment_of(*this, spread, today + std::chrono::days(1));
}

WallTime NoticeSchedule::next(std::uint64_t spread, WallTime now) const {
  return moment_of(*this, spread, local_day(*this, now) + every);
}

WallTime NoticeSchedule::again(std::uint64_t spread, WallTime now) const {
  const WallTime later = now + retry_after;
  return may_ask(later) ? later : tomorrow(spread, now);
}

WallTime NoticeSchedule::tomorrow(std::uint64_t spread, WallTime now) const {
  return moment_of(*this, spread, local_day(*this, now) + std::chrono::days(1));
}

// FNV-1a, 64 bits.
std::uint64_t spread_of(Msisdn msisdn, std::string_view company, std::string_view account) {
  std::uint64_t hash = 14'695'981'039'346'656'037U;
  const auto add = [&hash](std::string_view text) {
    for (const char c : text) {
      hash ^= static_cast<unsigned char>(c);
      hash *= 1'099'511'628'211U;
    }
  };
  add(std::to_string(msisdn.value()));
  add("/");
  add(company);
  add("/");
  add(account);
  return hash;
}

std::string bill_notice(const flows::Revision& words, std::uint8_t locale, const companies::Company& company,
                        std::string_view account, Money due) {
  std::string text = flows::system_text(words, locale, "sys_bill_notice", flows::Context{});
  text.append(" ").append(label(company, words.locales()[locale])).append(" ");
  text.append(payments::masked_account(account)).append(": ");
  return text.append(format_amount(due)).append(" ").append(to_string(due.currency));
}

}  // namespace shubbak::services
