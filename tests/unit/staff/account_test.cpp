#include "staff/account.hpp"

#include <catch2/catch.hpp>

namespace shubbak::staff {
namespace {

Account with(std::vector<Grant> grants) {
  Account account;
  account.id = 1;
  account.name = "amal";
  account.grants = std::move(grants);
  return account;
}

TEST_CASE("a grant covers what lies within its scope") {
  const Scope all;
  const Scope damascus{"damascus", "*", "*"};
  const Scope post{"damascus", "rif", "post_7"};
  CHECK(covers(all, post));
  CHECK(covers(all, all));
  CHECK(covers(damascus, post));
  CHECK(covers(damascus, {"damascus", "", ""}));
  CHECK(covers(post, {"", "", ""}));
  CHECK_FALSE(covers(post, damascus));
  CHECK_FALSE(covers(damascus, all));
  CHECK_FALSE(covers(damascus, {"aleppo", "", ""}));
  CHECK_FALSE(covers(post, {"damascus", "rif", "post_8"}));
}

// Every (role, permission), in every kind of scope.
TEST_CASE("an account may what one of its grants permits, where that grant reaches") {
  const Scope limited{"damascus", "*", "*"};
  for (const PermissionRow& row : permissions) {
    for (const RoleName& role : roles) {
      INFO(role.name << " " << row.name);
      const bool permitted = permits(role.role, row.permission);
      CHECK(may(with({{role.role, {}}}), row.permission) == permitted);
      CHECK(may(with({{role.role, limited}}), row.permission) == (permitted && row.reach == Reach::anywhere));
      CHECK(may(with({{role.role, limited}}), row.permission, {"damascus", "", ""}) == permitted);
      CHECK_FALSE(may(with({{role.role, limited}}), row.permission, {"homs", "", ""}));
      Account disabled = with({{role.role, {}}});
      disabled.disabled = true;
      CHECK_FALSE(may(disabled, row.permission));
    }
    CHECK_FALSE(may(with({}), row.permission));
  }
}

// A grant more never takes anything away, and nothing comes but by a grant.
TEST_CASE("permissions of several grants are their union") {
  for (const RoleName& one : roles) {
    for (const RoleName& other : roles) {
      const Account both = with({{one.role, {}}, {other.role, {"homs", "*", "*"}}});
      for (const PermissionRow& row : permissions) {
        for (const Scope& scope : {Scope{}, Scope{"homs", "", ""}, Scope{"", "", ""}}) {
          const bool expected = may(with({both.grants[0]}), row.permission, scope) ||
                                may(with({both.grants[1]}), row.permission, scope);
          CHECK(may(both, row.permission, scope) == expected);
        }
      }
    }
  }
}

TEST_CASE("what is done at an office takes a grant that covers it, and at none in particular one for all offices") {
  const auto makes = [](const Account& account, std::string_view office) {
    return may(account, Permission::link_make, at_office(office));
  };
  const Account post_7 = with({{Role::clerk, {"damascus", "rif", "post_7"}}});
  CHECK(makes(post_7, "post_7"));
  CHECK_FALSE(makes(post_7, "post_8"));
  CHECK_FALSE(makes(post_7, ""));
  // A number belongs to no company: the company's part of a grant limits nothing here.
  const Account damascus = with({{Role::clerk, {"damascus", "*", "*"}}});
  CHECK(makes(damascus, "post_8"));
  CHECK(makes(damascus, ""));
  CHECK_FALSE(makes(with({{Role::cashier, {}}}), "post_7"));
}

TEST_CASE("an account does things at the office that it names, or at the only one that its grants for it name") {
  const auto chosen = [](const Account& account, const std::optional<std::string>& named = std::nullopt) {
    return choose_office(account, Permission::pin_reset, named);
  };
  const Account one = with({{Role::clerk, {"*", "*", "post_7"}},
                            {Role::clerk, {"homs", "*", "post_7"}},
                            {Role::cashier, {}},  // permits nothing of this, wherever it is
                            {Role::case_worker, {"*", "*", "post_9"}}});
  CHECK(chosen(one).value() == "post_7");
  CHECK(chosen(one, "post_7").value() == "post_7");
  CHECK(chosen(one, "post_9").error().code == Errc::denied);
  CHECK(chosen(one, "post_9").error().message == "not at that office: this account serves at post_7");
  CHECK(usual_office(one, Permission::pin_reset) == "post_7");

  const Account two = with({{Role::clerk, {"*", "*", "post_7"}}, {Role::clerk, {"*", "*", "post_3"}}});
  CHECK(chosen(two).error().code == Errc::invalid);
  CHECK(chosen(two).error().message == "this account serves at several offices; say which: post_3, post_7");
  CHECK(chosen(two, "post_3").value() == "post_3");
  CHECK(chosen(two, "post_8").error().code == Errc::denied);
  CHECK(usual_office(two, Permission::pin_reset) == "post_3");

  const Account every = with({{Role::clerk, {"damascus", "*", "*"}}, {Role::clerk, {"*", "*", "post_7"}}});
  CHECK(chosen(every).value().empty());
  CHECK(chosen(every, "Homs post office").value() == "Homs post office");
  for (const char* name : {"", "*"}) CHECK(chosen(every, name).error().code == Errc::invalid);
  CHECK(usual_office(every, Permission::pin_reset).empty());

  Account closed = every;
  closed.disabled = true;
  for (const Account& none : {with({{Role::cashier, {}}}), closed}) {
    CHECK(chosen(none).error().code == Errc::denied);
    CHECK(chosen(none, "post_7").error().code == Errc::denied);
    CHECK(usual_office(none, Permission::pin_reset).empty());
  }
}

TEST_CASE("grants are read as they are written") {
  for (const char* text : {"admin", "clerk@damascus/*/*", "clerk@damascus/rif/post_7"})
    CHECK(to_string(parse_grant(text).value()) == text);
  CHECK(parse_grant("clerk@damascus").value() == Grant{Role::clerk, {"damascus", "*", "*"}});
  for (const char* text :
       {"", "boss", "clerk@", "clerk@a/b/c/d", "clerk@a//c", "clerk@Damascus", "clerk@a b", "clerk@a/b/c0933123"}) {
    INFO(text);
    const auto refused = parse_grant(text);
    REQUIRE_FALSE(refused.ok());
    CHECK(refused.error().code == Errc::invalid);
  }
}

TEST_CASE("names, passwords, grants and contacts have their rules") {
  for (const char* name : {"ab", "amal.h", "post-7_b", "abcdefghijklmnopqrstuvwxyz012345"})
    CHECK(check_name(name).ok());
  for (const char* name : {"", "a", "7up", "Amal", "a b", "أمل", "amal0933123", "abcdefghijklmnopqrstuvwxyz0123456"})
    CHECK_FALSE(check_name(name).ok());
  CHECK(check_password("correct horse", "amal").ok());
  CHECK(check_password("كلمة سر طويلة", "amal").ok());
  CHECK_FALSE(check_password("eleven char", "amal").ok());
  CHECK_FALSE(check_password("كلمة سر", "amal").ok());  // more than 12 octets, fewer letters
  CHECK_FALSE(check_password("amal and more", "amal").ok());
  CHECK_FALSE(check_password("xxxxxxxxxxxxxxxx", "amal").ok());
  CHECK_FALSE(check_password(std::string(129, 'a') + "b", "amal").ok());
  CHECK_FALSE(check_password(std::string_view("twelve\0letters", 14), "amal").ok());
  CHECK(check_contact("Amal Haddad", "").ok());
  CHECK(check_contact("أمل حداد", "amal@example.org").ok());
  CHECK_FALSE(check_contact("", "").ok());
  CHECK_FALSE(check_contact("two\nlines", "").ok());
  for (const char* email : {"amal", "@x", "amal@", "a@b@c", "a b@c"}) CHECK_FALSE(check_contact("Amal", email).ok());
}

TEST_CASE("an overseer has no other role, and no grant stands twice") {
  const Grant clerk{Role::clerk, {}};
  const Grant overseer{Role::overseer, {}};
  CHECK(check_grants({clerk, {Role::clerk, {"homs", "*", "*"}}, {Role::cashier, {}}}).ok());
  CHECK(check_grants({overseer}).ok());
  CHECK_FALSE(check_grants({}).ok());
  CHECK_FALSE(check_grants({clerk, clerk}).ok());
  CHECK_FALSE(check_grants({clerk, {Role::clerk, {"Homs", "*", "*"}}}).ok());
  for (const RoleName& role : roles) {
    if (role.role == Role::overseer) continue;
    CHECK_FALSE(check_grants({overseer, {role.role, {}}}).ok());
    CHECK_FALSE(check_grants({{role.role, {}}, overseer}).ok());
  }
}

}  // namespace
}  // namespace shubbak::staff
