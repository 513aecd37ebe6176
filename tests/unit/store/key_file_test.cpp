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
    CHECK(key->bytes()[0] == 0x00);
    CHECK(key->bytes()[10] == 0x0a);
    CHECK(key->bytes()[31] == 0x1f);
  }
  write_file(path, std::string(62, '0') + "Ff", S_IRUSR);
  CHECK(read_key_file(path)->bytes()[31] == 0xff);
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
