// The operator network of `shubbak handset`: an SMSC with a USSD gateway on a real TCP port, to which the daemon
// binds, and the phones of its subscribers. Thread: that of the executor.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/steady_timer.hpp>

#include "cli/handset.hpp"
#include "gateways/smsc_server.hpp"

namespace shubbak::cli {

struct NetworkConfig {
  std::string host = "127.0.0.1";
  std::uint16_t port = 2775;  // 0: any free one
  std::string system_id;      // that the daemon binds with
  std::string password;
  PhoneConfig phones;
  HandsetLook look;
};

class Network final : private gateways::SmscServerEvents, private Air {
 public:
  Network(boost::asio::any_io_executor executor, NetworkConfig config);

  Status start();  // listens; error: unavailable
  void stop();
  [[nodiscard]] std::uint16_t port() const { return server_.port(); }
  [[nodiscard]] boost::asio::any_io_executor executor() const { return executor_; }

  // Waits until the daemon is bound for sending to us and receiving from us, or the time is over: false.
  boost::asio::awaitable<bool> wait_until_bound(std::chrono::milliseconds timeout);
  [[nodiscard]] bool bound() const { return receives_ > 0 && sends_ > 0; }
  // Told when the service comes and goes.
  void on_service(std::function<void(bool bound, const std::string& why)> told) { service_told_ = std::move(told); }

  // The phone with this number; it is put into service by the first call. Lives as long as the network.
  Handset& handset(Msisdn msisdn);

 private:
  struct Waiting {  // a delivery of ours without its resp
    std::uint64_t msisdn;
    bool ussd;
  };
  struct ReceiptDue {
    std::string message_id;
    std::string esme_address;
    std::string subscriber;
    gateways::EsmeId esme;
  };

  // Air
  Status deliver(const smpp::Sm& sm) override;

  // SmscServerEvents
  smpp::CommandStatus on_bind_request(gateways::SmscServer& server, gateways::EsmeId esme, smpp::BindMode mode,
                                      const smpp::Bind& bind) override;
  void on_bound(gateways::SmscServer& server, gateways::EsmeId esme, smpp::BindMode mode,
                std::string_view system_id) override;
  std::optional<smpp::CommandStatus> on_submit(gateways::SmscServer& server, gateways::EsmeId esme,
                                               const smpp::SessionEvents::Delivery& submit,
                                               std::string_view message_id) override;
  void on_response(gateways::SmscServer& server, gateways::EsmeId esme, std::uint64_t tag,
                   smpp::SessionEvents::Outcome outcome, smpp::CommandStatus status) override;
  void on_protocol_error(gateways::SmscServer& server, gateways::EsmeId esme, std::uint32_t command_id,
                         std::uint32_t offset, std::string_view reason) override;
  void on_closed(gateways::SmscServer& server, gateways::EsmeId esme, std::string_view reason) override;

  boost::asio::awaitable<void> watch_time();
  void send_receipt(const ReceiptDue& due);
  void service_changed(bool was_bound, const std::string& why);
  Handset* find(std::string_view digits);

  boost::asio::any_io_executor executor_;
  NetworkConfig config_;
  std::map<std::uint64_t, std::unique_ptr<Handset>> handsets_;
  std::unordered_map<std::uint64_t, Waiting> waiting_;
  std::unordered_map<gateways::EsmeId, smpp::BindMode> bound_;
  std::size_t receives_ = 0;  // binds that take what phones send
  std::size_t sends_ = 0;     // binds that may submit
  std::uint64_t tags_ = 0;
  std::function<void(bool, const std::string&)> service_told_;
  boost::asio::steady_timer clock_;
  boost::asio::steady_timer bound_changed_;
  bool stopped_ = false;
  gateways::SmscServer server_;  // last: its events reach all of the above
};

}  // namespace shubbak::cli
