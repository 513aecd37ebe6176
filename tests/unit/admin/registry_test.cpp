// Links that staff make where a deployment has a register of persons.
#include "tests/unit/admin/fixture.hpp"
#include "tests/unit/companies/fixture.hpp"

namespace shubbak::admin::testing {
namespace {

using companies::RegistryConfig;

RegistryConfig register_at(const std::string& origin, RegistryConfig::OnDown on_down) {
  return {
      .url = origin + "/v1/persons/verify", .authorization = {}, .timeout = companies::patience, .on_down = on_down};
}
const std::string nowhere = "http://127.0.0.1:1";
const std::string asked_about = "+963933123456";

boost::json::object link_to(const std::string& national_id, const std::string& initials = {}) {
  boost::json::object body{{"msisdn", asked_about}, {"national_id", national_id}};
  if (!initials.empty()) body["initials"] = initials;
  return body;
}
const boost::json::object by_number{{"msisdn", asked_about}};

}  // namespace

TEST_CASE("whom the register does not know, knows by other initials or as dead is not linked") {
  companies::SampleThread sample{{"register"}};
  Office office({},
                register_at(sample.url(), GENERATE(RegistryConfig::OnDown::refuse, RegistryConfig::OnDown::pending)));
  office.add("amal", "clerk");
  const std::string clerk = office.login("amal");
  const std::vector refused{link_to("06789012345"), link_to("05678901234"), link_to("01234567890", "B. H.")};
  for (const boost::json::object& wanted : refused) {
    const Reply reply = office.post("/links", clerk, wanted);
    CHECK(reply.status == 422);
    CHECK(reply.field() == "national_id");
    CHECK_THAT(reply.message(), Catch::Contains("register of persons"));
    CHECK(reply.message().find(std::string(wanted.at("national_id").as_string())) == std::string::npos);
  }
  CHECK(office.questions().empty());
  CHECK(office.post("/links/find", clerk, by_number).body.at("links").as_array().empty());
  const Reply made = office.post("/links", clerk, link_to("01234567890", "a h"));
  CHECK(made.status == 201);
  CHECK(made.body.at("verified") == true);
  CHECK(office.questions().size() == 1);
}

TEST_CASE("while the register is down a deployment that refuses links nobody") {
  Office office({}, register_at(nowhere, RegistryConfig::OnDown::refuse));
  office.add("amal", "clerk");
  const std::string clerk = office.login("amal");
  const Reply reply = office.post("/links", clerk, link_to("01234567890"));
  CHECK(reply.status == 503);
  CHECK(office.questions().empty());
  CHECK(office.post("/links/find", clerk, by_number).body.at("links").as_array().empty());
}

TEST_CASE("where a link waits for the register its phone is asked once somebody has verified it") {
  companies::SampleThread sample{{"register"}};
  Office office({}, register_at(nowhere, RegistryConfig::OnDown::pending));
  office.add("amal", "clerk");
  const std::string clerk = office.login("amal");
  const Reply made = office.post("/links", clerk, link_to("01234567890"));
  CHECK(made.status == 201);
  CHECK(made.body.at("state") == "pending");
  CHECK(made.body.at("verified") == false);
  CHECK(office.questions().empty());
  CHECK_FALSE(office.happens(asked_about, identity::LinkEvent::confirm));
  CHECK(office.post("/links/verify", clerk, by_number).status == 503);  // it is down still
  CHECK(office.questions().empty());

  office.change_registry(register_at(sample.url(), RegistryConfig::OnDown::pending));
  const Reply verified = office.post("/links/verify", clerk, by_number);
  CHECK(verified.status == 200);
  CHECK(verified.body.at("state") == "pending");
  CHECK(verified.body.at("verified") == true);
  REQUIRE(office.questions().size() == 1);
  CHECK_THAT(office.questions().front(), Catch::StartsWith("syriatel 963933123456 asks "));
  CHECK(office.happens(asked_about, identity::LinkEvent::confirm));
  CHECK(office.post("/links/find", clerk, by_number).body.at("links").as_array().at(0).as_object().at("state") ==
        "active");
}

TEST_CASE("whoever turns out not to exist is not verified, and the link stays as it is") {
  companies::SampleThread sample{{"register"}};
  Office office({}, register_at(nowhere, RegistryConfig::OnDown::pending));
  office.add("amal", "clerk");
  const std::string clerk = office.login("amal");
  REQUIRE(office.post("/links", clerk, link_to("06789012345")).status == 201);
  office.change_registry(register_at(sample.url(), RegistryConfig::OnDown::pending));
  CHECK(office.post("/links/verify", clerk, by_number).status == 422);
  CHECK(office.questions().empty());
  CHECK_FALSE(office.happens(asked_about, identity::LinkEvent::confirm));
}

}  // namespace shubbak::admin::testing
