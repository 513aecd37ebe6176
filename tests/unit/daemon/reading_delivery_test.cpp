// Readings on their way to the companies, also those that an earlier run of the daemon recorded.
#include "daemon/reading_delivery.hpp"

#include "services/reading_rules.hpp"
#include "tests/unit/daemon/fixture.hpp"

namespace shubbak::daemon::testing {
namespace {

store::Change reading(const std::string& reference, const std::string& account, std::int64_t value) {
  return store::AddReading{{.reference = reference,
                            .msisdn = *Msisdn::parse(subscriber),
                            .company = "aleppo",
                            .account = account,
                            .value = value,
                            .period = "2026-11",
                            .at = wall_now(),
                            .state = store::ReadingState::recorded,
                            .link = "mtn"}};
}

std::vector<std::string> undelivered(store::Store& store) {
  std::vector<std::string> references;
  const auto rows = store.undelivered_readings("aleppo", 0, 100).value();
  for (const store::Reading& one : rows) references.push_back(one.reference);
  return references;
}

// A second operator, behind the same SMSC but with another short code.
void add_mtn(Config& config) {
  config.operators.push_back(config.operators.front());
  config.operators.back().name = config.operators.back().smpp.name = "mtn";
  config.operators.back().sms.short_code = "456";
}

}  // namespace

TEST_CASE("readings that a company can never take hold up no others, in whatever order they came") {
  Town town;
  town.write({reading("R1", "9000009", 1), reading("R2", "9000010", 1), reading("R3", "9000006", 1),
              reading("R4", "9000011", 1), reading("R5", "2100777", 5100)});
  town.start();
  const auto store = town.open_store();
  town.loop.until([&] { return undelivered(*store) == std::vector<std::string>{"R1", "R2", "R3", "R4"}; });
}

TEST_CASE("a refused reading is told by the operator that it came through") {
  Town town;
  std::vector<std::string> senders;
  town.answer = [&](const smpp::Sm& sm) {
    senders.emplace_back(sm.source.digits);
    return CommandStatus::ok;
  };
  town.configure = add_mtn;
  town.write({link_of(subscriber, "02345678901"), english(subscriber)});
  town.write({reading("R1", "2100777", 1)});  // lower than the last one
  town.start();
  town.wait_for_replies(1);
  CHECK(contains(town.replies[0], "did not accept reading number R1"));
  CHECK(senders == std::vector<std::string>{"456"});
}

TEST_CASE("who was before the company's reader is told the day on which that one came") {
  Town town;
  town.write({link_of(subscriber, "08901234567"), english(subscriber)});
  store::AddReading sent = std::get<store::AddReading>(reading("R1", "4560006", 8'300));
  sent.reading.company = "damascus";
  sent.reading.link = "syriatel";
  const std::string today = services::local_date(sent.reading.at, std::chrono::minutes(180));
  sent.reading.period = today.substr(0, 7);
  town.write({sent});
  town.start();
  town.wait_for_replies(1);
  CHECK(contains(town.replies[0], "reader has read the meter in this period"));
  CHECK(contains(town.replies[0], today + " R1"));
}

TEST_CASE("a reading waits while its person cannot be looked up, for a refusal would not be told, and not for ever") {
  Town town;
  store::AddReading old = std::get<store::AddReading>(reading("R1", "2100345", 1));
  old.reading.at -= 2h;
  town.write({link_of(subscriber, "02345678901"), old, reading("R2", "2100777", 1)});
  town.execute("UPDATE link SET national_id_sealed = zeroblob(length(national_id_sealed))");  // damaged
  town.start();
  const auto store = town.open_store();
  town.loop.until([&] { return undelivered(*store) == std::vector<std::string>{"R2"}; });
  const std::string failures = "shubbak_store_failures_total";
  town.loop.until([&] { return town.metric(failures) != failures + " 0"; });
  CHECK(undelivered(*store) == std::vector<std::string>{"R2"});
}

TEST_CASE("a refused reading is told to nobody when its number is another person's by now") {
  Town town;
  town.write({reading("R1", "2100777", 1)});
  SECTION("released") {}
  SECTION("linked anew") {
    town.write({link_of(subscriber, "01234567890")});
  }
  town.start();
  const auto store = town.open_store();
  town.loop.until([&] { return undelivered(*store).empty(); });
  CHECK(store->outbox_sizes().value().empty());
  CHECK(town.replies.empty());
}

}  // namespace shubbak::daemon::testing
