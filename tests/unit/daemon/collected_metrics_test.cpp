// What was collected today, for Prometheus: by company, currency, channel, outcome, and the directorate of cash.
#include "daemon/collected_metrics.hpp"

#include <algorithm>
#include <optional>
#include <string>
#include <vector>

#include <catch2/catch.hpp>

namespace shubbak::daemon {
namespace {

using Label = prometheus::ClientMetric::Label;

// Nothing: there is no such gauge.
std::optional<double> gauge(const prometheus::MetricFamily& family, const std::vector<Label>& labels) {
  const auto found = std::ranges::find_if(family.metric, [&](const auto& metric) { return metric.label == labels; });
  return found == family.metric.end() ? std::nullopt : std::optional(found->gauge.value);
}

}  // namespace

TEST_CASE("what was collected today is told by company, currency, channel and outcome, and of cash by directorate") {
  const std::vector<store::PaymentReportRow> rows{
      {.key = {.company = "aleppo", .channel = "ussd"},
       .currency = Currency::SYP,
       .settled = {3, 750'000},
       .released = {1, 100}},
      {.key = {.company = "aleppo", .directorate = "rif", .channel = "counter"},
       .currency = Currency::SYP,
       .settled = {2, 40'000},
       .refunded = {1, 30'000}}};
  const auto families = collected_families(rows);
  REQUIRE(families.size() == 2);
  const prometheus::MetricFamily& payments = families[0];
  const prometheus::MetricFamily& money = families[1];
  CHECK(payments.name == "shubbak_today_payments");
  CHECK(money.name == "shubbak_today_minor_units");
  CHECK(payments.metric.size() == 6);

  const auto by_phone = [](const char* outcome) {
    return std::vector<Label>{{"company", "aleppo"}, {"currency", "SYP"}, {"channel", "ussd"}, {"outcome", outcome}};
  };
  CHECK(gauge(payments, by_phone("settled")) == 3);
  CHECK(gauge(money, by_phone("settled")) == 750'000);
  CHECK(gauge(payments, by_phone("released")) == 1);
  CHECK(gauge(money, by_phone("refunded")) == 0);
  const std::vector<Label> in_cash{{"company", "aleppo"},
                                   {"currency", "SYP"},
                                   {"channel", "counter"},
                                   {"directorate", "rif"},
                                   {"outcome", "refunded"}};
  CHECK(gauge(money, in_cash) == 30'000);
}

TEST_CASE("where the sums of today cannot be read nothing is told of them") {
  CollectedToday today("/nonexistent/shubbak.db", std::chrono::hours(3));
  CHECK(today.families(wall_now()).empty());
}

}  // namespace shubbak::daemon
