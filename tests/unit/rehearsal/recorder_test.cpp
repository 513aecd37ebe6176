// A walk is recorded so that it can be walked again as it was, and nothing of the person's is in it.
#include <random>

#include <boost/json.hpp>

#include "examples.hpp"
#include "fixture.hpp"
#include "flows/screens.hpp"
#include "recorded_walk.hpp"
#include "rehearsal/replay.hpp"

using namespace shubbak;
using namespace shubbak::rehearsal;
using namespace shubbak::rehearsal::testing;
using Kind = Recording::Input::Kind;
namespace json = boost::json;

namespace {

std::shared_ptr<const flows::Revision> bill_pay() {
  static const auto loaded = flows::test::must_load(flows::test::bill_pay());
  return loaded;
}

std::shared_ptr<const flows::Revision> shipped() {
  static const auto loaded = [] {
    const std::vector<std::string> folders{SHUBBAK_CONFIG_DIR "/common", SHUBBAK_CONFIG_DIR "/syria-kuwwa"};
    const auto files = flows::read_folders(folders);
    REQUIRE(files.ok());
    const auto revision = flows::load(*files, {.locales = {"ar", "en"}, .services = flows::test::services()});
    REQUIRE(revision.ok());
    return *revision;
  }();
  return loaded;
}

constexpr const char* account = "452100778899";
constexpr const char* card = "4539578763621481";

flows::CallOutcome bill(const flows::Call& call, const flows::Session&) {
  if (call.service == "bills.accounts")
    return {"ok", json::parse(R"({"accounts": [{"id": "452100778899", "label": "Samer Haddad"},
                                               {"id": "452100778800", "label": "Shop"}], "owner": "Lina"})")
                      .as_object()};
  if (call.service == "bills.due") return {"ok", {{"amount", 7654300}, {"count", 2}}};
  if (call.service == "payments.pay") return {"ok", {{"receipt", "RCPT8Q2Z"}}};
  return {"ok", {}};
}

void pay(RecordedWalk& walk) {
  walk.dial({"1"});
  walk.send("samer haddad");
  walk.send("Pay");
  walk.send("1");
  REQUIRE(walk.step.parked);
  walk.redial("739112");
  walk.send(card);
  REQUIRE(walk.ended());
}

}  // namespace

TEST_CASE("a recording holds the way that was gone, and nothing of who went it") {
  RecordedWalk walk(bill_pay(), bill);
  pay(walk);
  const Recording recording = walk.recorded();
  CHECK(recording.revision == bill_pay()->id());
  CHECK(recording.operator_name == "op");
  CHECK(recording.locale == "en");
  CHECK(recording.linked);
  CHECK(recording.ended);

  REQUIRE(recording.inputs.size() == 6);
  CHECK(recording.inputs[0].kind == Kind::dial);
  CHECK(recording.inputs[0].text == "1");
  CHECK(recording.inputs[1].at == "bill_pay.pick");
  CHECK(recording.inputs[1].after == std::chrono::seconds(5));  // of seven
  CHECK(recording.inputs[2].text == "1");                       // the key of the label that was typed
  CHECK(recording.inputs[4].kind == Kind::redial);
  CHECK(recording.inputs[4].is_secret);
  CHECK(recording.inputs[5].is_secret);

  const std::string packed = pack(recording);
  for (const char* personal : {account, "452100778800", "Samer", "Haddad", "samer", "Shop", "Lina", "7654300",
                               "RCPT8Q2Z", "739112", card, "4539"}) {
    INFO(personal);
    CHECK(packed.find(personal) == std::string::npos);
  }
  CHECK(compare(recording, bill_pay(), bill_pay(), profile()).verdict == Comparison::Verdict::same);
}

TEST_CASE("a recording that was packed is the same when it is unpacked, and what is none is refused") {
  RecordedWalk walk(bill_pay(), bill);
  pay(walk);
  const std::string packed = pack(walk.recorded());
  const auto again = unpack(bill_pay()->id(), packed);
  REQUIRE(again.ok());
  CHECK(pack(*again) == packed);
  CHECK(again->revision == bill_pay()->id());
  const std::vector<std::string> damaged{"", "[]", "{}", "{\"operator\": 1}", packed.substr(1)};
  for (const std::string& one : damaged) CHECK_FALSE(unpack("r", one).ok());
  for (std::size_t size = 0; size < packed.size(); ++size) CHECK_FALSE(unpack("r", packed.substr(0, size)).ok());
}

TEST_CASE("words behind a keyword and behind the service code are redacted by the states that take them") {
  const auto lookup = [](const flows::Call&, const flows::Session&) {
    return flows::CallOutcome{"ok", {{"amount", 7654300}, {"company_label", "Aleppo Company"}}};
  };
  SECTION("by text") {
    RecordedWalk walk(shipped(), lookup, 1, 1);
    REQUIRE(walk.text("21 4521007"));
    const Recording recording = walk.recorded();
    CHECK(recording.channel == flows::Channel::sms);
    REQUIRE(recording.inputs.size() == 1);
    CHECK(recording.inputs[0].text.size() == 10);
    CHECK(recording.inputs[0].text.substr(0, 3) == "21 ");
    CHECK(pack(recording).find("4521007") == std::string::npos);
    CHECK(compare(recording, shipped(), shipped(), profile()).verdict == Comparison::Verdict::same);
  }
  SECTION("by text, without blanks") {
    RecordedWalk walk(shipped(), lookup, 1, 1);
    REQUIRE(walk.text("lookup 21/4521007"));
    const Recording recording = walk.recorded();
    REQUIRE(recording.inputs.size() == 1);
    CHECK(recording.inputs[0].text.size() == 17);
    CHECK(recording.inputs[0].text.substr(0, 10) == "lookup 21 ");
    CHECK(pack(recording).find("4521007") == std::string::npos);
    CHECK(compare(recording, shipped(), shipped(), profile()).verdict == Comparison::Verdict::same);
  }
  SECTION("by dialling") {
    RecordedWalk walk(shipped(), lookup);
    walk.dial({"4", "21", "4521007"});
    const Recording recording = walk.recorded();
    CHECK(recording.inputs[0].text.substr(0, 5) == "4*21*");
    CHECK(pack(recording).find("4521007") == std::string::npos);
    CHECK(compare(recording, shipped(), shipped(), profile()).verdict == Comparison::Verdict::same);
  }
  SECTION("a code is a secret wherever it is dialled") {
    RecordedWalk walk(shipped(), lookup);
    walk.dial({"739112"});
    const Recording recording = walk.recorded();
    CHECK(recording.inputs[0].is_secret);
    CHECK(recording.inputs[0].text == "000000");
  }
}

namespace {

// Of a register of any length, where no jump is too large.
json::object reading_of(int value) {
  return {{"value", value},
          {"date", "2026-11-25"},
          {"meter", "in_service"},
          {"open", 1},
          {"first_day", 1},
          {"last_day", 31},
          {"highest", 999'999'999},
          {"turned", 0},
          {"most", 999'999'999},
          {"days", 2},
          {"sent", 0},
          {"sent_value", 0},
          {"sent_on", ""},
          {"sent_reference", ""},
          {"sent_by", ""}};
}

}  // namespace

TEST_CASE("conditions hold of the pseudonyms what they held of the person's numbers") {
  int last = 48211;
  const auto readings = [&](const flows::Call& call, const flows::Session&) -> flows::CallOutcome {
    if (call.service == "bills.accounts")
      return {"ok", json::parse(R"({"accounts": [{"id": "4521", "label": "Home", "company": "damascus"}],
                                    "missing": 0})")
                        .as_object()};
    if (call.service == "readings.last") return {"ok", reading_of(last)};
    return {"ok", {{"reference", "R-77812"}}};
  };
  for (std::uint64_t seed = 1; seed <= 50; ++seed) {
    last = 10'000 + static_cast<int>(seed) * 1'777;
    RecordedWalk walk(shipped(), readings, seed, 1);
    walk.dial({"3", "1", std::to_string(last - 1)});  // refused
    walk.send(std::to_string(last));                  // as before: taken
    walk.send("0");                                   // back
    walk.send(std::to_string(last + 9'000));
    walk.send("1");
    REQUIRE(walk.ended());
    const Recording recording = walk.recorded();
    const std::string packed = pack(recording);
    CHECK(packed.find(std::to_string(last)) == std::string::npos);
    CHECK(packed.find("2026-11-25") == std::string::npos);
    CHECK(compare(recording, shipped(), shipped(), profile()).verdict == Comparison::Verdict::same);
  }
}

TEST_CASE("an outcome that could not be committed is taken back") {
  const auto readings = [&](const flows::Call& call, const flows::Session&) -> flows::CallOutcome {
    if (call.service == "bills.accounts")
      return {"ok", json::parse(R"({"accounts": [{"id": "4521", "label": "Home", "company": "c"}], "missing": 0})")
                        .as_object()};
    return {"ok", reading_of(48211)};
  };
  RecordedWalk walk(shipped(), readings, 1, 1);
  walk.dial({"3", "1", "48300"});
  walk.recorder->answer("1", {});
  walk.recorder->outcome({"ok", {{"reference", "R-77812"}}}, true);
  walk.recorder->take_back();
  walk.recorder->outcome({"already", {}}, false);
  const Recording recording = walk.recorded();
  REQUIRE(recording.outcomes.size() == 3);
  CHECK(recording.outcomes.back().outcome == "already");
  CHECK(compare(recording, shipped(), shipped(), profile()).verdict == Comparison::Verdict::same);
}

TEST_CASE("of a walk that answers a poll nothing is kept, whatever came of it") {
  const auto poll = [](const flows::Call& call, const flows::Session&) -> flows::CallOutcome {
    if (call.service == "polls.question")
      return {"ok", json::parse(R"({"poll": "service", "question": "How was it?",
                                    "choices": [{"choice": "good", "label": "Good"}, {"choice": "bad", "label": "Bad"}]})")
                        .as_object()};
    return {"ok", {}};
  };
  RecordedWalk walk(shipped(), poll, 1, 1);
  walk.dial({"18"});
  REQUIRE(walk.recorded().outcomes.size() == 1);  // who is only asked has said nothing
  SECTION("it was taken") {
    walk.send("2");
    REQUIRE(walk.ended());
  }
  SECTION("it could not be committed") {
    walk.recorder->answer("2", {});
    walk.recorder->outcome({"ok", {}}, true);
    walk.recorder->take_back();
    walk.recorder->outcome({"already", {}}, false);
  }
  CHECK_FALSE(walk.recorder->finish().has_value());
}

TEST_CASE("what cannot be walked again is not kept") {
  RecordedWalk walk(bill_pay(), bill);
  SECTION("a walk that nobody began") {}
  SECTION("one that was left while a service was asked") {
    walk.recorder->dial({"1"}, {});
  }
  SECTION("one without an end") {
    walk.dial();
    for (std::size_t i = 0; i < Recording::inputs_max; ++i) walk.redial();
  }
  CHECK_FALSE(walk.recorder->finish().has_value());
}

namespace {

// A person who presses and types at random, and services that say anything that fits.
class Stroller {
 public:
  Stroller(std::shared_ptr<const flows::Revision> revision, std::uint64_t seed)
      : revision_(std::move(revision)),
        chance_(seed),
        walk_(
            revision_,
            [this](const flows::Call& call, const flows::Session& session) { return outcome(call, session); },
            seed + 1'000'000,  // or pseudonyms would be drawn as the person's values are

            static_cast<std::uint8_t>(below(revision_->locales().size()))) {}

  // Values of six characters and more that were typed or told: none may be found again.
  std::vector<std::string> personal;

  std::optional<Recording> stroll() {
    const std::vector<std::string> texts{"bill", "فاتورة",          "تأشيرة", "21 1234567",
                                         "menu", "تأشيرة 1 512345", "bill 1"};
    const std::vector<std::vector<std::string>> codes{{}, {"1"}, {"2"}, {"3"}, {"4"}, {"3", "1"}, {"1", "1", "1"}};
    if (below(3) != 0 || !walk_.text(one_of(texts))) walk_.dial(one_of(codes));
    for (int i = 0; i < 12 && !walk_.ended(); ++i) {
      if (walk_.step.parked) {
        walk_.redial("739112");
      } else if (below(12) == 0 && walk_.session.channel == flows::Channel::ussd &&
                 flows::resume_ttl(*revision_, walk_.session)) {
        walk_.redial();
      } else {
        walk_.send(typed());
      }
    }
    return walk_.recorder->finish();
  }

 private:
  std::size_t below(std::size_t count) { return static_cast<std::size_t>(chance_() % count); }
  template <class T>
  const T& one_of(const std::vector<T>& from) {
    return from[below(from.size())];
  }
  std::string note(std::string value) {
    if (value.size() >= 6) personal.push_back(value);
    return value;
  }
  std::string digits(std::size_t length) {
    std::string text;
    while (text.size() < length) text += static_cast<char>('0' + below(10));
    return text;
  }

  json::value value_of(const flows::ScalarType& type) {
    using TypeKind = flows::ScalarType::Kind;
    switch (type.kind) {
      case TypeKind::integer:
      case TypeKind::money: {
        if (below(4) == 0) return std::max(type.min, static_cast<std::int64_t>(below(3)));
        const auto most = static_cast<std::size_t>(std::min<std::int64_t>(type.max, 9'999'999) - type.min);
        return type.min + static_cast<std::int64_t>(below(most + 1));
      }
      case TypeKind::digits:
        return json::string(note(digits(type.length_min + below(type.length_max - type.length_min + 1U))));
      case TypeKind::date:
        return "2026-11-25";
      case TypeKind::text: {
        std::string text;
        while (text.size() < type.length_max) text += static_cast<char>('a' + below(26));
        return json::string(note(text));
      }
    }
    return nullptr;
  }

  flows::CallOutcome outcome(const flows::Call& call, const flows::Session& session) {
    const auto* calling = std::get_if<flows::Calling>(&revision_->state(session.at).body);
    if (calling == nullptr) return {call.service == flows::otp_verify && below(4) == 0 ? "wrong" : "ok", {}};
    if (below(6) == 0) return {one_of(calling->outcomes).name, {}};
    flows::CallOutcome ok{"ok", {}};
    for (const flows::Calling::Save& save : calling->saves) {
      const flows::Slot& slot = revision_->flow(session.at).slots[save.slot];
      if (slot.shape != flows::Slot::Shape::list) {
        ok.data[save.member] = value_of(slot.scalar);
        continue;
      }
      json::array entries;
      for (std::size_t i = below(5); i > 0; --i) {
        json::object entry;
        for (const flows::Field& field : slot.fields) entry[field.name] = value_of(field.type);
        entries.push_back(std::move(entry));
      }
      ok.data[save.member] = std::move(entries);
    }
    return ok;
  }

  std::string typed() {
    const flows::State& state = revision_->state(walk_.session.at);
    const std::vector<std::string> keys{"1", "1", "1", "2", "3", "0", "00", "9", "8"};
    if (const auto* list = std::get_if<flows::ListMenu>(&state.body);
        list != nullptr && list->label_field != flows::none && below(3) == 0) {
      const flows::List* entries = flows::list_in(walk_.session, list->list);
      if (entries != nullptr && !entries->empty())
        return std::get<std::string>(one_of(*entries)[list->label_field].held);
    }
    if (below(6) == 0) return note("nonsense " + digits(6));
    const auto* input = std::get_if<flows::Input>(&state.body);
    if (input == nullptr || below(5) == 0) return one_of(keys);
    if (input->kind == flows::Input::Kind::voucher_pin) return note("4539578763621481");
    if (input->kind == flows::Input::Kind::meter_reading) return note(digits(4 + below(4)));
    return note(digits(input->length_max));
  }

  std::shared_ptr<const flows::Revision> revision_;
  std::mt19937_64 chance_;
  RecordedWalk walk_;
};

}  // namespace

TEST_CASE("any walk that is recorded is the same when it is walked again, and holds nothing that was typed or told") {
  std::size_t kept = 0;
  std::size_t walks = 0;
  for (const auto& revision : {bill_pay(), shipped()}) {
    for (std::uint64_t seed = 1; seed <= 1'500; ++seed) {
      ++walks;
      Stroller stroller(revision, seed);
      const auto recording = stroller.stroll();
      if (!recording) continue;
      ++kept;
      const std::string packed = pack(*recording);
      INFO("seed " << seed << ": " << packed);
      const Comparison again = compare(*recording, revision, revision, profile());
      CHECK(static_cast<int>(again.verdict) == static_cast<int>(Comparison::Verdict::same));
      for (const std::string& value : stroller.personal) {
        INFO(value);
        CHECK(packed.find(value) == std::string::npos);
      }
    }
  }
  CAPTURE(kept, walks);
  CHECK(kept * 100 >= walks * 97);
}
