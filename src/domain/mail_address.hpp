// The e-mail address of a person, as far as mail is sent to it: the Mailbox of RFC 5321 4.1.2 without what hardly
// anybody has and much can be hidden in (quoted local parts, address literals, letters that are not ASCII).
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <utility>

#include "domain/result.hpp"

namespace shubbak {

class MailAddress {
 public:
  static constexpr std::size_t octets_max = 254;       // RFC 5321 4.5.3.1.3, without the angle brackets
  static constexpr std::size_t local_octets_max = 64;  // before the @
  static constexpr std::size_t label_octets_max = 63;  // of the host, between its dots

  // "name@host.example". Errors: invalid, without what was typed.
  static Result<MailAddress> parse(std::string_view typed);

  [[nodiscard]] std::string masked() const;                          // "a***@example.org": for who has typed it
  [[nodiscard]] const std::string& reveal() const { return text_; }  // for the wire and the database only

  bool operator==(const MailAddress&) const = default;

 private:
  explicit MailAddress(std::string text) : text_(std::move(text)) {}
  std::string text_;
};

}  // namespace shubbak
