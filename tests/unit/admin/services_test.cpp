// What staff do through the API.
#include "tests/unit/admin/fixture.hpp"

namespace shubbak::admin::testing {
namespace {

using store::at;

const std::string msisdn = "+963933123456";
const std::string national_id = "01020304050";

std::string text(const boost::json::value& value) {
  return boost::json::serialize(value);
}

}  // namespace

TEST_CASE("an admin makes accounts, and everybody sees their own") {
  Office office;
  office.add("root", "admin");
  const std::string admin = office.login("root");
  const Reply made = office.post("/staff", admin,
                                 {{"name", "amal"},
                                  {"full_name", "Amal Haddad"},
                                  {"email", "amal@example.org"},
                                  {"password", "a long password"},
                                  {"roles", {"clerk@damascus/rif/post_7", "cashier"}}});
  CHECK(made.status == 201);
  CHECK(text(made.body.at("roles")) == R"(["cashier","clerk@damascus/rif/post_7"])");
  const Reply me = office.ask("GET", "/me", office.login("amal"));
  CHECK(me.body.at("full_name") == "Amal Haddad");
  CHECK(
      text(me.body.at("permissions")) ==
      R"(["link.read","link.make","link.suspend","link.release","otp.clear_tries","pin.reset","assist.begin",)"
      R"("voucher.issue","voucher.activate","voucher.block","voucher.void","reconcile.read","reconcile.import","refund.propose",)"
      R"("refund.decide","cash.take","cash.deposit","cash.read","cash.propose","cash.decide","refund.read","case.read","case.work",)"
      R"("fill.read"])");
  const Reply all = office.ask("GET", "/staff", admin);
  CHECK(all.body.at("staff").as_array().size() == 2);
}

TEST_CASE("accounts are listed by name, page by page") {
  Office office;
  office.add("root", "admin");
  const std::string admin = office.login("root");
  std::vector<store::Change> made;
  for (int i = 1'000; i < 1'201; ++i) {
    made.emplace_back(store::StaffChange(store::AddAccount{.name = "clerk" + std::to_string(i),
                                                           .full_name = "A clerk",
                                                           .email = {},
                                                           .password_hash = "a hash",
                                                           .grants = {staff::parse_grant("clerk").value()},
                                                           .by = {Actor::Kind::command_line, "root"},
                                                           .at = store::at(0)}));
  }
  REQUIRE(office.commit(std::move(made)));
  const auto names_in = [](const Reply& reply) {
    std::vector<std::string> names;
    for (const auto& one : reply.body.at("staff").as_array())
      names.emplace_back(one.as_object().at("name").as_string());
    return names;
  };
  const auto first = names_in(office.post("/staff/find", admin, {}));
  REQUIRE(first.size() == accounts_listed_max);
  CHECK(first.front() == "clerk1000");
  CHECK(first.back() == "clerk1199");
  CHECK(names_in(office.ask("GET", "/staff", admin)) == first);
  CHECK(names_in(office.post("/staff/find", admin, {{"after", first.back()}})) ==
        std::vector<std::string>{"clerk1200", "root"});
  CHECK(names_in(office.post("/staff/find", admin, {{"after", "root"}})).empty());
}

TEST_CASE("accounts that break a rule are refused, with the field") {
  Office office;
  office.add("root", "admin");
  office.add("badr", "clerk");
  const std::string admin = office.login("root");
  const auto try_with = [&](const char* key, const boost::json::value& value) {
    boost::json::object body{
        {"name", "amal"}, {"full_name", "Amal Haddad"}, {"password", "a long password"}, {"roles", {"clerk"}}};
    body[key] = value;
    return office.post("/staff", admin, body);
  };
  CHECK(try_with("name", "Amal!").field() == "name");
  CHECK(try_with("password", "short").field() == "password");
  CHECK(try_with("password", "it is amal again").field() == "password");
  CHECK(try_with("roles", {"clerk", "boss"}).field() == "roles[1]");
  CHECK(try_with("roles", {"overseer", "admin"}).status == 422);
  CHECK(try_with("email", "nothing").status == 422);
  CHECK(try_with("salary", 1).code() == "bad_request");
  CHECK(try_with("name", "badr").code() == "conflict");
  CHECK(office.ask("GET", "/staff", admin).body.at("staff").as_array().size() == 2);
}

TEST_CASE("an admin names the phone and gives the PIN that an account serves people with") {
  Office office;
  office.add("root", "admin");
  office.add("amal", "clerk");
  office.add("badr", "clerk");
  const std::string admin = office.login("root");
  const Reply named = office.post("/staff/phone", admin, {{"name", "amal"}, {"msisdn", "0933 123 456"}});
  CHECK(named.status == 200);
  CHECK(named.body.at("msisdn") == "9639******56");
  CHECK(office.post("/staff/phone", admin, {{"name", "badr"}, {"msisdn", "+963933123456"}}).code() == "conflict");
  CHECK(office.post("/staff/phone", admin, {{"name", "badr"}, {"msisdn", "12"}}).field() == "msisdn");
  CHECK(office.post("/staff/phone", admin, {{"name", "amal"}}).body.if_contains("msisdn") == nullptr);
  CHECK(office.post("/staff/phone", admin, {{"name", "badr"}, {"msisdn", "+963933123456"}}).status == 200);
  CHECK(office.post("/staff/pin", admin, {{"name", "badr"}, {"pin", "12345"}}).field() == "pin");
  CHECK(office.post("/staff/pin", admin, {{"name", "badr"}, {"pin", "39517"}}).status == 204);
  CHECK(office.post("/staff/pin", admin, {{"name", "nobody"}, {"pin", "39517"}}).code() == "not_found");
  CHECK(office.post("/staff/pin", admin, {{"name", "root"}, {"pin", "39517"}}).status == 403);
}

TEST_CASE("nobody changes their own account, and of two admins at once the second one is told") {
  Office office;
  office.add("root", "admin");
  office.add("toor", "admin");
  office.add("amal", "clerk");
  const std::string one = office.login("root");
  const std::string two = office.login("toor");
  CHECK(office.post("/staff/roles", one, {{"name", "root"}, {"roles", {"admin", "publisher"}}}).status == 403);
  CHECK(office.post("/staff/disable", one, {{"name", "root"}}).status == 403);
  CHECK(office.post("/staff/password", one, {{"name", "root"}, {"password", "another password"}}).status == 403);
  const boost::json::object first{{"name", "amal"}, {"roles", {"cashier"}}, {"generation", 1}};
  const boost::json::object second{{"name", "amal"}, {"roles", {"designer"}}, {"generation", 1}};
  auto asking = std::async(std::launch::async, [&] { return office.post("/staff/roles", one, first).status; });
  const unsigned other = office.post("/staff/roles", two, second).status;
  const unsigned mine = asking.get();
  CHECK(std::min(mine, other) == 200);
  CHECK(std::max(mine, other) == 409);
  CHECK(office.post("/staff/disable", one, {{"name", "nobody"}}).code() == "not_found");
}

TEST_CASE("a link is made pending, its phone is asked, and it is found, suspended and released with masked answers") {
  Office office;
  office.add("amal", "clerk");
  office.add("hind", "overseer");
  const std::string clerk = office.login("amal");
  const Reply made = office.post("/links", clerk,
                                 {{"msisdn", msisdn}, {"national_id", national_id}, {"office", "Homs post office"}});
  CHECK(made.status == 201);
  CHECK(made.body.at("state") == "pending");
  CHECK(made.body.at("money_hold") == "none");
  CHECK(made.body.at("msisdn") == "9639******56");
  REQUIRE(office.questions().size() == 1);
  CHECK(office.questions()[0].starts_with("syriatel 963933123456 asks "));
  CHECK(office.questions()[0].ends_with(" 000042"));
  CHECK(office.questions()[0].find(national_id) == std::string::npos);
  CHECK(office.post("/links", clerk, {{"msisdn", msisdn}, {"national_id", "01020304051"}}).code() == "conflict");
  const std::vector<boost::json::object> keys{{{"msisdn", "0933 123 456"}}, {{"national_id", national_id}}};
  for (const boost::json::object& by : keys) {
    const Reply found = office.post("/links/find", office.login("hind"), by);
    REQUIRE(found.body.at("links").as_array().size() == 1);
    CHECK(text(found.body).find(national_id) == std::string::npos);
    CHECK(text(found.body).find("933123456") == std::string::npos);
  }
  CHECK(office.post("/links/release", clerk, {{"msisdn", msisdn}}).body.at("state") == "released");
  CHECK(office.post("/links/release", clerk, {{"msisdn", msisdn}}).code() == "not_found");
  CHECK(office.post("/links/find", clerk, {{"msisdn", msisdn}}).body.at("links").as_array().empty());
}

TEST_CASE("an e-mail address is registered for an active link, never answered, and removed") {
  Office office;
  office.add("amal", "clerk");
  const std::string clerk = office.login("amal");
  const auto put = [&](const std::string& address) {
    return office.post("/links/email", clerk, {{"msisdn", msisdn}, {"address", address}});
  };
  const auto registered = [&] {
    return office.on_loop([&] { return office.store().mail().mail_address(*Msisdn::parse(msisdn)).value(); });
  };
  CHECK(put("amal@example.org").code() == "not_found");
  REQUIRE(office.post("/links", clerk, {{"msisdn", msisdn}, {"national_id", national_id}}).status == 201);
  CHECK(put("amal@example.org").code() == "conflict");  // not active
  REQUIRE(office.happens(msisdn, identity::LinkEvent::confirm));
  CHECK(put("amal@example.org\r\nBcc: all@example.org").field() == "address");
  CHECK(put("").field() == "address");
  CHECK_FALSE(registered());
  const Reply done = put("amal@example.org");
  CHECK(done.status == 200);
  CHECK(text(done.body).find("example.org") == std::string::npos);
  CHECK(registered()->address.reveal() == "amal@example.org");
  CHECK(office.post("/links/email", clerk, {{"msisdn", msisdn}}).status == 200);
  CHECK_FALSE(registered());
  CHECK(office.post("/links/email", clerk, {{"msisdn", msisdn}}).code() == "not_found");
}

TEST_CASE("what a counter may do to an active link, and what the phone must say") {
  Office office;
  office.add("amal", "clerk");
  const std::string clerk = office.login("amal");
  const boost::json::object key{{"msisdn", msisdn}};
  REQUIRE(office.post("/links", clerk, {{"msisdn", msisdn}, {"national_id", national_id}}).status == 201);
  CHECK(office.post("/links/clear-hold", clerk, key).code() == "conflict");  // not active
  CHECK(office.post("/links/resume", clerk, key).code() == "conflict");
  REQUIRE(office.happens(msisdn, identity::LinkEvent::confirm));
  CHECK(office.post("/links/hold", clerk, key).body.at("money_hold") == "held");
  CHECK(office.post("/links/clear-hold", clerk, key).body.at("money_hold") == "asked");
  CHECK(office.questions().size() == 2);
  REQUIRE(office.happens(msisdn, identity::LinkEvent::confirm));
  CHECK(office.post("/links/suspend", clerk, key).body.at("state") == "suspended");
  CHECK(office.post("/links/resume", clerk, key).body.at("state") == "active");
  CHECK(office.post("/links/verify", clerk, key).code() == "conflict");
  CHECK(office.post("/links", clerk, {{"msisdn", "0933123457"}, {"national_id", national_id}, {"operator", "mtn"}})
            .field() == "operator");
  const auto history = office.on_loop([&] { return office.store().link_history(*Msisdn::parse(msisdn)).value(); });
  REQUIRE(history.size() == 7);
  CHECK(history[0].by.name == "the office");
  CHECK(history[5].by.name == "amal");
}

TEST_CASE("a number that its phone confirmed is released, or relinked, with the code that its person brings") {
  Office office;
  office.add("amal", "clerk");
  office.add("badr", "clerk");
  const std::string clerk = office.login("amal");
  const boost::json::object key{{"msisdn", msisdn}};
  const auto with = [&](boost::json::object more) {
    more["msisdn"] = msisdn;
    return more;
  };
  CHECK(office.post("/links/release-code", clerk, key).code() == "not_found");
  REQUIRE(office.post("/links", clerk, with({{"national_id", national_id}})).status == 201);
  CHECK(office.post("/links/release-code", clerk, key).code() == "conflict");  // pending: it takes none
  CHECK(office.post("/links/relink-code", clerk, with({{"national_id", "01020304051"}})).code() == "conflict");
  REQUIRE(office.happens(msisdn, identity::LinkEvent::confirm));
  CHECK(office.post("/links/release", clerk, key).code() == "forbidden");
  CHECK(office.post("/links/release", clerk, with({{"code", "000042"}})).code() == "conflict");  // none was sent
  const std::size_t asked = office.questions().size();
  SECTION("released") {
    REQUIRE(office.post("/links/release-code", clerk, key).status == 200);
    REQUIRE(office.questions().size() == asked + 1);
    CHECK(office.questions().back() == "syriatel 963933123456 asks code 000042");
    CHECK(office.post("/links/release-code", clerk, key).status == 200);  // the one that was sent stands
    CHECK(office.questions().size() == asked + 1);
    const Reply wrong = office.post("/links/release", clerk, with({{"code", "000041"}}));
    CHECK(wrong.status == 422);
    CHECK(wrong.field() == "code");
    const boost::json::object right = with({{"code", "000042"}});
    const std::string other_clerk = office.login("badr");
    auto asking = std::async(std::launch::async, [&] { return office.post("/links/release", clerk, right).status; });
    const unsigned theirs = office.post("/links/release", other_clerk, right).status;
    const unsigned mine = asking.get();
    CHECK(std::min(mine, theirs) == 200);
    CHECK(std::max(mine, theirs) == 404);
  }
  SECTION("too late") {
    REQUIRE(office.post("/links/release-code", clerk, key).status == 200);
    office.advance(3min);
    CHECK(office.post("/links/release", clerk, with({{"code", "000042"}})).code() == "conflict");
    CHECK(office.post("/links/find", clerk, key).body.at("links").as_array().size() == 1);
  }
  SECTION("relinked") {
    const boost::json::object to = with({{"national_id", "01020304051"}});
    REQUIRE(office.post("/links/relink-code", clerk, to).status == 200);
    CHECK(office.questions().back() == "syriatel 963933123456 asks 01*******51. code 000042");
    auto body = to;
    body["code"] = "000041";
    CHECK(office.post("/links/relink", clerk, body).field() == "code");
    CHECK(office.questions().size() == asked + 1);  // nobody was asked yet
    body["code"] = "000042";
    body["national_id"] = "01020304052";  // not whom the phone agreed to
    CHECK(office.post("/links/relink", clerk, body).code() == "conflict");
    body["national_id"] = "01020304051";
    const Reply made = office.post("/links/relink", clerk, body);
    CHECK(made.status == 201);
    CHECK(made.body.at("state") == "pending");
    CHECK(made.body.at("national_id") == "01*******51");
    CHECK(office.questions().size() == asked + 2);
    CHECK(office.post("/links/relink", clerk, body).code() == "conflict");
    REQUIRE(office.happens(msisdn, identity::LinkEvent::confirm));
  }
}

TEST_CASE("a clerk takes a PIN away, of which the person is told once, and forgets what was failed") {
  Office office;
  office.add("amal", "clerk");
  office.add("badr", "clerk");
  const std::string clerk = office.login("amal");
  const boost::json::object key{{"msisdn", msisdn}};
  const NationalId person = *NationalId::parse(Country::syria, national_id);
  CHECK(office.post("/links/reset-pin", clerk, key).code() == "not_found");
  REQUIRE(office.post("/links", clerk, {{"msisdn", msisdn}, {"national_id", national_id}}).status == 201);
  CHECK(office.post("/links/reset-pin", clerk, key).code() == "conflict");  // its phone has not confirmed
  CHECK(office.post("/links/clear-tries", clerk, key).code() == "conflict");
  REQUIRE(office.happens(msisdn, identity::LinkEvent::confirm));
  CHECK(office.post("/links/reset-pin", clerk, key).code() == "not_found");  // they have none
  REQUIRE(office.commit({store::SetPin{person, "hash", {Actor::Kind::citizen, "ussd"}, at(1)}}));
  // A second number of the same person.
  REQUIRE(office.commit({store::ChangeLink{*Msisdn::parse("963933123459"),
                                           person,
                                           identity::LinkEvent::import,
                                           {Actor::Kind::command_line, "root"},
                                           at(1)}}));
  std::size_t told = office.questions().size();
  const auto told_since = [&] {
    std::vector<std::string> all = office.questions();
    all.erase(all.begin(), all.begin() + static_cast<std::ptrdiff_t>(std::exchange(told, all.size())));
    std::ranges::sort(all);
    return all;
  };
  CHECK(office.post("/links/reset-pin", clerk, {{"msisdn", msisdn}, {"operator", "mtn"}}).field() == "operator");
  const std::string other_clerk = office.login("badr");
  auto asking = std::async(std::launch::async, [&] { return office.post("/links/reset-pin", clerk, key).status; });
  const unsigned theirs = office.post("/links/reset-pin", other_clerk, key).status;
  const unsigned mine = asking.get();
  CHECK(std::min(mine, theirs) == 200);
  CHECK(std::max(mine, theirs) == 404);
  CHECK(told_since() == std::vector<std::string>{"syriatel 963933123456 reset", "syriatel 963933123459 reset"});
  CHECK_FALSE(office.on_loop([&] { return office.store().service_pin(person).value(); }).has_value());

  REQUIRE(office.commit({store::TryPin{person, *Msisdn::parse(msisdn), "pay", false, at(2)}}));
  CHECK(office.post("/links/clear-tries", clerk, {{"msisdn", msisdn}, {"operator", "mtn"}}).field() == "operator");
  CHECK(office.post("/links/clear-tries", clerk, key).status == 200);
  CHECK(told_since() == std::vector<std::string>{"syriatel 963933123456 cleared", "syriatel 963933123459 cleared"});
  CHECK(office.post("/links/clear-tries", clerk, key).status == 200);  // nothing is left to forget
  CHECK(told_since().empty());
  REQUIRE(office.happens(msisdn, identity::LinkEvent::suspend));
  CHECK(office.post("/links/clear-tries", clerk, key).code() == "conflict");
  office.add("hind", "overseer");
  const auto records = office.post("/audit/search", office.login("hind"), {{"national_id", national_id}});
  std::vector<std::string> actions;
  for (const auto& record : records.body.at("records").as_array())
    actions.push_back(text(record.as_object().at("action")));
  CHECK(actions == std::vector<std::string>{R"("link.made")", R"("link.confirmed")", R"("pin.set")",
                                            R"("link.imported")", R"("pin.dropped")", R"("otp.cleared")",
                                            R"("link.suspended")"});
}

TEST_CASE(
    "a code that a clerk has sent is on record if it goes out, and is counted with all others, as is each try") {
  using otp::SendVerdict;
  using otp::TryVerdict;
  Office office;
  office.add("amal", "clerk");
  office.add("hind", "overseer");
  const std::string clerk = office.login("amal");
  const auto with = [&](boost::json::object more) {
    more["msisdn"] = msisdn;
    return more;
  };
  REQUIRE(office.post("/links", clerk, with({{"national_id", national_id}})).status == 201);
  REQUIRE(office.happens(msisdn, identity::LinkEvent::confirm));
  office.advance(31s);  // the question was an SMS too
  CHECK(office.post("/links/relink-code", clerk, with({{"national_id", "01020304051"}})).status == 200);
  CHECK(office.post("/links/release-code", clerk, with({{"office", "Homs"}})).code() == "unavailable");  // too soon
  CHECK(office.post("/links/release", clerk, with({{"code", "000042"}})).code() == "conflict");  // for something else
  office.advance(31s);
  CHECK(office.post("/links/release-code", clerk, with({{"office", "Homs"}})).status == 200);
  CHECK(office.post("/links/release", clerk, with({{"code", "000041"}})).field() == "code");
  CHECK(office.post("/links/release", clerk, with({{"code", "000042"}})).status == 200);
  const auto [sends, tries] = office.counted();
  CHECK(sends == std::vector{SendVerdict::sent, SendVerdict::too_soon, SendVerdict::sent});
  CHECK(tries == std::vector{TryVerdict::over, TryVerdict::wrong, TryVerdict::right});
  const Reply found = office.post("/audit/search", office.login("hind"),
                                  {{"national_id", national_id}, {"msisdn", msisdn}, {"action", "link.code_sent"}});
  const auto& told = found.body.at("records").as_array();
  REQUIRE(told.size() == 2);
  CHECK(told[0].as_object().at("detail") == R"({"purpose":"relink"})");
  CHECK(told[1].as_object().at("detail") == R"({"purpose":"release","office":"Homs"})");
  CHECK(told[1].as_object().at("by_name") == "amal");
}

TEST_CASE("the trail says at which office each thing was done: the one that was named, or the clerk's only one") {
  Office office;
  office.add("amal", "clerk@damascus/rif/post_7");
  office.add("badr", "clerk");
  office.grant("badr", {"clerk@*/*/post_7", "clerk@*/*/post_3"});
  office.add("hind", "overseer");
  const std::string of_one = office.login("amal");
  const std::string of_two = office.login("badr");
  const NationalId person = *NationalId::parse(Country::syria, national_id);
  const auto with = [&](boost::json::object more) {
    more["msisdn"] = msisdn;
    return more;
  };
  const boost::json::object key{{"msisdn", msisdn}};
  const boost::json::object at_3{{"msisdn", msisdn}, {"office", "post_3"}};
  REQUIRE(office.post("/links", of_one, with({{"national_id", national_id}})).status == 201);
  REQUIRE(office.happens(msisdn, identity::LinkEvent::confirm));
  REQUIRE(office.commit({store::SetPin{person, "hash", {Actor::Kind::citizen, "ussd"}, at(1)},
                         store::TryPin{person, *Msisdn::parse(msisdn), "pay", false, at(2), at(1)}}));
  CHECK(office.post("/links/reset-pin", of_two, at_3).status == 200);
  CHECK(office.post("/links/clear-tries", of_one, key).status == 200);
  CHECK(office.post("/links/hold", of_two, at_3).status == 200);
  CHECK(office.post("/links/clear-hold", of_one, key).status == 200);
  REQUIRE(office.happens(msisdn, identity::LinkEvent::confirm));
  CHECK(office.post("/links/suspend", of_one, with({{"office", "post_7"}})).status == 200);
  CHECK(office.post("/links/resume", of_two, at_3).status == 200);
  CHECK(office.post("/links/release-code", of_one, key).status == 200);
  CHECK(office.post("/links/release", of_two, with({{"office", "post_3"}, {"code", "000042"}})).status == 200);
  const Reply found = office.post("/audit/search", office.login("hind"), {{"national_id", national_id}});
  std::vector<std::string> told;
  for (const auto& one : found.body.at("records").as_array()) {
    const auto& record = one.as_object();
    if (record.at("by_kind") != "staff") continue;
    const auto detail = boost::json::parse(record.at("detail").as_string()).as_object();
    const auto* where = detail.if_contains("office");
    told.push_back(text(record.at("action")) + " " + (where == nullptr ? "nowhere" : text(*where)));
  }
  CHECK(told == std::vector<std::string>{
                    R"("link.made" "post_7")", R"("pin.dropped" "post_3")", R"("otp.cleared" "post_7")",
                    R"("link.held" "post_3")", R"("link.hold_asked" "post_7")", R"("link.suspended" "post_7")",
                    R"("link.resumed" "post_3")", R"("link.code_sent" "post_7")", R"("link.released" "post_3")"});
}

TEST_CASE("an overseer reads who did what, of whom, and the end of the chain") {
  Office office;
  office.add("amal", "clerk");
  office.add("hind", "overseer");
  const std::string clerk = office.login("amal");
  const std::string overseer = office.login("hind");
  REQUIRE(office.post("/links", clerk, {{"msisdn", msisdn}, {"national_id", national_id}}).status == 201);
  REQUIRE(office.post("/links/release", clerk, {{"msisdn", msisdn}}).status == 200);
  const auto search = [&](const boost::json::object& by) {
    const Reply reply = office.post("/audit/search", overseer, by);
    INFO(reply.message());
    REQUIRE(reply.status == 200);
    CHECK(text(reply.body).find(national_id) == std::string::npos);
    CHECK(text(reply.body).find("933123456") == std::string::npos);
    return reply.body.at("records").as_array();
  };
  const auto all = search({});
  REQUIRE(all.size() == 6);  // two accounts with a role each, two changes of the link
  CHECK(all[0].as_object().at("action") == "account.added");
  CHECK(all[0].as_object().at("by_kind") == "command_line");
  CHECK(all[1].as_object().at("detail") == R"({"role":"clerk"})");
  const auto of_person = search({{"national_id", national_id}});
  REQUIRE(of_person.size() == 2);
  CHECK(of_person[0].as_object().at("action") == "link.made");
  CHECK(of_person[0].as_object().at("by_name") == "amal");
  CHECK(of_person[0].as_object().at("detail") == R"({"office":"the office"})");
  CHECK(search({{"msisdn", msisdn}, {"action", "link.released"}}).size() == 1);
  CHECK(search({{"msisdn", "+963933123457"}}).empty());
  CHECK(search({{"by", "amal"}}).size() == 2);
  CHECK(search({{"after", 5}}).size() == 1);
  CHECK(search({{"before", 1}}).empty());
  CHECK(office.post("/audit/search", overseer, {{"msisdn", "12"}}).field() == "msisdn");
  CHECK(office.post("/audit/search", clerk, boost::json::object()).status == 403);
  const Reply end = office.ask("GET", "/audit/end", overseer);
  CHECK(end.body.at("number") == 6);
  CHECK(end.body.at("hash") == all[5].as_object().at("hash"));
  CHECK_FALSE(end.body.contains("published_day"));
}

TEST_CASE("what is no number is refused with the field, and its text is not said again") {
  Office office;
  office.add("amal", "clerk");
  const std::string clerk = office.login("amal");
  const Reply number = office.post("/links", clerk, {{"msisdn", "12x"}, {"national_id", national_id}});
  CHECK(number.status == 422);
  CHECK(number.field() == "msisdn");
  const Reply person = office.post("/links", clerk, {{"msisdn", msisdn}, {"national_id", "0102030405"}});
  CHECK(person.field() == "national_id");
  CHECK(person.message().find("0102030405") == std::string::npos);
  CHECK(office.post("/links/find", clerk, boost::json::object()).status == 422);
  CHECK(office.post("/links/find", clerk, {{"msisdn", msisdn}, {"national_id", national_id}}).status == 422);
}

TEST_CASE("what one person proposes another one publishes") {
  Office office;
  office.add("dina", "designer");
  office.add("pia", "publisher");
  office.add("paul", "publisher");
  const std::string designer = office.login("dina");
  const std::string publisher = office.login("pia");
  const auto propose = [&](const std::string& token, const std::string& yaml) {
    return office.post("/flows/proposals", token,
                       {{"note", "why"},
                        {"files", {{{"name", "flows/pay.yaml"}, {"text", yaml}}}},
                        {"removed", boost::json::array()}});
  };
  const Reply broken = propose(designer, "broken");
  CHECK(broken.status == 422);
  CHECK(broken.message().find("flows/home.yaml:1:1") != std::string::npos);
  for (const std::string name :
       {"pay.yaml", "/flows/pay.yaml", "../flows/pay.yaml", "a/b/c/flows/pay.yaml", "x/../flows/pay.yaml"}) {
    const Reply outside = office.post(
        "/flows/proposals", designer,
        {{"note", "why"}, {"files", {{{"name", name}, {"text", "a look"}}}}, {"removed", boost::json::array()}});
    CHECK(outside.status == 422);
    CHECK(outside.message().find("named by its folders") != std::string::npos);
  }
  const Reply plain = propose(designer, "a look");
  CHECK(plain.status == 201);
  CHECK(plain.body.at("needs_second_person") == false);
  const Reply money = propose(publisher, "money");
  CHECK(money.body.at("needs_second_person") == true);
  CHECK(money.body.at("number") == 2);

  // Nobody approves what they cannot look at.
  const Reply looked = office.ask("GET", "/flows/proposals/2", office.login("paul"));
  CHECK(looked.status == 200);
  CHECK(looked.body.at("author") == "pia");
  const auto& changed = looked.body.at("files").as_array();
  REQUIRE(changed.size() == 2);  // nothing was published before it
  CHECK(changed[0].as_object().at("name") == "flows/home.yaml");
  CHECK(changed[1].as_object().at("name") == "flows/pay.yaml");
  CHECK(changed[1].as_object().at("after") == "money");
  CHECK_FALSE(changed[1].as_object().contains("before"));
  CHECK(office.ask("GET", "/flows/proposals/9", designer).code() == "not_found");

  CHECK(office.ask("POST", "/flows/proposals/2/approve", designer).status == 403);
  const Reply own = office.ask("POST", "/flows/proposals/2/approve", publisher);
  CHECK(own.status == 403);
  CHECK(own.message().find("second person") != std::string::npos);
  const Reply published = office.ask("POST", "/flows/proposals/2/approve", office.login("paul"));
  CHECK(published.status == 200);
  CHECK(published.body.at("number") == 1);
  CHECK(published.body.at("author") == "pia");
  CHECK(office.ask("POST", "/flows/proposals/2/approve", office.login("paul")).code() == "conflict");
  CHECK(office.ask("POST", "/flows/proposals/1/approve", office.login("paul")).code() == "conflict");  // overtaken
  CHECK(office.ask("POST", "/flows/proposals/9/approve", office.login("paul")).code() == "not_found");

  // Upon what was published last, where no base is named: the money is taken out again.
  const Reply next =
      office.post("/flows/proposals", designer,
                  {{"note", "no money"}, {"files", boost::json::array()}, {"removed", {"flows/pay.yaml"}}});
  CHECK(next.status == 201);
  CHECK(next.body.at("needs_second_person") == false);
  const auto taken_out = office.ask("GET", "/flows/proposals/3", designer).body.at("files").as_array();
  REQUIRE(taken_out.size() == 1);
  CHECK(taken_out[0].as_object().at("before") == "money");
  CHECK_FALSE(taken_out[0].as_object().contains("after"));
  const Reply nothing =
      office.post("/flows/proposals", designer,
                  {{"note", "x"}, {"base", 1}, {"files", boost::json::array()}, {"removed", {"flows/none.yaml"}}});
  CHECK(nothing.status == 422);
  const auto all = office.ask("GET", "/flows/proposals", designer).body.at("proposals").as_array();
  REQUIRE(all.size() == 3);
  CHECK(all[1].as_object().at("approver") == "paul");
  CHECK(office.ask("GET", "/flows/publications", designer).body.at("publications").as_array().size() == 1);
}

TEST_CASE("the log names requests by their pattern and account, and nothing of what was asked") {
  Office office;
  office.add("amal", "clerk");
  const std::string clerk = office.login("amal");
  const Reply made = office.post("/links", clerk, {{"msisdn", msisdn}, {"national_id", national_id}});
  CHECK(office.ask("GET", "/links/find?msisdn=" + msisdn, clerk).status == 404);
  const auto log = office.log();
  REQUIRE(log.size() == 3);
  CHECK(log[1].route == "/links");
  CHECK(log[1].account == "amal");
  CHECK(log[1].status == 201);
  CHECK(log[1].request_id == made.headers.at("X-Request-Id"));
  CHECK(log[2].route.empty());
  CHECK(office.try_login("amal", "another password").status == 401);
  const auto refused = office.log().back();
  CHECK(refused.route == "/login");
  CHECK(refused.account.empty());
  CHECK(refused.source == "127.0.0.*");
  for (const Logged& one : log) CHECK(one.source.empty());  // of whoever is let in nobody keeps where they are
}

}  // namespace shubbak::admin::testing
