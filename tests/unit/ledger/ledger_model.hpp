// The rules of money, told once more and in another way: from the list of all transfers that were ever accepted,
// added up anew for each question. A sequence of operations is played on a subject (the plain decisions, or the whole
// store); each answer and all balances are held against the rules. play() tells the first breach.
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <limits>
#include <map>
#include <optional>
#include <sstream>
#include <string>
#include <vector>

#include "ledger/ledger.hpp"

namespace shubbak::ledger {

__extension__ using Wide = __int128;  // sums in it never overflow here

inline const std::array<AccountId, 9>& model_accounts() {
  static const std::array<AccountId, 9> accounts{{{AccountKind::wallet, "a", Currency::SYP},
                                                  {AccountKind::wallet, "b", Currency::SYP},
                                                  {AccountKind::company_payable, "damascus", Currency::SYP},
                                                  {AccountKind::agent_drawer, "amal", Currency::SYP},
                                                  {AccountKind::suspense, "main", Currency::SYP},
                                                  {AccountKind::refunds, "main", Currency::SYP},
                                                  {AccountKind::wallet, "a", Currency::KWD},
                                                  {AccountKind::suspense, "main", Currency::KWD},
                                                  {AccountKind::fees, "main", Currency::KWD}}};
  return accounts;
}

struct MoneyOperation {
  enum class Kind : std::uint8_t { move, reserve, post, void_it, mark_sent, expire, correct, ceiling, pass, restart };
  static constexpr std::array names{"move",   "reserve", "post",    "void", "mark_sent",
                                    "expire", "correct", "ceiling", "pass", "restart"};
  Kind kind;
  std::uint8_t key;
  std::uint8_t other_key;  // of what is corrected
  std::uint8_t request;    // 0 or 1
  std::uint8_t debit;      // of model_accounts()
  std::uint8_t credit;
  std::int64_t amount;
  bool has_amount;  // of a post
  Currency currency;
  bool sent;
  bool has_evidence;
  std::int64_t seconds;

  // Every gene is an operation.
  static MoneyOperation of(std::uint64_t gene);
};

inline MoneyOperation MoneyOperation::of(std::uint64_t gene) {
  constexpr std::array<Kind, 16> kinds{Kind::move,    Kind::reserve, Kind::reserve, Kind::post,
                                       Kind::move,    Kind::post,    Kind::void_it, Kind::mark_sent,
                                       Kind::correct, Kind::expire,  Kind::reserve, Kind::pass,
                                       Kind::post,    Kind::ceiling, Kind::restart, Kind::correct};
  constexpr std::int64_t most = std::numeric_limits<std::int64_t>::max();
  constexpr std::array<std::int64_t, 32> amounts{1,
                                                 2,
                                                 3,
                                                 5,
                                                 8,
                                                 13,
                                                 1'000,
                                                 999,
                                                 1,
                                                 2,
                                                 3,
                                                 4,
                                                 5,
                                                 6,
                                                 7,
                                                 8,
                                                 9,
                                                 10,
                                                 20,
                                                 50,
                                                 1,
                                                 2,
                                                 -1,
                                                 0,
                                                 most,
                                                 most - 9,
                                                 most / 2 + 1,
                                                 most / 2,
                                                 100,
                                                 40,
                                                 7,
                                                 std::numeric_limits<std::int64_t>::min()};
  constexpr std::array<std::int64_t, 8> times{1, 30, 59, 60, 61, 3, 10, 100};
  const auto bits = [&gene](std::uint32_t count) {
    const std::uint64_t value = gene & ((1ULL << count) - 1);
    gene >>= count;
    return static_cast<std::uint8_t>(value);
  };
  MoneyOperation one{};
  one.kind = kinds[bits(4)];
  // Mostly one currency and what funds the others, or nothing would ever be accepted.
  constexpr std::array<std::uint8_t, 16> sources{4, 4, 4, 0, 0, 0, 1, 2, 3, 5, 7, 6, 0, 4, 8, 3};
  constexpr std::array<std::uint8_t, 16> targets{0, 1, 2, 2, 2, 3, 5, 0, 4, 0, 6, 8, 1, 3, 7, 0};
  one.key = bits(4);
  one.other_key = bits(4);
  one.debit = sources[bits(4)];
  one.credit = targets[bits(4)];
  one.amount = amounts[bits(5)];
  one.request = bits(3) == 7 ? 1 : 0;
  // Half of the time what is asked for follows from the key, so that requests come again.
  if (bits(1) == 1) {
    one.debit = sources[one.key % sources.size()];
    one.credit = targets[one.key * 5U % targets.size()];
    one.amount = amounts[one.key * 3U % 22U];
    one.request = 0;
  }
  one.has_amount = bits(1) == 1;
  one.sent = bits(2) == 3;
  one.has_evidence = bits(2) != 0;
  one.seconds = times[bits(3)];
  one.currency = model_accounts()[one.debit].currency;
  if (bits(5) == 31) one.currency = Currency::EGP;
  return one;
}

inline std::string show(const MoneyOperation& one) {
  std::ostringstream text;
  text << MoneyOperation::names[static_cast<std::size_t>(one.kind)] << " key " << +one.key << " other "
       << +one.other_key << " request " << +one.request << " from " << to_string(model_accounts()[one.debit])
       << " to " << to_string(model_accounts()[one.credit]) << " amount " << one.amount
       << (one.has_amount ? "" : " (all)") << " " << to_string(one.currency) << (one.sent ? " sent" : "")
       << (one.has_evidence ? " evidence" : "") << " seconds " << one.seconds;
  return text.str();
}

struct Answer {
  std::optional<Errc> refused{};
  bool repeated = false;
  State state = State::reserved;

  bool operator==(const Answer&) const = default;
};
inline std::string show(const Answer& answer) {
  if (answer.refused) return "refused " + std::to_string(static_cast<int>(*answer.refused));
  return std::string(to_string(answer.state)) + (answer.repeated ? ", repeated" : "");
}

class MoneyModel {
 public:
  [[nodiscard]] WallTime now() const { return WallTime(std::chrono::seconds(clock_)); }
  void pass(std::int64_t seconds) { clock_ += seconds; }
  void set_ceiling(std::uint8_t account, std::optional<std::int64_t> ceiling) { ceilings_[account] = ceiling; }

  Answer expect(const MoneyOperation& op) {
    switch (op.kind) {
      case MoneyOperation::Kind::move:
      case MoneyOperation::Kind::reserve:
      case MoneyOperation::Kind::correct:
        return begin(op);
      case MoneyOperation::Kind::post:
      case MoneyOperation::Kind::void_it:
        return resolve(op);
      case MoneyOperation::Kind::mark_sent:
        return mark_sent(op);
      default:
        return {};
    }
  }
  // Keys of what time ends now.
  std::vector<std::uint8_t> expire() {
    std::vector<std::uint8_t> keys;
    for (auto& [key, one] : transfers_) {
      if (one.state != State::reserved || one.sent || clock_ < one.expires) continue;
      one.state = State::expired;
      keys.push_back(key);
    }
    return keys;
  }
  [[nodiscard]] Balance balance(std::uint8_t account) const {
    Balance sum;
    for (const auto& [key, one] : transfers_) {
      if (one.debit == account) (one.state == State::reserved ? sum.debits_pending : sum.debits_posted) += count(one);
      if (one.credit == account)
        (one.state == State::reserved ? sum.credits_pending : sum.credits_posted) += count(one);
    }
    return sum;
  }

 private:
  struct Known {
    std::uint8_t request;
    std::uint8_t debit;
    std::uint8_t credit;
    std::int64_t amount;
    bool reservation;
    std::optional<std::uint8_t> corrects;
    std::int64_t expires;
    bool sent;
    State state;
    std::int64_t posted;
  };

  // What of it counts.
  static std::int64_t count(const Known& one) {
    if (one.state == State::reserved) return one.amount;
    return one.state == State::posted ? one.posted : 0;
  }
  [[nodiscard]] Wide sum(std::uint8_t account, bool debits, bool pending) const {
    Wide all = 0;
    for (const auto& [key, one] : transfers_) {
      const bool is_pending = one.state == State::reserved;
      if ((debits ? one.debit : one.credit) == account && is_pending == pending) all += count(one);
    }
    return all;
  }
  static bool is_cash(std::uint8_t account) { return model_accounts()[account].kind == AccountKind::agent_drawer; }
  [[nodiscard]] bool covers(std::uint8_t account, bool debits, std::int64_t amount) const {
    const AccountKind kind = model_accounts()[account].kind;
    if (debits == is_cash(account)) return true;  // it grows
    if (kind != AccountKind::wallet && kind != AccountKind::refunds && kind != AccountKind::agent_drawer) return true;
    return sum(account, !debits, false) - sum(account, debits, false) - sum(account, debits, true) >= amount;
  }
  [[nodiscard]] bool below_ceiling(std::uint8_t account, bool debits, std::int64_t amount) const {
    const auto ceiling = ceilings_.find(account);
    if (ceiling == ceilings_.end() || !ceiling->second || debits != is_cash(account)) return true;
    // An account that is overdrawn by more does not get a higher ceiling for it.
    const Wide there = sum(account, debits, false) + sum(account, debits, true) - sum(account, !debits, false);
    return (there < 0 ? Wide{0} : there) + amount <= *ceiling->second;
  }
  [[nodiscard]] bool countable(std::uint8_t account, bool debits, std::int64_t amount) const {
    return sum(account, debits, false) + sum(account, debits, true) + amount <=
           std::numeric_limits<std::int64_t>::max();
  }

  Answer begin(const MoneyOperation& op) {
    Known one{op.request, op.debit, op.credit, op.amount,     op.kind == MoneyOperation::Kind::reserve,
              {},         0,        false,     State::posted, op.amount};
    Currency currency = op.currency;
    if (op.kind == MoneyOperation::Kind::correct) {
      const auto corrected = transfers_.find(op.other_key);
      if (corrected == transfers_.end()) return {Errc::not_found};
      one.debit = corrected->second.credit;
      one.credit = corrected->second.debit;
      one.corrects = op.other_key;
      currency = model_accounts()[one.debit].currency;
    }
    if (one.reservation) {
      one.state = State::reserved;
      one.posted = 0;
      one.expires = clock_ + op.seconds;
      one.sent = op.sent;
    }
    const bool valid = op.amount > 0 && one.debit != one.credit && currency == model_accounts()[one.debit].currency &&
                       currency == model_accounts()[one.credit].currency;
    if (!valid) return {Errc::invalid};
    const auto known = transfers_.find(op.key);
    if (known != transfers_.end()) {
      const Known& first = known->second;
      const bool same = first.request == one.request && first.debit == one.debit && first.credit == one.credit &&
                        first.amount == one.amount && first.reservation == one.reservation &&
                        first.corrects == one.corrects;
      if (!same) return {Errc::conflict};
      if (one.sent && !first.sent && first.state == State::reserved) return {Errc::conflict};
      return {{}, true, first.state};
    }
    if (one.corrects && !is_left_to_correct(*one.corrects, op.amount)) return {Errc::conflict};
    if (!covers(one.debit, true, op.amount) || !covers(one.credit, false, op.amount)) return {Errc::insufficient};
    const bool fits = below_ceiling(one.debit, true, op.amount) && below_ceiling(one.credit, false, op.amount) &&
                      countable(one.debit, true, op.amount) && countable(one.credit, false, op.amount);
    if (!fits) return {Errc::limit};
    transfers_.emplace(op.key, one);
    return {{}, false, one.state};
  }
  [[nodiscard]] bool is_left_to_correct(std::uint8_t key, std::int64_t amount) const {
    const Known& corrected = transfers_.at(key);
    Wide before = 0;
    for (const auto& [other, one] : transfers_) {
      if (one.corrects == key) before += one.amount;
    }
    return corrected.state == State::posted && before + amount <= corrected.posted;
  }
  Answer resolve(const MoneyOperation& op) {
    const auto found = transfers_.find(op.key);
    if (found == transfers_.end()) return {Errc::not_found};
    Known& one = found->second;
    const bool posts = op.kind == MoneyOperation::Kind::post;
    const std::int64_t posted = !posts ? 0 : op.has_amount ? op.amount : one.amount;
    if (posts && (posted <= 0 || posted > one.amount)) return {Errc::invalid};
    const State wanted = posts ? State::posted : State::voided;
    if (one.reservation && one.state == wanted && one.posted == posted) return {{}, true, wanted};
    if (!one.reservation || one.state != State::reserved) return {Errc::conflict};
    if (one.sent && !op.has_evidence) return {Errc::invalid};
    one.state = wanted;
    one.posted = posted;
    return {{}, false, wanted};
  }
  Answer mark_sent(const MoneyOperation& op) {
    const auto found = transfers_.find(op.key);
    if (found == transfers_.end()) return {Errc::not_found};
    Known& one = found->second;
    if (one.state != State::reserved) return {Errc::conflict};
    if (one.sent) return {{}, true, State::reserved};
    if (clock_ >= one.expires) return {Errc::conflict};
    one.sent = true;
    return {{}, false, State::reserved};
  }

  std::int64_t clock_ = 1'790'000'000;
  std::map<std::uint8_t, Known> transfers_;  // by key
  std::map<std::uint8_t, std::optional<std::int64_t>> ceilings_;
};

// How often each answer came: a rule that was never met was not tested.
class MetAnswers {
 public:
  void note(const MoneyOperation& op, const Answer& answer) { ++counts_[{op.kind, show(answer)}]; }
  void note_expired(std::size_t count) { counts_[{MoneyOperation::Kind::expire, "expired"}] += count; }
  // Which answers came less often, one a line.
  [[nodiscard]] std::string missing(std::size_t often) const {
    using Kind = MoneyOperation::Kind;
    const auto refused = [](Errc code) { return show(Answer{code}); };
    const std::string posted = show(Answer{{}, false, State::posted});
    const std::string again = show(Answer{{}, true, State::posted});
    const std::vector<std::pair<Kind, std::string>> wanted{{Kind::move, posted},
                                                           {Kind::move, again},
                                                           {Kind::move, refused(Errc::invalid)},
                                                           {Kind::move, refused(Errc::conflict)},
                                                           {Kind::move, refused(Errc::insufficient)},
                                                           {Kind::move, refused(Errc::limit)},
                                                           {Kind::reserve, show(Answer{})},
                                                           {Kind::reserve, show(Answer{{}, true, State::reserved})},
                                                           {Kind::reserve, refused(Errc::conflict)},
                                                           {Kind::reserve, refused(Errc::insufficient)},
                                                           {Kind::reserve, refused(Errc::limit)},
                                                           {Kind::post, posted},
                                                           {Kind::post, again},
                                                           {Kind::post, refused(Errc::conflict)},
                                                           {Kind::post, refused(Errc::invalid)},
                                                           {Kind::post, refused(Errc::not_found)},
                                                           {Kind::void_it, show(Answer{{}, false, State::voided})},
                                                           {Kind::void_it, show(Answer{{}, true, State::voided})},
                                                           {Kind::void_it, refused(Errc::conflict)},
                                                           {Kind::void_it, refused(Errc::invalid)},
                                                           {Kind::mark_sent, show(Answer{})},
                                                           {Kind::mark_sent, show(Answer{{}, true, State::reserved})},
                                                           {Kind::mark_sent, refused(Errc::conflict)},
                                                           {Kind::correct, posted},
                                                           {Kind::correct, refused(Errc::conflict)},
                                                           {Kind::correct, refused(Errc::not_found)},
                                                           {Kind::expire, "expired"}};
    std::string missing;
    for (const auto& one : wanted) {
      const auto found = counts_.find(one);
      if (found != counts_.end() && found->second >= often) continue;
      missing += std::string(MoneyOperation::names[static_cast<std::size_t>(one.first)]) + ": " + one.second + "\n";
    }
    return missing;
  }

 private:
  std::map<std::pair<MoneyOperation::Kind, std::string>, std::size_t> counts_;
};

// Ceilings are set for the accounts whose kinds have them, and taken away again.
inline std::optional<std::int64_t> ceiling_of(const MoneyOperation& op) {
  return op.amount < 0 ? std::nullopt : std::optional(op.amount);
}

// `subject` has answer(op, now), expire(now) (keys), set_ceiling(account, ceiling), restart() and balance(account).
template <class Subject>
std::string play(const std::vector<std::uint64_t>& genes, Subject&& subject, MetAnswers& met) {
  MoneyModel model;
  std::string breach;
  std::size_t played = 0;
  for (; played < genes.size() && breach.empty(); ++played) {
    const MoneyOperation op = MoneyOperation::of(genes[played]);
    switch (op.kind) {
      case MoneyOperation::Kind::pass:
        model.pass(op.seconds);
        break;
      case MoneyOperation::Kind::restart:
        subject.restart();
        break;
      case MoneyOperation::Kind::ceiling:
        model.set_ceiling(op.debit, ceiling_of(op));
        subject.set_ceiling(op.debit, ceiling_of(op), model.now());
        break;
      case MoneyOperation::Kind::expire: {
        const std::vector<std::uint8_t> expected = model.expire();
        met.note_expired(expected.size());
        if (subject.expire(model.now()) != expected) breach = "others expired than should";
        break;
      }
      default: {
        const Answer expected = model.expect(op);
        met.note(op, expected);
        const Answer told = subject.answer(op, model.now());
        if (told != expected) breach = "answered '" + show(told) + "' and not '" + show(expected) + "'";
      }
    }
    for (std::uint8_t i = 0; breach.empty() && i < model_accounts().size(); ++i) {
      if (subject.balance(i) != model.balance(i)) breach = "another balance of " + to_string(model_accounts()[i]);
    }
  }
  if (breach.empty()) return "";
  std::string told;
  for (std::size_t i = 0; i < played; ++i) told += show(MoneyOperation::of(genes[i])) + "\n";
  return told + "breaks: " + breach;
}

}  // namespace shubbak::ledger
