#include "daemon/log.hpp"

#include <array>
#include <cstdio>
#include <cstdlib>
#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <boost/json.hpp>
#include <catch2/catch.hpp>

namespace shubbak::daemon::log {

TEST_CASE("of one event no more lines a second than allowed, and the next one says how many are missing") {
  LineLimiter limiter(2);
  const Instant start{};
  CHECK(limiter.admit("flood", start) == 0U);
  CHECK(limiter.admit("flood", start) == 0U);
  for (int i = 0; i < 1000; ++i) CHECK_FALSE(limiter.admit("flood", start + std::chrono::milliseconds(999)));
  CHECK(limiter.admit("other", start) == 0U);
  CHECK(limiter.admit("flood", start + std::chrono::seconds(1)) == 1000U);
  CHECK(limiter.admit("flood", start + std::chrono::seconds(1)) == 0U);
  CHECK_FALSE(limiter.admit("flood", start + std::chrono::milliseconds(1500)));
  CHECK(limiter.admit("flood", start + std::chrono::seconds(9)) == 1U);
}

TEST_CASE("a last line is written by a process that ends with it") {
  std::array<int, 2> ends{};
  REQUIRE(::pipe(ends.data()) == 0);
  std::fflush(stdout);  // or what waits there would be the child's as well
  const pid_t child = ::fork();
  REQUIRE(child >= 0);
  if (child == 0) {
    ::dup2(ends[1], STDOUT_FILENO);
    write_last("database_in_doubt", {{"reason", "disk \"sda\""}, {"asked", 7}});
    std::_Exit(74);  // no buffer is written by that
  }
  ::close(ends[1]);
  std::string told(1'000, '\0');
  const ssize_t count = ::read(ends[0], told.data(), told.size());
  ::close(ends[0]);
  int status = 0;
  REQUIRE(::waitpid(child, &status, 0) == child);
  CHECK(WEXITSTATUS(status) == 74);
  REQUIRE(count > 1);
  CHECK(told[static_cast<std::size_t>(count) - 1] == '\n');
  const auto line = boost::json::parse(told.substr(0, static_cast<std::size_t>(count) - 1)).as_object();
  CHECK(line.at("level") == "critical");
  CHECK(line.at("event") == "database_in_doubt");
  CHECK(line.at("reason") == "disk \"sda\"");
  CHECK(line.at("asked") == 7);
  CHECK(line.contains("time"));
}

TEST_CASE("a last line that nobody reads keeps no process from its end") {
  const pid_t child = ::fork();
  REQUIRE(child >= 0);
  if (child == 0) {
    std::array<int, 2> ends{};
    if (::pipe2(ends.data(), O_NONBLOCK) != 0) std::_Exit(1);
    while (::write(ends[1], "x", 1) == 1) {
    }
    ::fcntl(ends[1], F_SETFL, 0);  // from now on a write waits
    ::dup2(ends[1], STDOUT_FILENO);
    ::alarm(60);  // if it does hang
    write_last("database_in_doubt", {{"reason", "the disk fails"}});
    std::_Exit(74);
  }
  int status = 0;
  REQUIRE(::waitpid(child, &status, 0) == child);
  REQUIRE(WIFEXITED(status));
  CHECK(WEXITSTATUS(status) == 74);
}

}  // namespace shubbak::daemon::log
