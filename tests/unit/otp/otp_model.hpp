// The rules of one-time codes, told once more and in another way: from the history of all that happened, with the
// time that really passed beside what the clock said. A sequence of operations is played on a subject (the plain
// decisions, or the whole store), and each of its answers is held against the rules. broken() tells the first breach.
#pragma once

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <sstream>
#include <string>
#include <vector>

#include "otp/otp.hpp"

namespace shubbak::otp {

struct Operation {
  enum class Kind : std::uint8_t { send, try_code, try_pin, consume, pass, step_back, restart, clear };
  static constexpr std::array names{"send", "try_code",  "try_pin", "consume",
                                    "pass", "step_back", "restart", "clear"};
  Kind kind;
  Channel channel;
  std::uint8_t number;   // 0 and 1 are of person 0 and share a prefix, 2 is of person 1
  std::uint8_t person;   // mostly the number's own
  std::uint8_t binding;  // 0 or 1
  std::uint8_t code;     // 0 to 3, so that guesses hit
  std::int64_t seconds;
  bool matches;

  // Every gene is an operation; small ones are simple.
  static Operation of(std::uint32_t gene);
};

inline std::string show(const Operation& one) {
  std::ostringstream text;
  text << Operation::names[static_cast<std::size_t>(one.kind)] << (one.channel == Channel::ussd ? " ussd" : " sms")
       << " number " << +one.number << " person " << +one.person << " binding " << +one.binding << " code "
       << +one.code << " seconds " << one.seconds << " matches " << one.matches;
  return text.str();
}

inline Operation Operation::of(std::uint32_t gene) {
  constexpr std::array<Kind, 16> kinds{Kind::send,      Kind::try_code, Kind::try_code, Kind::pass,
                                       Kind::try_code,  Kind::try_pin,  Kind::try_code, Kind::send,
                                       Kind::consume,   Kind::pass,     Kind::pass,     Kind::try_code,
                                       Kind::step_back, Kind::restart,  Kind::try_code, Kind::clear};
  constexpr std::array<std::int64_t, 32> times{1,      30,      60,    179,    180,       29,     61,     119,
                                               121,    240,     300,   299,    481,       961,    1'800,  3'599,
                                               3'600,  3'601,   7'680, 15'360, 43'200,    31,     86'399, 86'400,
                                               90'000, 200'000, 59,    150,    3'000'000, 30'720, 61'440, 2};
  constexpr std::array<std::int64_t, 8> short_times{1, 30, 31, 60, 29, 59, 61, 2};
  const auto bits = [&gene](std::uint32_t count) {
    const std::uint32_t value = gene & ((1U << count) - 1);
    gene >>= count;
    return static_cast<std::uint8_t>(value);
  };
  Operation one{};
  one.kind = kinds[bits(4)];
  one.channel = static_cast<Channel>(bits(1));
  one.code = bits(2);
  one.binding = bits(2) == 3 ? 1 : 0;
  one.number = std::array<std::uint8_t, 8>{0, 0, 0, 0, 1, 1, 2, 0}[bits(3)];
  const std::uint8_t time = bits(5);
  one.matches = bits(2) == 3;
  // Mostly short, or no window would ever be full.
  one.seconds = bits(2) == 0 ? times[time] : short_times[time % 8U];
  one.person = one.number == 2 ? 1 : 0;
  if (bits(4) == 15) one.person = static_cast<std::uint8_t>(1 - one.person);
  // Once in sixteen, or most of what a counter holds would be lost.
  if (one.kind == Kind::clear && bits(4) != 0) one.kind = Kind::try_pin;
  return one;
}

class Model {
 public:
  static constexpr std::size_t numbers = 3;
  static constexpr std::size_t persons = 2;

  explicit Model(const Policy& policy) : policy_(policy) {}

  [[nodiscard]] const std::string& broken() const { return broken_; }
  [[nodiscard]] WallTime now() const { return WallTime(std::chrono::seconds(clock_)); }

  void passed(std::int64_t seconds) {
    clock_ += seconds;
    true_ += seconds;
  }
  void stepped_back(std::int64_t seconds) {
    clock_ -= seconds;
    ever_stepped_ = true;
    for (auto& looks : first_looks_) looks.fill(never);
  }
  void sent(const Operation& op, SendVerdict verdict);
  void tried_code(const Operation& op, TryVerdict verdict);
  void tried_pin(const Operation& op, TryVerdict verdict);
  void consumed(const Operation& op, bool granted);
  void cleared(const Operation& op) { succeed(op.person, Channel::ussd); }

 private:
  static constexpr std::int64_t never = -1;
  static constexpr std::int64_t hour = 3'600;

  struct Code {
    Operation op;
    std::int64_t issued;  // by the clock
    bool used = false;
    std::array<int, 2> wrong{};
  };
  struct Failure {
    Channel channel;
    std::int64_t when;  // truly
  };
  struct Slot {
    std::int64_t began = -1'000'000;  // by the clock
    std::vector<std::int64_t> sends;
  };
  struct Grant {
    std::int64_t from;
    std::int64_t until;
  };

  void expect(bool holds, const char* rule) {
    if (!holds && broken_.empty()) broken_ = rule;
  }
  [[nodiscard]] std::size_t failures_of(std::size_t person, Channel channel) const {
    return static_cast<std::size_t>(std::ranges::count_if(failures_[person], [channel](const Failure& one) {
      return channel == Channel::sms || one.channel == Channel::ussd;
    }));
  }
  [[nodiscard]] std::int64_t last_failure(std::size_t person, Channel channel) const {
    std::int64_t last = -1'000'000'000;
    for (const Failure& one : failures_[person]) {
      if (channel == Channel::sms || one.channel == Channel::ussd) last = std::max(last, one.when);
    }
    return last;
  }
  [[nodiscard]] std::int64_t wait_after(std::size_t failures) const {
    if (failures <= policy_.free_failures) return 0;
    const std::size_t doublings = failures - policy_.free_failures - 1;
    if (doublings > 20) return policy_.delay_max.count();
    return std::min(policy_.delay_max.count(), policy_.delay_first.count() << doublings);
  }
  void look_at_lock(std::size_t person, Channel channel, bool locked);
  void fail(std::size_t person, Channel channel);
  void succeed(std::size_t person, Channel channel);
  void grant(const Operation& op) {
    grants_[{op.number, op.binding}] = Grant{clock_, clock_ + policy_.grant_lives.count()};
  }
  Slot& open_slot(Slot& slot, std::int64_t length) const {
    if (clock_ < slot.began) slot.began = clock_;
    if (clock_ - slot.began >= length) slot = Slot{clock_, {}};
    return slot;
  }

  Policy policy_;
  std::string broken_;
  std::int64_t clock_ = 1'790'000'000;
  std::int64_t true_ = 0;
  bool ever_stepped_ = false;
  std::array<std::array<std::int64_t, 2>, persons> first_looks_{{{never, never}, {never, never}}};
  std::array<std::optional<Code>, numbers> codes_;  // the last one sent
  std::array<std::vector<Failure>, persons> failures_;
  // True times of what failed with no success between, whatever became of the counter since.
  std::array<std::array<std::deque<std::int64_t>, 2>, persons> guesses_;
  std::array<std::vector<std::int64_t>, numbers> sent_;  // true times
  std::array<Slot, numbers> hours_;
  std::array<Slot, numbers> days_;
  std::array<Slot, 2> prefixes_;
  Slot deployment_;
  std::map<std::pair<int, int>, Grant> grants_;
};

inline void Model::look_at_lock(std::size_t person, Channel channel, bool locked) {
  std::int64_t& first_look = first_looks_[person][static_cast<std::size_t>(channel)];
  if (first_look == never) first_look = true_;
  const std::size_t failures = failures_of(person, channel);
  const std::int64_t last = last_failure(person, channel);
  const std::int64_t wait = wait_after(failures);
  if (!locked) {
    expect(true_ >= last + wait, "a lock ends early");
    return;
  }
  expect(failures > policy_.free_failures, "locked without failures of that channel");
  expect(ever_stepped_ || true_ < last + wait, "a lock lasts too long");
  expect(true_ < std::max(last, first_look) + policy_.delay_max.count(), "a lock lasts longer than any may");
}

// How many failures a counter can take in a day: one after another, each as soon as the wait before it is over.
inline std::size_t guesses_per_day(const Policy& policy) {
  std::size_t guesses = 0;
  std::chrono::seconds when{0};
  std::chrono::seconds wait = policy.delay_first;
  while (when < std::chrono::hours(24)) {
    if (++guesses <= policy.free_failures) continue;
    when += wait;
    wait = std::min(wait * 2, policy.delay_max);
  }
  return guesses;
}

inline void Model::fail(std::size_t person, Channel channel) {
  failures_[person].push_back(Failure{channel, true_});
  auto& guesses = guesses_[person][static_cast<std::size_t>(channel)];
  guesses.push_back(true_);
  while (true_ - guesses.front() >= 24 * hour) guesses.pop_front();
  expect(guesses.size() <= guesses_per_day(policy_), "more guesses in a day than the waits leave");
}

inline void Model::succeed(std::size_t person, Channel channel) {
  std::erase_if(failures_[person],
                [channel](const Failure& one) { return channel == Channel::ussd || one.channel == Channel::sms; });
  for (std::size_t i = 0; i < 2; ++i) {
    if (channel == Channel::ussd || i == static_cast<std::size_t>(Channel::sms)) guesses_[person][i].clear();
  }
}

inline void Model::sent(const Operation& op, SendVerdict verdict) {
  look_at_lock(op.person, op.channel, verdict == SendVerdict::locked);
  if (verdict == SendVerdict::locked) return;
  const std::array slots{&open_slot(hours_[op.number], hour), &open_slot(days_[op.number], 24 * hour),
                         &open_slot(prefixes_[op.number / 2], hour), &open_slot(deployment_, hour)};
  const auto full = [&slots](std::size_t i, std::uint32_t limit) { return slots[i]->sends.size() >= limit; };
  SendVerdict expected = SendVerdict::sent;
  std::vector<std::int64_t>& before = sent_[op.number];
  const bool gap_over = before.empty() || true_ - before.back() >= policy_.sends_min_gap.count();
  const std::optional<Code>& last = codes_[op.number];
  const bool stands = last && !last->used && clock_ >= last->issued &&
                      clock_ < last->issued + policy_.code_lives.count() && last->op.binding == op.binding &&
                      last->op.person == op.person &&
                      last->wrong[static_cast<std::size_t>(op.channel)] < policy_.wrong_max;
  if (!gap_over) {
    expected = stands ? SendVerdict::stands : SendVerdict::too_soon;
  } else if (full(0, policy_.sends_per_number_hour) || full(1, policy_.sends_per_number_day)) {
    expected = SendVerdict::number_limit;
  } else if (full(2, policy_.sends_per_prefix_hour)) {
    expected = SendVerdict::prefix_limit;
  } else if (full(3, policy_.sends_per_deployment_hour)) {
    expected = SendVerdict::deployment_limit;
  }
  if (verdict != expected) {
    // After a step back the number waits for the gap from when it was looked at.
    const bool waits = ever_stepped_ && verdict == (stands ? SendVerdict::stands : SendVerdict::too_soon);
    expect(waits, "a send is judged otherwise than its limits say");
    if (waits) return;
  }
  if (verdict != SendVerdict::sent) return;
  for (Slot* slot : slots) slot->sends.push_back(clock_);
  before.push_back(true_);
  const auto in_the_last = [&before, this](std::int64_t seconds) {
    return static_cast<std::size_t>(
        std::ranges::count_if(before, [&](std::int64_t when) { return true_ - when < seconds; }));
  };
  expect(in_the_last(hour) <= 2 * std::size_t{policy_.sends_per_number_hour}, "too many sends in an hour");
  expect(in_the_last(24 * hour) <= 2 * std::size_t{policy_.sends_per_number_day}, "too many sends in a day");
  codes_[op.number] = Code{op, clock_};
}

inline void Model::tried_code(const Operation& op, TryVerdict verdict) {
  look_at_lock(op.person, op.channel, verdict == TryVerdict::locked);
  if (verdict == TryVerdict::locked) return;
  std::optional<Code>& code = codes_[op.number];
  const auto channel = static_cast<std::size_t>(op.channel);
  const bool awaited = code && !code->used && clock_ >= code->issued &&
                       clock_ < code->issued + policy_.code_lives.count() && code->op.binding == op.binding &&
                       code->op.person == op.person && code->wrong[channel] < policy_.wrong_max;
  if (!awaited) {
    expect(verdict == TryVerdict::over, "a try is judged where no code is awaited");
    return;
  }
  const bool same = code->op.code == op.code;
  expect(verdict == (same ? TryVerdict::right : TryVerdict::wrong), "a code is misjudged");
  if (!same) {
    ++code->wrong[channel];
    fail(op.person, op.channel);
    return;
  }
  code->used = true;
  succeed(op.person, op.channel);
  grant(op);
}

inline void Model::tried_pin(const Operation& op, TryVerdict verdict) {
  look_at_lock(op.person, Channel::ussd, verdict == TryVerdict::locked);
  if (verdict == TryVerdict::locked) return;
  expect(verdict == (op.matches ? TryVerdict::right : TryVerdict::wrong), "a PIN is misjudged");
  if (!op.matches) {
    fail(op.person, Channel::ussd);
    return;
  }
  succeed(op.person, Channel::ussd);
  grant(op);
}

inline void Model::consumed(const Operation& op, bool granted) {
  const auto found = grants_.find({op.number, op.binding});
  const bool expected = found != grants_.end() && found->second.from <= clock_ && clock_ < found->second.until;
  expect(granted == expected, granted ? "a grant that is not there was consumed" : "a grant was refused");
  if (expected) grants_.erase(found);
}

// Plays them; the first breach with all that led to it, "" when there is none. `subject` answers send, try_code,
// try_pin, consume (whatever it says is judged; nullopt: it knows no grants), clear and restart.
template <class Subject>
std::string play(const Policy& policy, const std::vector<std::uint32_t>& genes, Subject&& subject) {
  Model model(policy);
  std::string told;
  for (std::size_t i = 0; i < genes.size(); ++i) {
    const Operation op = Operation::of(genes[i]);
    switch (op.kind) {
      case Operation::Kind::send:
        model.sent(op, subject.send(op, model.now()));
        break;
      case Operation::Kind::try_code:
        model.tried_code(op, subject.try_code(op, model.now()));
        break;
      case Operation::Kind::try_pin:
        model.tried_pin(op, subject.try_pin(op, model.now()));
        break;
      case Operation::Kind::consume:
        if (const std::optional<bool> granted = subject.consume(op, model.now())) model.consumed(op, *granted);
        break;
      case Operation::Kind::pass:
        model.passed(op.seconds);
        break;
      case Operation::Kind::step_back:
        model.stepped_back(op.seconds);
        break;
      case Operation::Kind::restart:
        subject.restart();
        break;
      case Operation::Kind::clear:
        subject.clear(op);
        model.cleared(op);
        break;
    }
    if (model.broken().empty()) continue;
    for (std::size_t j = 0; j <= i; ++j) told += show(Operation::of(genes[j])) + "\n";
    return told + "breaks: " + model.broken();
  }
  return "";
}

// Small limits, so that short sequences meet them.
inline Policy tight_policy() {
  Policy policy;
  policy.free_failures = 2;
  policy.delay_max = std::chrono::seconds(7'200);
  policy.sends_per_number_hour = 3;
  policy.sends_per_number_day = 5;
  policy.sends_per_prefix_hour = 4;
  policy.sends_per_deployment_hour = 5;
  return policy;
}

}  // namespace shubbak::otp
