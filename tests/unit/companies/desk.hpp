// One company behind one client, and what is checked of its counters.
#pragma once

#include <catch2/catch.hpp>

#include "tests/unit/companies/fixture.hpp"

namespace shubbak::companies {

struct Desk {
  explicit Desk(HttpLimits limits = {})
      : http(loop.get_executor(), limits), company(config_of("damascus", sample.url()), http) {}
  SampleThread sample{{"damascus", "aleppo"}};
  boost::asio::io_context loop{1};
  HttpClient http;
  Company company;
};

inline void check_counted_once(const CompanyCounters& counters, Outcome outcome) {
  for (std::size_t i = 0; i < outcome_count; ++i) {
    const auto each = static_cast<Outcome>(i);
    CAPTURE(to_string(each));
    CHECK(counters.of(each) == (each == outcome ? 1U : 0U));
  }
}

}  // namespace shubbak::companies
