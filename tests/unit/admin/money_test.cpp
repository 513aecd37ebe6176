// Money over the API: what a company's accountants get of a day, page by page, how two members of staff end a payment
// of which its company tells nothing, and reports.
#include <chrono>
#include <set>

#include "admin/reconcile_service.hpp"
#include "companies/directory.hpp"
#include "payments/receipt.hpp"
#include "reconcile/file_time.hpp"
#include "tests/unit/admin/fixture.hpp"

namespace shubbak::admin::testing {
namespace {

constexpr int payments_of_day = 1'000;  // a page
const store::Wallet rich_card{"1234567890", Currency::SYP};

store::Change begun(int number) {
  return store::PaymentChange(store::BeginPayment{.key = "pay" + std::to_string(number),
                                                  .person = NationalId::parse(Country::syria, "01020304050").value(),
                                                  .msisdn = *Msisdn::parse("+963933123456"),
                                                  .link = "syriatel",
                                                  .wallet = rich_card,
                                                  .company = "damascus",
                                                  .account = std::to_string(4'000'000 + number),
                                                  .amount = {500, Currency::SYP},
                                                  .by = {Actor::Kind::citizen, "ussd"},
                                                  .at = store::at(60),
                                                  .not_after = store::at(73),
                                                  .revision = {},
                                                  .session = {}});
}
store::Change settled(int number) {
  return store::PaymentChange(store::SettlePayment{
      "pay" + std::to_string(number), {"damascus posted D-" + std::to_string(number), {}, store::at(61)}});
}

}  // namespace

TEST_CASE("an export goes over payments and refunds page by page, and each line comes once") {
  Office office;
  REQUIRE(office.commit({store::PaymentChange(
      store::OpenWallet{NationalId::parse(Country::syria, "01020304050").value(), rich_card, store::at(0)})}));
  REQUIRE(office.commit(
      {store::LedgerChange(store::MoveMoney{{.key = "riches",
                                             .debit = {ledger::AccountKind::suspense, "main", Currency::SYP},
                                             .credit = account_of(rich_card),
                                             .amount = {1'000'000, Currency::SYP},
                                             .by = {Actor::Kind::agent, "sami"},
                                             .at = store::at(1)}})}));
  for (int slice = 0; slice < 10; ++slice) {
    std::vector<store::Change> changes;
    for (int i = slice * payments_of_day / 10; i < (slice + 1) * payments_of_day / 10; ++i) {
      changes.push_back(begun(i));
      changes.push_back(settled(i));
    }
    REQUIRE(office.commit(std::move(changes)));
  }
  const auto first = office.on_loop([&] { return office.store().payments().find_payment("pay0").value(); });
  REQUIRE(first);
  const Actor maker{Actor::Kind::staff, "amal"};
  const Actor checker{Actor::Kind::staff, "basel"};
  for (std::int64_t refund = 1; refund <= 2; ++refund) {
    REQUIRE(office.commit(
        {store::PaymentChange(store::ProposeRefund{first->number, 100, 0, "paid_twice", maker, store::at(80)})}));
    REQUIRE(office.commit({store::PaymentChange(store::DecideRefund{refund, true, checker, store::at(81)})}));
  }

  asio::io_context of_client;
  companies::HttpClient http(of_client.get_executor(), {});
  companies::CompanyConfig config;
  config.name = "damascus";
  config.label_ar = config.label_en = "damascus";
  config.base_url = "http://127.0.0.1:1";
  auto directory = companies::Directory::create({config}, http);
  REQUIRE(directory.ok());
  World here = office.world();
  here.companies = directory->get();
  const Caller console{{Actor::Kind::command_line, "root"}, std::nullopt, {}, {}};
  const std::string day = reconcile::iso_day(std::chrono::floor<std::chrono::days>(store::at(60)));

  std::set<std::string> references;
  std::vector<std::size_t> pages;
  std::optional<std::string> after;
  do {
    const auto page = office.served(export_day(here, console, "damascus", day, after));
    if (!page) FAIL(page.error().message);
    pages.push_back(page->lines.size());
    for (const ExportedLine& line : page->lines) {
      CHECK(references.insert(line.reference).second);
      CHECK(line.is_refund == line.reference.starts_with("refund."));
      CHECK(line.amount.minor == (line.is_refund ? 100 : 500));
    }
    after = page->next;
  } while (after);
  CHECK(pages == std::vector<std::size_t>{1'000, 2});
  CHECK(references.size() == 1'002);

  for (const char* wrong : {"p", "p.1", "p.1.", "p.1.2.3", "q.1.2", "r.01.2", "p.x.1", ""}) {
    INFO(wrong);
    const auto page = office.served(export_day(here, console, "damascus", day, wrong));
    REQUIRE_FALSE(page.ok());
    CHECK(page.error().field == "after");
  }
  const auto told = office.served(report_day(here, console, "damascus", day));
  REQUIRE(told.ok());
  REQUIRE(told->report.totals.size() == 1);
  CHECK(told->report.totals[0].here == reconcile::Sum{payments_of_day, 500'000});
  CHECK(told->report.totals[0].refunded == reconcile::Sum{2, 200});
  CHECK(office.served(report_day(here, console, "damascus", "26.11.2026")).error().field == "day");
  CHECK(office.served(report_day(here, console, "nobody", day)).error().field == "company");

  // By grants that cover the company.
  Caller of_aleppo{{Actor::Kind::staff, "rula"}, store::TokenHash{}, {}, {}};
  of_aleppo.account.name = "rula";
  of_aleppo.account.grants = {staff::parse_grant("case_worker@aleppo").value()};
  CHECK(office.served(report_day(here, of_aleppo, "damascus", day)).error().code == Code::forbidden);
  CHECK(office.served(export_day(here, of_aleppo, "damascus", day, {})).error().code == Code::forbidden);
  const auto listed = [&](const CasesWanted& wanted) {
    return office.on_loop([&] { return list_cases(here, of_aleppo, wanted); });
  };
  CHECK(listed({.company = "damascus"}).error().code == Code::forbidden);
  CHECK(listed({}).error().code == Code::forbidden);
  CHECK(listed({.company = "aleppo"}).ok());
  CHECK(listed({.company = "aleppo", .after = "12345678"}).error().field == "after");
}

namespace {

// Where somebody has begun payments that no company answers, from a card of 10,000.
class UnansweredOffice : public Office {
 public:
  UnansweredOffice() {
    const NationalId person = NationalId::parse(Country::syria, "01020304050").value();
    REQUIRE(
        commit({store::link(*Msisdn::parse("+963933123456"), person),
                store::PaymentChange(store::OpenWallet{person, rich_card, store::at(0)}),
                store::LedgerChange(store::MoveMoney{{.key = "riches",
                                                      .debit = {ledger::AccountKind::suspense, "main", Currency::SYP},
                                                      .credit = account_of(rich_card),
                                                      .amount = {10'000, Currency::SYP},
                                                      .by = {Actor::Kind::agent, "sami"},
                                                      .at = store::at(1)}})}));
    REQUIRE(commit({begun(0)}));
    REQUIRE(commit({begun(1)}));
    for (const auto& [name, role] :
         {std::pair{"amal", "case_worker"}, {"basel", "cashier"}, {"nada", "cashier"}, {"widad", "overseer"}}) {
      add(name, role);
      tokens_[name] = login(name);
    }
    advance(200s);
  }
  Reply by(const std::string& who, const std::string& path, const boost::json::object& body) {
    return post("/payments/" + path, tokens_.at(who), body);
  }
  Reply by(const std::string& who, const std::string& path) {
    return ask("POST", "/payments/" + path, tokens_.at(who));
  }
  store::StoredPayment payment(int number) {
    return on_loop([&] { return store().payments().find_payment("pay" + std::to_string(number)).value().value(); });
  }
  boost::json::object body_of(int number, const std::string& act, const std::string& evidence = "letter, D-7781") {
    return {{"payment", payment(number).number}, {"act", act}, {"evidence", evidence}};
  }

 private:
  std::map<std::string, std::string> tokens_;
};

std::string text_of(const Reply& reply, const char* key) {
  return std::string(reply.body.at(key).as_string());
}

}  // namespace

TEST_CASE("a payment that no company answers is ended by two members of staff, and its person is told once") {
  UnansweredOffice office;
  const auto open = office.by("widad", "open/find", {{"company", "damascus"}}).body.at("payments").as_array();
  REQUIRE(open.size() == 2);
  const boost::json::object& shown = open[0].as_object();
  CHECK(shown.at("number").as_int64() == office.payment(0).number);
  CHECK(shown.at("account").as_string() == "*0000");
  CHECK(shown.at("amount").as_int64() == 500);
  const auto listed = [&](const boost::json::object& wanted) {
    return office.by("widad", "open/find", wanted).body.at("payments").as_array().size();
  };
  CHECK(listed({}) == 2);
  CHECK(listed({{"after", office.payment(0).number}}) == 1);
  CHECK(listed({{"company", "nobody"}}) == 0);
  CHECK(listed({{"older_than_s", 139}}) == 2);  // they were begun 140 seconds ago
  CHECK(listed({{"older_than_s", 140}}) == 0);
  CHECK(listed({{"older_than_s", std::int64_t{9'007'199'254'740'991}}}) == 0);

  CHECK(office.by("widad", "endings", office.body_of(0, "settle")).status == 403);
  for (const char* of_somebody : {"said by 0933123456.", "+963933123456", "of 01020304050, D-7781", "0933123456/2026",
                                  "#01020304050!", "0933-123-456", "by [00963933123456]", "id:01020304050"}) {
    const Reply refused = office.by("amal", "endings", office.body_of(0, "settle", of_somebody));
    CHECK(refused.status == 422);
    CHECK(refused.field() == "evidence");
  }
  CHECK(office.by("amal", "endings", office.body_of(0, "settle", "none \"at all\"")).status == 422);
  const Reply proposed =
      office.by("amal", "endings", office.body_of(0, "settle", "no.01020304050 of 12/11/2026, 22-11-2026"));
  REQUIRE(proposed.status == 201);
  CHECK(text_of(proposed, "state") == "proposed");
  CHECK(text_of(proposed, "act") == "settle");
  CHECK(text_of(proposed, "company") == "damascus");
  CHECK(text_of(proposed, "payment_state") == "open");
  CHECK_FALSE(proposed.body.contains("payment_ended"));
  CHECK(office.by("amal", "endings", office.body_of(0, "release")).status == 409);
  CHECK(office.by("amal", "endings/1/approve").status == 403);
  CHECK(office.by("basel", "endings/9/approve").status == 404);
  CHECK(office.questions().empty());
  const Reply approved = office.by("basel", "endings/1/approve");
  REQUIRE(approved.status == 200);
  CHECK(text_of(approved, "state") == "done");
  CHECK(text_of(approved, "checker") == "basel");
  CHECK(text_of(approved, "payment_state") == "settled");
  CHECK(text_of(approved, "payment_ended") == text_of(approved, "decided"));
  const store::StoredPayment settled = office.payment(0);
  CHECK(settled.state == ledger::State::posted);
  const std::string told = "syriatel 963933123456 settled 5 SYP *0000. " + payments::receipt_number(settled.number) +
                           " " + settled.check_code;
  CHECK(office.questions() == std::vector<std::string>{told});
  CHECK(office.by("basel", "endings/1/reject").status == 409);

  // By a cashier, who does not approve what is their own.
  REQUIRE(office.by("basel", "endings", office.body_of(1, "release")).status == 201);
  CHECK(office.by("basel", "endings/2/approve").status == 403);
  const Reply released = office.by("nada", "endings/2/approve");
  CHECK(text_of(released, "state") == "done");
  CHECK(text_of(released, "payment_state") == "released");
  CHECK(office.payment(1).state == ledger::State::voided);
  CHECK(office.questions() == std::vector<std::string>{told, "syriatel 963933123456 released 5 SYP *0001"});
  CHECK(listed({}) == 0);
  const auto endings = [&](const boost::json::object& wanted) {
    return office.by("widad", "endings/find", wanted).body.at("endings").as_array().size();
  };
  CHECK(endings({}) == 2);
  CHECK(endings({{"after", 1}}) == 1);
  CHECK(endings({{"open", true}}) == 0);
}

TEST_CASE("what a company answers before the second member of staff does stands, and nobody is told twice") {
  UnansweredOffice office;
  REQUIRE(office.by("amal", "endings", office.body_of(0, "release")).status == 201);
  REQUIRE(office.commit({settled(0)}));
  const Reply approved = office.by("basel", "endings/1/approve");
  CHECK(approved.status == 200);
  CHECK(text_of(approved, "state") == "overtaken");
  CHECK(text_of(approved, "payment_state") == "settled");  // not released, as was proposed
  CHECK(office.payment(0).state == ledger::State::posted);
  CHECK(office.questions().empty());
}

TEST_CASE("a report of more rows than one answer holds is refused: it would keep phones waiting") {
  Office office;
  office.add("widad", "overseer");
  const std::string overseer = office.login("widad");
  SQLite::Database file(office.world().trail.database, SQLite::OPEN_READWRITE, 5'000);
  file.exec(
      "WITH RECURSIVE one(n) AS (VALUES (1) UNION ALL SELECT n + 1 FROM one WHERE n < 10001) "
      "INSERT INTO payment_sum SELECT 1988888, 'company' || n, 'SYP', 'ussd', 0, 0, 0, 1, 100, 0, 10 FROM one");
  const auto report = [&](const boost::json::array& by) {
    return office.post("/reports/payments", overseer, {{"from", "2026-09-21"}, {"to", "2026-09-21"}, {"by", by}});
  };
  const Reply refused = report({"company"});
  CHECK(refused.status == 422);
  CHECK(refused.field() == "by");
  const auto of_all = report({}).body.at("rows").as_array();
  REQUIRE(of_all.size() == 1);
  CHECK(of_all[0].as_object().at("settled") == 10'001);
  file.exec("DELETE FROM payment_sum WHERE company = 'company1'");
  CHECK(report({"company"}).body.at("rows").as_array().size() == 10'000);
}

}  // namespace shubbak::admin::testing
