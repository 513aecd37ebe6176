// The ledger through the store: transactions, look-ups, the audit trail, and what is found when rows are changed.
#include <algorithm>
#include <array>
#include <atomic>
#include <iterator>
#include <limits>
#include <thread>

#include <SQLiteCpp/Database.h>

#include "ledger/seal.hpp"
#include "ledger_fixture.hpp"
#include "store/audit_trail.hpp"
#include "store/sha256.hpp"

namespace shubbak::store {
namespace {

using ledger::State;
using ledger::Step;

std::vector<audit::Record> money_records(const std::string& path, const std::string& area = "money.") {
  std::vector<audit::Record> records;
  auto trail = AuditTrail::open(path);
  REQUIRE(trail.ok());
  REQUIRE((*trail)
              ->each({.action = area},
                     [&](const audit::Record& record) {
                       records.push_back(record);
                       return true;
                     })
              .ok());
  return records;
}

// What somebody does who has the file alone.
void change_rows(const std::string& path, const std::string& sql) {
  SQLite::Database database(path, SQLite::OPEN_READWRITE, 5'000);
  for (const char* trigger : {"ledger_entry_stays", "ledger_entry_is_kept", "ledger_entry_grows_at_its_end",
                              "ledger_transfer_resolves_once", "ledger_transfer_stays", "ledger_transfer_is_kept",
                              "ledger_transfer_grows_at_its_end", "ledger_account_stays", "ledger_account_is_kept",
                              "ledger_account_grows_at_its_end"}) {
    database.exec(std::string("DROP TRIGGER IF EXISTS ") + trigger);
  }
  database.exec("PRAGMA ignore_check_constraints = ON");
  database.exec(sql);
}

TEST_CASE_METHOD(LedgerFixture, "a payment: topped up, reserved, sent, posted, as balances and statement tell it") {
  open();
  CHECK(done(top_up("T1", 1'000)).state == State::posted);
  const TransferOutcome reserved = done(reserve("P1", 300));
  CHECK(reserved.number == 2);
  CHECK(reserved.state == State::reserved);
  CHECK(available(sample_wallet) == 700);
  CHECK(held(sample_wallet) == 1'000);
  CHECK_FALSE(done(MarkReservationSent{"P1", at(5)}).repeated);
  CHECK(done(MarkReservationSent{"P1", at(6)}).repeated);
  CHECK(refused({post("P1", {}, "")}) == Errc::invalid);
  CHECK(done(post("P1", 250)).state == State::posted);
  CHECK(available(sample_wallet) == 750);
  CHECK(held(sample_payable) == 250);

  reopen();
  const auto found = store->ledger().find_transfer("P1").value();
  REQUIRE(found.has_value());
  CHECK(found->number == 2);
  const ledger::Transfer& transfer = found->transfer;
  CHECK(transfer.order.debit == sample_wallet);
  CHECK(transfer.order.credit == sample_payable);
  CHECK(transfer.order.amount == Money{300, Currency::SYP});
  CHECK(transfer.order.by == by_citizen);
  CHECK(transfer.order.at == at(0));
  CHECK(transfer.expires == at(600));
  CHECK(transfer.sent == at(5));
  CHECK(transfer.state == State::posted);
  CHECK(transfer.posted == 250);
  CHECK(transfer.resolved == at(10));
  CHECK(transfer.evidence == "receipt 4711");
  CHECK_FALSE(store->ledger().find_transfer("P2").value().has_value());

  const auto kept = store->ledger().find_ledger_account(sample_wallet).value().value();
  auto lines = store->ledger().ledger_statement(kept.number, kept.last_entry, 100).value();
  const auto page = store->ledger().ledger_statement(kept.number, lines.at(0).before, 2).value();
  REQUIRE(page.size() == 2);
  CHECK(page[0].entry == lines[1].entry);
  CHECK(page[1].entry == lines[2].entry);
  CHECK(lines.back().before == 0);
  CHECK(store->ledger().ledger_statement(kept.number, 0, 2).value().empty());
  std::ranges::reverse(lines);
  REQUIRE(lines.size() == 5);
  const std::vector<std::pair<Step, std::int64_t>> expected{
      {Step::move, 1'000}, {Step::reserve, 300}, {Step::send, 300}, {Step::post, 250}, {Step::release, 50}};
  for (std::size_t i = 0; i < lines.size(); ++i) {
    CHECK(lines[i].step == expected[i].first);
    CHECK(lines[i].amount == expected[i].second);
    CHECK(lines[i].side == (i == 0 ? ledger::Side::credit : ledger::Side::debit));
    CHECK(lines[i].other == (i == 0 ? sample_suspense : sample_payable));
    CHECK(lines[i].key == (i == 0 ? "T1" : "P1"));
  }
  CHECK(store->ledger().ledger_accounts(0, 100).value().size() == 3);
  CHECK(store->ledger().ledger_accounts(1, 1).value().at(0).number == 2);
  CHECK(ledger_faults(config.path).empty());
}

TEST_CASE_METHOD(LedgerFixture, "the same request again is answered as first, another one under its key is refused") {
  open();
  done(top_up("T1", 1'000));
  const TransferOutcome first = done(reserve("P1", 300));
  const TransferOutcome again = done(reserve("P1", 300));
  CHECK(again.repeated);
  CHECK(again.number == first.number);
  CHECK(refused({reserve("P1", 301)}) == Errc::conflict);
  ReserveMoney other = reserve("P1", 300);
  other.order.request = {9};
  CHECK(refused({other}) == Errc::conflict);
  done(post("P1"));
  CHECK(done(post("P1")).repeated);
  CHECK(done(reserve("P1", 300)).state == State::posted);
  CHECK(refused({post("P1", 299)}) == Errc::conflict);
  CHECK(refused({void_it("P1")}) == Errc::conflict);
  CHECK(refused({void_it("P9")}) == Errc::not_found);
  CHECK(held(sample_payable) == 300);
  // What was refused leaves no key behind.
  CHECK(refused({reserve("P2", 701)}) == Errc::insufficient);
  CHECK(done(reserve("P2", 700)).number == 3);
  CHECK(ledger_faults(config.path).empty());
}

TEST_CASE_METHOD(LedgerFixture,
                 "a set that is refused leaves nothing of itself, whatever else its transaction does") {
  open();
  done(top_up("T1", 1'000));
  std::vector<std::optional<Result<Committed>>> outcomes(5);
  const std::vector<std::vector<Change>> sets{
      {reserve("P1", 100), message("one")},
      {reserve("P2", 200), correct("C1", "T1", 400), SetCeiling{sample_wallet, 5, by_staff, at(0)},
       top_up("T2", 70, {ledger::AccountKind::wallet, "new", Currency::SYP}), reserve("P3", 5'000)},
      {reserve("P4", 900)},
      {post("P1"), void_it("P4")},
      {post("P1"), message("told once already"), post("P9")}};
  for (std::size_t i = 0; i < sets.size(); ++i) {
    store->change(sets[i], [&outcomes, i](Result<Committed> result) { outcomes[i] = std::move(result); });
  }
  REQUIRE(
      loop.run_until([&] { return std::ranges::all_of(outcomes, [](const auto& one) { return one.has_value(); }); }));
  CHECK(outcomes[0]->ok());
  CHECK(outcomes[1]->error().code == Errc::insufficient);
  CHECK((*outcomes[2])->transfers.at(0).number == 3);
  REQUIRE(outcomes[3]->ok());
  CHECK((*outcomes[3])->transfers.size() == 2);
  CHECK((*outcomes[4])->transfers.at(0).repeated);
  CHECK(available(sample_wallet) == 900);
  CHECK_FALSE(account(sample_wallet).ceiling.has_value());
  CHECK(store->ledger().ledger_accounts(0, 100).value().size() == 3);
  CHECK(money_records(config.path).empty());
  CHECK(store->outbox_page("mtn", 0, 10).value().messages.size() == 1);  // behind what was done before: left out
  CHECK(ledger_faults(config.path).empty());
}

TEST_CASE_METHOD(LedgerFixture, "a wallet whose last money two sets want in one transaction gives it once") {
  open();
  done(top_up("T1", 100));
  std::vector<Errc> refusals;
  int accepted = 0;
  for (int i = 0; i < 10; ++i) {
    store->change({reserve("P" + std::to_string(i), 60)}, [&](const Result<Committed>& result) {
      if (result.ok()) {
        ++accepted;
      } else {
        refusals.push_back(result.error().code);
      }
    });
  }
  REQUIRE(loop.run_until([&] { return accepted + static_cast<int>(refusals.size()) == 10; }));
  CHECK(accepted == 1);
  CHECK(std::ranges::all_of(refusals, [](Errc code) { return code == Errc::insufficient; }));
}

TEST_CASE_METHOD(LedgerFixture, "time ends what was never sent, and nothing else") {
  open();
  done(top_up("T1", 1'000));
  done(reserve("P1", 100));
  done(reserve("P2", 100, true));
  done(reserve("P3", 100));
  done(post("P3"));
  const auto due = [this](std::int64_t when) { return store->ledger().due_reservations(at(when), 10).value(); };
  CHECK(due(599).empty());
  CHECK(refused({ExpireReservation{"P1", at(599)}}) == Errc::conflict);
  CHECK(refused({ExpireReservation{"P2", at(600)}}) == Errc::conflict);
  CHECK(due(600) == std::vector<std::string>{"P1"});
  REQUIRE(change({ExpireReservation{"P1", at(600)}, message("it is free again")}).ok());
  CHECK(store->outbox_page("mtn", 0, 10).value().messages.size() == 1);
  CHECK(due(1'000'000).empty());
  CHECK(refused({ExpireReservation{"P1", at(601)}}) == Errc::conflict);
  CHECK(available(sample_wallet) == 800);
  CHECK(store->ledger().find_transfer("P1").value()->transfer.state == State::expired);
  CHECK(refused({post("P1")}) == Errc::conflict);
  CHECK(refused({MarkReservationSent{"P1", at(601)}}) == Errc::conflict);
  CHECK(done(void_it("P2", "the company says: never seen")).state == State::voided);
  CHECK(available(sample_wallet) == 900);
  CHECK(ledger_faults(config.path).empty());
}

TEST_CASE_METHOD(LedgerFixture,
                 "corrections, ceilings and what staff moves or resolves by hand are told, payments are not") {
  open();
  done(top_up("T1", 1'000));
  done(reserve("P1", 300, true));
  done(reserve("P2", 200, true));
  done(reserve("P3", 50));
  done(post("P1"));
  CHECK(money_records(config.path).empty());

  done(PostReservation{"P2", 150, {"bank statement 17", by_staff, at(30)}});
  done(VoidReservation{"P3", {"", {Actor::Kind::command_line, "root"}, at(31)}});
  done(MoveMoney{order("M1", sample_suspense, sample_wallet, 5, by_staff)});
  ReserveMoney by_hand = reserve("P4", 3);
  by_hand.order.by = by_staff;
  done(by_hand);
  CHECK(done(by_hand).repeated);
  CHECK(done(correct("C1", "P1", 100)).number == 7);
  CHECK(done(correct("C1", "P1", 100)).repeated);
  CHECK(refused({correct("C2", "P1", 201)}) == Errc::conflict);
  CHECK(refused({correct("C2", "P9", 1)}) == Errc::not_found);
  REQUIRE(change({SetCeiling{sample_wallet, 1'000'000'000, by_staff, at(40)}}).ok());
  REQUIRE(change({SetCeiling{sample_wallet, std::nullopt, by_staff, at(41)}}).ok());
  const auto records = money_records(config.path);
  const std::vector<std::array<std::string, 3>> expected{
      {"money.posted", "0000000000000003", R"({"amount":150})"},
      {"money.voided", "0000000000000004", R"({"amount":50})"},
      {"money.moved", "0000000000000005", R"({"amount":5})"},
      {"money.reserved", "0000000000000006", R"({"amount":3})"},
      {"money.corrected", "0000000000000007", R"({"amount":100,"reason":"twice"})"},
      {"money.ceiling_set", "0000000000000002", R"({"amount":1000000000})"},
      {"money.ceiling_set", "0000000000000002", "{}"}};
  REQUIRE(records.size() == expected.size());
  for (std::size_t i = 0; i < expected.size(); ++i) {
    CHECK(records[i].action == expected[i][0]);
    CHECK(records[i].thing == expected[i][1]);
    CHECK(records[i].detail == expected[i][2]);
  }
  CHECK(held(sample_payable) == 350);
  CHECK(ledger_faults(config.path).empty());
}

TEST_CASE_METHOD(LedgerFixture, "a ceiling bounds what comes in, from the next change on") {
  open();
  const ledger::AccountId drawer{ledger::AccountKind::agent_drawer, "sami", Currency::SYP};
  REQUIRE(change({SetCeiling{drawer, 100, by_staff, at(0)}}).ok());
  CHECK(account(drawer).ceiling == 100);
  CHECK(refused({MoveMoney{order("R1", drawer, sample_payable, 101)}}) == Errc::limit);
  done(MoveMoney{order("R1", drawer, sample_payable, 100)});
  CHECK(refused({MoveMoney{order("R2", drawer, sample_payable, 1)}}) == Errc::limit);
  done(MoveMoney{order("D1", sample_suspense, drawer, 40)});
  CHECK(refused({MoveMoney{order("D2", sample_suspense, drawer, 61)}}) == Errc::insufficient);
  CHECK(held(drawer) == 60);
}

TEST_CASE_METHOD(LedgerFixture, "what can never be taken is refused before anything is queued") {
  open();
  done(top_up("T1", 1'000));
  const auto wrong = [this](const LedgerChange& one) { return refused({message("not sent"), one}) == Errc::invalid; };
  ReserveMoney hostile = reserve("P1", 0);
  for (const std::int64_t amount : {std::int64_t{0}, std::int64_t{-1}, std::numeric_limits<std::int64_t>::min()}) {
    hostile.order.amount.minor = amount;
    CHECK(wrong(hostile));
    CHECK(wrong(correct("C1", "T1", amount)));
  }
  hostile = reserve("P1", 10);
  hostile.order.amount.currency = Currency::KWD;
  CHECK(wrong(hostile));
  hostile = reserve("P1", 10);
  hostile.order.by = {Actor::Kind::staff, "+963 933 123 456"};
  CHECK(wrong(hostile));
  ReserveMoney over_at_once = reserve("P1", 10);
  over_at_once.terms.expires = over_at_once.order.at;
  CHECK(wrong(over_at_once));
  CHECK(wrong(post("P1", 0)));
  CHECK(wrong(ExpireReservation{"", at(0)}));
  CHECK(wrong(reserve("P 1", 10)));
  CHECK(wrong(reserve(std::string(65, 'k'), 10)));
  CHECK(wrong(post("P1", {}, std::string(129, 'e'))));
  CHECK(wrong(void_it("", "e")));
  CHECK(wrong(MarkReservationSent{"", at(0)}));
  CorrectTransfer unreasoned = correct("C1", "T1", 1);
  unreasoned.reason = "Because!";
  CHECK(wrong(unreasoned));
  CHECK(wrong(SetCeiling{sample_wallet, -1, by_staff, at(0)}));
  CHECK(wrong(SetCeiling{{ledger::AccountKind::wallet, "", Currency::SYP}, 1, by_staff, at(0)}));
  CHECK(store->outbox_page("mtn", 0, 10).value().messages.empty());
  CHECK(available(sample_wallet) == 1'000);
  // As much as can be counted, and then not one more.
  constexpr std::int64_t most = std::numeric_limits<std::int64_t>::max();
  CHECK(done(top_up("T2", most - 1'000)).state == State::posted);
  CHECK(refused({top_up("T3", 1)}) == Errc::limit);
  CHECK(available(sample_wallet) == most);
  CHECK(ledger_faults(config.path).empty());
}

TEST_CASE_METHOD(LedgerFixture, "entries, transfers and accounts are neither changed nor removed, nor replaced") {
  open();
  done(top_up("T1", 1'000));
  done(reserve("P1", 300, true));
  done(post("P1"));
  done(reserve("P2", 100, true));
  SQLite::Database database(config.path, SQLite::OPEN_READWRITE, 5'000);
  for (const char* sql :
       {"UPDATE ledger_entry SET amount = 1 WHERE number = 1",
        "DELETE FROM ledger_entry WHERE number = 1",
        "INSERT OR REPLACE INTO ledger_entry VALUES (1, 1, 0, 1, 2, 5, 0, 0, 0)",
        "INSERT INTO ledger_entry VALUES (9, 1, 0, 1, 2, 5, 0, 0, 0)",
        "DELETE FROM ledger_transfer WHERE number = 1",
        "UPDATE ledger_transfer SET amount = 301 WHERE number = 3",
        "UPDATE ledger_transfer SET key = 'X' WHERE number = 3",
        "UPDATE ledger_transfer SET state = 2 WHERE number = 2",
        "UPDATE ledger_transfer SET posted = 299 WHERE number = 2",
        "UPDATE ledger_transfer SET sent = NULL WHERE number = 3",
        "INSERT OR REPLACE INTO ledger_transfer SELECT * FROM ledger_transfer WHERE number = 1",
        "INSERT OR REPLACE INTO ledger_transfer SELECT 4, key, request, debit, credit, amount, by_kind, by_name, at, "
        "expires, corrects, state, sent, posted, resolved, resolved_by_kind, resolved_by_name, evidence FROM "
        "ledger_transfer WHERE number = 1",
        "INSERT OR REPLACE INTO ledger_account VALUES (2, 0, 'me', 'SYP', 0, NULL, 0, 0, 0, 1000, 0)",
        "INSERT OR REPLACE INTO ledger_account SELECT 4, kind, owner, currency, opened, NULL, 0, 0, 0, 1000, 1 FROM "
        "ledger_account WHERE number = 2",
        "INSERT INTO ledger_account VALUES (-9223372036854775808, 0, 'me', 'SYP', 0, NULL, 0, 0, 0, 1000, 0)",
        "UPDATE ledger_seal SET at = 0 WHERE entry = 1",
        "DELETE FROM ledger_seal WHERE entry = 1",
        "INSERT OR REPLACE INTO ledger_seal VALUES (1, 0, zeroblob(32))",
        "INSERT INTO ledger_seal VALUES (99, 0, zeroblob(32))",
        "DELETE FROM ledger_account WHERE number = 1",
        "UPDATE ledger_account SET owner = 'me' WHERE number = 2",
        "UPDATE ledger_account SET debits_posted = 1001 WHERE number = 2"}) {
    INFO(sql);
    CHECK_THROWS_AS(database.exec(sql), SQLite::Exception);
  }
  CHECK(ledger_faults(config.path).empty());
}

TEST_CASE_METHOD(LedgerFixture, "whatever is changed in the file is found, and told where") {
  struct Damage {
    const char* sql;
    const char* told;
  };
  const std::vector<Damage> damages{
      {"UPDATE ledger_entry SET amount = 299 WHERE number = 2", "entry 2 has another amount than transfer 2"},
      {"UPDATE ledger_entry SET amount = 9 WHERE number = 3", "transfer 2 is kept as posted with 300 posted"},
      {"DELETE FROM ledger_entry WHERE number = 2", "entry 2 is missing"},
      {"DELETE FROM ledger_entry WHERE number = 5", "account 2 is kept with"},
      {"UPDATE ledger_account SET credits_posted = 1001 WHERE number = 2",
       "account 2 is kept with debits 300 (100 pending), credits 1001 (0 pending); its entries make it debits 300 "
       "(100 "
       "pending), credits 1000 (0 pending)"},
      {"INSERT INTO ledger_entry VALUES (6, 2, 1, 2, 3, 300, 0, 5, 5)",
       "entry 6 is of transfer 2, which was resolved before it: it is resolved twice"},
      {"INSERT INTO ledger_entry VALUES (6, 77, 0, 1, 2, 300, 0, 4, 5)",
       "entry 6 is of transfer 77, which there is not"},
      {"INSERT INTO ledger_entry VALUES (-6, 2, 1, 2, 3, 300, 0, 0, 0)", "entry -6 cannot be"},
      {"UPDATE ledger_transfer SET state = 2, posted = 0 WHERE number = 2",
       "transfer 2 is kept as voided with 0 posted"},
      {"UPDATE ledger_transfer SET state = 1, posted = 100, resolved = 1 WHERE number = 4",
       "transfer 4 is kept as posted with 100 posted"},
      {"UPDATE ledger_transfer SET state = 77 WHERE number = 2", "transfer 2 is kept as unknown"},
      {"UPDATE ledger_account SET owner = 'me' WHERE number = 2",
       "entries 1 to 1 are not what their seal was made of"},
      {"UPDATE ledger_account SET kind = 6 WHERE number = 2", "entries 1 to 1 are not what their seal was made of"},
      {"UPDATE ledger_account SET last_entry = 2 WHERE number = 2", "account 2 is kept with entry 2 as its last one"},
      {"UPDATE ledger_entry SET debit_before = 1 WHERE number = 5", "entry 5 names entry 1 as the one before it"},
      {"UPDATE ledger_transfer SET key = 'P3' WHERE number = 2",
       "entries 2 to 2 are not what their seal was made of"},
      {"UPDATE ledger_transfer SET sent = NULL WHERE number = 2", "transfer 2 is kept with other times"},
      {"UPDATE ledger_transfer SET evidence = 'receipt 1' WHERE number = 2",
       "entries 3 to 3 are not what their seal was made of"},
      {"UPDATE ledger_transfer SET corrects = 2 WHERE number = 3",
       "entries 4 to 4 are not what their seal was made of"},
      {"UPDATE ledger_transfer SET state = 256 WHERE number = 4", "transfer 4 is kept as unknown"},
      {"INSERT INTO ledger_account VALUES (-9223372036854775808, 0, 'me', 'SYP', 0, NULL, 0, 0, 0, 1000, 0)",
       "account -9223372036854775808 is kept with"},
      {"DELETE FROM ledger_transfer WHERE number = 2", "transfer 2 is missing"},
      {"DELETE FROM ledger_account WHERE number = 3", "names account 3, which there is not"},
      {"UPDATE ledger_account SET currency = 'KWD' WHERE number = 3", "moves between two currencies"},
      {"UPDATE ledger_entry SET credit = 1 WHERE number = 2", "entry 2 names other accounts than transfer 2"}};
  for (const Damage& damage : damages) {
    config.path = folder.file("damaged" + std::to_string(&damage - damages.data()));
    open();
    done(top_up("T1", 1'000));
    done(reserve("P1", 300, true));
    done(post("P1"));
    done(MoveMoney{order("M1", sample_suspense, sample_payable, 7)});
    done(reserve("P2", 100));
    store.reset();
    REQUIRE(ledger_faults(config.path).empty());
    change_rows(config.path, damage.sql);
    std::string all;
    for (const std::string& one : ledger_faults(config.path)) all += one + "\n";
    INFO(damage.sql << "\ntold:\n" << all);
    CHECK(all.find(damage.told) != std::string::npos);
  }
}

// As somebody would who knows how seals are made, with the audit trail out of their reach.
void seal_anew(const std::string& path) {
  SQLite::Database database(path, SQLite::OPEN_READWRITE, 5'000);
  database.exec("DROP TRIGGER ledger_seal_stays");
  const auto book = LedgerBook::open(path).value();
  SQLite::Statement ends(database, "SELECT entry FROM ledger_seal ORDER BY entry");
  SQLite::Statement entries(database,
                            "SELECT entry.number, transfer, step, entry.debit, entry.credit, entry.amount, entry.at, "
                            "debit_before, credit_before, key FROM ledger_entry AS entry JOIN ledger_transfer AS "
                            "transfer ON transfer.number = entry.transfer WHERE entry.number BETWEEN ?1 + 1 AND ?2 "
                            "ORDER BY entry.number");
  SQLite::Statement put(database, "UPDATE ledger_seal SET hash = ?2 WHERE entry = ?1");
  ledger::SealMaker maker(sha256().value());
  ledger::Hash before{};
  std::int64_t from = 0;
  while (ends.executeStep()) {
    const std::int64_t end = ends.getColumn(0).getInt64();
    entries.bind(1, from);
    entries.bind(2, end);
    while (entries.executeStep()) {
      const auto value = [&entries](int column) { return entries.getColumn(column).getInt64(); };
      const auto transfer = book->reads().find_transfer(entries.getColumn(9).getString()).value()->transfer;
      maker.add({value(0), value(1), static_cast<Step>(value(2)), value(3), value(4), value(5),
                 WallTime(std::chrono::milliseconds(value(6))), value(7), value(8)},
                transfer, value(7) == 0 ? &transfer.order.debit : nullptr,
                value(8) == 0 ? &transfer.order.credit : nullptr);
    }
    entries.reset();
    before = maker.seal(before);
    put.bind(1, end);
    put.bind(2, before.data(), static_cast<int>(before.size()));
    put.exec();
    put.reset();
    from = end;
  }
}

TEST_CASE_METHOD(LedgerFixture, "the first entry of a day tells the audit trail the seal of the days before") {
  open();
  MoveMoney early = top_up("T1", 1'000);
  done(early);
  done(top_up("T2", 1));
  CHECK(money_records(config.path).empty());
  const std::int64_t sealed = 2;
  MoveMoney late = top_up("T3", 5);
  late.order.at = at(86'400);
  done(late);
  late.order.key = "T4";
  done(late);
  early.order.key = "T5";  // of a file that somebody brings a day later: no new day
  done(early);
  late.order.key = "T6";
  done(late);
  auto book = LedgerBook::open(config.path);
  REQUIRE(book.ok());
  CHECK((*book)->verify()->anchors == 1);
  const auto records = money_records(config.path, "ledger.");
  REQUIRE(records.size() == 1);
  CHECK(records[0].action == "ledger.sealed");
  CHECK(records[0].by == Actor{});
  CHECK(records[0].thing == "000000000000000" + std::to_string(sealed));
  CHECK(records[0].detail.size() == std::string(R"({"seal":""})").size() + 64);
  CHECK(ledger_faults(config.path).empty());
  store.reset();

  // Everything that agrees, but not with the audit trail.
  change_rows(
      config.path,
      "UPDATE ledger_entry SET amount = 2000 WHERE number = 1; UPDATE ledger_transfer SET amount = 2000, posted = "
      "2000 "
      "WHERE number = 1; UPDATE ledger_account SET debits_posted = debits_posted + 1000 WHERE number = 1; "
      "UPDATE ledger_account SET credits_posted = credits_posted + 1000 WHERE number = 2");
  const auto faults = ledger_faults(config.path);
  REQUIRE(faults.size() == 1);
  CHECK(faults[0].starts_with("entries 1 to 1 are not what their seal was made of"));
  seal_anew(config.path);
  CHECK(ledger_faults(config.path) ==
        std::vector<std::string>{
            "the seal of entry 2 is not the one that record 1 of the audit trail tells: the ledger "
            "was written anew at it or before it"});
}

TEST_CASE_METHOD(LedgerFixture, "on an account that was damaged nothing is decided, and others are not held up") {
  const ledger::AccountId other{ledger::AccountKind::wallet, "other", Currency::SYP};
  int copy = 0;
  for (const char* damage : {"UPDATE ledger_account SET credits_pending = -5 WHERE number = 2",
                             "UPDATE ledger_account SET credits_posted = 99 WHERE number = 2",
                             "DELETE FROM ledger_account WHERE number = 2"}) {
    INFO(damage);
    config.path = folder.file("damaged" + std::to_string(++copy));
    open();
    done(top_up("T1", 1'000));
    done(top_up("T2", 1'000, other));
    done(reserve("P0", 100));
    store.reset();
    change_rows(config.path, damage);
    open();
    std::vector<std::optional<Result<Committed>>> outcomes(3);
    ReserveMoney of_other = reserve("P2", 10);
    of_other.order.debit = other;
    const std::vector<std::vector<Change>> sets{{message("one"), post("P0")}, {of_other}, {void_it("P0")}};
    for (std::size_t i = 0; i < sets.size(); ++i) {
      store->change(sets[i], [&outcomes, i](Result<Committed> result) { outcomes[i] = std::move(result); });
    }
    REQUIRE(loop.run_until([&] { return std::ranges::all_of(outcomes, [](const auto& one) { return !!one; }); }));
    for (const std::size_t damaged : {0U, 2U}) {
      REQUIRE_FALSE(outcomes[damaged]->ok());
      CHECK(outcomes[damaged]->error().code == Errc::io);
      CHECK(outcomes[damaged]->error().message.find("shubbak ledger verify") != std::string::npos);
    }
    CHECK(outcomes[1]->ok());
    CHECK(store->outbox_page("mtn", 0, 10).value().messages.empty());
    store.reset();
  }
}

TEST_CASE_METHOD(LedgerFixture, "what is written while the ledger is verified is no fault, over many pages") {
  open();
  REQUIRE(done(top_up("T0", 1'000'000'000)).number == 1);
  std::size_t waiting = 0;
  std::size_t failed = 0;
  int next = 0;
  const auto pay_some = [&](int count) {
    for (const int end = next + count; next < end; ++next) {
      const std::string key = "P" + std::to_string(next);
      std::vector<Change> changes{reserve(key, 10)};
      // Some stay reserved for long, so that they are resolved while pages behind them are read.
      if (next >= 5'000) changes.emplace_back(post("P" + std::to_string(next - 5'000), next % 2 == 0 ? 10 : 4));
      ++waiting;
      store->change(std::move(changes), [&](const Result<Committed>& result) {
        --waiting;
        failed += !result.ok();
      });
    }
    REQUIRE(loop.run_until([&] { return waiting == 0; }));
  };
  pay_some(20'000);
  std::atomic<bool> ends = false;
  std::vector<std::string> faults;
  int verified = 0;
  std::thread verifying([&] {
    auto book = LedgerBook::open(config.path);
    while (!ends) {
      const auto verdict = book.ok() ? (*book)->verify() : Result<LedgerBook::Verdict>(book.error());
      if (!verdict.ok()) {
        faults.push_back(verdict.error().message);
        break;
      }
      std::ranges::copy(verdict->faults, std::back_inserter(faults));
      ++verified;
    }
  });
  for (int i = 0; i < 30; ++i) pay_some(500);
  ends = true;
  verifying.join();
  CHECK(failed == 0);
  CHECK(verified >= 1);
  CHECK(faults.empty());
  auto book = LedgerBook::open(config.path);
  REQUIRE(book.ok());
  const auto verdict = (*book)->verify().value();
  CHECK(verdict.transfers == 35'001);
  CHECK(verdict.reserved == 5'000);
  CHECK(verdict.faults.empty());
}

TEST_CASE_METHOD(LedgerFixture, "a database without a ledger is told, and not brought up to date") {
  {
    SQLite::Database database(config.path, SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE);
    database.exec("CREATE TABLE other (id INTEGER)");
  }
  const auto book = LedgerBook::open(config.path);
  REQUIRE_FALSE(book.ok());
  CHECK(book.error().code == Errc::not_found);
}

}  // namespace
}  // namespace shubbak::store
