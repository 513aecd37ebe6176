#include "otp/otp.hpp"

#include <algorithm>
#include <limits>
#include <string>

namespace shubbak::otp {
namespace {

using std::chrono::hours;
using std::chrono::seconds;

// Every octet is looked at, so that the time tells nothing of where they differ.
bool equal(const Mac& one, const Mac& other) {
  unsigned int difference = 0;
  for (std::size_t i = 0; i < one.size(); ++i) difference |= static_cast<unsigned int>(one[i] ^ other[i]);
  return difference == 0;
}

ChannelTries& of(Tries& tries, Channel channel) {
  return channel == Channel::ussd ? tries.ussd : tries.sms;
}

std::uint8_t& wrong_of(Challenge& challenge, Channel channel) {
  return channel == Channel::ussd ? challenge.wrong_ussd : challenge.wrong_sms;
}

bool is_locked(const Policy& policy, ChannelTries& tries, WallTime now) {
  tries.locked_until = std::min<WallTime>(tries.locked_until, now + policy.delay_max);
  return now < tries.locked_until;
}

seconds delay_after(const Policy& policy, std::uint32_t failures) {
  if (failures <= policy.free_failures) return seconds(0);
  seconds delay = policy.delay_first;
  for (std::uint32_t i = policy.free_failures + 1; i < failures && delay < policy.delay_max; ++i) delay *= 2;
  return std::min(delay, policy.delay_max);
}

void count_failure(const Policy& policy, ChannelTries& tries, WallTime now) {
  if (tries.failures < std::numeric_limits<std::uint32_t>::max()) ++tries.failures;
  // A free failure leaves no lock that a step back of the clock could bring to life.
  const seconds delay = delay_after(policy, tries.failures);
  if (delay > seconds(0)) tries.locked_until = std::max<WallTime>(tries.locked_until, now + delay);
}

void count_failure(const Policy& policy, Tries& tries, Channel channel, WallTime now) {
  if (channel == Channel::ussd) count_failure(policy, tries.ussd, now);
  count_failure(policy, tries.sms, now);
}

void count_success(Tries& tries, Channel channel) {
  if (channel == Channel::ussd) {
    tries = Tries{};
  } else {
    tries.sms = ChannelTries{std::min(tries.sms.failures, tries.ussd.failures), {}};
  }
}

// Begins the window anew when it is over. One that begins in the future begins now, with what was counted in it.
void bring_up(Window& window, seconds length, WallTime now) {
  if (now < window.began) {
    window.began = now;
  } else if (now - window.began >= length) {
    window = Window{now, 0};
  }
}

void bring_up(SendCounts& counts, WallTime now) {
  bring_up(counts.number.hour, hours(1), now);
  bring_up(counts.number.day, hours(24), now);
  bring_up(counts.prefix, hours(1), now);
  bring_up(counts.deployment, hours(1), now);
}

bool live(const Challenge& challenge, WallTime now) {
  return challenge.issued <= now && now < challenge.expires;
}

}  // namespace

Status check(const Policy& policy) {
  struct Rule {
    const char* name;
    std::int64_t value;
    std::int64_t min;
    std::int64_t max;
  };
  constexpr std::int64_t day = 86'400;
  constexpr std::int64_t many = 1'000'000'000;
  const std::array rules{
      Rule{"code_lives", policy.code_lives.count(), 30, 600},
      Rule{"wrong_max", policy.wrong_max, 1, 3},
      Rule{"grant_lives", policy.grant_lives.count(), 1, 300},
      Rule{"free_failures", policy.free_failures, 1, 10},
      Rule{"delay_first", policy.delay_first.count(), 60, day},
      Rule{"delay_max", policy.delay_max.count(), policy.delay_first.count(), 30 * day},
      Rule{"sends_min_gap", policy.sends_min_gap.count(), 0, 3'600},
      Rule{"sends_per_number_hour", policy.sends_per_number_hour, 1, 100},
      Rule{"sends_per_number_day", policy.sends_per_number_day, 1, 100},
      Rule{"sends_per_prefix_hour", policy.sends_per_prefix_hour, 1, many},
      Rule{"prefix_digits_left_out", policy.prefix_digits_left_out, 0, 6},
      Rule{"sends_per_deployment_hour", policy.sends_per_deployment_hour, 1, many},
  };
  for (const Rule& rule : rules) {
    if (rule.value >= rule.min && rule.value <= rule.max) continue;
    return Error{Errc::invalid, "one-time codes: " + std::string(rule.name) + " is " + std::to_string(rule.value) +
                                    ", it must be " + std::to_string(rule.min) + " to " + std::to_string(rule.max)};
  }
  return {};
}

SendVerdict send(const Policy& policy, std::optional<Challenge>& challenge, Tries& tries, SendCounts& counts,
                 const SendRequest& request) {
  if (is_locked(policy, of(tries, request.channel), request.now)) return SendVerdict::locked;
  bring_up(counts, request.now);
  WallTime& last = counts.number.last;
  last = std::min(last, request.now);
  if (request.now - last < policy.sends_min_gap) {
    const bool stands = challenge && live(*challenge, request.now) && equal(challenge->binding, request.binding) &&
                        wrong_of(*challenge, request.channel) < policy.wrong_max;
    return stands ? SendVerdict::stands : SendVerdict::too_soon;
  }
  const SendVerdict verdict = count_send(policy, counts, request.now);
  if (verdict == SendVerdict::sent) {
    last = request.now;
    challenge = Challenge{request.code, request.binding, request.now, request.now + policy.code_lives};
  }
  return verdict;
}

SendVerdict count_send(const Policy& policy, SendCounts& counts, WallTime now) {
  NumberSends& number = counts.number;
  bring_up(counts, now);
  if (number.hour.sends >= policy.sends_per_number_hour || number.day.sends >= policy.sends_per_number_day) {
    return SendVerdict::number_limit;
  }
  if (counts.prefix.sends >= policy.sends_per_prefix_hour) return SendVerdict::prefix_limit;
  if (counts.deployment.sends >= policy.sends_per_deployment_hour) return SendVerdict::deployment_limit;
  for (Window* window : {&number.hour, &number.day, &counts.prefix, &counts.deployment}) ++window->sends;
  return SendVerdict::sent;
}

TryVerdict try_code(const Policy& policy, std::optional<Challenge>& challenge, Tries& tries,
                    const TryRequest& request) {
  if (is_locked(policy, of(tries, request.channel), request.now)) return TryVerdict::locked;
  if (!challenge || !live(*challenge, request.now)) return TryVerdict::over;
  std::uint8_t& wrong = wrong_of(*challenge, request.channel);
  if (wrong >= policy.wrong_max || !equal(challenge->binding, request.binding)) return TryVerdict::over;
  if (equal(challenge->code, request.code)) {
    challenge.reset();
    count_success(tries, request.channel);
    return TryVerdict::right;
  }
  ++wrong;
  count_failure(policy, tries, request.channel, request.now);
  return TryVerdict::wrong;
}

TryVerdict try_pin(const Policy& policy, Tries& tries, bool matches, WallTime now) {
  if (is_locked(policy, tries.ussd, now)) return TryVerdict::locked;
  if (matches) {
    count_success(tries, Channel::ussd);
    return TryVerdict::right;
  }
  count_failure(policy, tries, Channel::ussd, now);
  return TryVerdict::wrong;
}

}  // namespace shubbak::otp
