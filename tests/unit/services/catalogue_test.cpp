// Services before the sample companies.
#include "town.hpp"

namespace shubbak::services {

TEST_CASE("every question of a call has only what is left of the call's time") {
  const std::vector<std::pair<std::string, boost::json::object>> calls{
      {"bills.due", {{"company", "aleppo"}, {"account", "2100345"}}},
      {"payments.history", {{"company", "aleppo"}, {"account", "2100345"}}},
      {"readings.last", {{"company", "aleppo"}, {"account", "2100345"}}},
      {"readings.submit", {{"company", "aleppo"}, {"account", "2100345"}, {"value", std::int64_t{9999}}}},
      {"bills.lookup", {{"governorate", "21"}, {"subscription", "2100345"}}},
  };
  Town town;
  for (const auto& [service, args] : calls) {
    INFO(service);
    const Instant now = std::chrono::steady_clock::now();
    CHECK(town.ask(service, args, now + companies::patience).outcome.outcome == "ok");
    // The first question has taken all of it.
    CHECK(town.ask(service, args, now).outcome.outcome == "timeout");
  }
}

TEST_CASE("an account that the person before was shown is refused to the number's next owner") {
  Town town;
  town.person = *NationalId::parse(Country::syria, "03456789012");
  const boost::json::object args{{"company", "aleppo"}, {"account", "2100345"}};
  const Instant deadline = std::chrono::steady_clock::now() + companies::patience;
  CHECK(town.ask("bills.due", args, deadline).outcome.outcome == "not_found");
}

TEST_CASE("an account that there is not, somebody else's, and that of somebody suspended are answered alike") {
  Town town;
  const Actor counter{Actor::Kind::command_line, "root"};
  const NationalId neighbour = *NationalId::parse(Country::syria, "02345678901");
  const Msisdn of_neighbour = *Msisdn::parse("963944234567");
  for (const auto event : {identity::LinkEvent::import, identity::LinkEvent::suspend}) {
    REQUIRE(town.commit({store::ChangeLink{of_neighbour, neighbour, event, counter, wall_now()}}).ok());
  }
  const auto told = [&town](const char* service, const char* account) {
    const Answer answer =
        town.ask(service, {{"company", "aleppo"}, {"account", account}, {"value", std::int64_t{99'999}}});
    return answer.outcome.outcome + " " + boost::json::serialize(answer.outcome.data);
  };
  for (const char* service : {"bills.due", "payments.history", "readings.last", "readings.submit"}) {
    INFO(service);
    const std::string absent = told(service, "7777777");
    CHECK(absent == "not_found {}");
    CHECK(told(service, "1000001") == absent);  // of 10000000001
    CHECK(told(service, "2100777") == absent);  // of the neighbour
    CHECK(told(service, "2100345") != absent);  // their own
  }
}

TEST_CASE("nobody goes through accounts by their numbers") {
  Town town;
  const auto looked_up = [&town](const std::string& subscription) {
    return town.ask("bills.lookup", {{"governorate", "21"}, {"subscription", subscription}}).outcome.outcome;
  };
  for (std::uint32_t i = 0; i < InquiryPolicy{}.bills_per_number; ++i) {
    const std::string absent = std::to_string(7'000'000 + i);
    CHECK(looked_up(i % 2 == 0 ? "2100345" : absent) == (i % 2 == 0 ? "ok" : "not_found"));
  }
  CHECK(looked_up("2100345") == "limited");
  CHECK(looked_up("7777777") == "limited");  // alike
  CHECK(town.ask("bills.due", {{"company", "aleppo"}, {"account", "2100345"}}).outcome.outcome == "ok");
}

TEST_CASE("inquiries are counted by the local day, of a number and of an account") {
  const Msisdn one = *Msisdn::parse("963944234567");
  const Msisdn other = *Msisdn::parse("963944234568");
  InquiryLimits limits({.bills_per_number = 2, .bills_per_account = 3, .wrong_receipts_per_number = 1},
                       std::chrono::hours(3));
  const WallTime evening{std::chrono::days(20'000) + std::chrono::hours(20)};  // 23:00 there
  CHECK(limits.admit_bill(one, "aleppo/1", evening));
  CHECK(limits.admit_bill(one, "aleppo/1", evening));
  CHECK_FALSE(limits.admit_bill(one, "aleppo/2", evening));
  CHECK(limits.admit_bill(other, "aleppo/1", evening));
  CHECK_FALSE(limits.admit_bill(other, "aleppo/1", evening));
  CHECK(limits.admit_bill(other, "aleppo/2", evening));
  limits.count_wrong_receipt(one, evening);
  CHECK_FALSE(limits.may_verify_receipt(one, evening));
  CHECK(limits.may_verify_receipt(other, evening));

  const WallTime next_day = evening + std::chrono::hours(1);
  CHECK(limits.may_verify_receipt(one, next_day));
  CHECK(limits.admit_bill(one, "aleppo/1", next_day));
  CHECK(limits.admit_bill(one, "aleppo/2", evening));  // the clock has stepped back: it is the same day still
  CHECK_FALSE(limits.admit_bill(one, "aleppo/3", evening));
}

}  // namespace shubbak::services
