// What is kept of each kind of answer, and of what services said.
#include "rehearsal/redaction.hpp"

#include <random>

#include <catch2/catch.hpp>

#include "domain/text.hpp"
#include "fixture.hpp"

using namespace shubbak;
using namespace shubbak::rehearsal;
using flows::test::must_load;

namespace {

std::shared_ptr<const flows::Revision> revision() {
  static const auto loaded = must_load({.flows = {{"all", R"(
flow: all
schema: 1
entry: {ussd: "1"}
slots:
  account: {digits: [3, 20]}
  value: {int: [0, 999999999]}
  money: {money: SYP, max: 999999999900}
  born: {date: day}
  who: {digits: [11, 14]}
  voucher: {digits: 16, secret: true}
  pin: {digits: 4, secret: true}
  story: {text: 60}
  kind: {text: 20}
  list: {list: {id: {digits: [3, 20]}, label: {text: 24}}, max: 10}
  one: {ref: list}
  id: {digits: [3, 20]}
  number: {int: [0, 999999999]}
states:
  main: {menu: {text: t, items: [{key: "1", text: first, to: account}, {key: "22", text: second, to: value}]}}
  account: {input: {type: account, min: 3, max: 20, save: account, text: t}, then: value}
  value: {input: {type: meter_reading, save: value, text: t, refuse: [{when: 'kind == "prepaid"', text: t}]}, then: money}
  money: {input: {type: amount, save: money, text: t}, then: born}
  born: {input: {type: date, save: born, text: t}, then: who}
  who: {input: {type: national_id, save: who, text: t}, then: voucher}
  voucher: {input: {type: voucher_pin, save: voucher, text: t}, then: pin}
  pin: {input: {type: digits, len: 4, save: pin, text: t}, then: story}
  story: {input: {type: text, max: 60, save: story, text: t}, then: more}
  more: {collect: {text: t, more: t, save: story, done: "1"}, then: pick}
  pick: {menu: {text: t, from: list, item: item, save: one}, pick: sure}
  sure: {confirm: {text: t, yes: ask, no: ask}}
  ask:
    call: {service: public.ask, timeout: 3s}
    save: {list: $.list, kind: $.text, id: $.id, number: $.number, money: $.money}
    then: {ok: end, timeout|error: end}
  end: {end: {text: t}}
)"}},
                                        .en = "t: T\nfirst: First\nsecond: Second\nitem: \"{label}\"\n",
                                        .locales = {"en"}});
  return loaded;
}

struct Desk {
  std::mt19937_64 chance{1};
  std::function<std::uint64_t()> random = [this] { return chance(); };
  Pseudonyms pseudonyms{Country::syria, words_of(*revision()), random};

  static flows::Place place(const std::string& state) {
    const auto& states = revision()->flows()[*revision()->flow_index("all")].states;
    for (std::size_t i = 0; i < states.size(); ++i) {
      if (states[i].name == state) return {*revision()->flow_index("all"), static_cast<std::uint16_t>(i)};
    }
    FAIL("no state " << state);
    return {};
  }
  Redacted at(const std::string& state, const std::string& typed, int number = 0) {
    pseudonyms.set_try(number);
    return redact(pseudonyms, *revision(), place(state), typed, number);
  }
  Recording::Outcome came(const std::string& outcome, const std::string& json) {
    return redact(pseudonyms, *revision(), place("ask"), {outcome, boost::json::parse(json).as_object()},
                  "public.ask");
  }
};

bool is_digits(const std::string& text) {
  return !text.empty() && text.find_first_not_of("0123456789") == std::string::npos;
}

}  // namespace

TEST_CASE("keys of menus, lists, confirms and navigation stay as they were pressed") {
  Desk desk;
  for (const char* state : {"main", "pick", "sure"}) {
    CHECK(desk.at(state, "1").text == "1");
    CHECK(desk.at(state, "22").text == "22");
    CHECK(desk.at(state, "00").text == "00");
    CHECK(desk.at(state, " ٢٢ ").text == "22");
  }
  for (const char* state : {"account", "story", "voucher", "who"}) CHECK(desk.at(state, "00").text == "00");
  CHECK(desk.at("more", "1").text == "1");  // done
}

TEST_CASE("what is typed at a menu and is no key is kept as one, or not at all") {
  Desk desk;
  CHECK(desk.at("main", "Second", 0).text == "1");
  CHECK(desk.at("main", "Second", 1).text == "22");
  const Redacted other = desk.at("main", "Samer Haddad", 2);
  CHECK(other.text != "Samer Haddad");
  CHECK(flows::length_of(other.text) == 12);
}

TEST_CASE("numbers that tell people apart become others of the same length, the same each time") {
  Desk desk;
  const std::string account = desk.at("account", "4521007788").text;
  CHECK(account != "4521007788");
  CHECK(account.size() == 10);
  CHECK(is_digits(account));
  CHECK(desk.at("account", "45-2100 7788").text == account);
  CHECK(desk.at("account", "٤٥٢١٠٠٧٧٨٨").text == account);
  CHECK(desk.at("account", "4521007789").text != account);

  const std::string reading = desk.at("value", "51837").text;
  CHECK(reading != "51837");
  CHECK(reading.size() == 5);
  CHECK(desk.at("value", "51837").text == reading);
  CHECK(desk.at("value", "0051837").text == "00" + reading);
  CHECK(desk.at("value", "42").text == "42");
}

TEST_CASE("numbers beside each other stay beside each other") {
  Desk desk;
  const int last = std::stoi(desk.at("value", "30000").text);
  const int now = std::stoi(desk.at("value", "30123").text);
  CHECK(last != 30000);
  CHECK(now - last == 123);
}

TEST_CASE("amounts keep their length and roundness") {
  Desk desk;
  const std::string amount = desk.at("money", "125,000").text;
  CHECK(amount != "125,000");
  CHECK(amount.size() == 7);
  CHECK(amount[3] == ',');
  CHECK(flows::from_typed(amount, {.kind = flows::ScalarType::Kind::money, .min = 0, .max = 99'999'999}).has_value());
  CHECK(desk.at("money", "١٢٥٠٠٠").text == amount);
}

TEST_CASE("dates become days that there are, and national numbers such as the country has") {
  Desk desk;
  const std::string born = desk.at("born", "25/11/1987").text;
  CHECK(born != "1987-11-25");
  CHECK(flows::from_typed(born, {.kind = flows::ScalarType::Kind::date}).has_value());
  CHECK(desk.at("born", "1987-11-25").text == born);
  CHECK(desk.at("born", "31/02/1987").text.size() == 10);

  for (const auto& [country, id] :
       {std::pair{Country::syria, "01234567890"}, std::pair{Country::iraq, "198712345678"},
        std::pair{Country::egypt, "29010280165195"}, std::pair{Country::kuwait, "288020122596"}}) {
    Pseudonyms pseudonyms(country, {}, desk.random);
    const std::string other = pseudonyms.national_id(id);
    CHECK(other != id);
    CHECK(NationalId::parse(country, other).ok());
    CHECK(pseudonyms.national_id(id) == other);
  }
}

TEST_CASE("of a secret nothing is kept but whether it had the right form") {
  Desk desk;
  for (const char* card : {"4539578763621481", "4111 1111 1111 1111", "nonsense"}) {
    const Redacted right = desk.at("voucher", card);
    CHECK(right.is_secret);
    CHECK(right.text == "0000000000000000");
    CHECK(desk.at("voucher", card, 1).text == "-");
  }
  CHECK(desk.at("pin", "7391").text == "0000");
  CHECK(desk.at("pin", "7391").is_secret);
}

TEST_CASE("a code or a card typed where it does not belong is a secret too") {
  Desk desk;
  for (const char* state : {"main", "pick", "sure"}) {
    CHECK(desk.at(state, "739112", 9).text == "000000");
    CHECK(desk.at(state, "4539 5787 6362 1486", 9).is_secret);
  }
}

TEST_CASE("free text becomes filler of its length and script") {
  Desk desk;
  const std::string story = "العداد معطل منذ شهر، رقمي 0933123456";
  const std::string filler = desk.at("story", story).text;
  CHECK(filler != story);
  CHECK(flows::length_of(filler) == flows::length_of(story));
  CHECK(ussd::octets_on_air(filler) == ussd::octets_on_air(story));
  CHECK(filler.find("0933123456") == std::string::npos);
  const std::string latin = desk.at("more", "My name is Samer, call 0933123456").text;
  CHECK(ussd::octets_on_air(latin) == ussd::octets_on_air("My name is Samer, call 0933123456"));
  CHECK(latin.find("Samer") == std::string::npos);
}

TEST_CASE("a service's answer is kept by the types of the slots that it is saved in") {
  Desk desk;
  const auto outcome = desk.came("ok", R"({"list": [{"id": "4521007788", "label": "بيت المزة", "owner": "Samer"}],
    "text": "prepaid", "id": "4521007788", "number": 3, "money": 12500000, "unsaved": "Samer Haddad"})");
  CHECK(outcome.service == "public.ask");
  CHECK(outcome.outcome == "ok");
  const auto& data = outcome.data;
  CHECK_FALSE(data.contains("unsaved"));
  const auto& entry = data.at("list").as_array().at(0).as_object();
  CHECK_FALSE(entry.contains("owner"));
  CHECK(entry.at("id") != "4521007788");
  CHECK(entry.at("id") == data.at("id"));
  CHECK(flows::length_of(std::string(entry.at("label").as_string())) == 9);
  CHECK(entry.at("label") != "بيت المزة");
  CHECK(data.at("number") == 3);
  CHECK(data.at("money") != 12'500'000);
  CHECK(data.at("money").as_int64() % 1000 == 0);
  CHECK(data.at("text") == "prepaid");  // a word of the flow's own conditions

  SECTION("an entry chosen by its id or name is the same entry") {
    CHECK(desk.at("account", "4521007788").text == entry.at("id").as_string());
    CHECK(desk.at("pick", "بيت المزه").text == entry.at("label").as_string());
    CHECK(desk.at("pick", "4521007788").text == entry.at("id").as_string());
  }
}

TEST_CASE("an answer that the flow cannot save is kept as what the flow takes it for") {
  Desk desk;
  const auto outcome = desk.came("ok", R"({"list": [], "text": "x", "id": "no digits", "number": 3, "money": 1})");
  CHECK(outcome.outcome == "error");
  CHECK(outcome.data.empty());
  CHECK(desk.came("timeout", R"({"text": "Samer"})").data.empty());
}
