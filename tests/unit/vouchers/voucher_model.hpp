// The rules of vouchers, told once more and in another way: from the history of all that happened, with the time that
// really passed beside what the clock said. A sequence of operations is played on a subject (the plain decisions, or
// the whole store), and each of its answers is held against the rules.
#pragma once

#include <algorithm>
#include <array>
#include <deque>
#include <map>
#include <sstream>
#include <string>
#include <vector>

#include "vouchers/redeem.hpp"

namespace shubbak::vouchers {

inline constexpr std::int64_t model_vouchers = 4;  // of each batch
inline constexpr std::int64_t model_batches = 3;   // at most; further ones are not issued

struct VoucherOperation {
  enum class Kind : std::uint8_t {
    issue,
    activate,
    block_batch,
    unblock_batch,
    void_batch,
    block,
    unblock,
    void_them,
    expire,
    redeem,
    again,
    pass,
    step_back,
    restart
  };
  static constexpr std::array names{"issue", "activate", "block batch", "unblock batch", "void batch",
                                    "block", "unblock",  "void",        "expire",        "redeem",
                                    "again", "pass",     "step back",   "restart"};
  Kind kind;
  std::uint8_t by;       // one of three accounts of staff
  std::uint8_t number;   // 0 and 1 are of person 0, 2 is of person 1
  std::int64_t batch;    // 1 to 3, there or not
  std::int64_t voucher;  // 1 to 4; redeem: 0 and 5 are PINs that nobody has
  std::int64_t seconds;
  std::int64_t request = 0;  // redeem: which one, from 1

  [[nodiscard]] std::size_t person() const { return number == 2 ? 1 : 0; }
  [[nodiscard]] bool is_known_pin() const { return voucher >= 1 && voucher <= model_vouchers; }
  // Of the PIN that is typed: another one for each voucher and each unknown PIN.
  [[nodiscard]] std::size_t pin() const { return static_cast<std::size_t>(batch * 6 + voucher); }
  static VoucherOperation of(std::uint32_t gene);
};

inline std::string show(const VoucherOperation& one) {
  std::ostringstream text;
  text << VoucherOperation::names[static_cast<std::size_t>(one.kind)] << " by " << +one.by << " number "
       << +one.number << " batch " << one.batch << " voucher " << one.voucher << " seconds " << one.seconds
       << " request " << one.request;
  return text.str();
}

inline VoucherOperation VoucherOperation::of(std::uint32_t gene) {
  constexpr std::array<Kind, 32> kinds{
      Kind::issue,     Kind::activate,    Kind::redeem,        Kind::redeem,     Kind::redeem, Kind::redeem,
      Kind::redeem,    Kind::redeem,      Kind::redeem,        Kind::redeem,     Kind::redeem, Kind::redeem,
      Kind::redeem,    Kind::pass,        Kind::pass,          Kind::pass,       Kind::block,  Kind::unblock,
      Kind::void_them, Kind::block_batch, Kind::unblock_batch, Kind::void_batch, Kind::expire, Kind::step_back,
      Kind::restart,   Kind::activate,    Kind::issue,         Kind::redeem,     Kind::again,  Kind::pass,
      Kind::again,     Kind::redeem};
  constexpr std::array<std::int64_t, 16> times{1,   30,  59,    60,    61,    119,    120,    240,
                                               480, 960, 1'920, 3'600, 7'200, 43'200, 86'400, 2'851'200};
  const auto bits = [&gene](std::uint32_t count) {
    const std::uint32_t value = gene & ((1U << count) - 1);
    gene >>= count;
    return static_cast<std::uint8_t>(value);
  };
  VoucherOperation one{};
  one.kind = kinds[bits(5)];
  one.by = static_cast<std::uint8_t>(bits(2) % 3);
  one.number = std::array<std::uint8_t, 4>{0, 0, 1, 2}[bits(2)];
  one.batch = 1 + bits(2) % 3;
  const std::uint8_t voucher = bits(3);
  one.voucher = one.kind == Kind::redeem ? voucher % 6 : 1 + voucher % model_vouchers;
  one.seconds = times[bits(4)];
  // A batch that is void or over is soon all there is: mostly only some vouchers are.
  if (one.kind == Kind::void_batch && bits(3) != 0) one.kind = Kind::redeem;
  return one;
}

inline WallTime model_expiry(WallTime issued) {
  return issued + std::chrono::hours(48);
}

// How many failures a counter takes in one window: one after another, each as soon as the wait before it is over.
inline std::size_t failures_per_window(const Limits& limits) {
  std::size_t failures = 0;
  std::chrono::seconds when{0};
  std::chrono::seconds wait = limits.delay_first;
  while (when < limits.window) {
    if (++failures <= limits.free_failures) continue;
    when += wait;
    wait = std::min(wait * 2, limits.delay_max);
  }
  return failures;
}

struct MetVouchers {
  std::array<std::size_t, 3> verdicts{};                           // by Verdict
  std::array<std::size_t, 3> again{};                              // likewise, of requests that came again
  std::array<std::size_t, VoucherOperation::names.size()> done{};  // by Kind
  std::array<std::size_t, VoucherOperation::names.size()> refused{};
};

class VoucherModel {
 public:
  explicit VoucherModel(const Policy& policy) : policy_(policy) {
    for (std::size_t i = 0; i < counters_.size(); ++i) counters_[i].resize(i == 2 ? 32 : 3);
  }

  [[nodiscard]] const std::string& broken() const { return broken_; }
  [[nodiscard]] WallTime now() const { return WallTime(std::chrono::seconds(clock_)); }
  void passed(std::int64_t seconds) {
    clock_ += seconds;
    true_ += seconds;
  }
  void stepped_back(std::int64_t seconds) {
    clock_ -= seconds;
    has_stepped_ = true;
    for (auto& counters : counters_) {
      for (Counter& counter : counters) counter.awaits_look = true;
    }
  }
  // Whether it must have been done; it happens.
  bool happens(const VoucherOperation& op);
  void tell(const VoucherOperation& op, bool done) {
    expect(done == happens(op), done ? "something was done that must not be" : "something was refused that may be");
  }
  void redeemed(const VoucherOperation& op, const Decision& decision);
  // What the ledger owes for a batch: every unused voucher that was sold and is not over.
  [[nodiscard]] std::int64_t open_vouchers(std::int64_t batch) const {
    const Issued* of = find(batch);
    if (of == nullptr || !of->active || of->voided || of->settled) return 0;
    return std::ranges::count_if(of->vouchers, [](const One& one) { return !one.redeemed && !one.voided; });
  }
  [[nodiscard]] std::int64_t redeemed_vouchers() const { return static_cast<std::int64_t>(redeemed_.size()); }
  void expect(bool holds, const char* rule) {
    if (!holds && broken_.empty()) broken_ = rule;
  }

 private:
  struct One {
    bool redeemed = false;
    bool blocked = false;
    bool voided = false;
  };
  struct Issued {
    std::uint8_t maker;
    std::int64_t expires;  // by the clock
    bool active = false;
    bool blocked = false;
    bool voided = false;
    bool settled = false;  // closed after its end
    std::array<One, model_vouchers> vouchers{};
  };
  struct Counter {
    std::int64_t began = 0;  // by the clock
    std::uint32_t failures = 0;
    std::int64_t last = -1;  // truly; -1: never
    std::int64_t locked_until = -1'000'000'000;
    // Truly, since the clock stepped back last: a lock is cut to its full length then.
    std::int64_t first_look = 0;
    bool awaits_look = false;
    std::int64_t refused = 0;          // of a number: its last request that was refused; 0: none
    std::deque<std::int64_t> guesses;  // true times
  };
  [[nodiscard]] const Issued* find(std::int64_t batch) const {
    return batch <= static_cast<std::int64_t>(batches_.size()) ? &batches_[static_cast<std::size_t>(batch - 1)]
                                                               : nullptr;
  }
  Issued* find(std::int64_t batch) { return const_cast<Issued*>(std::as_const(*this).find(batch)); }
  std::array<Counter*, scopes_count> counters_of(const VoucherOperation& op) {
    return {&counters_[0][op.number], &counters_[1][op.person()], &counters_[2][op.pin()], &counters_[3][0]};
  }
  [[nodiscard]] bool is_good(const VoucherOperation& op) const {
    const Issued* of = find(op.batch);
    if (of == nullptr || !op.is_known_pin()) return false;
    const One& one = of->vouchers[static_cast<std::size_t>(op.voucher - 1)];
    return of->active && !of->blocked && !of->voided && !of->settled && clock_ < of->expires && !one.redeemed &&
           !one.blocked && !one.voided;
  }
  bool settle(std::int64_t batch);
  bool is_answered_as_first(const VoucherOperation& op, Verdict verdict);
  static std::int64_t wait_after(const Limits& limits, std::uint32_t failures) {
    if (failures <= limits.free_failures) return 0;
    const std::uint32_t doublings = failures - limits.free_failures - 1;
    if (doublings > 20) return limits.delay_max.count();
    return std::min(limits.delay_max.count(), limits.delay_first.count() << doublings);
  }
  void look(const Limits& limits, Counter& counter) const;
  void fail(const Limits& limits, Counter& counter);

  Policy policy_;
  std::string broken_;
  std::int64_t clock_ = 1'790'000'000;
  std::int64_t true_ = 0;
  bool has_stepped_ = false;
  std::vector<Issued> batches_;
  std::array<std::vector<Counter>, scopes_count> counters_;
  std::map<std::int64_t, std::int64_t> redeemed_;  // requests, and when, by the clock
};

// All whose grace is over; true: this one was not closed yet.
inline bool VoucherModel::settle(std::int64_t batch) {
  bool is_among = false;
  for (Issued& one : batches_) {
    if (one.voided || one.settled || now() < WallTime(std::chrono::seconds(one.expires)) + closing_grace) continue;
    one.settled = true;
    is_among = is_among || &one == find(batch);
  }
  return is_among;
}

inline bool VoucherModel::happens(const VoucherOperation& op) {
  using Kind = VoucherOperation::Kind;
  if (op.kind == Kind::issue) {
    const std::int64_t expires = model_expiry(now()).time_since_epoch() / std::chrono::seconds(1);
    batches_.push_back({op.by, expires});
    return true;
  }
  if (op.kind == Kind::expire) return settle(op.batch);
  Issued* of = find(op.batch);
  if (of == nullptr || of->voided || of->settled) return false;
  One& one = of->vouchers[static_cast<std::size_t>(op.voucher - 1)];
  switch (op.kind) {
    case Kind::activate:
      if (of->active || of->maker == op.by || clock_ >= of->expires) return false;
      of->active = true;
      return true;
    case Kind::block_batch:
    case Kind::unblock_batch:
      if (of->blocked == (op.kind == Kind::block_batch)) return false;
      of->blocked = !of->blocked;
      return true;
    case Kind::void_batch:
      of->voided = true;
      return true;
    case Kind::block:
      one.blocked = one.blocked || (!one.redeemed && !one.voided);
      return true;
    case Kind::unblock:
      one.blocked = false;
      return true;
    case Kind::void_them:
      if (!of->active) return false;
      if (!one.redeemed) one = {false, false, true};
      return true;
    default:
      return false;
  }
}

// A window of the future begins at the look, one that is over is forgotten by it.
inline void VoucherModel::look(const Limits& limits, Counter& counter) const {
  if (counter.awaits_look) counter.first_look = true_;
  counter.awaits_look = false;
  const bool over = clock_ - counter.began >= limits.window.count();
  if (over) counter.failures = 0;
  if (over || clock_ < counter.began || counter.failures == 0) counter.began = clock_;
}

inline void VoucherModel::fail(const Limits& limits, Counter& counter) {
  ++counter.failures;
  counter.last = true_;
  counter.locked_until = std::max(counter.locked_until, true_ + wait_after(limits, counter.failures));
  counter.guesses.push_back(true_);
  while (true_ - counter.guesses.front() >= limits.window.count()) counter.guesses.pop_front();
  expect(counter.guesses.size() <= 2 * failures_per_window(limits), "more guesses than the waits leave");
}

// What it changed or counted with the first answer it does not once more; nobody waits and nobody looks. But after
// ten minutes its voucher is a used one.
inline bool VoucherModel::is_answered_as_first(const VoucherOperation& op, Verdict verdict) {
  const auto then = redeemed_.find(op.request);
  if (then != redeemed_.end() && clock_ - then->second <= 600) {
    expect(verdict == Verdict::redeemed, "what was redeemed is told otherwise when it is asked again");
    return true;
  }
  if (counters_of(op).front()->refused != op.request) return false;
  expect(verdict == Verdict::refused, "what was refused is told otherwise when it is asked again");
  return true;
}

inline void VoucherModel::redeemed(const VoucherOperation& op, const Decision& decision) {
  if (is_answered_as_first(op, decision.verdict)) return;
  const auto counters = counters_of(op);
  for (std::size_t i = 0; i < counters.size(); ++i) look(policy_.limits[i], *counters[i]);
  const auto locked_until = (*std::ranges::max_element(counters, {}, &Counter::locked_until))->locked_until;
  if (decision.verdict == Verdict::locked) {
    expect(decision.until > now(), "locked until a time that is over");
    const std::int64_t ends = true_ + (decision.until - now()) / std::chrono::seconds(1);
    if (!has_stepped_) {
      expect(true_ < locked_until, "locked without a reason, or too long");
      expect(ends == locked_until, "the time to wait is told wrongly");
    }
    std::int64_t longest = 0;
    for (std::size_t i = 0; i < counters.size(); ++i) {
      if (counters[i]->last < 0) continue;
      const std::int64_t since = std::max(counters[i]->last, counters[i]->first_look);
      longest = std::max(longest, since + policy_.limits[i].delay_max.count());
    }
    expect(ends <= longest, "a lock lasts longer than any may");
    return;
  }
  expect(true_ >= locked_until, "a lock ends early");
  const bool good = is_good(op);
  if (decision.verdict == Verdict::redeemed) {
    expect(good, "a voucher was redeemed that must not be, or twice");
    if (good) find(op.batch)->vouchers[static_cast<std::size_t>(op.voucher - 1)].redeemed = true;
    redeemed_.emplace(op.request, clock_);
    return;
  }
  expect(!good, "a good voucher was refused");
  // For everybody, who is the last one, counts a PIN only that no voucher has.
  const bool is_known = op.is_known_pin() && find(op.batch) != nullptr;
  const std::size_t counting = is_known ? scopes_count - 1 : scopes_count;
  for (std::size_t i = 0; i < counting; ++i) fail(policy_.limits[i], *counters[i]);
  counters.front()->refused = op.request;
}

// The requests of each number: a new one, or its last one again.
class VoucherRequests {
 public:
  // Whether there is one that can come again.
  bool complete(VoucherOperation& op) {
    if (op.kind == VoucherOperation::Kind::redeem) {
      op.request = ++requests_;
      last_[op.number] = op;
    } else if (op.kind == VoucherOperation::Kind::again) {
      if (last_[op.number].request == 0) return false;
      op = last_[op.number];
      op.kind = VoucherOperation::Kind::again;
    }
    return true;
  }

 private:
  std::int64_t requests_ = 0;
  std::array<VoucherOperation, 3> last_{};
};

// Plays them; the first breach with all that led to it, "" when there is none. `subject` answers act (was it done?),
// redeem (Decision), restart, and check (an empty text, or what is wrong), which is asked at the end.
template <class Subject>
std::string play(const Policy& policy, const std::vector<std::uint32_t>& genes, Subject&& subject, MetVouchers& met) {
  using Kind = VoucherOperation::Kind;
  VoucherModel model(policy);
  VoucherRequests requests;
  std::int64_t batches = 0;
  std::string told;
  const auto after = [&](const std::string& broken) { return broken.empty() ? "" : told + "breaks: " + broken; };
  for (const std::uint32_t gene : genes) {
    VoucherOperation op = VoucherOperation::of(gene);
    if (op.kind == Kind::issue) {
      if (batches == model_batches) continue;
      op.batch = ++batches;
    }
    if (!requests.complete(op)) continue;
    told += show(op) + "\n";
    switch (op.kind) {
      case Kind::redeem:
      case Kind::again: {
        const Decision decision = subject.redeem(op, model.now());
        ++(op.kind == Kind::again ? met.again : met.verdicts)[static_cast<std::size_t>(decision.verdict)];
        model.redeemed(op, decision);
        break;
      }
      case Kind::pass:
        model.passed(op.seconds);
        break;
      case Kind::step_back:
        model.stepped_back(op.seconds);
        break;
      case Kind::restart:
        subject.restart();
        break;
      default: {
        const bool done = subject.act(op, model.now());
        ++(done ? met.done : met.refused)[static_cast<std::size_t>(op.kind)];
        model.tell(op, done);
      }
    }
    if (!model.broken().empty()) return after(model.broken());
  }
  return after(subject.check(model));
}

// Small limits, so that short sequences meet them.
inline Policy tight_vouchers() {
  Policy policy;
  policy.limits = {{{std::chrono::seconds(7'200), 2, std::chrono::seconds(60), std::chrono::seconds(600)},
                    {std::chrono::seconds(7'200), 3, std::chrono::seconds(60), std::chrono::seconds(600)},
                    {std::chrono::seconds(7'200), 2, std::chrono::seconds(60), std::chrono::seconds(600)},
                    {std::chrono::seconds(3'600), 4, std::chrono::seconds(30), std::chrono::seconds(300)}}};
  return policy;
}

}  // namespace shubbak::vouchers
