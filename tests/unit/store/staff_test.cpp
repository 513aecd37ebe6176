#include "store/staff.hpp"

#include <SQLiteCpp/Database.h>

#include "store/flow_archive.hpp"
#include "store_fixture.hpp"

namespace shubbak::store {
namespace {

using namespace std::chrono_literals;
using staff::LoginVerdict;
using staff::Permission;
using staff::Role;

const Actor console{Actor::Kind::command_line, "root"};

AddAccount account(const std::string& name, std::vector<staff::Grant> grants = {{Role::clerk, {}}}) {
  return {name, "Amal Haddad of " + name, name + "@example.org", "hash of " + name, std::move(grants), console,
          at(0)};
}
TokenHash token(unsigned char n) {
  TokenHash made{};
  made[0] = n;
  return made;
}
Login login(const std::string& name, bool matches, unsigned char session, WallTime when = at(0),
            std::int64_t generation = 1) {
  return {name, "10.0.0.7", matches, generation, token(session), when};
}

struct StaffFixture : StoreFixture {
  StaffFixture() { open(); }
  Result<Committed> staff(StaffChange one) { return change({Change(std::move(one))}); }
  staff::LoginDecision log_in(const Login& with) {
    const auto committed = staff(with);
    if (!committed.ok()) FAIL(committed.error().message);
    return committed->login.value();
  }
  staff::Account found(const std::string& name) { return store->staff().find_account(name).value().value().account; }
  bool alive(unsigned char session, WallTime now = at(0)) {
    const auto one = store->staff().find_session(token(session)).value();
    return one && staff::judge(one->session, one->account, now) == staff::SessionState::alive;
  }
};

TEST_CASE_METHOD(StaffFixture, "an account is kept as it was made, with its personal fields sealed") {
  const std::vector<staff::Grant> grants{{Role::cashier, {"homs", "*", "*"}}, {Role::clerk, {}}};
  REQUIRE(staff(account("amal", grants)).ok());
  REQUIRE(staff(account("badr")).ok());
  reopen();
  const staff::Account amal = found("amal");
  CHECK(amal.full_name == "Amal Haddad of amal");
  CHECK(amal.email == "amal@example.org");
  CHECK(amal.grants == grants);
  CHECK_FALSE(amal.disabled);
  CHECK(store->staff().find_account("amal").value()->password_hash == "hash of amal");
  CHECK_FALSE(store->staff().find_account("nobody").value().has_value());
  const auto all = store->staff().accounts("", 10).value();
  REQUIRE(all.size() == 2);
  CHECK(all[0].name == "amal");
  CHECK(store->staff().accounts("amal", 10).value().front().name == "badr");
  store->flush();
  const std::string octets = read_file(config.path) + read_file(config.path + "-wal");
  CHECK_FALSE(octets.find("amal@example.org") != std::string::npos);
  CHECK_FALSE(octets.find("Haddad") != std::string::npos);
}

TEST_CASE_METHOD(StaffFixture, "what breaks a rule of accounts is refused and changes nothing") {
  REQUIRE(staff(account("amal")).ok());
  CHECK(staff(account("amal")).error().code == Errc::conflict);
  CHECK(staff(account("A B")).error().code == Errc::invalid);
  CHECK(staff(account("badr", {})).error().code == Errc::invalid);
  CHECK(staff(account("badr", {{Role::overseer, {}}, {Role::admin, {}}})).error().code == Errc::invalid);
  CHECK(staff(SetGrants{"amal", {}, 0, console, at(1)}).error().code == Errc::invalid);
  CHECK(staff(SetGrants{"nobody", {{Role::clerk, {}}}, 0, console, at(1)}).error().code == Errc::not_found);
  CHECK(staff(SetDisabled{"nobody", true, 0, console, at(1)}).error().code == Errc::not_found);
  CHECK(staff(SetPassword{"nobody", "x", 0, console, at(1)}).error().code == Errc::not_found);
  CHECK(store->staff().accounts("", 10)->size() == 1);
  CHECK(found("amal").generation == 1);
}

TEST_CASE_METHOD(StaffFixture, "of two admins who change one account at once, the second one is told") {
  REQUIRE(staff(account("amal")).ok());
  const std::int64_t seen = found("amal").generation;
  CHECK(staff(SetGrants{"amal", {{Role::cashier, {}}}, seen, console, at(1)}).ok());
  const auto second = staff(SetGrants{"amal", {{Role::admin, {}}}, seen, console, at(1)});
  REQUIRE_FALSE(second.ok());
  CHECK(second.error().code == Errc::conflict);
  CHECK(found("amal").grants.front().role == Role::cashier);
}

TEST_CASE_METHOD(StaffFixture, "whoever proposes or approves may still do it when that is committed") {
  REQUIRE(staff(account("amal", {{Role::publisher, {}}})).ok());
  REQUIRE(staff(account("badr", {{Role::publisher, {}}})).ok());
  REQUIRE(log_in(login("amal", true, 1)).verdict == LoginVerdict::granted);
  REQUIRE(log_in(login("badr", true, 2)).verdict == LoginVerdict::granted);
  const auto archive = FlowArchive::open(config.path).value();
  const auto required = [](unsigned char session, Permission permission) {
    return RequireStaff{token(session), permission, at(1)};
  };
  const Actor amal{Actor::Kind::staff, "amal"};
  const Actor badr{Actor::Kind::staff, "badr"};
  const Proposal wanted{.revision = "r1", .author = "amal", .note = "why", .at = at(1), .by = amal};
  REQUIRE(archive->propose(wanted, "one", required(1, Permission::flow_propose)).ok());

  // Their accounts are changed while the flows are checked.
  REQUIRE(staff(SetGrants{"amal", {{Role::designer, {}}}, 0, console, at(1)}).ok());
  REQUIRE(staff(SetDisabled{"badr", true, 0, console, at(1)}).ok());
  CHECK(archive->propose(wanted, "two", required(1, Permission::flow_propose)).error().message ==
        "the session has ended");
  CHECK(archive->approve(1, badr, at(2), required(2, Permission::flow_approve)).error().code == Errc::denied);
  CHECK(archive->proposals(10)->size() == 1);
  CHECK_FALSE(archive->latest()->has_value());

  REQUIRE(staff(account("dina", {{Role::designer, {}}})).ok());
  REQUIRE(log_in(login("dina", true, 3)).verdict == LoginVerdict::granted);
  CHECK(archive->approve(1, {Actor::Kind::staff, "dina"}, at(2), required(3, Permission::flow_approve))
            .error()
            .message == "this takes the permission flow.approve");
  REQUIRE(staff(SetDisabled{"badr", false, 0, console, at(2)}).ok());
  REQUIRE(log_in(login("badr", true, 4, at(2), found("badr").generation)).verdict == LoginVerdict::granted);
  CHECK(archive->approve(1, badr, at(2), required(4, Permission::flow_approve)).ok());
}

TEST_CASE_METHOD(StaffFixture, "every change of an account ends its sessions and nobody else's") {
  REQUIRE(staff(account("amal")).ok());
  REQUIRE(staff(account("badr")).ok());
  REQUIRE(log_in(login("badr", true, 9)).verdict == LoginVerdict::granted);
  const std::vector<StaffChange> changes{SetGrants{"amal", {{Role::cashier, {}}}, 0, console, at(1)},
                                         SetPassword{"amal", "other", 0, console, at(1)},
                                         SetDisabled{"amal", true, 0, console, at(1)}};
  unsigned char session = 0;
  for (const StaffChange& change : changes) {
    ++session;
    REQUIRE(log_in(login("amal", true, session, at(0), found("amal").generation)).verdict == LoginVerdict::granted);
    CHECK(alive(session));
    REQUIRE(staff(change).ok());
    CHECK_FALSE(alive(session));
    CHECK_FALSE(staff(RequireStaff{token(session), Permission::link_read, at(1)}).ok());
  }
  CHECK(alive(9));
  // Disabled: not with the right password either, and after that as before.
  CHECK(log_in(login("amal", true, 7, at(1), found("amal").generation)).verdict == LoginVerdict::refused);
  REQUIRE(staff(SetDisabled{"amal", false, 0, console, at(2)}).ok());
  CHECK(log_in(login("amal", true, 8, at(2), found("amal").generation)).verdict == LoginVerdict::granted);
}

TEST_CASE_METHOD(StaffFixture, "failed logins are counted on disk, for names that nobody has too") {
  REQUIRE(staff(account("amal")).ok());
  for (const std::string name : {"amal", "nobody"}) {
    for (int i = 0; i < 5; ++i) CHECK(log_in(login(name, false, 1, at(i))).verdict == LoginVerdict::refused);
    reopen();
    CHECK(store->staff().failures(name, "10.0.0.7")->first.count == 5);
    CHECK(log_in(login(name, true, 1, at(5))).verdict == LoginVerdict::locked);
    CHECK_FALSE(alive(1));
  }
  CHECK(store->staff().failures("amal", "10.0.0.7")->second.count == 10);
  CHECK(log_in(login("amal", true, 1, at(60))).verdict == LoginVerdict::granted);
  CHECK(store->staff().failures("amal", "10.0.0.7")->first.count == 0);
}

TEST_CASE_METHOD(StaffFixture, "tries that come all at once are counted one by one") {
  REQUIRE(staff(account("amal")).ok());
  int refused = 0;
  int locked = 0;
  int answered = 0;
  for (unsigned char i = 0; i < 40; ++i) {
    store->change({Change(StaffChange(login("amal", i == 39, i)))}, [&](const Result<Committed>& result) {
      REQUIRE(result.ok());
      ++answered;
      refused += result->login->verdict == LoginVerdict::refused ? 1 : 0;
      locked += result->login->verdict == LoginVerdict::locked ? 1 : 0;
    });
  }
  REQUIRE(loop.run_until([&] { return answered == 40; }));
  CHECK(refused == 5);
  CHECK(locked == 35);  // the last one had the right password
}

TEST_CASE_METHOD(StaffFixture, "a password that was changed while it was judged opens nothing") {
  REQUIRE(staff(account("amal")).ok());
  REQUIRE(staff(SetPassword{"amal", "other", 0, console, at(1)}).ok());
  CHECK(log_in(login("amal", true, 1, at(2), 1)).verdict == LoginVerdict::refused);
  CHECK_FALSE(alive(1));
}

TEST_CASE_METHOD(StaffFixture, "a set that a member of staff asked for is committed only while they may") {
  REQUIRE(staff(account("amal")).ok());
  REQUIRE(log_in(login("amal", true, 1)).verdict == LoginVerdict::granted);
  const auto linking = [&](Permission permission, WallTime now, unsigned char session = 1) {
    return change({Change(StaffChange(RequireStaff{token(session), permission, now})), link(number(), syrian())});
  };
  CHECK(linking(Permission::staff_manage, at(1)).error().code == Errc::denied);
  CHECK(linking(Permission::link_make, at(0) + 30min).error().code == Errc::denied);
  CHECK(linking(Permission::link_make, at(1), 2).error().code == Errc::denied);
  CHECK_FALSE(person(number()).link.has_value());
  CHECK(linking(Permission::link_make, at(1)).ok());
  CHECK(person(number()).link.has_value());
  // In one batch: what ends the session goes before what it asks for.
  std::vector<Errc> codes;
  bool done = false;
  store->change({Change(StaffChange(EndSession{token(1)}))}, [](const Result<Committed>&) {});
  store->change(
      {Change(StaffChange(RequireStaff{token(1), Permission::link_make, at(1)})), link(number(2), syrian())},
      [&](const Result<Committed>& result) {
        done = true;
        REQUIRE_FALSE(result.ok());
        codes.push_back(result.error().code);
      });
  REQUIRE(loop.run_until([&] { return done; }));
  CHECK(codes.front() == Errc::denied);
  CHECK_FALSE(person(number(2)).link.has_value());
}

TEST_CASE_METHOD(StaffFixture,
                 "a set that is done at an office is committed only if a grant of then covers that office") {
  REQUIRE(staff(account("amal", {{Role::clerk, {"*", "*", "post_7"}}, {Role::clerk, {"*", "*", "post_3"}}})).ok());
  REQUIRE(log_in(login("amal", true, 1)).verdict == LoginVerdict::granted);
  const auto linking = [&](const std::string& office, std::uint64_t n) {
    const RequireStaff required{token(1), Permission::link_make, at(1), staff::at_office(office)};
    return change({Change(StaffChange(required)), link(number(n), syrian())});
  };
  CHECK(linking("post_7", 1).ok());
  for (const char* elsewhere : {"post_8", ""}) {
    CHECK(linking(elsewhere, 2).error().code == Errc::denied);
    CHECK(linking(elsewhere, 2).error().message == "this takes the permission link.make at that office");
  }
  CHECK_FALSE(person(number(2)).link.has_value());
  // One of its grants is taken away, as by a program that leaves the session.
  {
    SQLite::Database beside(config.path, SQLite::OPEN_READWRITE, 5'000);
    REQUIRE(beside.exec("DELETE FROM staff_grant WHERE office = 'post_7'") == 1);
  }
  CHECK(linking("post_7", 2).error().code == Errc::denied);
  CHECK_FALSE(person(number(2)).link.has_value());
  CHECK(linking("post_3", 2).ok());
}

TEST_CASE_METHOD(StaffFixture, "an account has ten sessions at most, and what is over is removed") {
  REQUIRE(staff(account("amal")).ok());
  for (unsigned char i = 1; i <= 11; ++i)
    REQUIRE(log_in(login("amal", true, i, at(i))).verdict == LoginVerdict::granted);
  CHECK_FALSE(alive(1, at(11)));
  for (unsigned char i = 2; i <= 11; ++i) CHECK(alive(i, at(11)));
  REQUIRE(staff(TouchSession{token(2), at(600)}).ok());
  REQUIRE(staff(TouchSession{token(2), at(500)}).ok());  // late: changes nothing
  REQUIRE(staff(DropStaleStaff{at(11) + 30min}).ok());
  CHECK(alive(2, at(11) + 30min));
  CHECK_FALSE(store->staff().find_session(token(11))->has_value());
  CHECK(log_in(login("amal", false, 20, at(700))).verdict == LoginVerdict::refused);
  REQUIRE(staff(DropStaleStaff{at(700) + 30 * 24h}).ok());
  CHECK(store->staff().failures("amal", "10.0.0.7")->first.count == 0);
}

TEST_CASE_METHOD(StaffFixture, "a token is not in the database, only its hash") {
  REQUIRE(staff(account("amal")).ok());
  REQUIRE(log_in(login("amal", true, 1)).verdict == LoginVerdict::granted);
  SQLite::Database database(config.path, SQLite::OPEN_READONLY);
  CHECK(database.execAndGet("SELECT count(*) FROM staff_session WHERE length(token_hash) = 32").getInt() == 1);
}

}  // namespace
}  // namespace shubbak::store
