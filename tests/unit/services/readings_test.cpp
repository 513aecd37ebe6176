// Readings before a sample company whose meters are of each kind (samples/README.md, "Meters").
#include "services/reading_rules.hpp"
#include "town.hpp"

namespace shubbak::services {
namespace {

using boost::json::object;

// The person of all those meters, at damascus.
struct MeterTown : Town {
  MeterTown() {
    person = *NationalId::parse(Country::syria, "08901234567");
    reach({companies::config_of("damascus", meters.url(), {"11"})});
    world->random = [this] { return ++drawn; };
    world->utc_offset = std::chrono::minutes(180);
  }

  Answer last(const char* account) { return ask("readings.last", of(account)); }
  static object of(const char* account) { return {{"company", "damascus"}, {"account", account}}; }
  // What it comes to, once it is committed.
  std::string submit(const char* account, std::int64_t value, object more = {}) {
    object args = of(account);
    args.emplace("value", value);
    for (const auto& one : more) args.emplace(one.key(), one.value());
    Answer answer = ask("readings.submit", std::move(args));
    if (answer.changes.empty()) return answer.outcome.outcome;
    const auto committed = commit(std::move(answer.changes));
    return committed.ok() ? answer.outcome.outcome : answer.outcome_on_conflict;
  }

  companies::SampleThread meters{{"damascus"}};
  std::uint64_t drawn = 0;
};

std::string text_in(const Answer& answer, const char* name) {
  return std::string(answer.outcome.data.at(name).as_string());
}
std::int64_t number_in(const Answer& answer, const char* name) {
  return answer.outcome.data.at(name).to_number<std::int64_t>();
}

}  // namespace

TEST_CASE("what the company tells of a meter comes with its last reading") {
  MeterTown town;
  const Answer turning = town.last("4560001");
  CHECK(turning.outcome.outcome == "ok");
  CHECK(number_in(turning, "value") == 99'950);
  CHECK(text_in(turning, "meter") == "in_service");
  CHECK(number_in(turning, "highest") == 99'999);
  CHECK(number_in(turning, "open") == 1);
  CHECK(number_in(turning, "sent") == 0);
  const Answer replaced = town.last("4560002");
  CHECK(text_in(replaced, "meter") == "replaced");
  CHECK(number_in(replaced, "value") == 12);
  CHECK(text_in(replaced, "date") == "2026-10-15");
  for (const auto& [account, meter] : {std::pair{"4560003", "unmetered"}, std::pair{"4560004", "prepaid"},
                                       std::pair{"4560007", "removed"}, std::pair{"4560008", "blocked"}}) {
    INFO(meter);
    CHECK(text_in(town.last(account), "meter") == meter);
  }
  CHECK(number_in(town.last("4560005"), "open") == 0);
  const Answer read = town.last("4560006");
  CHECK(number_in(read, "sent") == 1);
  CHECK(text_in(read, "sent_by") == "reader");
  CHECK(number_in(read, "sent_value") == 8'250);
}

TEST_CASE("a meter that is not read, not now, or by the company's reader takes no reading") {
  MeterTown town;
  for (const char* account : {"4560003", "4560004", "4560007", "4560008"}) {
    INFO(account);
    CHECK(town.submit(account, 9'000) == "not_found");
  }
  CHECK(town.submit("4560005", 4'150) == "not_open");
  CHECK(town.submit("4560006", 8'300) == "already");
  CHECK(town.kept->undelivered_readings("damascus", 0, 10).value().empty());
}

TEST_CASE("a jump is taken once it was asked again and shown, and is marked") {
  MeterTown town;
  CHECK(town.submit("4560009", 900'000) == "implausible");
  CHECK(town.submit("4560009", 900'000, {{"used", 799'999}}) == "implausible");
  CHECK(town.submit("4560009", 1'000'000, {{"used", 900'000}}) == "implausible");  // the register has six digits
  CHECK(town.submit("4560009", 900'000, {{"used", 800'000}}) == "ok");
  const auto sent = town.kept->undelivered_readings("damascus", 0, 10).value();
  REQUIRE(sent.size() == 1);
  CHECK(sent[0].remark == store::ReadingRemark::confirmed);
  CHECK(sent[0].source == store::ReadingSource::citizen);
  CHECK(sent[0].channel == store::WalkChannel::ussd);
  CHECK(sent[0].office.empty());
}

TEST_CASE("a register that has begun again is taken as the person says, through the end that they were shown") {
  MeterTown town;
  CHECK(town.submit("4560001", 20) == "too_low");
  CHECK(town.submit("4560001", 20, {{"passed", 999'999}}) == "too_low");
  CHECK(town.submit("4560001", 60'000, {{"passed", 99'999}}) == "too_low");  // that would be more than half of it
  CHECK(town.submit("4560001", 0, {{"passed", 99'999}}) == "ok");
  const auto sent = town.kept->undelivered_readings("damascus", 0, 10).value();
  REQUIRE(sent.size() == 1);
  CHECK(sent[0].remark == store::ReadingRemark::turned_over);
}

TEST_CASE("a new meter is read from its beginning") {
  MeterTown town;
  CHECK(town.submit("4560002", 11) == "too_low");
  CHECK(town.submit("4560002", 40) == "ok");
}

TEST_CASE("a second reading of a period says when the first was sent, what it was and its reference") {
  MeterTown town;
  CHECK(town.submit("4560013", 6'130) == "ok");
  CHECK(town.submit("4560013", 6'131) == "already");
  const Answer last = town.last("4560013");
  CHECK(number_in(last, "sent") == 1);
  CHECK(number_in(last, "sent_value") == 6'130);
  CHECK(text_in(last, "sent_by") == "person");
  CHECK(text_in(last, "sent_reference") == reading_reference(1));
  CHECK(text_in(last, "sent_on").size() == std::string("2026-11-27 14:05").size());
}

TEST_CASE("what staff send for a person is told apart") {
  MeterTown town;
  store::Reading by_staff{.reference = "ABCDEFGH",
                          .msisdn = MeterTown::caller,
                          .company = "damascus",
                          .account = "4560014",
                          .value = 7'120,
                          .period = billing_period(wall_now(), std::chrono::minutes(180), std::nullopt),
                          .at = wall_now(),
                          .state = store::ReadingState::recorded,
                          .source = store::ReadingSource::staff};
  REQUIRE(town.commit({store::AddReading{by_staff}}).ok());
  CHECK(text_in(town.last("4560014"), "sent_by") == "staff");
  const Answer history = town.ask("readings.history", MeterTown::of("4560014"));
  REQUIRE(number_in(history, "count") == 1);
  const object row = history.outcome.data.at("readings").as_array().at(0).as_object();
  CHECK(row.at("by") == "staff");
  CHECK(row.at("reference") == "ABCDEFGH");
  CHECK(row.at("state") == "recorded");
}

TEST_CASE("the history of a meter has what was sent and what the company's reader read, newest first") {
  MeterTown town;
  CHECK(number_in(town.ask("readings.history", MeterTown::of("4560013")), "count") == 0);
  // Ours of long ago, and the reader's of today.
  REQUIRE(town.commit({store::AddReading{{.reference = "00000009",
                                          .msisdn = MeterTown::caller,
                                          .company = "damascus",
                                          .account = "4560006",
                                          .value = 8'000,
                                          .period = "2026-01",
                                          .at = WallTime{},
                                          .state = store::ReadingState::refused}}})
              .ok());
  const Answer history = town.ask("readings.history", MeterTown::of("4560006"));
  const auto& rows = history.outcome.data.at("readings").as_array();
  REQUIRE(rows.size() == 2);
  CHECK(rows[0].at("by") == "reader");
  CHECK(rows[0].at("value") == 8'250);
  CHECK(rows[1].at("by") == "person");
  CHECK(rows[1].at("state") == "refused");
  CHECK(rows[1].at("on") == "1970-01-01 03:00");
  CHECK(town.ask("readings.history", MeterTown::of("2100345")).outcome.outcome == "not_found");
}

TEST_CASE("who has a reading's reference reads what was sent under it, and nobody guesses one") {
  MeterTown town;
  REQUIRE(town.submit("4560013", 6'130) == "ok");
  const Answer proof = town.ask("readings.verify", {{"reference", " " + reading_reference(1) + " "}});
  CHECK(proof.outcome.outcome == "ok");
  CHECK(number_in(proof, "value") == 6'130);
  CHECK(text_in(proof, "account") == "*0013");
  CHECK(text_in(proof, "state") == "recorded");
  for (std::uint32_t i = 0; i < InquiryPolicy{}.wrong_receipts_per_number; ++i)
    CHECK(town.ask("readings.verify", {{"reference", i % 2 == 0 ? "ZZZZZZZZ" : "none"}}).outcome.outcome ==
          "not_found");
  CHECK(town.ask("readings.verify", {{"reference", reading_reference(1)}}).outcome.outcome == "limited");
}

}  // namespace shubbak::services
