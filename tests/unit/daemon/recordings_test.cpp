// What the daemon keeps of the walks that it records.
#include "daemon/recordings.hpp"

#include <array>
#include <regex>

#include "daemon/load_flows.hpp"
#include "rehearsal/replay.hpp"
#include "tests/unit/daemon/fixture.hpp"

namespace shubbak::daemon::testing {
namespace {

using rehearsal::Recording;
using Took = Recording::Input::Kind;

// Among other digits four of them stand by chance: pseudonyms and times are longer.
bool has_number(const std::string& text, const std::string& number) {
  return std::regex_search(text, std::regex("(^|[^0-9])" + number + "($|[^0-9])"));
}

struct RecordingTown : Town {
  explicit RecordingTown(double share = 1) {
    configure = [this, share](Config& read) {
      read.recordings.share = share;
      config = read;
    };
    write({link_of(subscriber, person_of_three_companies), english(subscriber),
           link_of(other_subscriber, person_of_one_account), english(other_subscriber)});
    start();
  }
  // Of a daemon that has stopped.
  std::vector<Recording> recorded() {
    std::vector<Recording> all;
    const auto store = open_store();
    const auto stored = store->recordings(0, 100);
    REQUIRE(stored.ok());
    for (const store::StoredRecording& one : *stored) {
      auto recording = rehearsal::unpack(one.revision, one.content);
      REQUIRE(recording.ok());
      all.push_back(std::move(*recording));
    }
    return all;
  }
  // Is it the same when it is walked again?
  bool is_walked_again(const Recording& recording) {
    const auto revision = load_flows(config);
    REQUIRE(revision.ok());
    const OperatorConfig& op = config.operators.front();
    const rehearsal::Profile profile{.name = op.name,
                                     .service_code = op.ussd.service_code,
                                     .ussd_octets_max = op.ussd.octets_max,
                                     .sms_octets_max = op.sms.octets_max()};
    return recording.revision == (*revision)->id() &&
           rehearsal::compare(recording, *revision, *revision, profile).verdict ==
               rehearsal::Comparison::Verdict::same;
  }
  // All that is in the database's files, as it is there.
  std::string octets() const {
    std::string all;
    for (const char* suffix : {"", "-wal"}) {
      std::ifstream file(database() + suffix, std::ios::binary);
      std::ostringstream text;
      text << file.rdbuf();
      all += text.str();
    }
    return all;
  }
  Config config;
};

}  // namespace

TEST_CASE("walks are recorded when they are over, and nothing that tells whose they were is in the database") {
  RecordingTown town;
  town.dial("*123*1#");
  CHECK(contains(town.next_screen().text, "4521"));
  town.press("4521007");
  CHECK(contains(town.next_screen().text, "125,000"));
  town.press("Samer Haddad 0944555666");
  town.next_screen();
  town.press("739112");
  town.next_screen();
  town.press("1");  // by SMS
  CHECK(town.next_screen().last);
  town.wait_for_replies(1);
  town.text("21 2100345");
  town.wait_for_replies(2);
  CHECK(contains(town.replies[1], "48,750"));
  town.stop();

  const auto all = town.recorded();
  REQUIRE(all.size() == 2);
  CHECK(all[0].channel == flows::Channel::ussd);
  CHECK(all[0].operator_name == "syriatel");
  CHECK(all[0].locale == "en");
  CHECK(all[0].linked);
  CHECK(all[0].ended);
  REQUIRE(all[0].inputs.size() == 5);
  CHECK(all[0].inputs[1].at == "debt.pick");
  CHECK(all[0].inputs[3].is_secret);
  CHECK(all[1].channel == flows::Channel::sms);
  for (const Recording& one : all) CHECK(town.is_walked_again(one));

  const std::string octets = town.octets();
  CHECK(contains(octets, "debt.pick"));  // it is the file with the recordings
  for (const std::string personal :
       {"4521007", "منزل", "12500000", "125,000", "Samer", "Haddad", "0944555666", "739112", "2100345", "4875000",
        "48,750", "01234567890", "963933123456", "933123456"}) {
    INFO(personal);
    CHECK_FALSE(contains(octets, personal));
  }
}

TEST_CASE("a walk that is left is recorded as far as it went, and one that a stop cuts off is not") {
  RecordingTown town;
  town.dial("*123*1#");
  town.next_screen();
  town.dial("*123*2#", 2);  // and never mind the bill
  town.next_screen();
  town.stop();
  const auto all = town.recorded();
  REQUIRE(all.size() == 1);
  CHECK(all[0].inputs.size() == 1);
  CHECK(all[0].inputs[0].text == "1");
  CHECK_FALSE(all[0].ended);
  CHECK(town.is_walked_again(all[0]));
}

TEST_CASE("a dropped dialogue that is taken up again is one walk, and a refused commit is what it came to") {
  RecordingTown town;
  for (const std::uint8_t session : std::array<std::uint8_t, 2>{1, 2}) {  // the second reading of the same period
    town.dial("*123*3*2#", session);
    CHECK(contains(town.next_screen().text, "7710"));
    town.dial("*123#", static_cast<std::uint8_t>(session + 10));
    CHECK(contains(town.next_screen().text, "7710"));
    town.press("7800", static_cast<std::uint8_t>(session + 10));
    CHECK(contains(town.next_screen().text, "Is it right?"));
    town.press("1", static_cast<std::uint8_t>(session + 10));
    CHECK(town.next_screen().last);
  }
  town.wait_for_replies(1);
  town.stop();
  const auto all = town.recorded();
  REQUIRE(all.size() == 2);
  for (const Recording& one : all) {
    REQUIRE(one.inputs.size() == 4);
    CHECK(one.inputs[1].kind == Took::redial);
    CHECK(one.outcomes.back().service == "readings.submit");
    CHECK_FALSE(has_number(rehearsal::pack(one), "7710"));
    CHECK_FALSE(has_number(rehearsal::pack(one), "7800"));
    CHECK(town.is_walked_again(one));
  }
  CHECK(all[0].outcomes.back().outcome == "ok");
  CHECK(all[1].outcomes.back().outcome == "already");
}

TEST_CASE("a walk by SMS is one recording, from the command to its end") {
  RecordingTown town;
  town.text("reading", other_subscriber);
  town.wait_for_replies(1);
  town.text("1", other_subscriber);
  town.wait_for_replies(2);
  CHECK(contains(town.replies[1], "5060"));
  town.text("5060", other_subscriber);
  town.wait_for_replies(3);
  town.text("2", other_subscriber);
  town.wait_for_replies(4);
  town.stop();
  const auto all = town.recorded();
  REQUIRE(all.size() == 1);
  CHECK(all[0].inputs.size() == 4);
  CHECK(all[0].ended);
  CHECK(town.is_walked_again(all[0]));
}

TEST_CASE("nothing is recorded where it is not asked for") {
  RecordingTown town(0);
  town.text("21 2100345");
  town.wait_for_replies(1);
  town.stop();
  CHECK(town.recorded().empty());
}

TEST_CASE("a share of the walks is drawn, and so many at once") {
  RecordingTown town;
  town.stop();
  const auto revision = load_flows(town.config);
  REQUIRE(revision.ok());
  const auto store = town.open_store();
  std::uint64_t next = 0;
  const auto count = [&](double share, std::size_t walks) {
    RecordingsConfig config;
    config.share = share;
    const auto recordings =
        std::make_shared<Recordings>(*store, config, [&] { return ++next * 0x9E3779B97F4A7C15U; });
    std::vector<RecorderHandle> going_on;
    for (std::size_t i = 0; i < walks; ++i)
      if (auto handle = recordings->draw(*revision, "syriatel", {}, 0)) going_on.push_back(std::move(handle));
    return going_on.size();
  };
  CHECK(count(0.1, 2'000) > 120);
  CHECK(count(0.1, 2'000) < 280);
  CHECK(count(1, 2 * Recordings::going_on_max) == Recordings::going_on_max);
}

}  // namespace shubbak::daemon::testing
