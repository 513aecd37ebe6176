#include "audit/detail.hpp"

#include <catch2/catch.hpp>

namespace shubbak::audit {
namespace {

std::string json(const Detail& detail) {
  const auto text = detail.json();
  return text ? *text : "refused: " + text.error().message;
}

}  // namespace

TEST_CASE("a detail is a JSON object without blanks, in the order in which it was told") {
  CHECK(json(Detail()) == "{}");
  CHECK(json(Detail().add(Key::was, "pending").add(Key::tries, 3)) == R"({"was":"pending","tries":3})");
  CHECK(json(Detail().add(Key::amount, std::int64_t{125'000'000})) == R"({"amount":125000000})");
  CHECK(json(Detail().add(Key::author, "أمل")) == R"({"author":"أمل"})");
  CHECK(json(Detail().add(Key::company, "rif_11").add(Key::publication, 999'999)) ==
        R"({"company":"rif_11","publication":999999})");
}

TEST_CASE("what might be a number of a person or phone, or free text, gets into no key") {
  for (const std::string value : {"963933123456", "01020304050", "name of somebody", "Amal", "", "a\"b", "أمل",
                                  "an_endless_word_of_more_than_32_octets"}) {
    for (const Key key : {Key::was, Key::reason, Key::channel, Key::purpose, Key::role, Key::company}) {
      INFO(value);
      CHECK_FALSE(Detail().add(key, value).json().ok());
    }
  }
  CHECK(Detail().add(Key::office, "مكتب بريد حمص 11").json().ok());
  CHECK_FALSE(Detail().add(Key::office, "call 0933 123 456").json().ok());
  CHECK_FALSE(Detail().add(Key::author, "+963 933 123 456").json().ok());
  CHECK_FALSE(Detail().add(Key::author, "٩٦٣٩٣٣١").json().ok());
  CHECK_FALSE(Detail().add(Key::author, "two\nlines").json().ok());
  CHECK_FALSE(Detail().add(Key::author, "quo\"te").json().ok());
  CHECK_FALSE(Detail().add(Key::author, "back\\slash").json().ok());
  CHECK_FALSE(Detail().add(Key::tries, std::int64_t{963'933'123'456}).json().ok());
  CHECK_FALSE(Detail().add(Key::tries, -1).json().ok());
  CHECK_FALSE(Detail().add(Key::amount, "9").json().ok());
  CHECK(Detail().add(Key::seal, std::string(64, 'a')).json().ok());
  CHECK_FALSE(Detail().add(Key::seal, std::string(63, 'a')).json().ok());
  CHECK_FALSE(Detail().add(Key::seal, std::string(64, 'A')).json().ok());
  CHECK_FALSE(Detail().add(Key::amount, -1).json().ok());
}

TEST_CASE("a time is told as one, and nothing else passes for it") {
  CHECK(json(Detail().add(Key::from, "2026-12-01T08:00:00Z")) == R"({"from":"2026-12-01T08:00:00Z"})");
  for (const char* value : {"", "2026-12-01", "2026-12-01T08:00:00+03:00", "2026-12-01T08:00:00Zx", "963933123456",
                            "x026-12-01T08:00:00Z", "2026-12-01 08:00:00Z", "20261201T0800000000Z"}) {
    INFO(value);
    CHECK_FALSE(Detail().add(Key::was_until, value).json().ok());
  }
  CHECK_FALSE(Detail().add(Key::until, 20261201).json().ok());
  CHECK(json(Detail().add(Key::was_share, 0).add(Key::share, 100)) == R"({"was_share":0,"share":100})");
  CHECK_FALSE(Detail().add(Key::share, "10").json().ok());
  CHECK(json(Detail().add(Key::choices, 3).add(Key::days, 30).add(Key::least, 10).add(Key::round, 690)) ==
        R"({"choices":3,"days":30,"least":10,"round":690})");
}

TEST_CASE("a refusal names the key and never the value") {
  CHECK(json(Detail().add(Key::was, "01020304050")) ==
        "refused: the audit detail's 'was' has not the form that this key takes");
  CHECK(json(Detail().add(Key::was, 3)) == "refused: the audit detail's 'was' has not the form that this key takes");
  CHECK(json(Detail().add(Key::tries, "three")).starts_with("refused: the audit detail's 'tries'"));
  CHECK(json(Detail().add(Key::tries, 3).add(Key::tries, 4)) == "refused: the audit detail has 'tries' twice");
}

TEST_CASE("an account's name may be in any script, and holds no long number") {
  CHECK(is_account_name("amal.k-77"));
  CHECK(is_account_name("أمل ٧"));
  CHECK(is_account_name(std::string(64, 'a')));
  CHECK_FALSE(is_account_name(std::string(65, 'a')));
  CHECK_FALSE(is_account_name(""));
  CHECK_FALSE(is_account_name("=1+1"));
  CHECK_FALSE(is_account_name("0933 123 456"));
  CHECK_FALSE(is_account_name("۰۹۳۳۱۲۳"));
}

}  // namespace shubbak::audit
