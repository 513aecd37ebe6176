#include "samples/sample_company/server.hpp"

#include <boost/asio/ip/address.hpp>
#include <boost/asio/ip/tcp.hpp>

#include "samples/sample_company/connection.hpp"

namespace shubbak::samples {

namespace asio = boost::asio;
using asio::ip::tcp;
using boost::system::error_code;

struct SampleServer::Listener : std::enable_shared_from_this<Listener> {
  Listener(asio::io_context& loop, std::shared_ptr<CompanyState> state)
      : acceptor(loop), retry(loop), company(std::move(state)) {}

  error_code open(const tcp::endpoint& endpoint) {
    error_code failed;
    acceptor.open(endpoint.protocol(), failed);
    if (!failed) acceptor.set_option(tcp::acceptor::reuse_address(true), failed);
    if (!failed) acceptor.bind(endpoint, failed);
    if (!failed) acceptor.listen(tcp::acceptor::max_listen_connections, failed);
    return failed;
  }

  void accept() {
    acceptor.async_accept([self = shared_from_this()](const error_code& failed, tcp::socket socket) {
      if (!self->acceptor.is_open()) return;
      if (failed) {  // most likely out of descriptors: not at once again
        self->retry.expires_after(std::chrono::milliseconds(100));
        self->retry.async_wait([self](const error_code& stopped) {
          if (!stopped) self->accept();
        });
        return;
      }
      std::make_shared<Connection>(std::move(socket), self->company)->start();
      self->accept();
    });
  }

  void close() {
    error_code ignored;
    acceptor.close(ignored);
    retry.cancel();
  }

  tcp::acceptor acceptor;
  asio::steady_timer retry;
  std::shared_ptr<CompanyState> company;
};

SampleServer::SampleServer() = default;
SampleServer::~SampleServer() {
  for (const auto& listener : listeners_) listener->close();
}

Result<std::unique_ptr<SampleServer>> SampleServer::listen(asio::io_context& loop, const SampleOptions& options) {
  if (options.companies.empty()) return Error{Errc::invalid, "no company is named"};
  error_code failed;
  const auto address = asio::ip::make_address(options.address, failed);
  if (failed) return Error{Errc::invalid, "not an address: " + options.address};
  std::unique_ptr<SampleServer> server(new SampleServer());
  const std::uint64_t companies = options.companies.size();
  for (std::uint64_t index = 0; index < companies; ++index) {
    const SampleCompany& asked = options.companies[index];
    auto state = std::make_shared<CompanyState>(
        CompanyState{Billing(asked.name, index, companies, options.generated, options.currency),
                     index,
                     options.late,
                     options.payment_late,
                     options.payments_take,
                     {},
                     {}});
    auto listener = std::make_shared<Listener>(loop, std::move(state));
    server->listeners_.push_back(listener);
    if (const error_code refused = listener->open(tcp::endpoint(address, asked.port))) {
      return Error{Errc::io, options.address + ":" + std::to_string(asked.port) + ": " + refused.message()};
    }
    listener->accept();
  }
  return server;
}

std::uint16_t SampleServer::port(std::size_t company) const {
  error_code ignored;
  return listeners_.at(company)->acceptor.local_endpoint(ignored).port();
}

}  // namespace shubbak::samples
