#include "domain/mail_address.hpp"

#include <algorithm>

namespace shubbak {
namespace {

bool is_letter_or_digit(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

bool is_atom(std::string_view text) {
  constexpr std::string_view others = "!#$%&'*+-/=?^_`{|}~";  // RFC 5322 3.2.3
  return !text.empty() && std::ranges::all_of(text, [&](char c) {
    return is_letter_or_digit(c) || others.find(c) != std::string_view::npos;
  });
}

bool is_label(std::string_view text) {
  return !text.empty() && text.size() <= MailAddress::label_octets_max && text.front() != '-' && text.back() != '-' &&
         std::ranges::all_of(text, [](char c) { return is_letter_or_digit(c) || c == '-'; });
}

// How many parts stand between dots; 0: one of them is none.
std::size_t count_parts(std::string_view text, bool (*is_part)(std::string_view)) {
  for (std::size_t parts = 1;; ++parts) {
    const std::size_t dot = text.find('.');
    if (!is_part(text.substr(0, dot))) return 0;
    if (dot == std::string_view::npos) return parts;
    text.remove_prefix(dot + 1);
  }
}

}  // namespace

Result<MailAddress> MailAddress::parse(std::string_view typed) {
  const std::size_t at = typed.find('@');
  const bool is_one = at != std::string_view::npos && typed.size() <= octets_max && at <= local_octets_max &&
                      count_parts(typed.substr(0, at), is_atom) >= 1 &&
                      count_parts(typed.substr(at + 1), is_label) >= 2;
  if (!is_one) return Error{Errc::invalid, "an e-mail address is name@host.domain, in Latin letters"};
  return MailAddress(std::string(typed));
}

std::string MailAddress::masked() const {
  return text_.substr(0, 1) + "***" + text_.substr(text_.find('@'));
}

}  // namespace shubbak
