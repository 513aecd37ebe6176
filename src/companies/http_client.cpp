#include "companies/http_client.hpp"

#include <algorithm>
#include <iterator>
#include <mutex>

#include <boost/asio/async_result.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "companies/http_engine.hpp"
#include "companies/signature.hpp"

namespace shubbak::companies {

using std::chrono::milliseconds;

namespace {

constexpr std::size_t header_lists_max = 64;  // tokens that change leave old lists behind
constexpr std::size_t targets_max = 1024;
constexpr long idle_connections_max = 4096;  // over all hosts

void start_curl_once() {
  static std::once_flag once;
  std::call_once(once, [] { SHUBBAK_ASSERT(curl_global_init(CURL_GLOBAL_DEFAULT) == CURLE_OK); });
}

template <class Value>
void set(CURL* easy, CURLoption option, Value value) {
  const CURLcode code = curl_easy_setopt(easy, option, value);
  SHUBBAK_ASSERT(code == CURLE_OK);  // only memory can be lacking: values from outside are checked before
}

bool fit_for_a_header(std::string_view text) {
  return std::ranges::all_of(text, [](char c) { return c >= ' ' && c != '\x7F'; });
}

std::string_view origin_of(std::string_view url) {
  const std::size_t slashes = url.find("://");
  return url.substr(0, url.find('/', slashes + 3));
}

HttpError cancelled(bool sent) {
  return {Errc::unavailable, HttpFailure::cancelled, sent, "the request was cancelled"};
}

bool may_have_been_sent(CURL* easy) {
  long octets = 0;
  curl_easy_getinfo(easy, CURLINFO_REQUEST_SIZE, &octets);
  return octets > 0;
}

}  // namespace

// ---------------------------------------------------------------------------------------------------- the outside

HttpClient::HttpClient(boost::asio::any_io_executor executor, HttpLimits limits)
    : impl_(std::make_shared<Impl>(std::move(executor), limits)) {}

HttpClient::~HttpClient() {
  impl_->cancel_all();
}

boost::asio::awaitable<HttpResult> HttpClient::fetch(HttpRequest request) {
  // Not a coroutine itself, and the operation knows the client weakly: a frame that held the client would be held by
  // the client in turn, through its handler.
  auto begin = [weak = std::weak_ptr<Impl>(impl_)](auto handler, HttpRequest asked) {
    auto executor = boost::asio::get_associated_executor(handler);
    if (const std::shared_ptr<Impl> impl = weak.lock()) {
      impl->begin(std::move(asked), Impl::Handler(std::move(handler)), boost::asio::any_io_executor(executor));
      return;
    }
    boost::asio::post(executor,
                      [handler = std::move(handler)]() mutable { std::move(handler)(HttpResult(cancelled(false))); });
  };
  return boost::asio::async_initiate<const boost::asio::use_awaitable_t<>, void(HttpResult)>(
      std::move(begin), boost::asio::use_awaitable, std::move(request));
}

std::size_t HttpClient::requests_under_way() const {
  return impl_->running_ + impl_->waiting_;
}
std::uint64_t HttpClient::connections_opened() const {
  return impl_->sockets_.opened();
}
void HttpClient::cancel_all() {
  impl_->cancel_all();
}

// ---------------------------------------------------------------------------------------------- set up, tear down

HttpClient::Impl::Impl(boost::asio::any_io_executor executor, HttpLimits limits)
    : executor_(std::move(executor)), limits_(limits), sockets_(executor_), timer_(executor_) {
  start_curl_once();
  multi_.reset(curl_multi_init());
  SHUBBAK_ASSERT(multi_ != nullptr);
  CURLM* multi = multi_.get();
  curl_multi_setopt(multi, CURLMOPT_SOCKETFUNCTION, &Impl::on_socket);
  curl_multi_setopt(multi, CURLMOPT_SOCKETDATA, this);
  curl_multi_setopt(multi, CURLMOPT_TIMERFUNCTION, &Impl::on_timeout);
  curl_multi_setopt(multi, CURLMOPT_TIMERDATA, this);
  curl_multi_setopt(multi, CURLMOPT_PIPELINING, static_cast<long>(CURLPIPE_NOTHING));
  curl_multi_setopt(multi, CURLMOPT_MAX_HOST_CONNECTIONS, static_cast<long>(limits_.connections_per_host_max));
  // Without it curl keeps four times the requests of the moment, and closes the rest after every peak.
  curl_multi_setopt(multi, CURLMOPT_MAXCONNECTS, idle_connections_max);
}

HttpClient::Impl::~Impl() = default;

HttpClient::Impl::Easy* HttpClient::Impl::new_easy(const std::shared_ptr<const TlsFiles>& tls) {
  const auto used =
      std::find_if(free_easies_.rbegin(), free_easies_.rend(), [&](const Easy* easy) { return easy->tls == tls; });
  if (used != free_easies_.rend()) {
    Easy* easy = *used;
    free_easies_.erase(std::next(used).base());
    return easy;
  }
  easies_.push_back(std::make_unique<Easy>());
  Easy* easy = easies_.back().get();
  easy->owner = this;
  easy->handle.reset(curl_easy_init());
  CURL* handle = easy->handle.get();
  SHUBBAK_ASSERT(handle != nullptr);
  set(handle, CURLOPT_PRIVATE, static_cast<void*>(easy));
  set(handle, CURLOPT_NOSIGNAL, 1L);
  set(handle, CURLOPT_PROTOCOLS_STR, "http,https");
  set(handle, CURLOPT_HTTP_VERSION, static_cast<long>(CURL_HTTP_VERSION_1_1));
  set(handle, CURLOPT_FOLLOWLOCATION, 0L);
  set(handle, CURLOPT_NOPROXY, "*");
  set(handle, CURLOPT_SSL_VERIFYPEER, 1L);
  set(handle, CURLOPT_SSL_VERIFYHOST, 2L);
  set(handle, CURLOPT_WRITEFUNCTION, &Impl::on_body);
  set(handle, CURLOPT_WRITEDATA, static_cast<void*>(easy));
  set(handle, CURLOPT_HEADERFUNCTION, &Impl::on_header);
  set(handle, CURLOPT_HEADERDATA, static_cast<void*>(easy));
  set(handle, CURLOPT_OPENSOCKETFUNCTION, &Impl::on_open);
  set(handle, CURLOPT_OPENSOCKETDATA, static_cast<void*>(this));
  set(handle, CURLOPT_CLOSESOCKETFUNCTION, &Impl::on_close);
  set(handle, CURLOPT_CLOSESOCKETDATA, static_cast<void*>(this));
  set(handle, CURLOPT_PREREQFUNCTION, &Impl::on_send);
  set(handle, CURLOPT_PREREQDATA, static_cast<void*>(easy));
  easy->tls = tls;
  if (tls != nullptr && !tls->ca_file.empty()) set(handle, CURLOPT_CAINFO, tls->ca_file.c_str());
  if (tls != nullptr && !tls->certificate.empty()) {
    set(handle, CURLOPT_SSLCERT, tls->certificate.c_str());
    set(handle, CURLOPT_SSLKEY, tls->private_key.c_str());
  }
  return easy;
}

HttpClient::Impl::Transfer* HttpClient::Impl::new_transfer() {
  if (free_transfers_.empty()) {
    transfers_.push_back(std::make_unique<Transfer>());
    return transfers_.back().get();
  }
  Transfer* transfer = free_transfers_.back();
  free_transfers_.pop_back();
  return transfer;
}

std::shared_ptr<curl_slist> HttpClient::Impl::header_list(std::string_view content_type,
                                                          const std::string& authorization) {
  std::string type = "Content-Type: ";
  type.append(content_type);
  std::string name = type + '\n' + authorization;
  const auto known = header_lists_.find(name);
  if (known != header_lists_.end()) return known->second;
  // "Expect:" keeps curl from waiting for 100 Continue.
  curl_slist* list = nullptr;
  for (const char* line : {type.c_str(), "Accept: application/json", "User-Agent: shubbak", "Expect:"}) {
    list = curl_slist_append(list, line);
  }
  if (!authorization.empty()) list = curl_slist_append(list, ("Authorization: " + authorization).c_str());
  SHUBBAK_ASSERT(list != nullptr);
  if (header_lists_.size() >= header_lists_max) header_lists_.clear();  // those in use live on in their transfers
  std::shared_ptr<curl_slist> shared(list, CurlListDeleter{});
  header_lists_.emplace(std::move(name), shared);
  return shared;
}

// Nothing: curl does not take it as a URL. Parsed once, since that costs as much as a tenth of a request.
std::shared_ptr<const HttpClient::Impl::Target> HttpClient::Impl::target_of(const std::string& url) {
  const auto known = targets_.find(url);
  if (known != targets_.end()) return known->second;
  auto target = std::make_shared<Target>();
  target->url.reset(curl_url());
  SHUBBAK_ASSERT(target->url != nullptr);
  if (curl_url_set(target->url.get(), CURLUPART_URL, url.c_str(), 0) != CURLUE_OK) return nullptr;
  target->host = &hosts_[std::string(origin_of(url))];
  if (targets_.size() >= targets_max) targets_.clear();  // those in use live on in their transfers and handles
  targets_.emplace(url, target);
  return target;
}

// ------------------------------------------------------------------------------------------------ a request's life

std::optional<HttpError> HttpClient::Impl::objection(const HttpRequest& request) const {
  if (running_ + waiting_ >= limits_.requests_max) {
    return HttpError(Errc::limit, HttpFailure::refused, false, "too many requests are under way");
  }
  if (!request.url.starts_with("http://") && !request.url.starts_with("https://")) {
    return HttpError(Errc::invalid, HttpFailure::refused, false, "the URL is neither http:// nor https://");
  }
  if (!fit_for_a_header(request.url) || !fit_for_a_header(request.authorization) ||
      !fit_for_a_header(request.idempotency_key) || !fit_for_a_header(request.timestamp) ||
      !fit_for_a_header(request.signature) || !fit_for_a_header(request.method) ||
      !std::ranges::all_of(request.headers, fit_for_a_header)) {
    return HttpError(Errc::invalid, HttpFailure::refused, false, "control characters in the URL or a header");
  }
  if (request.timeout <= milliseconds::zero()) return not_begun();
  return std::nullopt;
}

void HttpClient::Impl::begin(HttpRequest request, Handler handler, boost::asio::any_io_executor handler_executor) {
  Transfer& transfer = *new_transfer();
  transfer.handler.swap(handler);  // Boost 1.81's move assignment of this type calls itself without end
  transfer.handler_executor = std::move(handler_executor);
  transfer.host = nullptr;
  transfer.serial = next_serial_++;
  if (std::optional<HttpError> error = objection(request)) {
    finish(transfer, std::move(*error));
    return;
  }
  transfer.target = target_of(request.url);
  if (transfer.target == nullptr) {
    finish(transfer, HttpError(Errc::invalid, HttpFailure::refused, false, "not a URL"));
    return;
  }
  const Host& asked = *transfer.target->host;
  if (asked.running + asked.waiting.size() >= limits_.requests_per_host_max) {
    finish(transfer, HttpError(Errc::limit, HttpFailure::refused, false, "too many requests to it are under way"));
    return;
  }
  const Instant now = std::chrono::steady_clock::now();
  transfer.request = std::move(request);
  transfer.deadline = now + transfer.request.timeout;
  transfer.header_octets = 0;
  transfer.too_large = false;
  transfer.starts = 0;
  transfer.host = transfer.target->host;
  if (auto slot = transfer.handler.get_cancellation_slot(); slot.is_connected()) {
    slot.assign([weak = weak_from_this(), &transfer, serial = transfer.serial](boost::asio::cancellation_type_t) {
      if (const std::shared_ptr<Impl> impl = weak.lock()) impl->on_cancel(&transfer, serial);
    });
  }
  transfer.queued = now;
  if (may_start(*transfer.host, transfer, now)) {
    if (running_ == 0) sockets_.take_ready();  // nobody listened while idle: what spoke or closed is not used again
    start(transfer, now);
  } else {
    transfer.host->waiting.push_back(&transfer);
    ++waiting_;
    waiting_due_ = std::min(waiting_due_, std::min(now + limits_.patience, transfer.deadline));
  }
  settle();
}

void HttpClient::Impl::start(Transfer& transfer, Instant now) {
  Easy& easy = *new_easy(transfer.request.tls);
  const auto remaining = std::chrono::ceil<milliseconds>(transfer.deadline - now);
  set_options(easy, transfer, std::max(remaining, milliseconds(1)));
  easy.transfer = &transfer;
  transfer.easy = &easy;
  ++transfer.host->running;
  ++running_;
  const CURLMcode code = curl_multi_add_handle(multi_.get(), easy.handle.get());
  SHUBBAK_ASSERT(code == CURLM_OK);
}

void HttpClient::Impl::set_options(Easy& easy, Transfer& transfer, milliseconds remaining) {
  CURL* handle = easy.handle.get();
  HttpRequest& request = transfer.request;
  if (easy.target != transfer.target) {
    set(handle, CURLOPT_CURLU, transfer.target->url.get());
    easy.target = transfer.target;
  }
  if (easy.method != request.method) {
    const bool get = request.method == "GET";
    set(handle, get ? CURLOPT_HTTPGET : CURLOPT_POST, 1L);
    set(handle, CURLOPT_CUSTOMREQUEST, get || request.method == "POST" ? nullptr : request.method.c_str());
    easy.method = request.method;
  }
  if (request.method != "GET") {
    set(handle, CURLOPT_POSTFIELDS, request.body.c_str());
    set(handle, CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(request.body.size()));
  }
  const auto add = [&request](std::string_view name, const std::string& value) {
    if (!value.empty()) request.headers.emplace_back(name).append(": ").append(value);
  };
  add("Idempotency-Key", request.idempotency_key);
  add(timestamp_header, request.timestamp);
  add(signature_header, request.signature);
  transfer.headers = header_list(request.content_type, request.authorization);
  curl_slist* list = transfer.headers.get();
  transfer.own_headers.resize(request.headers.size());
  for (std::size_t i = 0; i < request.headers.size(); ++i) {
    transfer.own_headers[i] = {request.headers[i].data(), list};
    list = &transfer.own_headers[i];
  }
  set(handle, CURLOPT_HTTPHEADER, list);
  set(handle, CURLOPT_TIMEOUT_MS, static_cast<long>(remaining.count()));
}

bool HttpClient::Impl::may_start(const Host& host, const Transfer& transfer, Instant now) const {
  if (host.running >= limits_.connections_per_host_max) return false;
  return host.running < limits_.connections_per_host_usual || now - transfer.queued >= limits_.patience;
}

void HttpClient::Impl::start_waiting(Host& host, Instant now) {
  while (!host.waiting.empty() && may_start(host, *host.waiting.front(), now)) {
    Transfer& next = *host.waiting.front();
    host.waiting.pop_front();
    --waiting_;
    if (next.deadline <= now) {
      finish(next, not_begun());
    } else {
      start(next, now);
    }
  }
  if (!host.waiting.empty() && host.running < limits_.connections_per_host_max) {
    waiting_due_ = std::min(waiting_due_, host.waiting.front()->queued + limits_.patience);
  }
}

void HttpClient::Impl::detach(Transfer& transfer) {
  Easy* easy = transfer.easy;
  curl_multi_remove_handle(multi_.get(), easy->handle.get());
  easy->transfer = nullptr;
  transfer.easy = nullptr;
  free_easies_.push_back(easy);
  --transfer.host->running;
  --running_;
}

void HttpClient::Impl::finish(Transfer& transfer, HttpResult result) {
  if (auto slot = transfer.handler.get_cancellation_slot(); slot.is_connected()) slot.clear();
  transfer.serial = 0;
  transfer.response = {};
  transfer.headers.reset();
  transfer.target.reset();
  Handler handler = std::move(transfer.handler);
  boost::asio::any_io_executor executor = std::move(transfer.handler_executor);
  free_transfers_.push_back(&transfer);
  boost::asio::post(executor, [handler = std::move(handler), result = std::move(result)]() mutable {
    std::move(handler)(std::move(result));
  });
}

HttpResult HttpClient::Impl::outcome(Transfer& transfer, CURLcode code) const {
  CURL* handle = transfer.easy->handle.get();
  if (code == CURLE_OK) {
    curl_easy_getinfo(handle, CURLINFO_RESPONSE_CODE, &transfer.response.status);
    return std::move(transfer.response);
  }
  const bool sent = transfer.starts > 1 || may_have_been_sent(handle);
  if (transfer.too_large) {
    return HttpError(Errc::limit, HttpFailure::too_large, sent, "the answer is larger than allowed");
  }
  if (code == CURLE_OPERATION_TIMEDOUT) {
    return HttpError(Errc::timed_out, HttpFailure::deadline, sent,
                     sent ? "no whole answer in time" : "no connection was made in time");
  }
  // CURLE_UNSUPPORTED_PROTOCOL is HTTP/0.9 here: octets without a status line.
  if (code == CURLE_WEIRD_SERVER_REPLY || code == CURLE_UNSUPPORTED_PROTOCOL || code == CURLE_BAD_CONTENT_ENCODING) {
    return HttpError(Errc::unavailable, HttpFailure::not_http, sent, "what came back is not HTTP");
  }
  std::string text = sent ? "the connection broke: " : "no connection: ";
  text += curl_easy_strerror(code);
  return HttpError(Errc::unavailable, sent ? HttpFailure::broken : HttpFailure::no_connection, sent, std::move(text));
}

void HttpClient::Impl::on_cancel(Transfer* transfer, std::uint64_t serial) {
  if (transfer->serial != serial) return;
  Host& host = *transfer->host;
  if (transfer->easy == nullptr) {
    std::erase(host.waiting, transfer);
    --waiting_;
    finish(*transfer, cancelled(false));
  } else {
    const bool sent = may_have_been_sent(transfer->easy->handle.get());
    detach(*transfer);
    finish(*transfer, cancelled(sent));
    start_waiting(host, std::chrono::steady_clock::now());
  }
  settle();
}

void HttpClient::Impl::cancel_all() {
  for (auto& [origin, host] : hosts_) {
    for (Transfer* transfer : host.waiting) finish(*transfer, cancelled(false));
    host.waiting.clear();
  }
  waiting_ = 0;
  for (const std::unique_ptr<Easy>& easy : easies_) {
    if (easy->transfer == nullptr) continue;
    Transfer& transfer = *easy->transfer;
    const bool sent = may_have_been_sent(easy->handle.get());
    detach(transfer);
    finish(transfer, cancelled(sent));
  }
  settle();
}

}  // namespace shubbak::companies
