#include "daemon/mail_text.hpp"

#include <algorithm>
#include <array>
#include <string_view>

#include <fmt/format.h>

#include "companies/signature.hpp"
#include "domain/text.hpp"

namespace shubbak::daemon {
namespace {

constexpr std::size_t word_octets_max = 45;  // 60 in base64, 72 with what stands around it: RFC 2047 allows 75
constexpr std::size_t line_octets = 57;      // 76 in base64, as RFC 2045 says

// RFC 5322 3.3, in UTC.
std::string mail_date(WallTime at) {
  constexpr std::array<std::string_view, 7> days{"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
  constexpr std::array<std::string_view, 12> months{"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                    "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  const auto day = std::chrono::floor<std::chrono::days>(at);
  const std::chrono::year_month_day date(day);
  const std::chrono::hh_mm_ss time(std::chrono::floor<std::chrono::seconds>(at - day));
  return fmt::format("{}, {} {} {} {:02}:{:02}:{:02} +0000", days[std::chrono::weekday(day).c_encoding()],
                     unsigned(date.day()), months[unsigned(date.month()) - 1], int(date.year()), time.hours().count(),
                     time.minutes().count(), time.seconds().count());
}

std::string host_of(const MailAddress& address) {
  return address.reveal().substr(address.reveal().find('@') + 1);
}

// RFC 2045 6.8: a text's lines end with CR LF before it is encoded.
std::string with_crlf(std::string_view text) {
  std::string lines;
  for (const char c : text) {
    if (c == '\n' && !lines.ends_with('\r')) lines.push_back('\r');
    lines.push_back(c);
  }
  return lines.append("\r\n");
}

std::string base64_lines(std::string_view octets) {
  std::string lines;
  for (; !octets.empty(); octets.remove_prefix(std::min(line_octets, octets.size())))
    lines.append(companies::base64_of(octets.substr(0, line_octets))).append("\r\n");
  return lines;
}

}  // namespace

std::string encoded_words(std::string_view utf8) {
  std::string words;
  for (std::size_t from = 0; from < utf8.size();) {
    std::size_t to = from;
    for (std::size_t next = from; next < utf8.size();) {
      next_code_point(utf8, next);
      if (next - from > word_octets_max) break;
      to = next;
    }
    if (!words.empty()) words.append("\r\n ");
    words.append("=?UTF-8?B?").append(companies::base64_of(utf8.substr(from, to - from))).append("?=");
    from = to;
  }
  return words;
}

std::string format_mail(const MailText& mail) {
  std::string text = "Date: " + mail_date(mail.created) + "\r\n";
  text.append("From: <").append(mail.from.reveal()).append(">\r\n");
  text.append("To: <").append(mail.to.reveal()).append(">\r\n");
  text.append("Subject: ").append(encoded_words(mail.subject)).append("\r\n");
  text.append(fmt::format("Message-ID: <shubbak.{}.{}@{}>\r\n", mail.created.time_since_epoch().count(), mail.id,
                          host_of(mail.from)));
  text.append("Auto-Submitted: auto-generated\r\n");  // RFC 3834: no answering machine answers
  text.append("MIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\n");
  text.append("Content-Transfer-Encoding: base64\r\n\r\n");
  return text.append(base64_lines(with_crlf(mail.text)));
}

}  // namespace shubbak::daemon
