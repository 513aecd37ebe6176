#include "domain/result.hpp"

#include <memory>
#include <string>
#include <type_traits>

#include <catch2/catch.hpp>

using namespace shubbak;

namespace {

Result<int> half(int n) {
  if (n % 2 != 0) return Error{Errc::invalid, "an odd number has no half"};
  return n / 2;
}

Status check(bool good) {
  if (!good) return Error{Errc::denied, "no"};
  return {};
}

}  // namespace

TEST_CASE("a result holds a value or an error") {
  const auto good = half(8);
  CHECK(good.ok());
  CHECK(static_cast<bool>(good));
  CHECK(*good == 4);
  CHECK(good.value() == 4);

  const auto bad = half(7);
  CHECK_FALSE(bad.ok());
  CHECK_FALSE(static_cast<bool>(bad));
  CHECK(bad.error().code == Errc::invalid);
  CHECK(bad.error().message == "an odd number has no half");
}

TEST_CASE("a status has no value but may be an error") {
  CHECK(check(true).ok());
  CHECK(check(false).error().code == Errc::denied);
}

TEST_CASE("a result gives its value away, movable-only ones included") {
  Result<std::unique_ptr<std::string>> held(std::make_unique<std::string>("bill"));
  CHECK(held->get()->size() == 4);
  held->get()->push_back('s');
  const std::unique_ptr<std::string> taken = std::move(held).value();
  CHECK(*taken == "bills");
}

TEST_CASE("a result may hold an error of its own kind, even one that a value could be made from") {
  const Result<std::string, int> bad(7);
  CHECK_FALSE(bad.ok());
  CHECK(bad.error() == 7);
  const Result<std::string, int> good(std::string("x"));
  CHECK(good.ok());
}

static_assert(!std::is_convertible_v<Result<int>, bool>, "a result is not taken for its value by accident");
