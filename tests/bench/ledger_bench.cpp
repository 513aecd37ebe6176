// Two-phase payments through the real store: each is reserved and marked as sent in one commit, and posted in another
// one; as many are under way as the second argument says. Beside it a bare SQLite loop that writes the same rows in
// the same commits past the same triggers, decides nothing and looks nothing up. At last every entry is verified.
//
//   ledger_bench [payments] [under way]     default 200,000 and 150
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <unordered_map>
#include <vector>

#include "store/ledger_book.hpp"
#include "store/store.hpp"
#include "tests/bench/store_bench.hpp"

namespace {

using namespace shubbak;
using bench::Bare;
using bench::die;
using bench::Loop;
using Clock = std::chrono::steady_clock;

const WallTime start{std::chrono::seconds(1'790'000'000)};
constexpr std::size_t wallets = 50'000;
constexpr std::int64_t amount = 125'000;
const std::string evidence = "receipt 4711-0815";

ledger::AccountId wallet(std::size_t payment) {
  // Not one after the other: payments come from anybody.
  char owner[40];
  std::snprintf(owner, sizeof owner, "%032llx", static_cast<unsigned long long>(payment % wallets * 2'654'435'761U));
  return {ledger::AccountKind::wallet, owner, Currency::SYP};
}
const ledger::AccountId payable{ledger::AccountKind::company_payable, "damascus", Currency::SYP};
const ledger::AccountId outside{ledger::AccountKind::suspense, "main", Currency::SYP};

std::string key_of(std::size_t payment) {
  char key[40];
  std::snprintf(key, sizeof key, "P%016llx", static_cast<unsigned long long>(payment * 0x9e3779b97f4a7c15ULL));
  return key;
}
ledger::Order order(const std::string& key, const ledger::AccountId& debit, const ledger::AccountId& credit,
                    std::int64_t minor) {
  return {.key = key,
          .request = {1},
          .debit = debit,
          .credit = credit,
          .amount = {minor, Currency::SYP},
          .by = {Actor::Kind::citizen, "ussd"},
          .at = start};
}

// One step of a payment, as it was committed.
struct Step {
  std::size_t payment;
  bool posts;
};
using Commits = std::vector<std::vector<Step>>;

std::unique_ptr<store::Store> with_wallets(const bench::TempFolder& folder, const std::string& name, Loop& loop) {
  auto opened = bench::open_store({.path = folder.file(name), .key_file = folder.file("key")}, loop);
  std::size_t filled = 0;
  for (std::size_t i = 0; i < wallets; ++i) {
    opened->change({store::MoveMoney{order("T" + std::to_string(i), outside, wallet(i), 1'000'000'000'000)}},
                   [&filled](const Result<store::Committed>& result) {
                     if (!result.ok()) die(result.error().message);
                     ++filled;
                   });
  }
  loop.run_until(filled, wallets);
  return opened;
}

// The payments, and what was committed with what.
class Payments {
 public:
  Payments(store::Store& store, Loop& loop, std::size_t payments) : store_(store), loop_(loop), payments_(payments) {
    latencies_ms_.reserve(2 * payments);
  }
  void run(std::size_t under_way) {
    for (std::size_t i = 0; i < std::min(under_way, payments_); ++i) begin();
    while (posted_ < payments_) {
      commits_.emplace_back();
      loop_.run_one();
    }
  }
  [[nodiscard]] const Commits& commits() const { return commits_; }
  double latency_ms(double share) {
    std::ranges::sort(latencies_ms_);
    return latencies_ms_[static_cast<std::size_t>(share * static_cast<double>(latencies_ms_.size() - 1))];
  }

 private:
  void begin() {
    if (next_ == payments_) return;
    const std::size_t payment = next_++;
    put({payment, false},
        store::ReserveMoney{order(key_of(payment), wallet(payment), payable, amount),
                            {start + std::chrono::minutes(10), true}},
        [this, payment] { post(payment); });
  }
  void post(std::size_t payment) {
    put({payment, true}, store::PostReservation{key_of(payment), {}, {evidence, {}, start}}, [this] {
      ++posted_;
      begin();
    });
  }
  template <class Then>
  void put(const Step& step, store::LedgerChange change, const Then& then) {
    std::vector<store::Change> changes;
    changes.emplace_back(std::move(change));
    store_.change(std::move(changes),
                  [this, step, then, queued = Clock::now()](const Result<store::Committed>& result) {
                    if (!result.ok()) die(result.error().message);
                    latencies_ms_.push_back(std::chrono::duration<double, std::milli>(Clock::now() - queued).count());
                    commits_.back().push_back(step);
                    then();
                  });
  }

  store::Store& store_;
  Loop& loop_;
  std::size_t payments_;
  std::size_t next_ = 0;
  std::size_t posted_ = 0;
  Commits commits_;
  std::vector<double> latencies_ms_;
};

// The same rows in the same commits.
class ByHand {
 public:
  explicit ByHand(const std::string& path)
      : bare_(path),
        add_transfer_(
            bare_.prepare("INSERT INTO ledger_transfer (number, key, request, debit, credit, amount, by_kind, "
                          "by_name, at, expires, corrects, state, sent, posted, resolved, resolved_by_kind, "
                          "resolved_by_name, evidence) VALUES (?1, ?2, ?3, ?4, ?5, ?6, 1, 'ussd', ?7, ?8, "
                          "NULL, 0, ?7, 0, NULL, NULL, NULL, '')")),
        resolve_(
            bare_.prepare("UPDATE ledger_transfer SET state = 1, posted = ?2, resolved = ?3, resolved_by_kind = 0, "
                          "resolved_by_name = '', evidence = ?4 WHERE number = ?1")),
        add_entry_(bare_.prepare("INSERT INTO ledger_entry (number, transfer, step, debit, credit, amount, at, "
                                 "debit_before, credit_before) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)")),
        put_balance_(
            bare_.prepare("UPDATE ledger_account SET ceiling = NULL, debits_pending = ?2, credits_pending = ?3, "
                          "debits_posted = ?4, credits_posted = ?5, last_entry = ?6 WHERE number = ?1")),
        add_seal_(bare_.prepare("INSERT INTO ledger_seal (entry, at, hash) VALUES (?1, ?2, ?3)")) {
    balances_[payable_number] = {};
  }
  void run(const Commits& commits) {
    for (const auto& commit : commits) {
      if (commit.empty()) continue;
      bare_.exec("BEGIN IMMEDIATE");
      for (const Step& step : commit) write(step);
      for (const std::int64_t number : changed_) {
        const ledger::Balance& balance = balances_[number];
        bare_.run(put_balance_, number, balance.debits_pending, balance.credits_pending, balance.debits_posted,
                  balance.credits_posted, last_entries_[number]);
      }
      changed_.clear();
      bare_.run(add_seal_, entry_, std::int64_t{start.time_since_epoch().count()}, Bare::Octets{32});
      bare_.exec("COMMIT");
    }
  }

 private:
  // 1 is the suspense account, then come the wallets; the company's is opened by the first payment.
  static constexpr std::int64_t payable_number = wallets + 2;

  void write(const Step& step) {
    const std::int64_t debit = static_cast<std::int64_t>(step.payment % wallets) + 2;
    const std::int64_t number = static_cast<std::int64_t>(wallets + step.payment) + 1;
    const std::int64_t now = start.time_since_epoch().count();
    if (step.posts) {
      bare_.run(resolve_, number, amount, now, std::string_view(evidence));
    } else {
      const std::string key = key_of(step.payment);
      bare_.run(add_transfer_, number, std::string_view(key), Bare::Octets{32}, debit, payable_number, amount, now,
                now + 600'000);
    }
    const auto entry_step = step.posts ? ledger::Step::post : ledger::Step::reserve_sent;
    // Each wallet has been filled by the entry before its own number.
    std::int64_t& debit_before = last_entries_.try_emplace(debit, debit - 1).first->second;
    std::int64_t& credit_before = last_entries_[payable_number];
    bare_.run(add_entry_, ++entry_, number, static_cast<std::int64_t>(entry_step), debit, payable_number, amount, now,
              debit_before, credit_before);
    debit_before = credit_before = entry_;
    auto& wallet = balances_.try_emplace(debit, ledger::Balance{.credits_posted = 1'000'000'000'000}).first->second;
    if (!ledger::apply(entry_step, amount, wallet, balances_[payable_number]).ok()) die("the wrong rows by hand");
    for (const std::int64_t changed : {debit, payable_number}) {
      if (std::ranges::find(changed_, changed) == changed_.end()) changed_.push_back(changed);
    }
  }

  Bare bare_;
  sqlite3_stmt* add_transfer_;
  sqlite3_stmt* resolve_;
  sqlite3_stmt* add_entry_;
  sqlite3_stmt* put_balance_;
  sqlite3_stmt* add_seal_;
  std::unordered_map<std::int64_t, ledger::Balance> balances_;
  std::unordered_map<std::int64_t, std::int64_t> last_entries_;
  std::vector<std::int64_t> changed_;
  std::int64_t entry_ = wallets;
};

std::unique_ptr<store::LedgerBook> open_book(const std::string& path) {
  auto book = store::LedgerBook::open(path);
  if (!book.ok()) die(book.error().message);
  return *std::move(book);
}

// What was written by hand has no true seals; that it left the same balances makes it the same work.
void compare(const std::string& by_hand, const std::string& stored) {
  const auto hands = open_book(by_hand)->reads().ledger_accounts(0, 2 * wallets);
  const auto stores = open_book(stored)->reads().ledger_accounts(0, 2 * wallets);
  if (!hands.ok() || !stores.ok()) die("the accounts cannot be read");
  const auto same = [](const store::StoredAccount& one, const store::StoredAccount& other) {
    return one.account.id == other.account.id && one.account.balance == other.account.balance &&
           one.last_entry == other.last_entry;
  };
  if (!std::ranges::equal(*hands, *stores, same)) die("other balances by hand");
}

void verify(const std::string& path) {
  const auto book = open_book(path);
  std::int64_t entries = 0;
  const bench::Cost cost = bench::cost_of([&] {
    const auto verdict = book->verify();
    if (!verdict.ok()) die(verdict.error().message);
    if (!verdict->faults.empty()) die(verdict->faults.front());
    entries = verdict->entries;
  });
  std::printf("verified: %lld entries, %.0f entries/s, %.0f/s of CPU, target 1,000,000\n",
              static_cast<long long>(entries), static_cast<double>(entries) / cost.seconds,
              static_cast<double>(entries) / cost.cpu_seconds);
}

}  // namespace

int main(int argc, char** argv) {
  const std::size_t payments = argc > 1 ? std::strtoul(argv[1], nullptr, 10) : 200'000;
  const std::size_t under_way = argc > 2 ? std::strtoul(argv[2], nullptr, 10) : 150;
  if (payments == 0 || under_way == 0) die("ledger_bench [payments] [under way], both above 0");
  bench::stay_on_one_processor();
  const bench::TempFolder folder;
  const auto count = static_cast<double>(payments);
  Loop loop;
  Commits commits;
  bench::Cost stored{};
  {
    const auto opened = with_wallets(folder, "store.db", loop);
    Payments paid(*opened, loop, payments);
    stored = bench::cost_of([&] { paid.run(under_way); });
    commits = paid.commits();
    std::printf("the store: %.0f payments/s, %.1f us of CPU each; a commit of %.0f steps: p50 %.2f ms, p99 %.2f ms\n",
                count / stored.seconds, stored.cpu_seconds / count * 1e6,
                2 * count / static_cast<double>(commits.size()), paid.latency_ms(0.5), paid.latency_ms(0.99));
  }
  { const auto filled = with_wallets(folder, "by_hand.db", loop); }
  // Opened by the first payment in the store.
  {
    Bare opener(folder.file("by_hand.db"));
    opener.run(opener.prepare("INSERT INTO ledger_account (number, kind, owner, currency, opened) VALUES (?1, 3, "
                              "'damascus', 'SYP', ?2)"),
               std::int64_t{wallets + 2}, std::int64_t{start.time_since_epoch().count()});
  }
  const bench::Cost bare = bench::cost_of([&] { ByHand(folder.file("by_hand.db")).run(commits); });
  std::printf("bare SQLite, the same rows in the same commits: %.0f payments/s, %.1f us of CPU each\n",
              count / bare.seconds, bare.cpu_seconds / count * 1e6);
  std::printf("the store reaches %.0f %% of it by the clock, %.0f %% by CPU; targets 60 %%, 12,000/s, p99 20 ms\n",
              100 * bare.seconds / stored.seconds, 100 * bare.cpu_seconds / stored.cpu_seconds);
  compare(folder.file("by_hand.db"), folder.file("store.db"));
  bench::use_every_processor();
  verify(folder.file("store.db"));
  return 0;
}
