#include "daemon/metrics.hpp"

#include <catch2/catch.hpp>

TEST_CASE("metrics are told in the text format that Prometheus reads") {
  shubbak::daemon::Metrics metrics;
  auto one = metrics.for_operator("syriatel");
  auto two = metrics.for_operator("mtn");
  one.ussd_steps.Increment();
  two.ussd_steps.Increment(3);
  metrics.count_service("bills.due", "ok", 0.004);
  metrics.count_service("bills.due", "timeout", 3.0);
  int depth = 7;
  metrics.add_gauge("shubbak_test_depth", "A depth", {{"operator", "mtn"}},
                    [&] { return static_cast<double>(depth); });
  depth = 9;
  const std::string text = metrics.text();
  CHECK(text.find("# TYPE shubbak_ussd_steps_total counter") != std::string::npos);
  CHECK(text.find("shubbak_ussd_steps_total{operator=\"syriatel\"} 1\n") != std::string::npos);
  CHECK(text.find("shubbak_ussd_steps_total{operator=\"mtn\"} 3\n") != std::string::npos);
  CHECK(text.find("shubbak_service_calls_total{outcome=\"timeout\",service=\"bills.due\"} 1\n") != std::string::npos);
  CHECK(text.find("shubbak_service_seconds_bucket{service=\"bills.due\",le=\"0.005\"} 1\n") != std::string::npos);
  CHECK(text.find("shubbak_test_depth{operator=\"mtn\"} 9\n") != std::string::npos);
}
