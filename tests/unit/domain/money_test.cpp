#include "domain/money.hpp"

#include <cstdint>
#include <limits>
#include <string>
#include <string_view>
#include <vector>

#include <catch2/catch.hpp>

using namespace shubbak;

namespace {

constexpr std::int64_t most = std::numeric_limits<std::int64_t>::max();
constexpr std::int64_t least = std::numeric_limits<std::int64_t>::min();

}  // namespace

TEST_CASE("currencies have their ISO 4217 code and decimals") {
  struct Row {
    Currency currency;
    std::string_view code;
    int decimals;
  };
  for (const Row& row : {Row{Currency::EGP, "EGP", 2}, Row{Currency::SYP, "SYP", 2}, Row{Currency::IQD, "IQD", 3},
                         Row{Currency::KWD, "KWD", 3}}) {
    CHECK(to_string(row.currency) == row.code);
    CHECK(*parse_currency(row.code) == row.currency);
    CHECK(decimals(row.currency) == row.decimals);
  }
  for (const std::string_view text : {"", "egp", "USD", "EGPX"}) {
    const auto currency = parse_currency(text);
    REQUIRE_FALSE(currency.ok());
    CHECK(currency.error().code == Errc::invalid);
  }
}

TEST_CASE("amounts are shown as people write them") {
  struct Row {
    std::int64_t minor;
    Currency currency;
    std::string_view text;
  };
  const std::vector<Row> rows{
      {0, Currency::EGP, "0.00"},
      {5, Currency::EGP, "0.05"},
      {100, Currency::EGP, "1.00"},
      {12'345, Currency::EGP, "123.45"},
      {100'000, Currency::EGP, "1,000.00"},
      {123'456'789, Currency::EGP, "1,234,567.89"},
      {-5, Currency::EGP, "-0.05"},
      {-123'456, Currency::EGP, "-1,234.56"},
      {0, Currency::KWD, "0.000"},
      {1, Currency::KWD, "0.001"},
      {12'500, Currency::KWD, "12.500"},
      {1'000'000, Currency::KWD, "1,000.000"},
      {0, Currency::SYP, "0"},
      {1'250'000, Currency::SYP, "12,500"},
      {1'250'050, Currency::SYP, "12,500.50"},
      {99'999, Currency::SYP, "999.99"},
      {99'900, Currency::SYP, "999"},
      {0, Currency::IQD, "0"},
      {25'000'000, Currency::IQD, "25,000"},
      {25'000'250, Currency::IQD, "25,000.250"},
      {-1'000, Currency::IQD, "-1"},
      {most, Currency::EGP, "92,233,720,368,547,758.07"},
      {least, Currency::EGP, "-92,233,720,368,547,758.08"},
      {most, Currency::IQD, "9,223,372,036,854,775.807"},
  };
  for (const Row& row : rows) {
    CAPTURE(row.minor);
    CHECK(format_amount({row.minor, row.currency}) == row.text);
  }
}

TEST_CASE("amounts are read with as many decimals as the currency has") {
  CHECK(*parse_amount("500", Currency::SYP) == Money{50'000, Currency::SYP});
  CHECK(*parse_amount("500.5", Currency::SYP) == Money{50'050, Currency::SYP});
  CHECK(*parse_amount("0.001", Currency::KWD) == Money{1, Currency::KWD});
  CHECK(*parse_amount("1,250", Currency::KWD, ',') == Money{1'250, Currency::KWD});
  for (const char* text : {"", ".", ".5", "5.", "-5", "+5", "5.001", "1,000", "5.0.0", "٥", "0x5", " 5"}) {
    INFO(text);
    const auto read = parse_amount(text, Currency::SYP);
    REQUIRE_FALSE(read.ok());
    CHECK(read.error().code == Errc::malformed);
  }
  CHECK(parse_amount("92233720368547758.08", Currency::SYP).error().code == Errc::limit);
}

TEST_CASE("amounts are added within one currency and without overflow") {
  CHECK(*add({150, Currency::KWD}, {-50, Currency::KWD}) == Money{100, Currency::KWD});
  CHECK(add({1, Currency::KWD}, {1, Currency::IQD}).error().code == Errc::invalid);
  CHECK(add({most, Currency::SYP}, {1, Currency::SYP}).error().code == Errc::limit);
  CHECK(add({least, Currency::SYP}, {-1, Currency::SYP}).error().code == Errc::limit);
  CHECK(add({most, Currency::SYP}, {least, Currency::SYP})->minor == -1);
}
