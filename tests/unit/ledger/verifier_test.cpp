// A ledger that is written by the decisions is whole; whatever is changed in it afterwards is found and told.
#include "ledger/verifier.hpp"

#include <algorithm>
#include <functional>
#include <span>

#include <catch2/catch.hpp>

namespace shubbak::ledger {
namespace {

// No cryptography is needed to see whether the verifier compares.
Hash hash_of(std::span<const std::uint8_t> octets) {
  Hash hash{};
  std::uint64_t sum = 0xcbf29ce484222325ULL;
  for (const std::uint8_t octet : octets) sum = (sum ^ octet) * 0x100000001b3ULL;
  for (std::size_t i = 0; i < 8; ++i) hash[i] = static_cast<std::uint8_t>(sum >> (8 * i));
  return hash;
}
WallTime at_second(std::int64_t second) {
  return WallTime(std::chrono::seconds(1'790'000'000 + second));
}

// A written ledger: 1 is a suspense, 2 and 3 are wallets, 4 is a company; 5 is of another currency.
struct Book {
  std::vector<AccountRow> accounts;
  std::vector<TransferRow> transfers;
  std::vector<Entry> entries;
  std::vector<SealRow> seals;
  std::vector<Anchor> anchors;

  void add(Step step, std::int64_t transfer, std::int64_t amount) {
    const TransferRow& row = transfers[static_cast<std::size_t>(transfer - 1)];
    const auto number = static_cast<std::int64_t>(entries.size()) + 1;
    entries.push_back({number, transfer, step, row.debit, row.credit, amount, at_second(number)});
    REQUIRE(apply(step, amount, account(row.debit).balance, account(row.credit).balance).ok());
  }
  // As if each of these entries had ended a transaction.
  void seal(const std::vector<std::int64_t>& ends) {
    seals.clear();
    SealMaker maker(hash_of);
    Hash before{};
    for (const Entry& entry : entries) {
      maker.add(entry);
      if (std::ranges::find(ends, entry.number) == ends.end()) continue;
      before = maker.seal(before);
      seals.push_back({entry.number, before});
    }
  }
  AccountRow& account(std::int64_t number) { return accounts[static_cast<std::size_t>(number - 1)]; }
};

Book written() {
  Book book;
  book.accounts = {{1, AccountKind::suspense, Currency::SYP, {}},
                   {2, AccountKind::wallet, Currency::SYP, {}},
                   {3, AccountKind::wallet, Currency::SYP, {}},
                   {4, AccountKind::company_payable, Currency::SYP, {}},
                   {5, AccountKind::suspense, Currency::KWD, {}}};
  book.transfers = {{1, 1, 2, 1'000, State::posted, false, false, 1'000},
                    {2, 2, 4, 300, State::posted, true, true, 300},
                    {3, 2, 4, 200, State::posted, true, true, 150},
                    {4, 2, 3, 50, State::expired, true, false, 0},
                    {5, 2, 4, 80, State::reserved, true, true, 0}};
  book.add(Step::move, 1, 1'000);
  book.add(Step::reserve, 2, 300);
  book.add(Step::reserve, 3, 200);
  book.add(Step::post, 2, 300);
  book.add(Step::reserve, 4, 50);
  book.add(Step::post, 3, 150);
  book.add(Step::release, 3, 50);
  book.add(Step::release, 4, 50);
  book.add(Step::reserve, 5, 80);
  book.seal({1, 3, 7, 9});
  return book;
}

std::string hex_of(const Hash& hash) {
  std::string text;
  for (const std::uint8_t octet : hash) {
    text += "0123456789abcdef"[octet >> 4U];
    text += "0123456789abcdef"[octet & 0xfU];
  }
  return text;
}

// In pages of so many entries.
std::vector<std::string> faults_of(const Book& book, std::size_t page = 100) {
  Verifier verifier(hash_of, book.anchors);
  std::int64_t known = 0;
  std::size_t sealed = 0;
  for (std::size_t from = 0; from < book.entries.size(); from += page) {
    for (const AccountRow& account : book.accounts) verifier.add(account);
    const std::size_t end = std::min(from + page, book.entries.size());
    std::int64_t last = known;
    for (std::size_t i = from; i < end; ++i) last = std::max(last, book.entries[i].transfer);
    for (const TransferRow& transfer : book.transfers) {
      if (transfer.number > known && transfer.number <= last) verifier.add(transfer);
    }
    known = last;
    const std::int64_t end_number = book.entries[end - 1].number;
    for (; sealed < book.seals.size() && (book.seals[sealed].entry <= end_number || end == book.entries.size());
         ++sealed) {
      verifier.add(book.seals[sealed]);
    }
    for (std::size_t i = from; i < end; ++i) verifier.add(book.entries[i]);
  }
  for (const TransferRow& transfer : book.transfers) {
    if (transfer.number > known) verifier.add(transfer);
  }
  for (const std::int64_t number : verifier.unsettled()) {
    for (const TransferRow& transfer : book.transfers) {
      if (transfer.number == number) verifier.settle(transfer);
    }
  }
  for (const AccountRow& account : book.accounts) verifier.compare(account);
  verifier.finish();
  return verifier.faults();
}

bool tells(const std::vector<std::string>& faults, const std::string& what) {
  return std::ranges::any_of(faults, [&](const std::string& one) { return one.find(what) != std::string::npos; });
}

TEST_CASE("a ledger that was only written to is whole, whatever the pages") {
  for (const std::size_t page : {1U, 2U, 4U, 100U}) {
    INFO(page);
    CHECK(faults_of(written(), page).empty());
  }
  CHECK(faults_of({}).empty());
}

TEST_CASE("each damage is found, and told where") {
  struct Damage {
    const char* told;
    std::function<void(Book&)> plant;
  };
  const std::vector<Damage> damages{
      {"entry 2 has another amount than transfer 2", [](Book& book) { book.entries[1].amount = 299; }},
      {"entry 1 has another amount than transfer 1", [](Book& book) { book.entries[0].amount = -1'000; }},
      {"entry 4 resolves more than is left of transfer 2", [](Book& book) { book.entries[3].amount = 301; }},
      {"transfer 2 is kept as posted with 300 posted",
       [](Book& book) { book.transfers[1].amount = 301, book.entries[1].amount = 301; }},
      {"entry 4 is missing", [](Book& book) { book.entries.erase(book.entries.begin() + 3); }},
      {"entry 2 to 3 are missing",
       [](Book& book) { book.entries.erase(book.entries.begin() + 1, book.entries.begin() + 3); }},
      {"account 2 is kept with", [](Book& book) { book.entries.pop_back(); }},
      {"account 3 is kept with debits 0 (0 pending), credits 1 (0 pending); its entries make it debits 0 (0 "
       "pending), credits 0 (0 pending)",
       [](Book& book) { book.account(3).balance.credits_posted = 1; }},
      {"entry 10 is of transfer 2, which was resolved before it: it is resolved twice",
       [](Book& book) {
         book.entries.push_back({10, 2, Step::post, 2, 4, 300, {}});
       }},
      {"entry 10 is of transfer 4, which was resolved before it",
       [](Book& book) {
         book.entries.push_back({10, 4, Step::release, 2, 3, 50, {}});
       }},
      {"entry 10 begins once more transfer 5",
       [](Book& book) {
         book.entries.push_back({10, 5, Step::reserve, 2, 4, 80, {}});
       }},
      {"entry 10 is of transfer 9, which there is not",
       [](Book& book) {
         book.entries.push_back({10, 9, Step::move, 1, 2, 5, {}});
       }},
      {"entry 1 is of another step than belongs to transfer 1",
       [](Book& book) { book.entries[0].step = Step::reserve; }},
      {"entry 9 names other accounts than transfer 5", [](Book& book) { book.entries[8].credit = 3; }},
      {"entry 9 names account 77, which there is not",
       [](Book& book) { book.entries[8].credit = book.transfers[4].credit = 77; }},
      {"entry 9 moves between two currencies",
       [](Book& book) { book.entries[8].credit = book.transfers[4].credit = 5; }},
      {"the entries in KWD do not add up to 0",
       [](Book& book) { book.entries[8].credit = book.transfers[4].credit = 5; }},
      {"transfer 3 is missing", [](Book& book) { book.transfers.erase(book.transfers.begin() + 2); }},
      {"transfer 5 is kept as posted with 80 posted",
       [](Book& book) { book.transfers[4].state = State::posted, book.transfers[4].posted = 80; }},
      {"transfer 2 is kept as reserved",
       [](Book& book) { book.transfers[1].state = State::reserved, book.transfers[1].posted = 0; }},
      {"transfer 3 is kept as posted with 151 posted", [](Book& book) { book.transfers[2].posted = 151; }},
      {"transfer 4 has expired although it was sent", [](Book& book) { book.transfers[3].was_sent = true; }},
      {"transfer 6 has no entry",
       [](Book& book) {
         book.transfers.push_back({6, 1, 2, 5, State::posted, false, false, 5});
       }},
      {"entry 10 takes more out of account 3 than there is",
       [](Book& book) {
         book.transfers.push_back({6, 3, 4, 5, State::posted, false, false, 5});
         book.add(Step::move, 6, 5);
       }},
      {"entries 4 to 7 are not what their seal was made of", [](Book& book) { book.entries[4].at = at_second(99); }},
      {"entries 2 to 3 are not what their seal was made of", [](Book& book) { book.seals[1].hash[31] = 1; }},
      {"entries 2 to 7 are not what their seal was made of",
       [](Book& book) { book.seals.erase(book.seals.begin() + 1); }},
      {"entries 8 to 9 have no seal", [](Book& book) { book.seals.pop_back(); }},
      {"entries up to 9 are missing: they are sealed", [](Book& book) { book.entries.pop_back(); }},
      {"entries up to 12 are missing: record 8 of the audit trail tells their seal",
       [](Book& book) {
         book.anchors.push_back({12, "", 8});
       }},
      {"names account 3, which there is not", [](Book& book) { book.accounts.erase(book.accounts.begin() + 2); }},
  };
  for (const Damage& damage : damages) {
    Book book = written();
    damage.plant(book);
    const auto faults = faults_of(book);
    std::string all;
    for (const std::string& one : faults) all += one + "\n";
    INFO("expected: " << damage.told << "\ntold:\n" << all);
    CHECK(tells(faults, damage.told));
  }
}

// Entries, transfers and balances that agree, and are not what was written.
Book rewritten() {
  Book book = written();
  book.entries[0].amount = book.transfers[0].amount = book.transfers[0].posted = 2'000;
  book.account(1).balance.debits_posted = book.account(2).balance.credits_posted = 2'000;
  return book;
}

TEST_CASE(
    "what was rewritten so that it agrees is found by its seals, and by the audit trail if those were made anew") {
  Book book = rewritten();
  CHECK(faults_of(book) ==
        std::vector<std::string>{"entries 1 to 1 are not what their seal was made of: one of them, or the seal, was "
                                 "changed, added or removed"});
  book.seal({1, 3, 7, 9});
  CHECK(faults_of(book).empty());  // nothing inside the ledger can tell
  book.anchors = {{3, hex_of(written().seals[1].hash), 5}};
  CHECK(faults_of(book) ==
        std::vector<std::string>{
            "the seal of entry 3 is not the one that record 5 of the audit trail tells: the ledger "
            "was written anew at it or before it"});
  Book whole = written();
  whole.anchors = book.anchors;
  CHECK(faults_of(whole).empty());
  whole.anchors[0].entry = 2;  // no transaction ended there
  CHECK(tells(faults_of(whole), "the seal of entry 2 is not the one"));
}

TEST_CASE("a reservation that is resolved while the ledger is read is no fault, unless its row says otherwise") {
  const Book book = written();
  for (const bool agrees : {true, false}) {
    Verifier verifier(hash_of, {});
    for (const SealRow& seal : book.seals) verifier.add(seal);
    for (const AccountRow& account : book.accounts) verifier.add(account);
    for (TransferRow row : book.transfers) {
      if (row.number == 2) row.state = State::reserved, row.posted = 0;  // as it was then
      verifier.add(row);
    }
    for (const Entry& entry : book.entries) verifier.add(entry);
    CHECK(verifier.unsettled() == std::vector<std::int64_t>{2, 5});
    TransferRow now = book.transfers[1];
    if (!agrees) now.posted = 299;
    verifier.settle(now);
    verifier.settle(book.transfers[4]);
    for (const AccountRow& account : book.accounts) verifier.compare(account);
    verifier.finish();
    CHECK(verifier.faults().empty() == agrees);
    CHECK(verifier.reserved() == 1);
  }
}

TEST_CASE("an account that is gone at the end of the look is told") {
  const Book book = written();
  Verifier verifier(hash_of, {});
  for (const SealRow& seal : book.seals) verifier.add(seal);
  for (const AccountRow& account : book.accounts) verifier.add(account);
  for (const TransferRow& row : book.transfers) verifier.add(row);
  for (const Entry& entry : book.entries) verifier.add(entry);
  for (const AccountRow& account : book.accounts) {
    if (account.number != 3) verifier.compare(account);
  }
  verifier.finish();
  CHECK(verifier.faults() == std::vector<std::string>{"account 3 is not there any more"});
}

TEST_CASE("of many faults the first ones are told") {
  Book book = written();
  for (int i = 0; i < 100; ++i) book.entries.push_back({10 + i, 2, Step::post, 2, 4, 300, {}});
  const auto faults = faults_of(book);
  CHECK(faults.size() == Verifier::faults_max + 1);
  CHECK(faults.back() == "and more, which was not looked for");
}

}  // namespace
}  // namespace shubbak::ledger
