#include "connectors/json_document.hpp"

#include <optional>

#include <catch2/catch.hpp>

namespace shubbak::connectors {

namespace {

// What stands at a pointer of a document: its text, "list", "object" or "repeated"; nothing: it is not there.
std::optional<std::string> at(std::string_view json, std::string_view pointer) {
  const JsonDocument document(json);
  REQUIRE(document.root() != nullptr);
  REQUIRE(JsonPointer::is_pointer(pointer));
  const JsonValue* value = value_at(*document.root(), JsonPointer::parse(pointer));
  if (value == nullptr) return std::nullopt;
  if (value->kind == JsonValue::Kind::list) return "list";
  if (value->kind == JsonValue::Kind::object) return "object";
  if (value->kind == JsonValue::Kind::repeated) return "repeated";
  return std::string(value->text);
}

}  // namespace

TEST_CASE("numbers are kept as they were written") {
  CHECK(at(R"({"a":12.450})", "/a") == "12.450");
  CHECK(at(R"({"a":0.1})", "/a") == "0.1");
  CHECK(at(R"([1,-2.50e3,18446744073709551616123])", "/1") == "-2.50e3");
  CHECK(at(R"([1,-2.50e3,18446744073709551616123])", "/2") == "18446744073709551616123");
}

TEST_CASE("pointers find members, elements and escaped names as RFC 6901 says") {
  const std::string_view json = R"({"foo":["bar","baz"],"":0,"a/b":1,"m~n":8,"deep":{"er":{"x":true}},"n":null})";
  CHECK(at(json, "") == "object");
  CHECK(at(json, "/foo") == "list");
  CHECK(at(json, "/foo/0") == "bar");
  CHECK(at(json, "/foo/2") == std::nullopt);
  CHECK(at(json, "/foo/01") == std::nullopt);
  CHECK(at(json, "/foo/-") == std::nullopt);
  CHECK(at(json, "/") == "0");
  CHECK(at(json, "/a~1b") == "1");
  CHECK(at(json, "/m~0n") == "8");
  CHECK(at(json, "/deep/er/x") == "true");
  CHECK(at(json, "/deep/er/x/y") == std::nullopt);
  CHECK(at(json, "/n") == "");
  CHECK_FALSE(JsonPointer::is_pointer("foo"));
  CHECK_FALSE(JsonPointer::is_pointer("/a~2"));
  CHECK_FALSE(JsonPointer::is_pointer("/a~"));
}

TEST_CASE("texts come without their escapes") {
  CHECK(at(R"({"a\u0062":"\u0645\u0646\u0632\u0644 \"1\"\n"})", "/ab") == "منزل \"1\"\n");
}

TEST_CASE("two members of one name stand there and tell nothing") {
  CHECK(at(R"({"state":"posted","state":"declined"})", "/state") == "repeated");
  CHECK(at(R"({"a":1,"a":2,"a":3})", "/a") == "repeated");
  CHECK(at(R"({"x":{"state":"posted"},"x":{}})", "/x/state") == "repeated");
  CHECK(at(R"({"x":1,"x":2})", "/y") == std::nullopt);
  CHECK(at(R"({"state":"posted","x":{"state":"declined"}})", "/state") == "posted");
}

TEST_CASE("what is not JSON is none, and depth has an end") {
  for (const std::string_view text : {"", "{", "{}x", "[1,]", "'a'", "\xFF", "{\"a\":01}"})
    CHECK(JsonDocument(text).root() == nullptr);
  const auto nested = [](std::size_t depth) { return std::string(depth, '[') + std::string(depth, ']'); };
  CHECK(JsonDocument(nested(8)).root() != nullptr);
  CHECK(JsonDocument(nested(9)).root() == nullptr);
  CHECK(JsonDocument(nested(100'000)).root() == nullptr);
}

TEST_CASE("a document larger than the room on the stack is read whole") {
  std::string json = "[";
  for (int i = 0; i < 2'000; ++i) json += (i == 0 ? "" : ",") + ("\"text " + std::to_string(i) + "\"");
  json += "]";
  CHECK(at(json, "/0") == "text 0");
  CHECK(at(json, "/1999") == "text 1999");
}

}  // namespace shubbak::connectors
