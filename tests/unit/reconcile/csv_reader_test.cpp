// CSV read strictly: RFC 4180, its bounds, and where each fault is told to be.
#include "reconcile/csv_reader.hpp"

#include <rapidcheck.h>

#include <catch2/catch.hpp>

namespace shubbak::reconcile {
namespace {

using Records = std::vector<std::vector<std::string>>;

// In pieces of so many octets.
Result<Records> read(std::string_view text, std::size_t piece = 1'000, CsvLimits limits = {}, char separator = ',') {
  Records records;
  CsvReader reader(
      separator,
      [&](const CsvRecord& record) -> Status {
        records.emplace_back(record.fields.begin(), record.fields.end());
        return {};
      },
      limits);
  for (std::size_t at = 0; at < text.size(); at += piece) {
    if (Status fed = reader.feed(text.substr(at, piece)); !fed.ok()) return fed.error();
  }
  if (Status finished = reader.finish(); !finished.ok()) return finished.error();
  return records;
}

std::string quoted(const std::string& field) {
  std::string text = "\"";
  for (const char c : field) text.append(c == '"' ? 2 : 1, c);
  return text + "\"";
}

}  // namespace

TEST_CASE("records are read as RFC 4180 has them, however the file is cut") {
  struct Row {
    std::string text;
    Records records;
  };
  const std::vector<Row> rows{
      {"", {}},
      {"a,b\n1,2\n", {{"a", "b"}, {"1", "2"}}},
      {"a,b\r\n1,2\r\n", {{"a", "b"}, {"1", "2"}}},
      {"a,b\n1,2", {{"a", "b"}, {"1", "2"}}},
      {"a,\n,2\n", {{"a", ""}, {"", "2"}}},
      {"\xEF\xBB\xBF"
       "a,b\n",
       {{"a", "b"}}},
      {"\"a,b\",\"say \"\"yes\"\"\"\n", {{"a,b", "say \"yes\""}}},
      {"\"two\r\nlines\",2\n", {{"two\r\nlines", "2"}}},
      {"\"\"\n", {{""}}},
      {"a\n", {{"a"}}},
      {"مرجع,٤\n", {{"مرجع", "٤"}}},
      {" a ,b\tc\n", {{" a ", "b\tc"}}},
      {"\xEF\xBF\xBD\n", {{"\xEF\xBF\xBD"}}},
  };
  for (const Row& row : rows) {
    for (const std::size_t piece : {1U, 2U, 3U, 1'000U}) {
      INFO(row.text << " in pieces of " << piece);
      const auto records = read(row.text, piece);
      REQUIRE(records.ok());
      CHECK(*records == row.records);
    }
  }
  CHECK(read("a;b\n", 1, {}, ';').value() == Records{{"a", "b"}});
  CHECK(read("a\tb\n", 1, {}, '\t').value() == Records{{"a", "b"}});
}

TEST_CASE("what is malformed is told with line and column, and what to do") {
  struct Row {
    std::string text;
    std::string told;
  };
  using namespace std::string_literals;
  const std::vector<Row> rows{
      {"a,b\n1,x\"y\n", "line 2, column 2: a quote in a field"},
      {"a,b\n\"1\"x,2\n", "line 2, column 1: text behind the closing quote"},
      {"a,b\n1,\"2\n3,4\n", "line 4, column 2: the field in quotes that begins in line 2 never ends"},
      {"a,b\r1,2\r", "line 1, column 2: a carriage return"},
      {"a,b\r", "line 1, column 2: a carriage return"},
      {"a,b\n1\n", "line 2: it has 1 columns, the first line has 2"},
      {"a,b\n1,2,3\n", "line 2: it has 3 columns, the first line has 2"},
      {"a,b\n\n1,2\n", "line 2, column 1: the line is empty"},
      {"a,b\n1,2\n\n", "line 3, column 1: the line is empty"},
      {"\"a\nb\",c\n1\n", "line 3: it has 1 columns"},
      {"a,b\n1,\xFF\n", "line 2, column 2: octets that are not UTF-8"},
      {"a,b\n\xC3,2\n", "line 2, column 1: octets that are not UTF-8"},
      {"a,b\n\xC0\xAF,2\n", "line 2, column 1: octets that are not UTF-8"},
      {"a,b\n\xED\xA0\x80,2\n", "line 2, column 1: octets that are not UTF-8"},
      {"a,b\n1,2\0\n"s, "line 2, column 2: a control character"},
      {"\xFF\xFE"
       "a\0,\0"s,
       "line 1, column 1: the file is UTF-16"},
      {"\xFE\xFF\0a"s, "line 1, column 1: the file is UTF-16"},
  };
  for (const Row& row : rows) {
    for (const std::size_t piece : {1U, 1'000U}) {
      const auto records = read(row.text, piece);
      REQUIRE_FALSE(records.ok());
      CHECK(records.error().code == Errc::malformed);
      CHECK_THAT(records.error().message, Catch::StartsWith(row.told));
    }
  }
}

TEST_CASE("fields, lines and columns are bounded") {
  const CsvLimits limits{.field_octets_max = 4, .record_octets_max = 8, .columns_max = 3};
  CHECK(read("abcd,efgh\n", 1, limits).ok());
  CHECK(read("a,b,c\n", 1, limits).ok());
  for (const auto& [text, told] : {std::pair{"a\nabcde\n", "line 2, column 1: a field of more than 4"},
                                   {"abcd,efgh,i\n", "line 1, column 3: a line of more than 8"},
                                   {"a,b,c,d\n", "line 1, column 4: more than 3 columns"},
                                   {"\"abcde", "line 1, column 1: a field of more than 4"}}) {
    const auto records = read(text, 1, limits);
    REQUIRE_FALSE(records.ok());
    CHECK(records.error().code == Errc::limit);
    CHECK_THAT(records.error().message, Catch::StartsWith(told));
  }
}

TEST_CASE("whatever the fields hold, what was written in quotes is read back") {
  rc::check([] {
    const auto columns = *rc::gen::inRange<std::size_t>(1, 6);
    const auto letter = rc::gen::elementOf(std::string("ab,\"\r\n\t ;"));
    const auto field = rc::gen::container<std::string>(letter);
    const auto records = *rc::gen::container<Records>(rc::gen::container<std::vector<std::string>>(columns, field));
    std::string text;
    for (const auto& record : records) {
      for (std::size_t i = 0; i < columns; ++i) text.append(i == 0 ? "" : ",").append(quoted(record[i]));
      text += "\r\n";
    }
    const auto read_back = read(text, *rc::gen::inRange<std::size_t>(1, 9));
    RC_ASSERT(read_back.ok());
    RC_ASSERT(*read_back == records);
  });
}

TEST_CASE("any octets end in records or in an error") {
  rc::check([](const std::string& octets) {
    const auto records = read(octets, 7);
    if (!records.ok()) RC_ASSERT(records.error().message.starts_with("line "));
  });
}

TEST_CASE("what the user of the records refuses ends the reading") {
  int seen = 0;
  CsvReader reader(',', [&](const CsvRecord&) -> Status {
    ++seen;
    return Error{Errc::invalid, "not that"};
  });
  CHECK(reader.feed("a\nb\nc\n").error().message == "not that");
  CHECK(seen == 1);
}

}  // namespace shubbak::reconcile
