// What is counted of polls for Prometheus: how many have answered, never what.
#include "daemon/poll_metrics.hpp"

#include <catch2/catch.hpp>

namespace shubbak::daemon {
namespace {

class TwoPolls final : public store::PollReads {
 public:
  using Counts = std::vector<std::pair<std::string, std::int64_t>>;

  Result<bool> has_answered(const std::string&, std::int64_t, const NationalId&) override { return false; }
  Result<std::vector<store::StoredPollRound>> poll_rounds() override { return std::vector<store::StoredPollRound>(); }
  Result<store::PollSums> poll_sums(const std::string&, std::int64_t) override { return store::PollSums(); }
  Result<Counts> count_poll_answers() override {
    if (fails) return Error{Errc::io, "the disk"};
    return Counts{{"meters", 4}, {"service", 17}};
  }

  bool fails = false;
};

}  // namespace

TEST_CASE("answers are counted by poll and by nothing else, and left out where they cannot be read") {
  TwoPolls polls;
  const auto families = poll_families(polls);
  REQUIRE(families.size() == 1);
  CHECK(families[0].name == "shubbak_poll_answers_total");
  REQUIRE(families[0].metric.size() == 2);
  const prometheus::ClientMetric& service = families[0].metric[1];
  REQUIRE(service.label.size() == 1);
  CHECK(service.label[0].name == "poll");
  CHECK(service.label[0].value == "service");
  CHECK(service.counter.value == 17);
  polls.fails = true;
  CHECK(poll_families(polls).empty());
}

}  // namespace shubbak::daemon
