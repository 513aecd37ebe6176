// Broadcasts over the API: what they say and cost, and the two persons that it takes to tell one.
#include "admin/broadcast_service.hpp"
#include "companies/directory.hpp"
#include "tests/unit/admin/fixture.hpp"

namespace shubbak::admin::testing {
namespace {

const std::string arabic_text = "انقطاع غداً";

boost::json::object broadcast_to(boost::json::object more = {}) {
  more["kind"] = "outage";
  more["expires"] = "2026-09-25T12:00";
  if (!more.contains("texts")) {
    more["texts"] = boost::json::array{boost::json::object{{"language", "ar"}, {"text", arabic_text}},
                                       boost::json::object{{"language", "en"}, {"text", "No power tomorrow"}}};
  }
  return more;
}
boost::json::array one_text(const std::string& language, const std::string& text) {
  return {boost::json::object{{"language", language}, {"text", text}}};
}

struct BroadcastOffice : Office {
  BroadcastOffice() {
    for (const char* name : {"dina", "dawud"}) add(name, "designer");
    for (const char* name : {"pia", "pau"}) add(name, "publisher");
    add("omar", "overseer");
    for (const char* name : {"dina", "dawud", "pia", "pau", "omar"}) tokens[name] = login(name);
    for (int n = 1; n <= 3; ++n) {
      const Msisdn phone = *Msisdn::from_value(static_cast<std::uint64_t>(963'933'000'000 + n));
      REQUIRE(commit({store::ChangeLink{phone,
                                        NationalId::parse(Country::syria, "1000000000" + std::to_string(n)).value(),
                                        identity::LinkEvent::import,
                                        {Actor::Kind::command_line, "root"},
                                        store::at(0)}}));
      if (n == 3) REQUIRE(commit({store::SetLocale{phone, "en"}}));
    }
  }
  Reply as(const std::string& name, const std::string& path, const boost::json::object& body) {
    return post(path, tokens.at(name), body);
  }
  Reply act(const std::string& name, std::int64_t number, const std::string& what) {
    return ask("POST", "/broadcasts/" + std::to_string(number) + "/" + what, tokens.at(name));
  }
  Reply read(const std::string& name, const std::string& path) { return ask("GET", path, tokens.at(name)); }
  std::string state(std::int64_t number) {
    const Reply shown = read("omar", "/broadcasts/" + std::to_string(number));
    REQUIRE(shown.status == 200);
    return std::string(shown.body.at("state").as_string());
  }

  std::map<std::string, std::string> tokens;
};

}  // namespace

TEST_CASE("a broadcast is written, counted with its cost, proposed, and approved by somebody else") {
  BroadcastOffice office;
  const Reply drafted = office.as("dina", "/broadcasts", broadcast_to());
  REQUIRE(drafted.status == 201);
  CHECK(drafted.body.at("number") == 1);
  CHECK(drafted.body.at("state") == "draft");
  CHECK(drafted.body.at("author") == "dina");
  CHECK(drafted.body.at("expires") == "2026-09-25T12:00:00Z");
  CHECK(drafted.body.at("texts").as_array().size() == 2);

  const Reply preview = office.read("omar", "/broadcasts/1/preview");
  REQUIRE(preview.status == 200);
  CHECK(preview.body.at("recipients") == 3);
  CHECK(preview.body.at("parts") == 3);
  CHECK(preview.body.at("cost") == 150);
  CHECK(preview.body.at("currency") == "SYP");
  REQUIRE(preview.body.at("groups").as_array().size() == 2);
  CHECK(preview.body.at("groups").as_array().at(0).as_object().at("operator") == "syriatel");
  CHECK(preview.body.at("groups").as_array().at(0).as_object().at("recipients") == 2);

  CHECK(office.act("dina", 1, "approve").status == 403);
  CHECK(office.act("pia", 1, "approve").status == 409);  // nobody has proposed it
  CHECK(office.act("omar", 1, "propose").status == 403);
  CHECK(office.act("pia", 1, "propose").status == 200);
  const Reply own = office.act("pia", 1, "approve");  // who has proposed it
  CHECK(own.status == 403);
  CHECK(own.code() == "forbidden");
  CHECK(office.state(1) == "proposed");
  const Reply approved = office.act("pau", 1, "approve");
  CHECK(approved.status == 200);
  CHECK(approved.body.at("checker") == "pau");
  CHECK(approved.body.at("proposer") == "pia");
  CHECK(office.act("pau", 1, "approve").status == 409);
  CHECK(office.read("omar", "/broadcasts/2").status == 404);
  CHECK(office.read("omar", "/broadcasts/2/preview").status == 404);
  CHECK(office.act("pau", 2, "approve").status == 404);
}

TEST_CASE("who writes a broadcast never approves it, also where they publish") {
  BroadcastOffice office;
  REQUIRE(office.as("pia", "/broadcasts", broadcast_to()).status == 201);
  REQUIRE(office.act("dina", 1, "propose").status == 200);
  CHECK(office.act("pia", 1, "approve").status == 403);
  CHECK(office.state(1) == "proposed");
  CHECK(office.act("pau", 1, "reject").status == 200);
  CHECK(office.state(1) == "rejected");
}

TEST_CASE("whoever writes broadcasts stops any, and who approves them lets them go on") {
  BroadcastOffice office;
  REQUIRE(office.as("dina", "/broadcasts", broadcast_to()).status == 201);
  REQUIRE(office.act("dina", 1, "propose").status == 200);
  REQUIRE(office.act("pia", 1, "approve").status == 200);
  CHECK(office.act("dawud", 1, "pause").body.at("state") == "paused");
  CHECK(office.act("dawud", 1, "resume").status == 403);
  CHECK(office.act("pia", 1, "resume").body.at("state") == "running");
  CHECK(office.act("omar", 1, "cancel").status == 403);
  CHECK(office.act("dawud", 1, "cancel").body.at("state") == "cancelled");
  CHECK(office.act("pia", 1, "resume").status == 409);
  REQUIRE(office.as("dina", "/broadcasts", broadcast_to()).status == 201);
  const Reply open = office.as("omar", "/broadcasts/find", {{"open", true}});
  REQUIRE(open.body.at("broadcasts").as_array().size() == 1);
  CHECK(open.body.at("broadcasts").as_array().at(0).as_object().at("number") == 2);
  CHECK(office.as("omar", "/broadcasts/find", {}).body.at("broadcasts").as_array().size() == 2);
}

TEST_CASE("what a broadcast cannot say, or to whom, is refused with the field, and nothing is written") {
  BroadcastOffice office;
  std::string letters;
  for (int i = 0; i < 300; ++i) letters += "ب";
  const auto field = [&](const boost::json::object& body) {
    const Reply reply = office.as("dina", "/broadcasts", body);
    CHECK(reply.status == 422);
    return reply.field();
  };
  CHECK(field(broadcast_to({{"operator", "nobody"}})) == "operator");
  CHECK(field(broadcast_to({{"language", "fr"}})) == "language");
  CHECK(field(broadcast_to({{"company", "nowhere"}})) == "company");
  CHECK(field(broadcast_to({{"governorate", "99"}})) == "governorate");
  CHECK(field(broadcast_to({{"governorate", "21"}, {"company", "aleppo"}})) == "governorate");
  CHECK(field(broadcast_to({{"texts", one_text("en", "Only in English")}})) == "texts");
  CHECK(field(broadcast_to({{"texts", one_text("ar", letters)}})) == "texts[0].text");  // five short messages
  boost::json::array french = one_text("ar", arabic_text);
  french.push_back(boost::json::object{{"language", "fr"}, {"text", "Pas de courant"}});
  CHECK(field(broadcast_to({{"texts", french}})) == "texts[1].language");
  for (const char* expires : {"tomorrow", "2026-09-20T12:00", "2026-12-25T12:00"}) {
    boost::json::object body = broadcast_to();
    body["expires"] = expires;
    INFO(expires);
    CHECK(field(body) == "expires");
  }
  CHECK(office.as("omar", "/broadcasts", broadcast_to()).status == 403);
  CHECK(office.as("omar", "/broadcasts/find", {}).body.at("broadcasts").as_array().empty());
}

TEST_CASE("a governorate that several companies own is no company's area") {
  Office office;
  asio::io_context of_client;
  companies::HttpClient client(of_client.get_executor(), {});
  const auto company = [](const char* name, std::vector<std::string> codes, std::string_view form) {
    companies::CompanyConfig config;
    config.name = config.label_ar = config.label_en = name;
    config.base_url = "http://127.0.0.1:1";
    config.governorates = std::move(codes);
    config.accounts = {*companies::AccountForm::parse(form)};
    return config;
  };
  const auto directory = companies::Directory::create(
      {company("power", {"11", "12"}, "45xxxxx"), company("water", {"11"}, "7xxxxx")}, client);
  REQUIRE(directory.ok());
  World here = office.world();
  here.companies = directory->get();
  const Caller console{{Actor::Kind::command_line, "root"}, std::nullopt, {}, {}};
  const auto drafted = [&](const char* governorate, const char* name) {
    BroadcastWanted wanted{.kind = "outage",
                           .company = name,
                           .governorate = governorate,
                           .texts = {{"ar", arabic_text}, {"en", "No power tomorrow"}},
                           .expires = "2026-09-25T12:00"};
    const auto done = office.served(draft_broadcast(here, console, std::move(wanted)));
    return done ? std::string("drafted") : done.error().message;
  };
  CHECK(drafted("11", "") == "several companies own accounts of that governorate: name one of them as the company");
  CHECK(drafted("12", "") == "drafted");
  CHECK(drafted("13", "") == "no company owns a governorate of that code");
  CHECK(drafted("", "water") == "drafted");
  CHECK(drafted("", "gas") == "no company has that name");
}

}  // namespace shubbak::admin::testing
