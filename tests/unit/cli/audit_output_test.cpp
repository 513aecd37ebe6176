#include "cli/audit_output.hpp"

#include <catch2/catch.hpp>

namespace shubbak::cli {
namespace {

audit::Record sample() {
  audit::Record record{.number = 12,
                       .at = WallTime(std::chrono::milliseconds(1'795'564'800'123)),  // 2026-11-25 00:00:00.123 UTC
                       .by = {Actor::Kind::staff, "Amal \"أ\""},
                       .action = "link.confirmed",
                       .person = std::string(16, '\x0a'),
                       .msisdn = std::string(16, '\xf0'),
                       .thing = "",
                       .detail = R"({"was":"pending"})"};
  record.hash.fill(0xab);
  return record;
}

std::string repeated(std::size_t octets, const std::string& octet) {
  std::string text;
  while (octets-- > 0) text += octet;
  return text;
}

}  // namespace

TEST_CASE("a record as people read it, in local time") {
  CHECK(to_text_line(sample(), std::chrono::minutes(180)) ==
        "12  2026-11-25 03:00:00.123  staff Amal \"أ\"  link.confirmed  person " + repeated(16, "0a") + "  msisdn " +
            repeated(16, "f0") + "  {\"was\":\"pending\"}\n");
  const audit::Record bare{.number = 1, .action = "flow.published", .thing = "0123456789abcdef", .detail = "{}"};
  CHECK(to_text_line(bare, {}) == "1  1970-01-01 00:00:00.000  system  flow.published  0123456789abcdef\n");
}

TEST_CASE("a record as one JSON object, with all that its hash is of") {
  CHECK(
      to_json_line(sample()) ==
      R"({"number":12,"at":1795564800123,"by":{"kind":"staff","name":"Amal \"أ\""},"action":"link.confirmed","person":")" +
          repeated(16, "0a") + R"(","msisdn":")" + repeated(16, "f0") +
          R"(","thing":"","detail":{"was":"pending"},"hash":")" + repeated(32, "ab") + "\"}\n");
}

TEST_CASE("what somebody put into the database breaks no line of the output") {
  audit::Record record = sample();
  record.detail = "}\nx";
  record.by.name = "a\r\nb\"";
  CHECK(to_json_line(record).find(R"("detail":"}\nx")") != std::string::npos);
  CHECK(to_json_line(record).find('\n') == to_json_line(record).size() - 1);
  CHECK(to_csv_line(record).find("\"a\r\nb\"\"\",") != std::string::npos);
}

TEST_CASE("a record as a line of a table") {
  CHECK(csv_heading() == "number,at,actor_kind,actor_name,action,person,msisdn,thing,detail,hash\r\n");
  CHECK(to_csv_line(sample()) == "12,2026-11-25 00:00:00.123,staff,\"Amal \"\"أ\"\"\",\"link.confirmed\"," +
                                     repeated(16, "0a") + "," + repeated(16, "f0") +
                                     ",\"\",\"{\"\"was\"\":\"\"pending\"\"}\"," + repeated(32, "ab") + "\r\n");
}

}  // namespace shubbak::cli
