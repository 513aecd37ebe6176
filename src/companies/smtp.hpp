// One mail to a mail server, by libcurl's SMTP (RFC 5321). It blocks: libcurl ends each connection with a QUIT whose
// answer it waits for inside its calls, also by the multi interface, so a server that hangs would stop an event loop.
// Thread: one of its own.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <string>

namespace shubbak::companies {

struct SmtpServer {
  std::string url;   // smtp:// or smtps://
  std::string user;  // "": none is told
  std::string password;
  bool needs_tls = true;                      // of smtp://: nothing is sent where STARTTLS is refused
  std::string ca_file;                        // PEM; "": the system's authorities
  std::chrono::milliseconds timeout{30'000};  // for all of it
};
struct SmtpMail {
  std::string from;  // addresses that were checked (domain/mail_address.hpp)
  std::string to;
  std::string content;  // headers and body, lines end with CR LF
};

enum class SmtpOutcome : std::uint8_t {
  sent,      // the server has it now
  refused,   // 5xx, of this address or this mail
  deferred,  // 4xx, or nothing that can be understood, likewise
  failed,    // the server cannot be used: not reached, hangs, is not trusted, lets us not in or not send
};
struct SmtpReply {
  SmtpOutcome outcome = SmtpOutcome::failed;
  long code = 0;       // that the server answered last; 0: none
  std::string reason;  // in libcurl's general words: holds no address
};

// `stop`, set by another thread, ends it within a second or two, as failed or deferred.
SmtpReply send_mail(const SmtpServer& server, const SmtpMail& mail, const std::atomic<bool>& stop);

}  // namespace shubbak::companies
