// Roll-out switches: dates, shares, which rule counts, and rules as people write them.
#include "rollout/rule.hpp"

#include <catch2/catch.hpp>

namespace shubbak::rollout {
namespace {

using namespace std::chrono_literals;

const WallTime noon = WallTime(std::chrono::sys_days(std::chrono::year(2026) / 12 / 1)) + 12h;

Rule rule(std::string service, std::string company, std::uint32_t share_percent) {
  Rule made;
  made.service = std::move(service);
  made.company = std::move(company);
  made.share_percent = share_percent;
  return made;
}

bool is_on_at(const std::vector<Rule>& rules, std::string_view service, std::string_view company,
              WallTime now = noon) {
  return is_on(rules, {service, company, now}, {});
}

bool is_on_for(const std::vector<Rule>& rules, std::uint32_t place) {
  return is_on(rules, {"payments.pay", "homs", noon}, [place] { return std::optional(place); });
}

std::string wrong_field(const WrittenRule& written) {
  const std::vector<std::string> services{"payments", "payments.pay"};
  const std::vector<std::string> companies{"aleppo", "homs"};
  const auto read = read_rule(written, {services, companies}, 180min);
  return read ? std::string("none") : read.error().field;
}

}  // namespace

TEST_CASE("what no rule is about is on") {
  CHECK(is_on_at({}, "payments.pay", "homs"));
  CHECK(is_on_at({rule("payments", "aleppo", 0), rule("readings", "homs", 0)}, "payments.pay", "homs"));
  CHECK(is_on_at({rule("payments", "homs", 0)}, "payments.pay", ""));
  CHECK(is_on_at({rule("pay", "homs", 0), rule("payment", "homs", 0)}, "payments.pay", "homs"));
}

TEST_CASE("a rule switches a service, a group of them, or all, at a company or everywhere") {
  for (const char* service : {"payments.pay", "payments", "*"}) {
    for (const char* company : {"homs", "*"}) {
      INFO(service << " " << company);
      CHECK_FALSE(is_on_at({rule(service, company, 0)}, "payments.pay", "homs"));
      CHECK(is_on_at({rule(service, company, 100)}, "payments.pay", "homs"));
    }
  }
  CHECK_FALSE(is_on_at({rule("*", "*", 0)}, "wallet.open", ""));
}

TEST_CASE(
    "a service is on from its first moment to before its last, and a clock that goes back switches it off again") {
  Rule one = rule("*", "homs", 100);
  one.from = noon;
  one.until = noon + 1h;
  CHECK_FALSE(is_on_at({one}, "payments.pay", "homs", noon - 1ms));
  CHECK(is_on_at({one}, "payments.pay", "homs", noon));
  CHECK(is_on_at({one}, "payments.pay", "homs", noon + 1h - 1ms));
  CHECK_FALSE(is_on_at({one}, "payments.pay", "homs", noon + 1h));
  CHECK_FALSE(is_on_at({one}, "payments.pay", "homs", noon - 1h));
  CHECK(is_on_at({one}, "payments.pay", "homs", noon));
  one.until.reset();
  CHECK(is_on_at({one}, "payments.pay", "homs", noon + 24h * 365));
  one.from.reset();
  one.until = noon;
  CHECK(is_on_at({one}, "payments.pay", "homs", noon - 24h * 365));
  CHECK_FALSE(is_on_at({one}, "payments.pay", "homs", noon));
}

TEST_CASE("who is on stays on while a share grows, none of 0 percent, all of 100") {
  for (std::uint32_t place = 0; place < whole_percent; ++place) {
    bool was_on = false;
    for (std::uint32_t share = 0; share <= whole_percent; ++share) {
      const bool is_now = is_on_for({rule("payments", "homs", share)}, place);
      if (was_on != is_now) CHECK(share == place + 1);
      CHECK((is_now || !was_on));
      was_on = is_now;
    }
    CHECK(was_on);
  }
  // Where there is no number, as at a counter, a part of the numbers is not enough.
  CHECK_FALSE(is_on_at({rule("payments", "homs", 99)}, "payments.pay", "homs"));
  CHECK_FALSE(is_on(std::vector{rule("payments", "homs", 99)}, {"payments.pay", "homs", noon},
                    [] { return std::optional<std::uint32_t>(); }));
}

TEST_CASE("nobody's place is worked out where every number fares alike") {
  for (const std::uint32_t share : {0U, 100U}) {
    bool is_asked = false;
    const bool on = is_on(std::vector{rule("payments", "homs", share)}, {"payments.pay", "homs", noon},
                          [&is_asked]() -> std::optional<std::uint32_t> {
                            is_asked = true;
                            return 0;
                          });
    CHECK(on == (share == 100));
    CHECK_FALSE(is_asked);
  }
}

TEST_CASE("a number's place follows from all of its keyed hash's first octets, and each place is some number's") {
  CHECK(place_of(std::string("\0\0\0\0", 4)) == 0);
  CHECK(place_of(std::string("\0\0\0\x63", 4)) == 99);
  CHECK(place_of(std::string("\0\0\0\x64", 4)) == 0);
  CHECK(place_of(std::string("\0\0\x01\0", 4)) == 56);
  CHECK(place_of(std::string("\xff\xff\xff\xff", 4)) == 95);
  CHECK(place_of(std::string("\0\0\0\x07rest", 8)) == 7);
}

TEST_CASE("the most specific rule counts") {
  // All but one company, which came first.
  const std::vector<Rule> first{rule("*", "*", 0), rule("*", "homs", 100)};
  CHECK(is_on_at(first, "payments.pay", "homs"));
  CHECK_FALSE(is_on_at(first, "payments.pay", "aleppo"));
  CHECK_FALSE(is_on_at(first, "wallet.open", ""));
  // A group, but for one of its services; the service, but for one company.
  const std::vector<Rule> nested{rule("payments", "*", 0), rule("payments.pay", "*", 100),
                                 rule("payments.pay", "homs", 0)};
  CHECK_FALSE(is_on_at(nested, "payments.quote", "homs"));
  CHECK(is_on_at(nested, "payments.pay", "aleppo"));
  CHECK_FALSE(is_on_at(nested, "payments.pay", "homs"));
}

TEST_CASE("of rules that are each more specific in one way only, one that is off is enough") {
  for (const bool company_is_on : {false, true}) {
    for (const bool service_is_on : {false, true}) {
      const std::vector<Rule> rules{rule("*", "*", 0), rule("*", "homs", company_is_on ? 100 : 0),
                                    rule("payments.pay", "*", service_is_on ? 100 : 0)};
      INFO(company_is_on << service_is_on);
      CHECK(is_on_at(rules, "payments.pay", "homs") == (company_is_on && service_is_on));
    }
  }
  // A rule about both decides alone.
  CHECK(is_on_at({rule("*", "homs", 0), rule("payments", "*", 0), rule("payments", "homs", 100)}, "payments.pay",
                 "homs"));
}

TEST_CASE("what is set at run time stands in the place of what is configured for the same") {
  const std::vector<Rule> configured{rule("*", "*", 0), rule("*", "homs", 100)};
  const std::vector<Rule> changed{rule("*", "homs", 0), rule("payments", "homs", 100)};
  const std::vector<Rule> both = in_force(configured, changed);
  CHECK(both == std::vector<Rule>{changed[0], changed[1], configured[0]});
  CHECK(in_force(configured, {}) == configured);
}

TEST_CASE("a rule of a form that nothing could match is refused") {
  CHECK(check(rule("payments.pay_all", "homs_2", 100)).ok());
  for (const Rule& wrong : {rule("", "homs", 0), rule("Payments", "homs", 0), rule("payments pay", "homs", 0),
                            rule("payments", "", 0), rule("payments", "Homs", 0), rule("payments", "a.b", 0),
                            rule(std::string(33, 'a'), "homs", 0), rule("payments", "homs", 101)}) {
    INFO(wrong.service << " " << wrong.company);
    CHECK(check(wrong).error().code == Errc::invalid);
  }
  Rule timed = rule("*", "*", 100);
  timed.from = noon;
  timed.until = noon;
  CHECK(check(timed).error().code == Errc::invalid);
  timed.until = noon + 1ms;
  CHECK(check(timed).ok());
  for (const int year : {0, 10'000}) {
    timed.from = std::chrono::sys_days(std::chrono::year(year) / 6 / 1);
    timed.until.reset();
    CHECK(check(timed).error().code == Errc::invalid);
    std::swap(timed.from, timed.until);
    CHECK(check(timed).error().code == Errc::invalid);
  }
  const std::vector<Rule> twice{rule("*", "homs", 0), rule("*", "*", 0), rule("*", "homs", 100)};
  CHECK(check(twice).error().code == Errc::conflict);
}

TEST_CASE("a rule is read as people write it, with local times") {
  const std::vector<std::string> services{"payments", "payments.pay"};
  const std::vector<std::string> companies{"aleppo", "homs"};
  const Known known{services, companies};
  const auto read = read_rule({"payments", "homs", "2026-12-01", "2026-12-01T18:30", 10}, known, 180min);
  REQUIRE(read.ok());
  CHECK(read->service == "payments");
  CHECK(read->company == "homs");
  CHECK(read->from == noon - 12h - 3h);
  CHECK(read->until == noon + 3h + 30min);
  CHECK(read->share_percent == 10);
  const auto with_offset = read_rule({"*", "*", "2026-12-01T12:00:00Z", "", 100}, known, 180min);
  REQUIRE(with_offset.ok());
  CHECK(with_offset->from == noon);
  CHECK_FALSE(with_offset->until);
  CHECK(read_rule({}, known, 0min).value() == Rule());
}

TEST_CASE("a rule that is wrong is told by its field") {
  CHECK(wrong_field({}) == "none");
  CHECK(wrong_field({.service = "paymnts"}) == "service");
  CHECK(wrong_field({.service = ""}) == "service");
  CHECK(wrong_field({.company = "hama"}) == "company");
  CHECK(wrong_field({.share_percent = 101}) == "share");
  CHECK(wrong_field({.from = "tomorrow"}) == "from");
  CHECK(wrong_field({.from = "2026-02-30"}) == "from");
  CHECK(wrong_field({.until = "2026-12-01 99:00"}) == "until");
  CHECK(wrong_field({.from = "0000-01-01"}) == "from");
  CHECK(wrong_field({.until = "9999-12-31T23:59-12:00"}) == "until");
  CHECK(wrong_field({.from = "2026-12-02", .until = "2026-12-01"}) == "until");
  CHECK(wrong_field({.from = "2026-12-02", .until = "2026-12-02"}) == "until");
  const std::vector<std::string> services{"payments"};
  const auto unknown = read_rule({.service = "x"}, {services, {}}, 0min);
  CHECK(unknown.error().message == "there is no such service to switch; there are *, payments");
}

}  // namespace shubbak::rollout
