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
    AccountRow& debit = account(row.debit);
    AccountRow& credit = account(row.credit);
    entries.push_back({number, transfer, step, row.debit, row.credit, amount, at_second(number), debit.last_entry,
                       credit.last_entry});
    debit.last_entry = credit.last_entry = number;
    REQUIRE(apply(step, amount, debit.balance, credit.balance).ok());
    note_times(this->row(transfer), step, at_second(number));
  }
  static void note_times(Transfer& transfer, Step step, WallTime at) {
    if (begins(step)) transfer.order.at = at;
    if (step == Step::send || step == Step::reserve_sent) transfer.sent = at;
    if (resolves(step)) transfer.resolved = at;
  }
  // As if each of these entries had ended a transaction.
  void seal(const std::vector<std::int64_t>& ends) {
    seals.clear();
    SealMaker maker(hash_of);
    Hash before{};
    for (const Entry& entry : entries) {
      maker.add(entry, row(entry.transfer), entry.debit_before == 0 ? &account(entry.debit).id : nullptr,
                entry.credit_before == 0 ? &account(entry.credit).id : nullptr);
      if (std::ranges::find(ends, entry.number) == ends.end()) continue;
      before = maker.seal(before);
      seals.push_back({entry.number, before});
    }
  }
  Transfer& row(std::int64_t number) { return transfers[static_cast<std::size_t>(number - 1)].transfer; }
  AccountRow& account(std::int64_t number) { return accounts[static_cast<std::size_t>(number - 1)]; }
};

TransferRow moved(std::int64_t number, std::int64_t debit, std::int64_t credit, std::int64_t amount) {
  TransferRow row{number, debit, credit, {}};
  row.transfer.order.key = "T" + std::to_string(number);
  row.transfer.order.amount.minor = amount;
  row.transfer.state = State::posted;
  row.transfer.posted = amount;
  return row;
}
TransferRow reserved(std::int64_t number, std::int64_t credit, std::int64_t amount, State state,
                     std::int64_t posted) {
  TransferRow row = moved(number, 2, credit, amount);
  row.transfer.expires = at_second(600);
  row.transfer.state = state;
  row.transfer.posted = posted;
  return row;
}

Book written() {
  Book book;
  book.accounts = {{1, {AccountKind::suspense, "main", Currency::SYP}, {}, 0},
                   {2, {AccountKind::wallet, "a", Currency::SYP}, {}, 0},
                   {3, {AccountKind::wallet, "b", Currency::SYP}, {}, 0},
                   {4, {AccountKind::company_payable, "damascus", Currency::SYP}, {}, 0},
                   {5, {AccountKind::suspense, "main", Currency::KWD}, {}, 0}};
  book.transfers = {moved(1, 1, 2, 1'000), reserved(2, 4, 300, State::posted, 300),
                    reserved(3, 4, 200, State::posted, 150), reserved(4, 3, 50, State::expired, 0),
                    reserved(5, 4, 80, State::reserved, 0)};
  book.transfers[1].transfer.evidence = "receipt 4711";
  book.add(Step::move, 1, 1'000);
  book.add(Step::reserve_sent, 2, 300);
  book.add(Step::reserve, 3, 200);
  book.add(Step::send, 3, 200);
  book.add(Step::post, 2, 300);
  book.add(Step::reserve, 4, 50);
  book.add(Step::post, 3, 150);
  book.add(Step::release, 3, 50);
  book.add(Step::release, 4, 50);
  book.add(Step::reserve_sent, 5, 80);
  book.seal({1, 3, 8, 10});
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

void renew(Verifier& verifier, const Book& book, std::int64_t number) {
  for (const TransferRow& transfer : book.transfers) {
    if (transfer.number == number) verifier.renew(transfer);
  }
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
    for (std::size_t i = from; i < end; ++i) {
      const std::int64_t named = book.entries[i].transfer;
      if (named <= known) renew(verifier, book, named);
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
  for (const std::int64_t number : verifier.unsettled()) renew(verifier, book, number);
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
      {"entry 5 resolves more than is left of transfer 2", [](Book& book) { book.entries[4].amount = 301; }},
      {"transfer 2 is kept as posted with 300 posted",
       [](Book& book) { book.entries[1].amount = book.row(2).order.amount.minor = 301; }},
      {"entry 4 is missing", [](Book& book) { book.entries.erase(book.entries.begin() + 3); }},
      {"entry 2 to 3 are missing",
       [](Book& book) { book.entries.erase(book.entries.begin() + 1, book.entries.begin() + 3); }},
      {"account 2 is kept with", [](Book& book) { book.entries.pop_back(); }},
      {"account 3 is kept with debits 0 (0 pending), credits 1 (0 pending); its entries make it debits 0 (0 "
       "pending), credits 0 (0 pending)",
       [](Book& book) { book.account(3).balance.credits_posted = 1; }},
      {"entry 11 is of transfer 2, which was resolved before it: it is resolved twice",
       [](Book& book) {
         book.entries.push_back({11, 2, Step::post, 2, 4, 300, {}, 10, 10});
       }},
      {"entry 11 is of transfer 4, which was resolved before it",
       [](Book& book) {
         book.entries.push_back({11, 4, Step::release, 2, 3, 50, {}, 10, 9});
       }},
      {"entry 11 begins once more transfer 5",
       [](Book& book) {
         book.entries.push_back({11, 5, Step::reserve, 2, 4, 80, {}, 10, 10});
       }},
      {"entry 11 sends once more transfer 5",
       [](Book& book) {
         book.entries.push_back({11, 5, Step::send, 2, 4, 80, {}, 10, 10});
       }},
      {"entry 11 is of transfer 9, which there is not",
       [](Book& book) {
         book.entries.push_back({11, 9, Step::move, 1, 2, 5, {}, 1, 10});
       }},
      {"entry 1 is of another step than belongs to transfer 1",
       [](Book& book) { book.entries[0].step = Step::reserve; }},
      {"entry 10 names other accounts than transfer 5", [](Book& book) { book.entries[9].credit = 3; }},
      {"entry 10 names account 77, which there is not",
       [](Book& book) { book.entries[9].credit = book.transfers[4].credit = 77; }},
      {"entry 10 moves between two currencies",
       [](Book& book) { book.entries[9].credit = book.transfers[4].credit = 5; }},
      {"the entries in KWD do not add up to 0",
       [](Book& book) { book.entries[9].credit = book.transfers[4].credit = 5; }},
      {"transfer 3 is missing", [](Book& book) { book.transfers.erase(book.transfers.begin() + 2); }},
      {"transfer 5 is kept as posted with 80 posted",
       [](Book& book) { book.row(5).state = State::posted, book.row(5).posted = 80; }},
      {"transfer 2 is kept as reserved",
       [](Book& book) { book.row(2).state = State::reserved, book.row(2).posted = 0; }},
      {"transfer 3 is kept as posted with 151 posted", [](Book& book) { book.row(3).posted = 151; }},
      {"transfer 4 is kept with other times", [](Book& book) { book.row(4).sent = at_second(7); }},
      {"transfer 5 is kept with other times", [](Book& book) { book.row(5).sent.reset(); }},
      {"transfer 3 is kept with other times", [](Book& book) { book.row(3).sent.reset(); }},
      {"transfer 1 is kept with other times", [](Book& book) { book.row(1).order.at = at_second(7); }},
      {"transfer 2 is kept with other times", [](Book& book) { book.row(2).resolved = at_second(7); }},
      {"transfer 2 has expired although it was sent",
       [](Book& book) {
         book.entries[4].step = Step::release;
         book.row(2).state = State::expired, book.row(2).posted = 0;
       }},
      {"transfer 6 has no entry", [](Book& book) { book.transfers.push_back(moved(6, 1, 2, 5)); }},
      {"entry 11 takes more out of account 3 than there is",
       [](Book& book) {
         book.transfers.push_back(moved(6, 3, 4, 5));
         book.add(Step::move, 6, 5);
       }},
      {"entry 5 names entry 3 as the one before it of account 2, but that is entry 4",
       [](Book& book) { book.entries[4].debit_before = 3; }},
      {"entry 5 names entry 3 as the one before it of account 4, but that is entry 4",
       [](Book& book) { book.entries[4].credit_before = 3; }},
      {"account 3 is kept with entry 6 as its last one, but that is entry 9",
       [](Book& book) { book.account(3).last_entry = 6; }},
      {"entries 4 to 8 are not what their seal was made of", [](Book& book) { book.entries[4].at = at_second(99); }},
      {"entries 2 to 3 are not what their seal was made of", [](Book& book) { book.seals[1].hash[31] = 1; }},
      {"entries 2 to 8 are not what their seal was made of",
       [](Book& book) { book.seals.erase(book.seals.begin() + 1); }},
      // What no sum tells: whose an account is, and who asked for what, and says that it was done.
      {"entries 1 to 1 are not what their seal was made of", [](Book& book) { book.account(2).id.owner = "me"; }},
      {"entries 1 to 1 are not what their seal was made of",
       [](Book& book) { book.account(2).id.kind = AccountKind::suspense; }},
      {"entries 4 to 8 are not what their seal was made of", [](Book& book) { book.account(3).id.owner = "a"; }},
      {"entries 2 to 3 are not what their seal was made of", [](Book& book) { book.row(2).order.key = "T3"; }},
      {"entries 2 to 3 are not what their seal was made of", [](Book& book) { book.row(3).order.request = {1}; }},
      {"entries 2 to 3 are not what their seal was made of", [](Book& book) { book.row(3).order.by.name = "sms"; }},
      {"entries 9 to 10 are not what their seal was made of", [](Book& book) { book.row(5).expires = at_second(1); }},
      {"entries 1 to 1 are not what their seal was made of", [](Book& book) { book.row(1).corrects = 2; }},
      {"entries 4 to 8 are not what their seal was made of", [](Book& book) { book.row(2).evidence = "receipt 1"; }},
      {"entries 4 to 8 are not what their seal was made of",
       [](Book& book) { book.row(2).resolved_by.kind = Actor::Kind::staff; }},
      {"entries 9 to 10 are not what their seal was made of", [](Book& book) { book.row(4).state = State::voided; }},
      {"entries 9 to 10 have no seal", [](Book& book) { book.seals.pop_back(); }},
      {"entries up to 10 are missing: they are sealed", [](Book& book) { book.entries.pop_back(); }},
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
  book.entries[0].amount = book.row(1).order.amount.minor = book.row(1).posted = 2'000;
  book.account(1).balance.debits_posted = book.account(2).balance.credits_posted = 2'000;
  return book;
}

TEST_CASE(
    "what was rewritten so that it agrees is found by its seals, and by the audit trail if those were made anew") {
  Book book = rewritten();
  CHECK(faults_of(book) == std::vector<std::string>{
                               "entries 1 to 1 are not what their seal was made of: one of them, or what it begins, "
                               "resolves or opens, or the seal, was changed, added or removed"});
  book.seal({1, 3, 8, 10});
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
  Transfer as_it_was = book.transfers[1].transfer;
  as_it_was.state = State::reserved;
  as_it_was.posted = 0;
  as_it_was.resolved.reset();
  as_it_was.evidence.clear();
  for (const bool agrees : {true, false}) {
    Verifier verifier(hash_of, {});
    for (const SealRow& seal : book.seals) verifier.add(seal);
    for (const AccountRow& account : book.accounts) verifier.add(account);
    for (TransferRow row : book.transfers) {
      if (row.number == 2) row.transfer = as_it_was;
      verifier.add(row);
    }
    for (const Entry& entry : book.entries) {
      if (entry.number == 5) {
        TransferRow now = book.transfers[1];
        if (!agrees) now.transfer.posted = 299;
        verifier.renew(now);
      }
      verifier.add(entry);
    }
    CHECK(verifier.unsettled() == std::vector<std::int64_t>{5});
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
  for (int i = 0; i < 100; ++i) book.entries.push_back({11 + i, 2, Step::post, 2, 4, 300, {}, 10 + i, 10 + i});
  const auto faults = faults_of(book);
  CHECK(faults.size() == Verifier::faults_max + 1);
  CHECK(faults.back() == "and more, which was not looked for");
}

}  // namespace
}  // namespace shubbak::ledger
