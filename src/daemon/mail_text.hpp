// A mail as it goes over the wire (RFC 5322, MIME): one UTF-8 text, in base64. Pure. Thread: any.
#pragma once

#include <cstdint>
#include <string>

#include "domain/clock.hpp"
#include "domain/mail_address.hpp"

namespace shubbak::daemon {

struct MailText {
  const MailAddress& from;
  const MailAddress& to;
  const std::string& subject;  // UTF-8
  const std::string& text;     // UTF-8; its lines end with LF
  std::int64_t id = 0;         // of its row
  WallTime created;
};

// Lines end with CR LF. The same for the same: its Message-ID and date come from the row, so that mail servers can
// drop a second copy.
std::string format_mail(const MailText& mail);

// RFC 2047: as many encoded words as it takes, on lines of their own, none with half a letter.
std::string encoded_words(std::string_view utf8);

}  // namespace shubbak::daemon
