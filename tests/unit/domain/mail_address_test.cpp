// Which e-mail addresses are taken, and that none carries anything else into a mail's headers or an SMTP command.
#include "domain/mail_address.hpp"

#include <catch2/catch.hpp>

namespace shubbak {

TEST_CASE("an e-mail address is a name, an @ and a host with a domain") {
  for (const char* typed : {"amal@example.org", "amal.haddad+bills@mail.example.co", "a@b.c", "o'neil_7@x-y.example",
                            "Amal@EXAMPLE.org"}) {
    INFO(typed);
    const auto address = MailAddress::parse(typed);
    REQUIRE(address.ok());
    CHECK(address->reveal() == typed);
  }
  CHECK(MailAddress::parse("amal@example.org")->masked() == "a***@example.org");
}

TEST_CASE("what could carry anything else than an address is none") {
  const std::string hostile[] = {"",
                                 "amal",
                                 "@example.org",
                                 "amal@",
                                 "amal@example",
                                 "amal@@example.org",
                                 "amal@example.org@evil.example",
                                 "amal@example.org\r\nBcc: all@example.org",
                                 "amal@example.org\n",
                                 "am al@example.org",
                                 "amal@exam ple.org",
                                 "amal@example.org>",
                                 "<amal@example.org",
                                 "amal@example.org,omar@example.org",
                                 "\"amal haddad\"@example.org",
                                 "amal@[127.0.0.1]",
                                 ".amal@example.org",
                                 "amal.@example.org",
                                 "amal..h@example.org",
                                 "amal@-example.org",
                                 "amal@example-.org",
                                 "amal@.example.org",
                                 "amal@example.org.",
                                 "أمل@example.org",
                                 "amal@مثال.org",
                                 std::string("amal\0@example.org", 17),
                                 std::string("amal@example.org\0", 17)};
  for (const std::string& typed : hostile) {
    INFO(typed);
    CHECK_FALSE(MailAddress::parse(typed).ok());
  }
}

TEST_CASE("an e-mail address is as long as mail servers take it, and no longer") {
  const std::string label(63, 'h');
  const std::string host = label + "." + label + "." + label;         // 191 octets
  CHECK(MailAddress::parse(std::string(62, 'a') + "@" + host).ok());  // 254
  CHECK_FALSE(MailAddress::parse(std::string(63, 'a') + "@" + host).ok());
  CHECK(MailAddress::parse(std::string(64, 'a') + "@example.org").ok());
  CHECK_FALSE(MailAddress::parse(std::string(65, 'a') + "@example.org").ok());
  CHECK_FALSE(MailAddress::parse("a@" + label + "h.org").ok());
}

}  // namespace shubbak
