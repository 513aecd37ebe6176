// What a company's accountants get over the API: a day's payments and refunds, page by page.
#include <chrono>
#include <set>

#include "admin/reconcile_service.hpp"
#include "companies/directory.hpp"
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

}  // namespace shubbak::admin::testing
