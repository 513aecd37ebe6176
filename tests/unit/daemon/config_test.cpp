#include "daemon/config.hpp"

#include <fstream>
#include <map>
#include <sstream>

#include <catch2/catch.hpp>

using namespace std::chrono_literals;
using shubbak::daemon::parse_config;

namespace {

const std::string good = R"(deployment: test
country: SY
currency: SYP
locales: [ar, en]
folders: [../common, .]
database: ${STATE:-/tmp/state}/shubbak.db
key_file: keys/shubbak.key
operators:
  - name: syriatel
    smpp: {host: 127.0.0.1, port: "${PORT:-2775}", system_id: shubbak, password: "${PASSWORD:-secret}"}
    ussd: {idle_timeout: 90s, digits: arabic, dialect: {continue_op: 0x02, end_op: "17"}}
companies:
  - {name: homs, label_ar: حمص, label_en: Homs, url: "http://127.0.0.1:1", governorates: ["31"]}
)";

std::optional<std::string> empty_environment(const std::string&) {
  return std::nullopt;
}

auto parse(const std::string& text, const std::map<std::string, std::string>& environment = {}) {
  return parse_config("shubbak.yaml", text, "/etc/shubbak/test", [&](const std::string& name) {
    const auto found = environment.find(name);
    return found == environment.end() ? std::nullopt : std::optional<std::string>(found->second);
  });
}

std::string with(const std::string& from, const std::string& to) {
  std::string text = good;
  const std::size_t at = text.find(from);
  REQUIRE(at != std::string::npos);
  return text.replace(at, from.size(), to);
}

// The first fault as "line:column message".
std::string fault(const std::string& text) {
  const auto config = parse(text);
  if (config) return "no fault";
  const auto& first = config.error().front();
  return std::to_string(first.line) + ":" + std::to_string(first.column) + " " + first.message;
}

}  // namespace

TEST_CASE("kinds of cases are read with their stages, and what is wrong with one is told where they stand") {
  const std::string kind = R"(cases:
  - name: outage
    label_ar: عطل
    label_en: Outage
    about: network
    needs_address: true
    escalates_to: management
    joins_within: 6h
    stages:
      - {name: received, label_ar: مسجل, label_en: Received, limit: 4h, next: [crew, resolved]}
      - {name: crew, label_ar: ورشة, label_en: Crew, role: clerk, next: [resolved]}
)";
  const auto config = parse(good + kind);
  REQUIRE(config.ok());
  REQUIRE(config->case_kinds.size() == 1);
  const auto& outage = config->case_kinds[0];
  CHECK(outage.about == shubbak::cases::About::network);
  CHECK(outage.needs_address);
  CHECK(outage.needs_text);
  CHECK(outage.reopen_within == 14 * 24h);
  CHECK(outage.joins_within == 6h);
  REQUIRE(outage.stages.size() == 2);
  CHECK(outage.stages[0].limit == 4h);
  CHECK(outage.stages[0].next == std::vector<std::string>{"crew", "resolved"});
  CHECK(outage.stages[1].role == shubbak::staff::Role::clerk);
  CHECK(outage.stages[1].limit == 72h);
  std::string wrong = kind;
  wrong.replace(wrong.find("next: [resolved]"), 16, "next: [received]");
  wrong.replace(wrong.find("crew, resolved]"), 15, "crew]");
  CHECK(fault(good + wrong).find("cases outage.received: no way leads to resolved from here") != std::string::npos);
  wrong = kind;
  wrong.replace(wrong.find("role: clerk"), 11, "role: admin");
  CHECK(fault(good + wrong).find("must be one of clerk, cashier, case_worker") != std::string::npos);
  wrong = kind;
  wrong.replace(wrong.find("joins_within: 6h"), 16, "joins_within: 8d");
  CHECK(fault(good + wrong).find("cases outage: joins_within is 1h to 7d") != std::string::npos);
}

TEST_CASE("polls are read with their choices, and what is wrong with one is told where they stand") {
  const std::string poll = R"(polls:
  - name: service
    question_ar: كيف كانت خدمتنا؟
    question_en: How was our service?
    after: [payments, cases]
    choices:
      - {name: good, label_ar: جيدة, label_en: Good}
      - {name: bad, label_ar: سيئة, label_en: Bad}
    every: 7d
)";
  const auto config = parse(good + poll);
  REQUIRE(config.ok());
  REQUIRE(config->polls.size() == 1);
  CHECK(config->polls[0].question_en == "How was our service?");
  CHECK(config->polls[0].after == std::vector<std::string>{"payments", "cases"});
  CHECK(config->polls[0].choices.at(1).name == "bad");
  CHECK(config->polls[0].every == 7 * 24h);
  CHECK(config->polls[0].least == 10);
  CHECK(config->poll_plan().utc_offset == config->utc_offset);
  const auto fault_with = [&poll](const std::string& from, const std::string& to) {
    std::string wrong = poll;
    wrong.replace(wrong.find(from), from.size(), to);
    return fault(good + wrong);
  };
  CHECK(fault_with("every: 7d", "every: 36h").find("polls service: every must be whole days") != std::string::npos);
  CHECK(fault_with("every: 7d", "least: 2").find("polls service: least must be 5 to 1000") != std::string::npos);
  CHECK(fault_with("name: bad", "name: good").find("'good' is there twice") != std::string::npos);
  CHECK(fault_with("cases]", "paymnts]").find("no group of services 'paymnts'") != std::string::npos);
  CHECK(fault_with("label_en: Good", "label_en: " + std::string(25, 'x')).find("1 to 24 letters") !=
        std::string::npos);
  CHECK(fault_with("    every: 7d\n", "").find("no fault") == 0);
}

TEST_CASE("a company's offices are read, and what is wrong with one is told") {
  const auto offices = [](const std::string& listed) {
    return with("name: homs", "name: homs, offices: [" + listed + "]");
  };
  const auto config = parse(offices("{name: post_7, label_ar: بريد, label_en: Post}"));
  REQUIRE(config.ok());
  REQUIRE(config->companies.front().offices.size() == 1);
  CHECK(config->companies.front().offices[0].name == "post_7");
  CHECK_THAT(fault(offices("{name: Post, label_ar: بريد, label_en: Post}")), Catch::Contains("named as in grants"));
  const std::string one = "{name: post_7, label_ar: بريد, label_en: Post}";
  CHECK_THAT(fault(offices(one + ", " + one)), Catch::Contains("'post_7' is there twice"));
  const auto many = [&](int count) {
    std::string listed;
    for (int i = 0; i < count; ++i)
      listed += (i == 0 ? "" : ", ") + ("{name: post_" + std::to_string(i) + ", label_ar: بريد, label_en: Post}");
    return offices(listed);
  };
  CHECK(parse(many(40)).ok());
  CHECK_THAT(fault(many(41)), Catch::Contains("offices must be 40 at most"));
}

TEST_CASE("offices are read, and what is wrong with one is told where it stands") {
  const std::string offices = R"(offices:
  - {name_ar: بريد المعادي, name_en: Maadi Post, governorate_ar: القاهرة, governorate_en: Cairo, area_ar: المعادي,
     area_en: Maadi, address_ar: 5 ش 9, address_en: 5 Road 9, hours_ar: 8 - 14, hours_en: 8 - 14, phone: "16000"}
  - {name_ar: بريد الدقي, name_en: Dokki Post, governorate_ar: الجيزة, governorate_en: Giza, area_ar: الدقي,
     area_en: Dokki, address_ar: 2 ش التحرير, address_en: 2 Tahrir St, hours_ar: 8 - 14, hours_en: 8 - 14}
)";
  const auto config = parse(good + offices);
  REQUIRE(config.ok());
  REQUIRE(config->offices.size() == 2);
  CHECK(config->offices[0].area_ar == "المعادي");
  CHECK(config->offices[0].phone == "16000");
  CHECK(config->offices[1].hours_en == "8 - 14");
  CHECK(config->offices[1].phone.empty());
  CHECK(parse(good)->offices.empty());
  std::string wrong = offices;
  wrong.replace(wrong.find("\"16000\""), 7, "ask us");
  CHECK_THAT(fault(good + wrong),
             Catch::StartsWith("15:") && Catch::EndsWith("phone must be 3 to 16 digits, +, - and blanks"));
  wrong = offices;
  wrong.replace(wrong.find("area_ar: الدقي,"), std::string_view("area_ar: الدقي,").size(), "");
  CHECK_THAT(fault(good + wrong), Catch::Contains("'area_ar' is missing"));
}

TEST_CASE("a whole configuration is read, with defaults where it is silent") {
  const auto config = parse(good);
  REQUIRE(config.ok());
  CHECK(config->database == "/tmp/state/shubbak.db");
  CHECK(config->key_file == "/etc/shubbak/test/keys/shubbak.key");
  CHECK(config->folders == std::vector<std::string>{"/etc/shubbak/common", "/etc/shubbak/test/"});
  REQUIRE(config->operators.size() == 1);
  const auto& op = config->operators.front();
  CHECK(op.smpp.name == "syriatel");
  CHECK(op.smpp.port == 2775);
  CHECK(op.smpp.session.password == "secret");
  CHECK(op.smpp.session.window_max == 1000);
  CHECK(op.ussd.idle_timeout == 90s);
  CHECK(op.ussd.digits == shubbak::flows::DigitStyle::arabic);
  CHECK(op.ussd.dialect.end_op == 0x11);
  CHECK(op.ussd.octets_max == 160);
  CHECK(config->companies.front().governorates == std::vector<std::string>{"31"});
}

TEST_CASE("categories of accounts that are not served are read, and refused where they are none") {
  const auto excluding = [](const std::string& list) {
    return with("governorates: [\"31\"]", "excluded_categories: " + list);
  };
  const auto config = parse(excluding("[government]"));
  REQUIRE(config.ok());
  CHECK_FALSE(config->companies.front().serves("government"));
  CHECK(config->companies.front().serves("private"));
  CHECK(parse(good)->companies.front().serves("government"));
  CHECK_THAT(fault(excluding("[\"Govern ment\"]")), Catch::Contains("'Govern ment' is no category"));
}

TEST_CASE("forms of a company's account numbers are read, and what is none is told where it stands") {
  const auto forms = [](const std::string& list) {
    return with("governorates: [\"31\"]", "governorates: [\"31\"], accounts: " + list);
  };
  CHECK(parse(good)->companies.front().may_have("1"));  // any
  const auto config = parse(forms(R"([31xxxxx, "4[0-25]", "${OLD:-7}"])"));
  REQUIRE(config.ok());
  const auto& homs = config->companies.front();
  REQUIRE(homs.accounts.size() == 3);
  for (const char* account : {"3100912", "42", "45", "7"}) CHECK(homs.may_have(account));
  for (const char* account : {"3200912", "43", "8", "", "31009123"}) CHECK_FALSE(homs.may_have(account));
  CHECK(fault(forms("[31xxxxx,\n     \"31.*\"]")) ==
        "14:6 'accounts': write a digit for itself, x for any and [0-25] for some, 1 to 20 digits in all, such as "
        "\"45xxxxx\"");
  CHECK_THAT(fault(forms("[\"\"]")), Catch::Contains("'accounts': write a digit for itself"));
  CHECK_THAT(fault(forms("31xxxxx")), Catch::Contains("'accounts' takes a list"));
  CHECK_THAT(fault(forms("[[0-4]xx]")), Catch::Contains(":"));                             // it needs quotes
  CHECK_THAT(fault(forms("[[3]]")), Catch::Contains("an entry of 'accounts' is a text"));  // likewise
  std::string many = "[x";
  for (int i = 1; i < 21; ++i) many += ", x";
  CHECK_THAT(fault(forms(many + "]")), Catch::Contains("accounts must be 20 forms at most"));
}

TEST_CASE("companies that share a governorate are refused where a number does not say whose it is") {
  const auto and_water = [](const std::string& homs, const std::string& water) {
    return with("governorates: [\"31\"]}\n",
                "governorates: [\"31\"]" + homs +
                    "}\n  - {name: water, label_ar: ماء, label_en: Water, url: \"http://127.0.0.1:2\", "
                    "governorates: [\"33\", \"31\"]" +
                    water + "}\n");
  };
  CHECK(parse(and_water(", accounts: [31xxxxx]", ", accounts: [7xxxxx]")).ok());
  CHECK(
      fault(and_water("", "")) ==
      "14:5 governorate '31' is owned by homs and water, and 'accounts' does not say which numbers each of them has");
  CHECK(
      fault(and_water(", accounts: [31xxxxx]", "")).starts_with("14:5 governorate '31' is owned by homs and water"));
  CHECK(fault(and_water(", accounts: [31xxxxx]", ", accounts: [xxxxxxx]")) ==
        "14:5 governorate '31' is owned by homs and water, and both may have account 3100000");
  CHECK(fault(with("[\"31\"]", "[\"31\", \"31\"]")) == "13:5 governorate '31' is there twice");
}

TEST_CASE("how a company's daily file is read") {
  using namespace shubbak::reconcile;
  const auto mapped = [](const std::string& mapping) {
    return with("governorates: [\"31\"]", "reconciliation: {" + mapping + "}");
  };
  // As the sample company writes it, by the deployment's clock.
  const auto usual = parse(with("currency: SYP\n", "currency: SYP\nutc_offset: 180m\n"));
  REQUIRE(usual.ok());
  CHECK(usual->companies.front().reconciliation.amount == "amount_minor");
  CHECK(usual->companies.front().reconciliation.utc_offset == 180min);
  const auto other = parse(mapped(
      R"(head_line: false, separator: tab, reference: 3, account: 1, amount: 2, currency: "", company_reference: "", time: 4, amount_form: decimal_comma, time_form: compact, utc_offset: -60m)"));
  REQUIRE(other.ok());
  const Mapping& mapping = other->companies.front().reconciliation;
  CHECK_FALSE(mapping.head_line);
  CHECK(mapping.separator == Separator::tab);
  CHECK(mapping.reference == "3");
  CHECK(mapping.currency.empty());
  CHECK(mapping.amount_form == AmountForm::decimal_comma);
  CHECK(mapping.time_form == TimeForm::compact);
  CHECK(mapping.utc_offset == -60min);
  CHECK(fault(mapped("head_line: false")) ==
        "13:5 reconciliation: without a head line a column is a number from 1 to 100, not 'reference'");
  CHECK(fault(mapped("reference: \"\"")) == "13:5 reconciliation: reference must name a column");
  CHECK(fault(mapped("utc_offset: 25h")) == "13:5 reconciliation.utc_offset must be within a day");
  CHECK_THAT(fault(mapped("separator: pipe")), Catch::Contains("must be one of comma, semicolon, tab"));
  CHECK_THAT(fault(mapped("amounts: x")), Catch::Contains("unknown setting 'amounts'"));
}

TEST_CASE("when readings are taken, and which are asked again, is read and checked") {
  const auto of = [](const std::string& readings) {
    return with("governorates: [\"31\"]", "readings: {" + readings + "}");
  };
  const auto usual = parse(good);
  REQUIRE(usual.ok());
  CHECK(usual->companies.front().readings.first_day == 0);
  CHECK(usual->companies.front().readings.plausible_factor == 5);
  const auto other = parse(of("first_day: 25, last_day: 5, usual: 30, plausible_factor: 3, plausible_least: 20"));
  REQUIRE(other.ok());
  const shubbak::companies::ReadingPolicy& policy = other->companies.front().readings;
  CHECK(policy.first_day == 25);
  CHECK(policy.last_day == 5);
  CHECK(policy.usual == 30);
  CHECK(policy.plausible_factor == 3);
  CHECK(policy.plausible_least == 20);
  const auto said = [&](const std::string& readings, const std::string& what) {
    INFO(readings);
    CHECK(fault(of(readings)).find(what) != std::string::npos);
  };
  said("first_day: 5", "readings.last_day and first_day are both given, or neither");
  said("first_day: 32, last_day: 5", "readings.first_day must be 0 to 31");
  said("first_day: 5, last_day: 32", "readings.last_day must be 0 to 31");
  said("plausible_factor: 0", "readings.plausible_factor must be 1 to 1000");
  said("usual: 1000000001", "readings.usual must be 0 to 1000000000");
  said("plausible_least: 1000000000", "readings.plausible_least must be 0 to 999999999");
}

TEST_CASE("the environment fills what the file leaves to it") {
  const auto config = parse(good, {{"PORT", "9"}, {"STATE", "/var/x"}, {"PASSWORD", "pw"}});
  REQUIRE(config.ok());
  CHECK(config->operators.front().smpp.port == 9);
  CHECK(config->operators.front().smpp.session.password == "pw");
  CHECK(config->database == "/var/x/shubbak.db");
}

TEST_CASE("every fault of a configuration is told with its place and reason") {
  CHECK(fault(with("country: SY", "country: XX")) == "2:10 'country': the country must be one of EG, IQ, KW, SY");
  CHECK(fault(with("deployment: test\n", "")) == "1:1 'deployment' is missing");
  CHECK(fault(with("key_file", "keyfile")) == "7:1 unknown setting 'keyfile'");
  CHECK(fault(good + "colour: red\n") == "14:1 unknown setting 'colour'");
  CHECK(fault(with("90s", "90")) == "11:26 'idle_timeout': must be a time such as 500ms, 30s, 2m, 3h or 30d");
  CHECK(fault(with("90s", "-5s")) == "11:26 'idle_timeout': must not be negative");
  CHECK(fault(with("${PORT:-2775}", "70000")) == "10:35 'port': must be a whole number from 0 to 65535");
  CHECK(fault(with("${PORT:-2775}", "${PORT}")) == "10:35 the environment has no PORT");
  CHECK(fault(with("${PORT:-2775}", "${PORT")) == "10:35 '${' without its '}'");
  CHECK(fault(with("digits: arabic", "digits: roman")) == "11:39 'digits': must be one of latin, arabic");
  CHECK(fault(with("locales: [ar, en]", "locales: ar")) == "4:10 'locales' takes a list: [a, b]");
  CHECK(fault(with("{host: 127.0.0.1, ", "{")) == "10:11 'host' is missing");
  CHECK(fault(with("system_id: shubbak", "system_id: a_name_that_is_too_long")) ==
        "10:63 smpp.system_id is longer than 15 characters");
  CHECK(fault(with("http://127.0.0.1:1", "ftp://x")) == "13:5 url must begin with http:// or https://");
  CHECK(fault(with("name: homs", "name: Homs!")) == "13:5 a name is 1 to 32 lower-case letters, digits and _");
  CHECK(fault("operators: 3") != "no fault");
  CHECK(fault("") != "no fault");
  CHECK(fault("- a") != "no fault");
  CHECK(fault(good + "country: SY\n").find("country") != std::string::npos);  // twice
}

TEST_CASE("overseers and the hour of their SMS are read, and checked against the operators") {
  const auto silent = parse(good);
  REQUIRE(silent.ok());
  CHECK(silent->overseers.empty());
  CHECK(silent->audit_head_at.since_midnight == 6h);
  const auto config = parse(good +
                            "audit_head_at: 23:59\noverseers:\n  - {msisdn: \"+963933123456\", operator: syriatel}\n"
                            "  - {msisdn: \"+963933123457\", operator: syriatel}\n");
  REQUIRE(config.ok());
  CHECK(config->audit_head_at.since_midnight == 23h + 59min);
  REQUIRE(config->overseers.size() == 2);
  CHECK(config->overseers[1].msisdn->reveal() == "963933123457");
  CHECK(config->overseers[1].operator_name == "syriatel");
  for (const std::string bad : {"24:00", "06:60", "6:00", "0600", "06:00:00", "ab:cd", "-1:00"}) {
    CHECK(fault(good + "audit_head_at: \"" + bad + "\"\n") ==
          "14:16 'audit_head_at': must be a time of the day such as 06:00");
  }
  const auto overseers = [](const std::string& list) { return fault(good + "overseers: [" + list + "]\n"); };
  CHECK(overseers("{msisdn: \"+963933123456\", operator: mtn}") ==
        "14:13 the operator 'mtn' is none of the operators");
  CHECK(overseers("{msisdn: \"12\", operator: syriatel}").starts_with("14:22 'msisdn': "));
  CHECK(overseers("{operator: syriatel}") == "14:13 'msisdn' is missing");
  CHECK(
      overseers("{msisdn: \"+963933123456\", operator: syriatel}, {msisdn: \"963933123456\", operator: syriatel}") ==
      "14:60 the number of an overseer is written twice");
  CHECK(overseers("") == "14:12 'overseers' must list at least one entry");
}

TEST_CASE("where mail goes is read, and no password goes without TLS") {
  CHECK_FALSE(parse(good)->mail.sends());
  const auto mail = [](const std::string& settings) { return good + "mail: {" + settings + "}\n"; };
  const std::string least = "url: \"smtp://mail.example:587\", from: bills@shubbak.example";
  const auto config = parse(mail(least + ", user: bills, password: secret, per_second: 2, expires: 1d"));
  REQUIRE(config.ok());
  CHECK(config->mail.sends());
  CHECK(config->mail.url == "smtp://mail.example:587");
  CHECK(config->mail.from == "bills@shubbak.example");
  CHECK(config->mail.tls);
  CHECK(config->mail.per_second == 2);
  CHECK(config->mail.expires == 24h);
  CHECK(parse(mail(least + ", tls: false")).ok());
  const auto is_told = [&](const std::string& settings, const char* what) {
    INFO(settings);
    CHECK(fault(mail(settings)).find(what) != std::string::npos);
  };
  is_told("url: \"http://mail.example\", from: bills@shubbak.example", "mail.url must begin with smtp://");
  is_told("url: \"smtp://mail.example\"", "an e-mail address is name@host.domain");
  is_told("url: \"smtp://mail.example\", from: \"bills@shubbak.example\\r\\nBcc: x@y.example\"",
          "an e-mail address is name@host.domain");
  is_told(least + ", user: bills", "mail.user and password belong together");
  is_told(least + ", user: bills, password: secret, tls: false", "mail.tls must be true where there is a password");
  is_told(least + ", subject: \"two\\nlines\"", "mail.subject must be 1 to 200 octets on one line");
  is_told(least + ", per_second: 0", "mail.per_second must be 1 to 100");
  is_told(least + ", expires: 0s", "mail.expires");
}

TEST_CASE("the hours of notices are read, and leave a phone its night") {
  const auto silent = parse(good);
  REQUIRE(silent.ok());
  CHECK(silent->notices.every == 24h);
  CHECK(silent->notices.from.since_midnight == 9h);
  CHECK(silent->notices.until.since_midnight == 20h);
  CHECK(silent->notices.per_second == 50);
  const auto notices = [](const std::string& settings) { return good + "notices: {" + settings + "}\n"; };
  const auto config = parse(notices("every: 7d, from: \"08:30\", until: \"09:30\", per_second: 5"));
  REQUIRE(config.ok());
  CHECK(config->notices.every == 7 * 24h);
  CHECK(config->notices.from.since_midnight == 8h + 30min);
  CHECK(config->notices.until.since_midnight == 9h + 30min);
  CHECK(config->notices.per_second == 5);
  for (const std::string bad : {"0d", "36h", "32d"})
    CHECK(fault(notices("every: " + bad)) == "14:18 notices.every must be whole days: 1d to 31d");
  CHECK(fault(notices("until: \"09:59\"")) == "14:18 notices.until must be at least an hour after notices.from");
  CHECK(fault(notices("until: \"08:00\"")) == "14:18 notices.until must be at least an hour after notices.from");
  CHECK(fault(notices("from: \"20:00\"")) == "1:1 notices.until must be at least an hour after notices.from");
  CHECK(fault(notices("per_second: 0")) == "14:23 notices.per_second must be 1 to 1000");
  CHECK(fault(notices("per_second: 1001")) == "14:23 notices.per_second must be 1 to 1000");
  CHECK(fault(notices("until: later")) == "14:18 'until': must be a time of the day such as 06:00");
  CHECK(fault(notices("hours: 3")).starts_with("14:11 unknown setting 'hours'"));
}

TEST_CASE("when and how fast broadcasts go out is read, and what their texts cost") {
  const auto silent = parse(good);
  REQUIRE(silent.ok());
  CHECK(silent->broadcasts.from.since_midnight == 9h);
  CHECK(silent->broadcasts.until.since_midnight == 20h);
  CHECK(silent->broadcasts.per_second == 20);
  CHECK(shubbak::daemon::broadcast_ways(*silent).front().price_per_part == 0);
  const auto broadcasts = [](const std::string& settings) { return good + "broadcasts: {" + settings + "}\n"; };
  const auto config = parse(broadcasts("from: \"08:30\", until: \"09:30\", per_second: 5"));
  REQUIRE(config.ok());
  CHECK(shubbak::daemon::broadcast_hours(*config).from == 8h + 30min);
  CHECK(shubbak::daemon::broadcast_hours(*config).until == 9h + 30min);
  CHECK(config->broadcasts.per_second == 5);
  CHECK(fault(broadcasts("until: \"09:59\"")) ==
        "14:21 broadcasts.until must be at least an hour after broadcasts.from");
  CHECK(fault(broadcasts("per_second: 0")) == "14:26 broadcasts.per_second must be 1 to 1000");
  CHECK(fault(broadcasts("per_second: 1001")) == "14:26 broadcasts.per_second must be 1 to 1000");
  const auto priced = parse(with("ussd: {idle", "sms: {price_per_part: \"1.50\", parts_max: 3}\n    ussd: {idle"));
  REQUIRE(priced.ok());
  const auto ways = shubbak::daemon::broadcast_ways(*priced);
  REQUIRE(ways.size() == 1);
  CHECK(ways.front().operator_name == "syriatel");
  CHECK(ways.front().parts_max == 3);
  CHECK(ways.front().price_per_part == 150);
}

TEST_CASE("how water for tankers is sold is read, and what nobody could buy is a fault") {
  const auto fills = [](const std::string& settings) { return good + "fills: {" + settings + "}\n"; };
  const std::string sold = "company: homs, account: \"20900000\", price: \"5\"";
  const auto silent = parse(good);
  REQUIRE(silent.ok());
  CHECK(silent->fills.sale.company.empty());
  CHECK_FALSE(silent->fills.taking.partial);
  const auto config =
      parse(fills(sold + ", step: 500, steps_max: 4, code_lives: 7d, partial: true, wrong: {free_failures: 5}"));
  REQUIRE(config.ok());
  CHECK(config->fills.sale.account == "20900000");
  CHECK(config->fills.sale.price.minor == 500);
  CHECK(config->fills.sale.most() == 2'000);
  CHECK(config->fills.sale.code_lives == 7 * 24h);
  CHECK(config->fills.taking.partial);
  CHECK(config->fills.taking.wrong.free_failures == 5);
  const auto is_told = [&](const std::string& settings, const std::string& what) {
    INFO(settings);
    CHECK(fault(fills(settings)).find(what) != std::string::npos);
  };
  is_told("price: \"5\"", "fills.company says who sells");
  is_told("company: hama, account: \"20900000\", price: \"5\"", "fills.company is none of the companies");
  is_told("company: homs, account: \"2090x\", price: \"5\"", "fills.account must be 3 to 20 digits");
  is_told("company: homs, account: \"20900000\"", "fills.price must be above 0");
  is_told(sold + ", step: 0", "fills.step must be 1 to 100000");
  is_told(sold + ", steps_max: 1000", "fills.steps_max must be 1 to 999");
  is_told(sold + ", code_lives: 1h", "fills.code_lives must be 1d to 1000d");
  is_told(sold + ", wrong: {free_failures: 0}", "fills.wrong: a window is");
}

TEST_CASE("a value that would stop the daemon, or its link, later on is a fault of the file") {
  const auto smpp = [](const std::string& setting) {
    return fault(with("password: \"${PASSWORD:-secret}\"", "password: secret, " + setting));
  };
  const auto ussd = [](const std::string& setting) { return fault(with("idle_timeout: 90s", setting)); };
  const auto sms = [](const std::string& setting) {
    return fault(with("companies:\n", "    sms: {" + setting + "}\ncompanies:\n"));
  };
  const auto limits = [](const std::string& setting) { return fault(good + "company_limits: {" + setting + "}\n"); };
  CHECK(smpp("system_type: thirteen_long") == "10:103 smpp.system_type is longer than 12 characters");
  CHECK(smpp("address_range: " + std::string(41, '1')) == "10:105 smpp.address_range is longer than 40 characters");
  CHECK(smpp("window: 0") == "10:98 smpp.window must be 1 to 1048576");
  CHECK(smpp("response_timeout: 0s") == "10:108 smpp.response_timeout must be above 0");
  CHECK(smpp("bind_timeout: 0s") == "10:104 smpp.bind_timeout must be above 0");
  CHECK(smpp("connect_timeout: 0s") == "10:107 smpp.connect_timeout must be above 0");
  CHECK(smpp("backoff_min: 0s") == "10:103 smpp.backoff_min must be above 0");
  CHECK(smpp("backoff_max: 1ms") == "10:103 smpp.backoff_max must not be below backoff_min");
  CHECK(smpp("queue_octets_max: 0") == "10:108 smpp.queue_octets_max must be at least 1");
  CHECK(ussd("dialogues_max: 100000000") == "11:27 ussd.dialogues_max must be 1 to 67108864");
  CHECK(ussd("dialogues_max: 0") == "11:27 ussd.dialogues_max must be 1 to 67108864");
  CHECK(ussd("idle_timeout: 0s") == "11:26 ussd.idle_timeout must be above 0");
  CHECK(ussd("octets_max: 39") == "11:24 ussd.octets_max must be 40 to 223");
  CHECK(ussd("service_code: \"123\"") == "11:26 ussd.service_code must look like *123#");
  CHECK(ussd("source_address: " + std::string(21, '1')) == "11:28 ussd.source_address is longer than 20 characters");
  CHECK(fault(with("continue_op: 0x02", "service_type: sixsix")).find("ussd.dialect.service_type is longer than 5") !=
        std::string::npos);
  CHECK(sms("short_code: " + std::string(21, '1')) == "12:23 sms.short_code is longer than 20 characters");
  CHECK(sms("parts_max: 17") == "12:22 sms.parts_max must be 1 to 16");
  CHECK(limits("body_octets_max: 0") == "14:35 company_limits.body_octets_max must be at least 1");
  CHECK(limits("connections_per_host_usual: 0") ==
        "14:46 company_limits.connections_per_host_usual must be at least 1");
  CHECK(limits("connections_per_host_max: 0") == "14:44 company_limits.connections_per_host_max must be at least 1");
  CHECK(limits("requests_per_host_max: 0") == "14:41 company_limits.requests_per_host_max must be at least 1");
  CHECK(limits("requests_max: 0") == "14:32 company_limits.requests_max must be at least 1");
  CHECK(fault(good + "links: {quarantine: 90m}\n").find("whole hours or days") != std::string::npos);
  CHECK(fault(good + "links: {question_lives: 0d}\n").find("whole hours or days") != std::string::npos);
  CHECK(fault(good + "registry: {url: \"ftp://x\"}\n").find("registry.url must begin with http") !=
        std::string::npos);
  CHECK(fault(good + "registry: {on_down: maybe}\n").find("must be one of refuse, pending") != std::string::npos);
  CHECK(
      fault(with("companies:\n", "    hook_secret: short\ncompanies:\n")).find("hook_secret must have at least 32") !=
      std::string::npos);
  CHECK(fault(good + "http: {address: localhost}\n") == "14:17 http.address is no IP address");
}

TEST_CASE("what a deployment says of links, registers and operators' words is taken over") {
  const std::string secret(32, 's');
  const auto config = parse(with("companies:\n", "    hook_secret: " + secret + "\ncompanies:\n") +
                            "links: {question_lives: 36h, quarantine: 30d}\nlink_flow: ask\n"
                            "registry: {url: \"https://register\", on_down: pending, timeout: 2s}\n");
  REQUIRE(config.ok());
  CHECK(config->links.question_lives == 36h);
  CHECK(config->links.quarantine == 24h * 30);
  CHECK(config->link_flow == "ask");
  CHECK(config->registry.on_down == shubbak::companies::RegistryConfig::OnDown::pending);
  CHECK(config->registry.timeout == 2s);
  CHECK(config->operators.front().hook_secret == secret);
  CHECK(parse(good)->links.quarantine == 24h * 90);
}

TEST_CASE("gateways of bank cards are read in the deployment's currency, and checked for what would tell secrets") {
  const std::string secret(32, 's');
  const auto gateways = [&](const std::string& more) {
    return good +
           "card_gateways:\n  - {name: bank, url: \"https://g.example\", callback_base: \"https://s.example\"" +
           more + "}\n";
  };
  const auto config = parse(gateways(", link_lives: 1h, secret: " + secret));
  REQUIRE(config.ok());
  REQUIRE(config->card_gateways.size() == 1);
  CHECK(config->card_gateways.front().secret == secret);
  CHECK(config->card_gateways.front().link_lives == 1h);
  CHECK(config->card_gateways.front().currency == config->currency);
  CHECK(parse(gateways(""))->card_gateways.front().secret.empty());
  const auto said = [&](const std::string& text, const std::string& what) {
    INFO(fault(text));
    CHECK(fault(text).find(what) != std::string::npos);
  };
  said(gateways(", secret: short"), "secret must have at least 32");
  said(gateways(", link_lives: 1m"), "link_lives must be 2m to 7d");
  said(gateways(", link_lives: 8d"), "link_lives must be 2m to 7d");
  std::string plain = gateways("");
  said(plain.replace(plain.find("https://g"), 9, "http://g"), "url must begin with https://");
  plain = gateways("");
  said(plain.replace(plain.find("https://s"), 9, "http://s"), "callback_base must begin with https://");
  plain = gateways("");
  said(plain.replace(plain.find("s.example"), 9, "s.example/"), "callback_base must begin with https://");
  plain = gateways("");
  said(plain.replace(plain.find("bank"), 4, "Bank"), "a name is 1 to 32");
}

TEST_CASE("what companies take, what paying costs and how much may be paid is read in the deployment's currency") {
  const std::string company = R"(governorates: ["31"])";
  const auto config = parse(with(company, company + R"(, payments: {least: "10.50", parts: bills,
     fee: {fixed: "1", basis_points: 50, step: "0.50", most: "500"}})") +
                            R"(payment_limits:
  - {per: person, within: 1d, payments: 20, amount: "5000"}
  - {per: payee, within: 10m, payments: 3}
vouchers: {pin: {free_failures: 1, delay_first: 2m}}
)");
  REQUIRE(config.ok());
  const shubbak::payments::Rules& rules = config->companies.front().payments;
  CHECK(rules.least.minor == 1'050);
  CHECK(rules.parts == shubbak::payments::Parts::bills);
  CHECK(rules.fee.fixed.minor == 100);
  CHECK(rules.fee.basis_points == 50);
  CHECK(rules.fee.step.minor == 50);
  CHECK(rules.fee.most->minor == 50'000);
  REQUIRE(config->payment_limits.size() == 2);
  CHECK(config->payment_limits[0].within == 24h);
  CHECK(config->payment_limits[0].payments == 20U);
  CHECK(config->payment_limits[0].amount->minor == 500'000);
  CHECK(config->payment_limits[1].per == shubbak::payments::Scope::payee);
  CHECK_FALSE(config->payment_limits[1].amount);
  const auto& pins = config->vouchers.limits[static_cast<std::size_t>(shubbak::vouchers::Scope::pin)];
  CHECK(pins.free_failures == 1);
  CHECK(pins.delay_first == 2min);
  CHECK(pins.window == 24h);
  // Three decimals are Kuwait's: 10.500 is no amount of Syria's.
  const auto kuwaiti =
      parse(with(company, company + R"(, payments: {least: "10.500"})")
                .replace(with(company, company + R"(, payments: {least: "10.500"})").find("SYP"), 3, "KWD"));
  REQUIRE(kuwaiti.ok());
  CHECK(kuwaiti->companies.front().payments.least.minor == 10'500);
  CHECK(fault(with(company, company + R"(, payments: {least: "10.500"})")).find("'least': an amount is written") !=
        std::string::npos);
  CHECK(fault(with(company, company + R"(, payments: {parts: half})")).find("any, bills, none") != std::string::npos);
  CHECK(fault(with(company, company + R"(, payments: {fee: {fixed: "2", most: "1"}})"))
            .find("payments the fixed part of the fee is more") != std::string::npos);
  CHECK(fault(with(company, company + R"(, payments: {fee: {basis_points: 10001}})")).find("10000 basis points") !=
        std::string::npos);
  CHECK(fault(good + "payment_limits: [{per: person}]\n").find("limit 1 limits nothing") != std::string::npos);
  CHECK(fault(good + "payment_limits: [{per: town, payments: 1}]\n").find("number, person, card") !=
        std::string::npos);
  CHECK(fault(good + "vouchers: {everybody: {window: 0s}}\n").find("vouchers") != std::string::npos);
}

TEST_CASE("no screen may be longer than a short_message holds") {
  CHECK(fault(with("digits: arabic", "octets_max: 223")) == "no fault");
  CHECK(fault(with("digits: arabic", "octets_max: 224")) == "11:43 ussd.octets_max must be 40 to 223");
  CHECK(fault(with("digits: arabic", "octets_max: 39")) == "11:43 ussd.octets_max must be 40 to 223");
  CHECK(fault(with("digits: arabic, dialect: {", "octets_max: 254, dialect: {packs_gsm7: true, ")) == "no fault");
  CHECK(fault(with("digits: arabic, dialect: {", "octets_max: 255, dialect: {packs_gsm7: true, ")) ==
        "11:43 ussd.octets_max must be 40 to 254");
}

TEST_CASE("nothing is recorded unless it is asked for, and shares are shares") {
  CHECK(parse(good)->recordings.share == 0);
  const auto with_recordings = [](const std::string& settings) {
    return with("operators:", "recordings: {" + settings + "}\noperators:");
  };
  const auto asked = parse(with_recordings("share: 0.25, keep: 7d, stored_max: 10"));
  REQUIRE(asked.ok());
  CHECK(asked->recordings.share == 0.25);
  CHECK(asked->recordings.keep == 168h);
  CHECK(asked->recordings.stored_max == 10);
  CHECK(fault(with_recordings("share: 1.5")) == "8:21 recordings.share must be 0 to 1");
  CHECK(fault(with_recordings("share: -0.1")) == "8:21 recordings.share must be 0 to 1");
  CHECK(fault(with_recordings("share: nan")) == "8:21 'share': must be a number such as 0.01");
  CHECK(fault(with_recordings("share: 1%")) == "8:21 'share': must be a number such as 0.01");
  CHECK(fault(with_recordings("keep: 0d")) == "8:20 recordings.keep must be above 0");
  CHECK(fault(with_recordings("stored_max: 0")) == "8:26 recordings.stored_max must be at least 1");
}

TEST_CASE("what is switched on where is read with local times, and what is wrong in it is told where it stands") {
  CHECK(parse(good)->switches.empty());
  const auto config = parse(good +
                            "utc_offset: 180m\n"
                            "rollout:\n  - {share: 0}\n"
                            "  - {service: payments, company: homs, from: 2026-12-01, until: \"2027-01-01T08:00\", "
                            "share: 10}\n");
  REQUIRE(config.ok());
  REQUIRE(config->switches.size() == 2);
  CHECK(config->switches[0].service == "*");
  CHECK(config->switches[0].company == "*");
  CHECK(config->switches[0].share_percent == 0);
  const auto& second = config->switches[1];
  CHECK(second.service == "payments");
  CHECK(second.company == "homs");
  CHECK(second.share_percent == 10);
  CHECK(second.from == shubbak::WallTime(std::chrono::sys_days(std::chrono::year(2026) / 12 / 1)) - 3h);
  CHECK(second.until == shubbak::WallTime(std::chrono::sys_days(std::chrono::year(2027) / 1 / 1)) + 5h);

  const auto wrong = [](const std::string& rules) { return fault(good + "rollout: [" + rules + "]\n"); };
  CHECK(wrong("{company: homs, share: 101}") == "14:34 share is wrong: a share of the numbers is 0 to 100 percent");
  CHECK(wrong("{company: hama}") == "14:21 company is wrong: there is no company of that name; there are *, homs");
  CHECK(wrong("{service: paymnts}").starts_with("14:21 service is wrong: there is no such service to switch"));
  CHECK(wrong("{from: soon}").starts_with("14:18 from is wrong: a time is written as"));
  CHECK(wrong("{from: 2026-12-02, until: 2026-12-01}").starts_with("14:37 until is wrong"));
  CHECK(wrong("{share: 0}, {company: homs}, {share: 1}") == "14:40 two switches are of * and *");
  CHECK(wrong("{shares: 0}").starts_with("14:12 unknown setting 'shares'"));
}

TEST_CASE("a name that is nearly right is suggested") {
  const auto config = parse(with("idle_timeout", "idle_timout"));
  REQUIRE_FALSE(config.ok());
  CHECK(config.error().front().hint.find("idle_timeout") != std::string::npos);
}

TEST_CASE("a file that cannot be read is said so") {
  const auto config = shubbak::daemon::read_config("/nonexistent/shubbak.yaml", empty_environment);
  REQUIRE_FALSE(config.ok());
  CHECK(config.error().front().message == "cannot be read");
}

TEST_CASE("the shipped deployment's configuration is right") {
  const auto config =
      shubbak::daemon::read_config(SHUBBAK_SOURCE_DIR "/config/syria-kuwwa/shubbak.yaml", empty_environment);
  REQUIRE(config.ok());
  CHECK(config->companies.size() >= 3);
}

TEST_CASE("the keys are in a file or told by a command, one of them") {
  const std::string file = "key_file: keys/shubbak.key\n";
  const auto keys = [&](const std::string& settings) { return with(file, settings); };
  const auto found = parse(keys("key_command: [systemd-creds, decrypt, /etc/shubbak/keys.cred, \"-\"]\n"));
  REQUIRE(found.ok());
  CHECK(found->key_file.empty());
  CHECK(found->key_command == std::vector<std::string>{"systemd-creds", "decrypt", "/etc/shubbak/keys.cred", "-"});
  CHECK(parse(keys("key_command: [bin/keys]\n"))->key_command.front() == "/etc/shubbak/test/bin/keys");
  CHECK(fault(keys("")) == "1:1 key_file or key_command is missing: one of them says where the keys are");
  CHECK(fault(keys(file + "key_command: [cat]\n")) == "8:14 key_command and key_file exclude each other");
}

TEST_CASE("the API for staff listens with a certificate, or plainly on loopback when that is said") {
  const auto admin = [](const std::string& settings) {
    return with("companies:\n", "admin: {" + settings + "}\ncompanies:\n");
  };
  CHECK_FALSE(parse(good)->admin.listens());
  const auto tls = parse(admin("address: 10.0.0.1, certificate: c.pem, private_key: /etc/k.pem"));
  REQUIRE(tls.ok());
  CHECK(tls->admin.listens());
  CHECK(tls->admin.certificate == "/etc/shubbak/test/c.pem");
  CHECK(tls->admin.private_key == "/etc/k.pem");
  CHECK(parse(admin("plain_http: true"))->admin.listens());
  CHECK(fault(admin("certificate: c.pem")) ==
        "12:22 admin.certificate and admin.private_key belong together: give both");
  CHECK(fault(admin("plain_http: true, address: 10.0.0.1")) ==
        "12:21 admin.plain_http is for a loopback address: passwords would cross the network in clear");
  CHECK(fault(admin("plain_http: true, certificate: c, private_key: k")) ==
        "12:21 admin.plain_http and a certificate exclude each other");
  CHECK(fault(admin("address: localhost")) == "12:18 admin.address is no IP address");
}

TEST_CASE("docs/configuration.md is what the daemon prints") {
  std::ifstream file(SHUBBAK_SOURCE_DIR "/docs/configuration.md");
  std::ostringstream text;
  text << file.rdbuf();
  CHECK(text.str() == shubbak::daemon::config_reference());
}
