#include "store/key_file.hpp"

#include "store_fixture.hpp"

namespace shubbak::store {
namespace {

TEST_CASE("a key file holds 64 hexadecimal digits, with or without a line end") {
  const TempFolder folder;
  const std::string path = folder.file("key");
  for (const char* end : {"", "\n", "\r\n"}) {
    write_file(path, std::string(sample_key) + end);
    const auto key = read_key_file(path);
    REQUIRE(key.ok());
    REQUIRE(key->keys().size() == 1);
    REQUIRE(key->find(1) != nullptr);
    CHECK(key->find(1)->bytes()[0] == 0x00);
    CHECK(key->find(1)->bytes()[10] == 0x0a);
    CHECK(key->find(1)->bytes()[31] == 0x1f);
    CHECK(key->find(2) == nullptr);
  }
  write_file(path, std::string(62, '0') + "Ff", S_IRUSR);
  CHECK(read_key_file(path)->find(1)->bytes()[31] == 0xff);
}

TEST_CASE("a key file holds several keys with their numbers, in any order, and one without a number is key 1") {
  const TempFolder folder;
  const std::string path = folder.file("key");
  const std::string a(64, 'a');
  const std::string b(64, 'b');
  for (const std::string& text :
       {"7 " + a + "\n1 " + b + "\n255 " + sample_key, b + "\n\n7 " + a + "\r\n255 " + sample_key + "\n"}) {
    write_file(path, text);
    const auto ring = read_key_file(path);
    REQUIRE(ring.ok());
    REQUIRE(ring->keys().size() == 3);
    CHECK(ring->keys()[0].id == 1);
    CHECK(ring->keys()[1].id == 7);
    CHECK(ring->keys()[2].id == 255);
    CHECK(ring->find(1)->bytes()[0] == 0xbb);
    CHECK(ring->find(7)->bytes()[0] == 0xaa);
    CHECK(ring->find(255)->bytes()[31] == 0x1f);
  }
}

TEST_CASE("a line of a key file that is none, or a key twice, is told with its line and not its content") {
  const TempFolder folder;
  const std::string path = folder.file("key");
  const std::string a(64, 'a');
  const std::string b(64, 'b');
  for (const std::string& second :
       {"0 " + b, "256 " + b, "-1 " + b, "x " + b, "2  " + b, "2 " + b + " ", " " + b, "2\t" + b, "1 " + b, b,
        "2 " + a, "2 " + b.substr(1), std::string("2"), std::string("# a comment"), "99999999999999999999 " + b}) {
    write_file(path, a + "\n" + second + "\n");
    const auto refused = read_key_file(path);
    REQUIRE_FALSE(refused.ok());
    CHECK(refused.error().code == Errc::malformed);
    CHECK_THAT(refused.error().message, Catch::Contains("line 2"));
    CHECK(refused.error().message.find("bbb") == std::string::npos);
    CHECK(refused.error().message.find("aaa") == std::string::npos);
  }
}

// What the command prints, by a program that takes it as argument.
Result<KeyRing> printed(const std::string& text, std::chrono::milliseconds patience = std::chrono::seconds(20)) {
  return run_key_command({"/bin/sh", "-c", text}, patience);
}

TEST_CASE("a key command tells the keys by what it prints, its arguments as they are") {
  const std::string a(64, 'a');
  const auto ring = printed("echo " + a + "; echo 2 " + sample_key);
  REQUIRE(ring.ok());
  CHECK(ring->keys().size() == 2);
  CHECK(ring->find(2)->bytes()[31] == 0x1f);
  CHECK(run_key_command({"printf", "%s", a}).ok());
  CHECK(run_key_command({"echo", a, "; exit 1"}).error().code == Errc::malformed);  // no shell reads it
  CHECK(read_keys({"/nonexistent", {"printf", "%s", a}}).ok());
  CHECK(printed("read line; echo " + a).ok());  // nothing stands on its standard input
}

TEST_CASE("a key command that fails, is not there, prints too much or does not end is a clear error") {
  const auto message = [](const Result<KeyRing>& refused, Errc code) {
    REQUIRE_FALSE(refused.ok());
    CHECK(refused.error().code == code);
    return refused.error().message;
  };
  CHECK_THAT(message(run_key_command({"/nonexistent/keys"}), Errc::unavailable),
             Catch::Contains("/nonexistent/keys cannot be run: No such file"));
  CHECK_THAT(message(printed("echo " + std::string(64, 'a') + "; exit 3"), Errc::unavailable),
             Catch::Contains("exit code 3"));
  CHECK_THAT(message(printed("kill -9 $$"), Errc::unavailable), Catch::Contains("signal 9"));
  CHECK_THAT(message(printed("echo no key"), Errc::malformed), Catch::Contains("the key command /bin/sh, line 1"));
  CHECK_THAT(message(printed("while :; do echo " + std::string(64, 'a') + "; done"), Errc::limit),
             Catch::Contains("prints more than"));
  using namespace std::chrono_literals;
  CHECK_THAT(message(printed("exec sleep 100", 200ms), Errc::timed_out), Catch::Contains("in time"));
  CHECK_THAT(message(printed("exec >&-; exec sleep 100", 200ms), Errc::timed_out), Catch::Contains("in time"));
  CHECK(run_key_command({}).error().code == Errc::invalid);
}

TEST_CASE("a key file of any other content is refused, without telling the content") {
  const TempFolder folder;
  const std::string path = folder.file("key");
  for (const std::string& text :
       {std::string(), std::string(63, 'a'), std::string(65, 'a'), std::string(63, 'a') + "g", std::string(64, ' '),
        std::string(100'000, 'a'), std::string(64, 'a') + "\nx"}) {
    write_file(path, text);
    const auto refused = read_key_file(path);
    REQUIRE_FALSE(refused.ok());
    CHECK(refused.error().code == Errc::malformed);
    CHECK(refused.error().message.find("aaa") == std::string::npos);
  }
}

TEST_CASE("a missing key file is refused with how to make one") {
  const TempFolder folder;
  const auto refused = read_key_file(folder.file("key"));
  REQUIRE_FALSE(refused.ok());
  CHECK(refused.error().code == Errc::not_found);
  CHECK_THAT(refused.error().message, Catch::Contains("openssl rand -hex 32 > " + folder.file("key")));
}

TEST_CASE("a key file that others may read or write is refused with the command that helps") {
  const TempFolder folder;
  const std::string path = folder.file("key");
  for (const mode_t mode : {0640U, 0604U, 0620U, 0644U}) {
    write_file(path, sample_key, mode);
    const auto refused = read_key_file(path);
    REQUIRE_FALSE(refused.ok());
    CHECK(refused.error().code == Errc::denied);
    CHECK_THAT(refused.error().message, Catch::Contains("chmod 600 " + path));
  }
  CHECK(read_key_file("/").error().code == Errc::invalid);
}

}  // namespace
}  // namespace shubbak::store
