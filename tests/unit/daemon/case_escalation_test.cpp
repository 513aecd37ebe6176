// Cases that are late on the running daemon: escalated once, told to whose they are, and counted.
#include "daemon/case_escalation.hpp"

#include "tests/unit/cases/sample_kinds.hpp"
#include "tests/unit/daemon/fixture.hpp"

namespace shubbak::daemon::testing {
namespace {

constexpr std::int64_t outage_number = 123'456'789;
constexpr std::int64_t bribe_number = 223'456'789;

// With a case of each kind, opened so long ago. The kinds are those of the deployment, as far as they are the same.
struct LateTown : Town {
  LateTown() {
    case_kinds = cases::sample_kinds();
    case_kinds.push_back(cases::sample_request());
    write({store::ChangeLink{*Msisdn::parse(subscriber),
                             person,
                             identity::LinkEvent::import,
                             {Actor::Kind::command_line, "test"},
                             wall_now() - 100h,
                             {}},
           english(subscriber)});
  }
  void open_case(std::int64_t number, const std::string& kind, std::chrono::hours ago) {
    write({store::CitizenCaseChange(store::OpenCitizenCase{.number = number,
                                                           .person = person,
                                                           .msisdn = *Msisdn::parse(subscriber),
                                                           .link = "syriatel",
                                                           .kind = kind,
                                                           .from = {"aleppo", {}, {}},
                                                           .text = "no light",
                                                           .by = {Actor::Kind::citizen, "ussd"},
                                                           .at = wall_now() - ago})});
  }
  cases::Case is(std::int64_t number) {
    const auto kept = open_store();
    return kept->cases().find_citizen_case(number).value().value().is;
  }

  const NationalId person = *NationalId::parse(Country::syria, person_of_one_account);
};

}  // namespace

TEST_CASE("a case whose time is over goes to the office above, once, and its person is told") {
  LateTown town;
  town.open_case(outage_number, "outage", 5h);
  town.open_case(bribe_number, "staff_complaint", 5h);  // has 48 hours
  town.write({store::MailChange(store::SetMailAddress{.msisdn = *Msisdn::parse(subscriber),
                                                      .person = town.person,
                                                      .address = *MailAddress::parse("amal@example.org"),
                                                      .by = {Actor::Kind::command_line, "test"},
                                                      .at = wall_now()})});
  town.start();
  town.wait_for_replies(1);
  CHECK(contains(town.replies[0], "News of your case " + cases::tracking_number(outage_number)));
  CHECK(contains(town.replies[0], "gone to a higher office"));
  CHECK(town.replies_to == std::vector<std::string>{subscriber});
  CHECK(town.open_store()->mail().next_mail(0).value().value().text == town.replies[0]);
  CHECK(town.is(outage_number).is_late);
  CHECK(town.is(outage_number).office == "management");
  CHECK(town.is(outage_number).version == 2);
  CHECK_FALSE(town.is(bribe_number).is_late);
  const std::string labels = R"({kind="outage",stage="received",company="aleppo"})";
  CHECK(town.metric("shubbak_cases_open" + labels) == "shubbak_cases_open" + labels + " 1");
  CHECK(town.metric("shubbak_cases_late" + labels) == "shubbak_cases_late" + labels + " 1");
  town.stop();
  town.start();
  town.text("track " + cases::tracking_number(outage_number));
  town.wait_for_replies(2);
  CHECK(contains(town.replies[1], "Received"));
  CHECK(town.is(outage_number).version == 2);
}

TEST_CASE("whose fee a payment has paid is told so with the stage that the case has come to, once") {
  LateTown town;
  constexpr std::int64_t request_number = 323'456'789;
  const store::Wallet card{"1234567890", Currency::SYP};
  const Money fee{500'000, Currency::SYP};
  const Actor worker{Actor::Kind::staff, "amal"};
  const auto worked = [&](cases::Asked asked) {
    return store::Change(store::CitizenCaseChange(store::ActOnCitizenCase{
        .number = request_number, .asked = std::move(asked), .by = worker, .at = wall_now() - 2h}));
  };
  town.open_case(request_number, "connection", 3h);
  town.write({worked({.act = cases::Act::move, .stage = "fee"}),
              worked({.act = cases::Act::quote, .amount = fee, .account = "2100345"}),
              store::PaymentChange(store::OpenWallet{town.person, card, wall_now() - 1h}),
              store::LedgerChange(store::MoveMoney{{.key = "credit",
                                                    .debit = {ledger::AccountKind::suspense, "main", Currency::SYP},
                                                    .credit = store::account_of(card),
                                                    .amount = fee,
                                                    .by = worker,
                                                    .at = wall_now() - 1h}})});
  town.write({store::PaymentChange(store::BeginPayment{.key = "k1",
                                                       .person = town.person,
                                                       .msisdn = *Msisdn::parse(subscriber),
                                                       .link = "syriatel",
                                                       .wallet = card,
                                                       .company = "aleppo",
                                                       .account = "2100345",
                                                       .amount = fee,
                                                       .by = {Actor::Kind::citizen, "ussd"},
                                                       .at = wall_now() - 1h,
                                                       .not_after = wall_now() - 59min,
                                                       .revision = {},
                                                       .session = {}})});
  town.write({store::PaymentChange(store::SettlePayment{"k1", {"aleppo posted D-1", Actor{}, wall_now() - 59min}})});
  town.start();
  town.wait_for_replies(1);
  CHECK(contains(town.replies[0], cases::tracking_number(request_number)));
  CHECK(contains(town.replies[0], "The fee is paid. Being connected"));
  town.stop();
  CHECK(town.is(request_number).stage == "works");
  CHECK(town.open_store()->cases().citizen_cases_with_news(0, 10)->empty());
}

TEST_CASE("whose case is joined to another is told each thing that was done to that one, once and in order") {
  LateTown town;
  constexpr std::int64_t joined_number = 423'456'789;
  town.open_case(outage_number, "outage", 3h);
  town.open_case(joined_number, "outage", 5h);  // its time is over, but it is worked with the other one
  const auto by_amal = [&](cases::Asked asked, const char* text) {
    return store::Change(store::CitizenCaseChange(store::ActOnCitizenCase{.number = outage_number,
                                                                          .asked = std::move(asked),
                                                                          .text = text,
                                                                          .by = {Actor::Kind::staff, "amal"},
                                                                          .at = wall_now() - 1h}));
  };
  town.write({store::CitizenCaseChange(store::JoinCitizenCase{.number = joined_number,
                                                              .main = outage_number,
                                                              .by = {Actor::Kind::staff, "amal"},
                                                              .at = wall_now() - 2h}),
              by_amal({.act = cases::Act::reply}, "A crew comes at 5"),
              by_amal({.act = cases::Act::move, .stage = "crew"}, "")});
  town.start();
  town.wait_for_replies(2);
  const std::string head = "News of your case " + cases::tracking_number(joined_number) + ": ";
  CHECK(contains(town.replies[0], head + "A crew comes at 5"));
  CHECK(contains(town.replies[1], head + "Crew on its way"));
  town.stop();
  CHECK_FALSE(town.is(joined_number).is_late);
  CHECK(town.open_store()->cases().citizen_cases_with_news(0, 10)->empty());
  town.start();
  town.text("track " + cases::tracking_number(joined_number));
  town.wait_for_replies(3);
  CHECK(contains(town.replies[2], "Crew on its way"));
}

TEST_CASE("a late case of a kind that is configured no more holds up no other") {
  LateTown town;
  town.open_case(bribe_number, "staff_complaint", 50h);
  town.open_case(outage_number, "outage", 5h);
  town.configure = [](Config& config) {
    std::erase_if(config.case_kinds, [](const cases::Kind& kind) { return kind.name == "staff_complaint"; });
  };
  town.start();
  town.wait_for_replies(1);
  CHECK(town.is(outage_number).is_late);
  CHECK_FALSE(town.is(bribe_number).is_late);
}

TEST_CASE("whose outage is over by the time that their case is written has one of their own, and is told of none") {
  LateTown town;
  constexpr std::int64_t main_number = 523'456'789;
  town.case_kinds.push_back(
      {.name = "area_outage",
       .label_ar = "عطل في المنطقة كلها",
       .label_en = "Outage of a whole area",
       .about = cases::About::network,
       .stages = {{.name = "received", .label_ar = "مسجل", .label_en = "Received", .next = {"resolved"}}}});
  town.write({store::CitizenCaseChange(store::OpenCitizenCase{.number = main_number,
                                                              .person = town.person,
                                                              .msisdn = *Msisdn::parse(subscriber),
                                                              .link = "syriatel",
                                                              .kind = "area_outage",
                                                              .from = {"damascus", {}, {}},
                                                              .area = "douma",
                                                              .text = "no light",
                                                              .by = {Actor::Kind::citizen, "ussd"},
                                                              .at = wall_now() - 1h})});
  town.start();
  town.text("complaint 5 1 1");
  town.wait_for_replies(1);
  town.text("all is dark");
  town.wait_for_replies(2);
  CHECK(contains(town.replies[1], "Douma centre"));
  {
    CommitsHeld held = town.hold_commits();
    town.text("yes");
    town.loop.until([&] {
      return contains(town.metric("shubbak_service_calls_total{outcome=\"ok\",service=\"cases.open\""), " 1");
    });
    held.write("UPDATE citizen_case SET state = 1, resolved = stage_since, due = NULL WHERE number = " +
               std::to_string(main_number));
  }
  town.wait_for_replies(3);
  INFO(town.replies[2]);
  CHECK(contains(town.replies[2], "We have it under number"));
  CHECK_FALSE(contains(town.replies[2], "known since"));
  town.stop();
  const auto own = town.open_store()->cases().citizen_cases_of(town.person, 10).value();
  REQUIRE(own.size() == 2);
  CHECK(own[0].is.state == cases::State::open);
  CHECK_FALSE(own[0].is.joined);
}

}  // namespace shubbak::daemon::testing
