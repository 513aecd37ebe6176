#include "tests/sim/doors.hpp"

#include <memory>

#include <boost/asio/async_result.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "domain/result.hpp"

namespace shubbak::sim {
namespace {

Outside* the_outside = nullptr;

Outside& outside() {
  SHUBBAK_ASSERT(the_outside != nullptr);
  return *the_outside;
}

}  // namespace

void open_doors_to(Outside& outside) {
  the_outside = &outside;
}

}  // namespace shubbak::sim

namespace shubbak::companies {

struct HttpClient::Impl {
  boost::asio::any_io_executor executor;
};

HttpClient::HttpClient(boost::asio::any_io_executor executor, HttpLimits /*limits*/)
    : impl_(std::make_shared<Impl>(std::move(executor))) {}
HttpClient::~HttpClient() = default;

boost::asio::awaitable<HttpResult> HttpClient::fetch(HttpRequest request) {
  auto initiate = [impl = impl_](auto handler, HttpRequest&& asked) {
    auto held = std::make_shared<decltype(handler)>(std::move(handler));
    auto answer = [impl, held](HttpResult result) {
      boost::asio::post(impl->executor,
                        [held, result = std::move(result)]() mutable { std::move (*held)(std::move(result)); });
    };
    if (asked.timeout <= std::chrono::milliseconds::zero()) {
      answer(HttpError(Errc::timed_out, HttpFailure::deadline, false, "no answer in time"));
    } else {
      sim::outside().on_request(std::move(asked), std::move(answer));
    }
  };
  return boost::asio::async_initiate<const boost::asio::use_awaitable_t<>, void(HttpResult)>(
      std::move(initiate), boost::asio::use_awaitable, std::move(request));
}

std::size_t HttpClient::requests_under_way() const {
  return 0;
}
std::uint64_t HttpClient::connections_opened() const {
  return 0;
}
void HttpClient::cancel_all() {}

}  // namespace shubbak::companies

namespace shubbak::gateways {

struct SmppLink::Impl {
  SmppLinkConfig config;
  LinkCounters counters;
};

SmppLink::SmppLink(boost::asio::any_io_executor /*executor*/, SmppLinkConfig config, LinkEvents& /*events*/)
    : impl_(std::make_shared<Impl>(Impl{.config = std::move(config), .counters = {}})) {}
SmppLink::~SmppLink() = default;

void SmppLink::start() {}
boost::asio::awaitable<void> SmppLink::stop(std::chrono::milliseconds /*grace*/) {
  co_return;
}

SmppLink::Work::Work(std::shared_ptr<Impl> impl) : impl_(std::move(impl)) {}
SmppLink::Work::~Work() = default;
SmppLink::Work SmppLink::begin_work() {
  return Work(impl_);
}

Status SmppLink::send(const smpp::Sm& sm, std::uint64_t tag) {
  return sim::outside().on_submit(sm, tag);
}
AckHandle SmppLink::ack_handle(const smpp::SessionEvents::Delivery& delivery) const {
  return {delivery.header, sim::outside().connection()};
}
void SmppLink::acknowledge(const AckHandle& handle, smpp::CommandStatus status) {
  sim::outside().on_acknowledged(handle, status);
}

bool SmppLink::up() const {
  return sim::outside().link_is_up();
}
const SmppLinkConfig& SmppLink::config() const {
  return impl_->config;
}
const LinkCounters& SmppLink::counters() const {
  return impl_->counters;
}
std::size_t SmppLink::queued() const {
  return 0;
}
bool SmppLink::sends_at_once() const {
  return up();
}
std::uint32_t SmppLink::in_flight() const {
  return 0;
}
std::string_view SmppLink::peer() const {
  return "the simulator";
}

}  // namespace shubbak::gateways
