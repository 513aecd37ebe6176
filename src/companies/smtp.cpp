#include "companies/smtp.hpp"

#include <algorithm>
#include <memory>
#include <string_view>

#include <curl/curl.h>

#include "domain/result.hpp"

namespace shubbak::companies {
namespace {

constexpr long reply_timeout_s = 10;  // to one command, QUIT included

struct FreeSmtp {
  void operator()(CURL* easy) const { curl_easy_cleanup(easy); }
  void operator()(curl_slist* list) const { curl_slist_free_all(list); }
};

struct Sending {
  std::string_view left;  // of the content
  const std::atomic<bool>* stop = nullptr;
  bool has_named_recipient = false;  // what is answered from then on is about this mail
};

std::size_t on_read(char* to, std::size_t size, std::size_t count, void* sending) {
  std::string_view& left = static_cast<Sending*>(sending)->left;
  const std::size_t octets = std::min(size * count, left.size());
  std::copy_n(left.begin(), octets, to);
  left.remove_prefix(octets);
  return octets;
}

std::size_t on_reply(char* /*data*/, std::size_t size, std::size_t count, void* /*nothing*/) {
  return size * count;
}

int on_progress(void* sending, curl_off_t, curl_off_t, curl_off_t, curl_off_t) {
  return static_cast<const Sending*>(sending)->stop->load() ? 1 : 0;
}

int on_command(CURL* /*easy*/, curl_infotype type, char* data, std::size_t size, void* sending) {
  if (type == CURLINFO_HEADER_OUT && std::string_view(data, size).starts_with("RCPT "))
    static_cast<Sending*>(sending)->has_named_recipient = true;
  return 0;
}

template <class Value>
void set_smtp(CURL* easy, CURLoption option, Value value) {
  const CURLcode code = curl_easy_setopt(easy, option, value);
  SHUBBAK_ASSERT(code == CURLE_OK);  // only memory can be lacking: values from outside are checked before
}

void set_server(CURL* easy, const SmtpServer& server) {
  set_smtp(easy, CURLOPT_URL, server.url.c_str());
  set_smtp(easy, CURLOPT_PROTOCOLS_STR, "smtp,smtps");
  set_smtp(easy, CURLOPT_NOPROXY, "*");
  set_smtp(easy, CURLOPT_NOSIGNAL, 1L);
  set_smtp(easy, CURLOPT_TIMEOUT_MS, static_cast<long>(server.timeout.count()));
  set_smtp(easy, CURLOPT_SERVER_RESPONSE_TIMEOUT, reply_timeout_s);
  set_smtp(easy, CURLOPT_USE_SSL, static_cast<long>(server.needs_tls ? CURLUSESSL_ALL : CURLUSESSL_NONE));
  set_smtp(easy, CURLOPT_SSL_VERIFYPEER, 1L);
  set_smtp(easy, CURLOPT_SSL_VERIFYHOST, 2L);
  if (!server.ca_file.empty()) set_smtp(easy, CURLOPT_CAINFO, server.ca_file.c_str());
  if (server.user.empty()) return;
  set_smtp(easy, CURLOPT_USERNAME, server.user.c_str());
  set_smtp(easy, CURLOPT_PASSWORD, server.password.c_str());
}

SmtpOutcome smtp_outcome(CURLcode done, long code, const Sending& sending) {
  if (done == CURLE_OK) return SmtpOutcome::sent;
  if (!sending.has_named_recipient) return SmtpOutcome::failed;
  const bool is_answered = done == CURLE_SEND_ERROR || done == CURLE_WEIRD_SERVER_REPLY;
  return is_answered && code >= 500 && code < 600 ? SmtpOutcome::refused : SmtpOutcome::deferred;
}

}  // namespace

SmtpReply send_mail(const SmtpServer& server, const SmtpMail& mail, const std::atomic<bool>& stop) {
  static const CURLcode started = curl_global_init(CURL_GLOBAL_DEFAULT);
  SHUBBAK_ASSERT(started == CURLE_OK);
  const std::unique_ptr<CURL, FreeSmtp> easy(curl_easy_init());
  const std::unique_ptr<curl_slist, FreeSmtp> recipients(curl_slist_append(nullptr, mail.to.c_str()));
  SHUBBAK_ASSERT(easy != nullptr && recipients != nullptr);
  Sending sending{.left = mail.content, .stop = &stop};
  set_server(easy.get(), server);
  set_smtp(easy.get(), CURLOPT_MAIL_FROM, mail.from.c_str());
  set_smtp(easy.get(), CURLOPT_MAIL_RCPT, recipients.get());
  set_smtp(easy.get(), CURLOPT_UPLOAD, 1L);
  set_smtp(easy.get(), CURLOPT_READFUNCTION, &on_read);
  set_smtp(easy.get(), CURLOPT_READDATA, static_cast<void*>(&sending));
  set_smtp(easy.get(), CURLOPT_WRITEFUNCTION, &on_reply);
  set_smtp(easy.get(), CURLOPT_NOPROGRESS, 0L);
  set_smtp(easy.get(), CURLOPT_XFERINFOFUNCTION, &on_progress);
  set_smtp(easy.get(), CURLOPT_XFERINFODATA, static_cast<void*>(&sending));
  set_smtp(easy.get(), CURLOPT_VERBOSE, 1L);  // what is said goes to on_command() alone
  set_smtp(easy.get(), CURLOPT_DEBUGFUNCTION, &on_command);
  set_smtp(easy.get(), CURLOPT_DEBUGDATA, static_cast<void*>(&sending));
  const CURLcode done = curl_easy_perform(easy.get());
  long code = 0;
  curl_easy_getinfo(easy.get(), CURLINFO_RESPONSE_CODE, &code);
  return {smtp_outcome(done, code, sending), code, curl_easy_strerror(done)};
}

}  // namespace shubbak::companies
