// How a mail looks on the wire: what must be in it, and that no text reaches its headers.
#include "daemon/mail_text.hpp"

#include <catch2/catch.hpp>

namespace shubbak::daemon {

TEST_CASE("a mail is the same for the same row, and its text is in base64 with lines of 76") {
  const MailAddress from = *MailAddress::parse("bills@shubbak.example");
  const MailAddress to = *MailAddress::parse("amal@example.org");
  const std::string subject = "Shubbak";
  const std::string text(100, 'x');
  const WallTime created{std::chrono::milliseconds(1'796'000'005'250)};  // 2026-11-30 00:53:25 UTC
  CHECK(format_mail({from, to, subject, text, 7, created}) ==
        "Date: Mon, 30 Nov 2026 00:53:25 +0000\r\n"
        "From: <bills@shubbak.example>\r\n"
        "To: <amal@example.org>\r\n"
        "Subject: =?UTF-8?B?U2h1YmJhaw==?=\r\n"
        "Message-ID: <shubbak.1796000005250.7@shubbak.example>\r\n"
        "Auto-Submitted: auto-generated\r\n"
        "MIME-Version: 1.0\r\n"
        "Content-Type: text/plain; charset=utf-8\r\n"
        "Content-Transfer-Encoding: base64\r\n"
        "\r\n"
        "eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4\r\n"
        "eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eA0K\r\n");
}

TEST_CASE("a text that looks like headers or the end of a mail stays in its body") {
  const MailAddress from = *MailAddress::parse("bills@shubbak.example");
  const std::string subject = "Shubbak";
  const std::string text = "x\r\n.\r\nBcc: all@example.org\r\n\r\n";
  const std::string mail = format_mail({from, from, subject, text, 1, WallTime{}});
  CHECK(mail.find("Bcc") == std::string::npos);
  CHECK(mail.find("\r\n.") == std::string::npos);
}

TEST_CASE("a long subject becomes several encoded words, none longer than allowed or with half a letter") {
  std::string subject;
  for (int i = 0; i < 40; ++i) subject += "ش";  // 80 octets
  const std::string words = encoded_words(subject);
  const std::size_t folded = words.find("\r\n ");
  REQUIRE(folded != std::string::npos);
  CHECK(words.find("\r\n ", folded + 1) == std::string::npos);
  // 22 letters, 44 octets; and 18, 36.
  CHECK(folded == 10 + 60 + 2);
  CHECK(words.size() - folded - 3 == 10 + 48 + 2);
  CHECK(encoded_words("a") == "=?UTF-8?B?YQ==?=");
}

}  // namespace shubbak::daemon
