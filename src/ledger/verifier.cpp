#include "ledger/verifier.hpp"

#include <algorithm>

namespace shubbak::ledger {
namespace {

std::string entry_named(std::int64_t number) {
  return "entry " + std::to_string(number);
}
std::string transfer_named(std::int64_t number) {
  return "transfer " + std::to_string(number);
}
std::string account_named(std::int64_t number) {
  return "account " + std::to_string(number);
}

// Numbers begin at 1 and have no gap.
std::string misnumbered(const char* what, std::int64_t expected, std::int64_t number) {
  const std::string named = std::string(what) + " ";
  if (number < expected) return named + std::to_string(number) + " cannot be: numbers begin at 1";
  const std::string first = named + std::to_string(expected);
  if (number == expected + 1) return first + " is missing";
  return first + " to " + std::to_string(number - 1) + " are missing";
}

std::string to_hex(const Hash& hash) {
  constexpr std::string_view digits = "0123456789abcdef";
  std::string text;
  for (const std::uint8_t octet : hash) text.append({digits[octet >> 4U], digits[octet & 0xfU]});
  return text;
}

std::string sums(const Balance& balance) {
  return "debits " + std::to_string(balance.debits_posted) + " (" + std::to_string(balance.debits_pending) +
         " pending), credits " + std::to_string(balance.credits_posted) + " (" +
         std::to_string(balance.credits_pending) + " pending)";
}

// What the entries of a transfer make of it.
State outcome(std::int64_t amount, std::int64_t posted, std::int64_t released) {
  if (posted > 0) return State::posted;
  return released == amount ? State::voided : State::reserved;
}

}  // namespace

Verifier::Verifier(HashFunction hash, std::vector<Anchor> anchors)
    : seal_maker_(std::move(hash)), anchors_(std::move(anchors)) {
  std::ranges::stable_sort(anchors_, {}, &Anchor::entry);
}

void Verifier::fault(std::string what) {
  if (is_done()) return;
  faults_.push_back(faults_.size() < faults_max ? std::move(what) : "and more, which was not looked for");
}

void Verifier::add(const AccountRow& account) {
  accounts_.try_emplace(account.number, Replayed{{account.id, {}}});
}

void Verifier::add(TransferRow transfer) {
  const std::int64_t number = transfer.number;
  if (number != transfers_ + 1) fault(misnumbered("transfer", transfers_ + 1, number));
  transfers_ = std::max(transfers_, number);
  open_.try_emplace(number, Open{std::move(transfer)});
}

void Verifier::add(const SealRow& seal) {
  seals_.push_back(seal);
}

void Verifier::add(const Entry& entry) {
  if (entry.number != entries_ + 1) fault(misnumbered("entry", entries_ + 1, entry.number));
  entries_ = std::max(entries_, entry.number);
  const Sides sides{accounts_.find(entry.debit), accounts_.find(entry.credit)};
  const auto found = open_.find(entry.transfer);
  if (found == open_.end()) {
    const bool was_there = entry.transfer > 0 && entry.transfer <= transfers_;
    fault(entry_named(entry.number) + " is of " + transfer_named(entry.transfer) +
          (was_there ? ", which was resolved before it: it is resolved twice" : ", which there is not"));
    seal(entry, {}, sides);
  } else {
    Open& transfer = found->second;
    seal(entry, transfer.row.transfer, sides);
    if (follows(entry, transfer) && transfer.posted + transfer.released == transfer.row.transfer.order.amount.minor) {
      judge(transfer);
      open_.erase(found);
    }
  }
  carry_out(entry, sides);
  meet_seal(entry);
}

// Is it the next that may happen to that transfer?
bool Verifier::follows(const Entry& entry, Open& transfer) {
  const TransferRow& row = transfer.row;
  const std::int64_t amount = row.transfer.order.amount.minor;
  const auto wrong = [&](const std::string& what) {
    fault(entry_named(entry.number) + " " + what + " " + transfer_named(row.number));
    return false;
  };
  if (entry.debit != row.debit || entry.credit != row.credit) return wrong("names other accounts than");
  if (begins(entry.step)) {
    if (transfer.begun) return wrong("begins once more");
    if ((entry.step == Step::move) == row.transfer.expires.has_value()) {
      return wrong("is of another step than belongs to");
    }
    if (entry.amount != amount) return wrong("has another amount than");
    transfer.begun = entry.at;
    if (entry.step == Step::move) transfer.posted = entry.amount;
  } else if (!transfer.begun) {
    return wrong("comes before the beginning of");
  }
  if (entry.step == Step::send && (transfer.sent || entry.amount != amount)) return wrong("sends once more");
  if (entry.step == Step::send || entry.step == Step::reserve_sent) transfer.sent = entry.at;
  if (resolves(entry.step)) transfer.resolved = entry.at;
  if (entry.step != Step::post && entry.step != Step::release) return true;
  const std::int64_t left = amount - transfer.posted - transfer.released;
  const bool posts = entry.step == Step::post;
  if (entry.amount <= 0 || entry.amount > left || (posts && transfer.posted > 0)) {
    return wrong("resolves more than is left of");
  }
  (posts ? transfer.posted : transfer.released) += entry.amount;
  return true;
}

// Does the row say what its entries say?
void Verifier::judge(const Open& replayed) {
  const Transfer& row = replayed.row.transfer;
  const std::string named = transfer_named(replayed.row.number);
  const State state = row.state == State::expired ? State::voided : row.state;
  const std::int64_t amount = row.order.amount.minor;
  if (!replayed.begun) {
    fault(named + " has no entry");
  } else if (state != outcome(amount, replayed.posted, replayed.released) || row.posted != replayed.posted ||
             (state != State::reserved && amount != row.posted + replayed.released)) {
    fault(named + " is kept as " + std::string(to_string(row.state)) + " with " + std::to_string(row.posted) +
          " posted, but of its " + std::to_string(amount) + " its entries have posted " +
          std::to_string(replayed.posted) + " and released " + std::to_string(replayed.released));
  } else if (row.order.at != replayed.begun || row.sent != replayed.sent || row.resolved != replayed.resolved) {
    fault(named + " is kept with other times of being made, sent or resolved than its entries have");
  } else if (row.state == State::expired && row.sent) {
    fault(named + " has expired although it was sent");
  }
}

void Verifier::carry_out(const Entry& entry, const Sides& sides) {
  const auto& [debit, credit] = sides;
  if (debit == accounts_.end() || credit == accounts_.end()) {
    const bool lacks_debit = debit == accounts_.end();
    fault(entry_named(entry.number) + " names " + account_named(lacks_debit ? entry.debit : entry.credit) +
          ", which there is not");
    return;
  }
  link(entry, entry.debit, debit->second, entry.debit_before);
  link(entry, entry.credit, credit->second, entry.credit_before);
  Account& debited = debit->second.account;
  Account& credited = credit->second.account;
  if (debited.id.currency != credited.id.currency) {
    fault(entry_named(entry.number) + " moves between two currencies");
  }
  if (entry.debit == entry.credit || entry.amount <= 0) {
    fault(entry_named(entry.number) + " moves nothing: its amount or its accounts were edited");
    return;
  }
  if (const Status applied = apply(entry.step, entry.amount, debited.balance, credited.balance); !applied) {
    fault(entry_named(entry.number) + " cannot be carried out: " + applied.error().message);
    return;
  }
  for (const auto* side : {&*debit, &*credit}) {
    const Account& account = side->second.account;
    if (may_be_overdrawn(account.id.kind) || available(account) >= 0) continue;
    fault(entry_named(entry.number) + " takes more out of " + account_named(side->first) + " than there is");
  }
}

// The entries of an account are a chain, each names the one before it.
void Verifier::link(const Entry& entry, std::int64_t account, Replayed& replayed, std::int64_t before) {
  std::int64_t& last = replayed.last_entry;
  if (before != last) {
    fault(entry_named(entry.number) + " names entry " + std::to_string(before) + " as the one before it of " +
          account_named(account) + ", but that is entry " + std::to_string(last));
  }
  last = entry.number;
}

void Verifier::seal(const Entry& entry, const Transfer& transfer, const Sides& sides) {
  const auto if_new = [this](Accounts::const_iterator found) -> const AccountId* {
    return found == accounts_.end() || found->second.last_entry != 0 ? nullptr : &found->second.account.id;
  };
  seal_maker_.add(entry, transfer, if_new(sides.debit), if_new(sides.credit));
}

void Verifier::meet_seal(const Entry& entry) {
  if (seals_.empty() || entry.number < seals_.front().entry) return;
  const SealRow seal = seals_.front();
  seals_.pop_front();
  const Hash made = seal_maker_.seal(last_seal_);
  if (made != seal.hash) {
    fault("entries " + std::to_string(sealed_ + 1) + " to " + std::to_string(entry.number) +
          " are not what their seal was made of: one of them, or what it begins, resolves or opens, or the seal, was "
          "changed, added or removed");
  }
  last_seal_ = seal.hash;  // each break is told once
  sealed_ = entry.number;
  meet_anchors(seal);
}

void Verifier::meet_anchors(const SealRow& seal) {
  for (; next_anchor_ < anchors_.size() && anchors_[next_anchor_].entry <= seal.entry; ++next_anchor_) {
    const Anchor& anchor = anchors_[next_anchor_];
    if (anchor.entry == seal.entry && anchor.hash == to_hex(seal.hash)) continue;
    fault("the seal of entry " + std::to_string(anchor.entry) + " is not the one that record " +
          std::to_string(anchor.record) +
          " of the audit trail tells: the ledger was written anew at it or before it");
  }
}

std::vector<std::int64_t> Verifier::unsettled() const {
  std::vector<std::int64_t> numbers;
  numbers.reserve(open_.size());
  for (const auto& [number, transfer] : open_) numbers.push_back(number);
  std::ranges::sort(numbers);
  return numbers;
}

void Verifier::renew(TransferRow transfer) {
  const auto found = open_.find(transfer.number);
  if (found != open_.end()) found->second.row = std::move(transfer);
}

void Verifier::compare(const AccountRow& account) {
  const auto found = accounts_.find(account.number);
  if (found == accounts_.end()) return;
  found->second.compared = true;
  const Replayed& replayed = found->second;
  if (account.balance != replayed.account.balance) {
    fault(account_named(account.number) + " is kept with " + sums(account.balance) + "; its entries make it " +
          sums(replayed.account.balance));
  } else if (account.last_entry != replayed.last_entry) {
    fault(account_named(account.number) + " is kept with entry " + std::to_string(account.last_entry) +
          " as its last one, but that is entry " + std::to_string(replayed.last_entry));
  }
}

void Verifier::finish() {
  for (const std::int64_t number : unsettled()) judge(open_.at(number));
  if (entries_ > sealed_) {
    fault("entries " + std::to_string(sealed_ + 1) + " to " + std::to_string(entries_) + " have no seal");
  }
  if (!seals_.empty())
    fault("entries up to " + std::to_string(seals_.back().entry) + " are missing: they are sealed");
  if (next_anchor_ < anchors_.size()) {
    const Anchor& anchor = anchors_.back();
    fault("entries up to " + std::to_string(anchor.entry) + " are missing: record " + std::to_string(anchor.record) +
          " of the audit trail tells their seal");
  }
  // By currency; both sides grow by the same amounts unless an entry moved between two currencies. Modulo 2^64.
  std::unordered_map<Currency, std::array<std::uint64_t, 2>> differences;
  for (const auto& [number, replayed] : accounts_) {
    auto& [posted, pending] = differences[replayed.account.id.currency];
    const Balance& balance = replayed.account.balance;
    posted += static_cast<std::uint64_t>(balance.debits_posted) - static_cast<std::uint64_t>(balance.credits_posted);
    pending +=
        static_cast<std::uint64_t>(balance.debits_pending) - static_cast<std::uint64_t>(balance.credits_pending);
    if (!replayed.compared) fault(account_named(number) + " is not there any more");
  }
  for (const auto& [currency, difference] : differences) {
    if (difference[0] == 0 && difference[1] == 0) continue;
    fault("the entries in " + std::string(to_string(currency)) + " do not add up to 0");
  }
}

}  // namespace shubbak::ledger
