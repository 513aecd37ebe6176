// Broadcasts over the API: whom they are for, what they say and cost, and the two persons that it takes to tell one.
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

// The same with companies: phone 1 gets notices of an account in 31 and phone 2 of one in 33, both of homs; phone 3
// has told of an outage of douma's area.
struct AreaOffice : BroadcastOffice {
  AreaOffice() {
    std::vector<companies::CompanyConfig> configs;
    for (const auto& [name, codes] :
         std::map<std::string, std::vector<std::string>>{{"damascus", {"11"}}, {"homs", {"31", "33"}}}) {
      companies::CompanyConfig config;
      config.name = config.label_ar = config.label_en = name;
      config.base_url = "http://127.0.0.1:1";
      config.governorates = codes;
      configs.push_back(std::move(config));
    }
    configs[0].offices = {{"douma", "مركز دوما", "Douma centre"}, {"zabadani", "مركز الزبداني", "Zabadani centre"}};
    directory = companies::Directory::create(std::move(configs), http).value();
    here.companies = directory.get();
    for (const auto& [name, role] :
         std::map<std::string, std::string>{{"dima", "designer@damascus"}, {"ola", "publisher@damascus"}}) {
      add(name, role);
      tokens[name] = login(name);
    }
    for (const int n : {1, 2}) {
      REQUIRE(commit({store::SubscriptionChange(store::Subscribe{.msisdn = phone(n),
                                                                 .person = owner(n),
                                                                 .company = "homs",
                                                                 .account = "4521",
                                                                 .link = "syriatel",
                                                                 .at = store::at(1),
                                                                 .next_at = store::at(100'000),
                                                                 .governorate = n == 1 ? "31" : "33"})}));
    }
    REQUIRE(commit({store::CitizenCaseChange(store::OpenCitizenCase{.number = 223'456'789,
                                                                    .person = owner(3),
                                                                    .msisdn = phone(3),
                                                                    .link = "syriatel",
                                                                    .kind = "outage",
                                                                    .from = {"damascus", {}, {}},
                                                                    .area = "douma",
                                                                    .text = "no power",
                                                                    .by = {Actor::Kind::citizen, "ussd"},
                                                                    .at = store::at(1)})}));
  }
  static Msisdn phone(int n) { return *Msisdn::from_value(static_cast<std::uint64_t>(963'933'000'000 + n)); }
  static NationalId owner(int n) {
    return NationalId::parse(Country::syria, "1000000000" + std::to_string(n)).value();
  }
  Caller caller(const std::string& name) {
    const auto found = on_loop([&] { return find_caller(here, tokens.at(name), "127.0.0.1"); });
    REQUIRE(found.ok());
    return *found;
  }
  static BroadcastWanted to(BroadcastWanted wanted) {
    wanted.kind = "outage";
    wanted.texts = {{"ar", arabic_text}, {"en", "No power tomorrow"}};
    wanted.expires = "2026-09-25T12:00";
    return wanted;
  }
  Result<store::StoredBroadcast, ApiError> draft(BroadcastWanted wanted, const std::string& name = "dina") {
    return served(draft_broadcast(here, caller(name), to(std::move(wanted))));
  }
  std::int64_t drafted(BroadcastWanted wanted, const std::string& name = "dina") {
    const auto made = draft(std::move(wanted), name);
    if (!made) FAIL(made.error().message);
    return made->number;
  }
  ApiError refused(BroadcastWanted wanted, const std::string& name = "dina") {
    const auto made = draft(std::move(wanted), name);
    REQUIRE_FALSE(made.ok());
    return made.error();
  }
  // Numbers and cost, as the preview over HTTP tells them.
  std::pair<std::int64_t, std::int64_t> counted(std::int64_t number, const std::string& name = "omar") {
    const Reply preview = read(name, "/broadcasts/" + std::to_string(number) + "/preview");
    REQUIRE(preview.status == 200);
    return {preview.body.at("recipients").as_int64(), preview.body.at("cost").as_int64()};
  }

  asio::io_context of_client;
  companies::HttpClient http{of_client.get_executor(), {}};
  std::unique_ptr<companies::Directory> directory;
  World here = world();
};

using Preview = std::pair<std::int64_t, std::int64_t>;

}  // namespace

TEST_CASE("a broadcast to a governorate, or to those with open cases of an area, is counted with its cost") {
  AreaOffice office;
  const std::int64_t homs = office.drafted({.governorate = "31"});
  CHECK(office.counted(homs) == Preview{1, 50});
  const Reply shown = office.read("omar", "/broadcasts/" + std::to_string(homs));
  CHECK(shown.body.at("company") == "homs");
  CHECK(shown.body.at("governorate") == "31");
  CHECK_FALSE(shown.body.contains("area"));
  CHECK(office.counted(office.drafted({.company = "homs"})) == Preview{2, 100});
  CHECK(office.counted(office.drafted({.company = "homs", .governorate = "33"})) == Preview{1, 50});

  const std::int64_t douma = office.drafted({.company = "damascus", .case_kind = "outage", .area = "douma"});
  CHECK(office.counted(douma) == Preview{1, 50});
  const Reply of_area = office.read("omar", "/broadcasts/" + std::to_string(douma));
  CHECK(of_area.body.at("company") == "damascus");
  CHECK(of_area.body.at("case_kind") == "outage");
  CHECK(of_area.body.at("area") == "douma");
  CHECK(office.counted(office.drafted({.area = "zabadani"})) == Preview{0, 0});
  CHECK(office.counted(office.drafted({.locale = "ar", .area = "douma"})) == Preview{0, 0});  // phone 3 reads English
  CHECK(office.counted(office.drafted({.locale = "en", .area = "douma"})) == Preview{1, 50});
  CHECK(office.counted(office.drafted({.governorate = "31", .area = ""})) == Preview{1, 50});
  CHECK(office.counted(office.drafted({.case_kind = "outage", .office = "management"})) == Preview{0, 0});

  // It takes a second person as any other.
  REQUIRE(office.act("dina", douma, "propose").status == 200);
  CHECK(office.act("dina", douma, "approve").status == 403);
  CHECK(office.act("pia", douma, "approve").body.at("state") == "approved");
}

TEST_CASE("a wrong governorate, area, kind or office is told with those that there are") {
  AreaOffice office;
  const ApiError code = office.refused({.governorate = "99"});
  CHECK(code.code == Code::invalid);
  CHECK(code.field == "governorate");
  CHECK_THAT(code.message, Catch::EndsWith("known are 11, 31, 33"));
  const ApiError of_another = office.refused({.company = "homs", .governorate = "11"});
  CHECK(of_another.field == "governorate");
  CHECK_THAT(of_another.message, Catch::EndsWith("known are 31, 33"));
  const ApiError area = office.refused({.area = "duma"});
  CHECK(area.field == "area");
  CHECK_THAT(area.message, Catch::EndsWith("known are douma, zabadani"));
  CHECK_THAT(office.refused({.company = "homs", .area = "douma"}).message, Catch::EndsWith("there are none"));
  CHECK_THAT(office.refused({.company = "hama"}).message, Catch::EndsWith("known are damascus, homs"));
  CHECK_THAT(office.refused({.case_kind = "staff_complaint"}).message, Catch::EndsWith("known are outage"));
  CHECK_THAT(office.refused({.office = "inspection"}).message, Catch::EndsWith("known are management"));
  CHECK(office.as("omar", "/broadcasts/find", {}).body.at("broadcasts").as_array().empty());
}

TEST_CASE("whose roles are for a company writes, sees and approves broadcasts to it only") {
  AreaOffice office;
  const std::int64_t to_all = office.drafted({});
  const std::int64_t to_homs = office.drafted({.governorate = "31"});
  for (const BroadcastWanted& other : {BroadcastWanted{}, BroadcastWanted{.company = "homs"},
                                       BroadcastWanted{.governorate = "31"}, BroadcastWanted{.area = "douma"}}) {
    const ApiError refused = office.refused(other, "dima");
    CHECK(refused.code == Code::forbidden);
    CHECK_THAT(refused.message, Catch::EndsWith("designer@damascus/*/*"));
  }
  const std::int64_t own = office.drafted({.company = "damascus", .area = "douma"}, "dima");
  CHECK(office.counted(own, "dima") == Preview{1, 50});
  CHECK(office.drafted({.governorate = "11"}, "dima") == own + 1);

  for (const std::int64_t another : {to_all, to_homs}) {
    CHECK(office.read("dima", "/broadcasts/" + std::to_string(another)).status == 404);
    CHECK(office.read("dima", "/broadcasts/" + std::to_string(another) + "/preview").status == 404);
    CHECK(office.act("dima", another, "cancel").status == 404);
    REQUIRE(office.act("dina", another, "propose").status == 200);
    CHECK(office.act("ola", another, "approve").status == 404);
    CHECK(office.state(another) == "proposed");
  }
  const Reply found = office.as("dima", "/broadcasts/find", {});
  REQUIRE(found.body.at("broadcasts").as_array().size() == 2);
  CHECK(found.body.at("broadcasts").as_array().at(0).as_object().at("number") == own);

  REQUIRE(office.act("dima", own, "propose").status == 200);
  CHECK(office.act("dima", own, "approve").status == 403);
  CHECK(office.act("ola", own, "approve").body.at("state") == "approved");
}

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
  CHECK(field(broadcast_to({{"case_kind", "staff_complaint"}})) ==
        "case_kind");  // nobody counts who complains of staff
  CHECK(field(broadcast_to({{"case_kind", "fire"}})) == "case_kind");
  CHECK(field(broadcast_to({{"area", "nowhere"}})) == "area");
  CHECK(field(broadcast_to({{"directorate", "*"}})) == "directorate");
  CHECK(field(broadcast_to({{"directorate", "rif/post_7"}})) == "directorate");
  CHECK(field(broadcast_to({{"office", "inspection"}})) == "office");
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

TEST_CASE("of a governorate that several companies own it is said whose") {
  BroadcastOffice office;
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
  const auto dina = office.on_loop([&] { return find_caller(here, office.tokens.at("dina"), "127.0.0.1"); });
  REQUIRE(dina.ok());
  const auto drafted = [&](const char* governorate, const char* name) {
    BroadcastWanted wanted{.kind = "outage",
                           .company = name,
                           .governorate = governorate,
                           .texts = {{"ar", arabic_text}, {"en", "No power tomorrow"}},
                           .expires = "2026-09-25T12:00"};
    const auto done = office.served(draft_broadcast(here, *dina, std::move(wanted)));
    return done ? std::string("drafted") : done.error().message;
  };
  CHECK(drafted("11", "") == "several companies own accounts of that governorate: name one of them as the company");
  CHECK(drafted("11", "water") == "drafted");
  CHECK(drafted("12", "") == "drafted");
  CHECK(drafted("12", "water") == "water owns no governorate of that code: known are 11");
  CHECK(drafted("13", "") == "no company owns a governorate of that code: known are 11, 12");
  CHECK(drafted("", "water") == "drafted");
  CHECK(drafted("", "gas") == "no company has that name: known are power, water");
}

}  // namespace shubbak::admin::testing
