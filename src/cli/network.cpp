#include "cli/network.hpp"

#include <array>
#include <ctime>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "smpp/receipt.hpp"

namespace shubbak::cli {
namespace {

namespace asio = boost::asio;
using gateways::EsmeId;
using gateways::SmscServer;
using smpp::CommandStatus;
constexpr auto as_tuple = asio::as_tuple(asio::use_awaitable);

constexpr std::chrono::milliseconds tick_interval{250};
constexpr std::uint8_t esm_class_receipt = 0x04;                        // SMPP v3.4 section 5.2.12
constexpr std::uint8_t receipt_asked = 0x01;                            // registered_delivery, section 5.2.17
constexpr auto invalid_destination = static_cast<CommandStatus>(0x0B);  // ESME_RINVDSTADR

gateways::SmscServerConfig server_config(const NetworkConfig& config) {
  gateways::SmscServerConfig server;
  server.host = config.host;
  server.port = config.port;
  server.session.role = smpp::Role::smsc;
  server.session.system_id = "handset";
  server.spread = gateways::Spread::most_recent;
  return server;
}

std::string receipt_date() {
  const std::time_t now = std::time(nullptr);
  std::tm utc{};
  gmtime_r(&now, &utc);
  std::array<char, 16> text{};
  const std::size_t length = std::strftime(text.data(), text.size(), "%y%m%d%H%M", &utc);
  return {text.data(), length};
}

bool receives(smpp::BindMode mode) {
  return mode != smpp::BindMode::transmitter;
}
bool sends(smpp::BindMode mode) {
  return mode != smpp::BindMode::receiver;
}

}  // namespace

Network::Network(asio::any_io_executor executor, NetworkConfig config)
    : executor_(std::move(executor)),
      config_(std::move(config)),
      clock_(executor_),
      bound_changed_(executor_),
      server_(executor_, server_config(config_), *this) {}

Status Network::start() {
  if (auto started = server_.start(); !started) return started;
  asio::co_spawn(executor_, watch_time(), asio::detached);
  return {};
}

void Network::stop() {
  stopped_ = true;
  service_told_ = {};
  clock_.cancel();
  bound_changed_.cancel();
  server_.stop();
}

// USSD time-outs of the phones.
asio::awaitable<void> Network::watch_time() {
  while (!stopped_) {
    clock_.expires_after(tick_interval);
    co_await clock_.async_wait(as_tuple);
    for (const auto& [msisdn, handset] : handsets_) handset->phone().tick(std::chrono::steady_clock::now());
  }
}

asio::awaitable<bool> Network::wait_until_bound(std::chrono::milliseconds timeout) {
  const Instant deadline = std::chrono::steady_clock::now() + timeout;
  while (!bound() && !stopped_ && std::chrono::steady_clock::now() < deadline) {
    bound_changed_.expires_at(deadline);
    co_await bound_changed_.async_wait(as_tuple);
  }
  co_return bound();
}

Handset& Network::handset(Msisdn msisdn) {
  auto& handset = handsets_[msisdn.value()];
  if (!handset) {
    Air& air = *this;
    handset = std::make_unique<Handset>(msisdn, config_.phones, air, config_.look);
    handset->set_service(bound());
  }
  return *handset;
}

Handset* Network::find(std::string_view digits) {
  const auto msisdn = Msisdn::parse(digits);
  if (!msisdn) return nullptr;
  const auto found = handsets_.find(msisdn->value());
  return found == handsets_.end() ? nullptr : found->second.get();
}

Status Network::deliver(const smpp::Sm& sm) {
  const auto from = Msisdn::parse(sm.source.digits);
  if (!from) return from.error();
  const std::uint64_t tag = ++tags_;
  if (auto sent = server_.deliver(sm, tag); !sent) return sent;
  waiting_[tag] = {from->value(), ussd::is_ussd(sm)};
  return {};
}

CommandStatus Network::on_bind_request(SmscServer& /*server*/, EsmeId /*esme*/, smpp::BindMode /*mode*/,
                                       const smpp::Bind& bind) {
  if (bind.system_id != config_.system_id) return CommandStatus::invalid_system_id;
  if (bind.password != config_.password) return CommandStatus::invalid_password;
  return CommandStatus::ok;
}

void Network::on_bound(SmscServer& /*server*/, EsmeId esme, smpp::BindMode mode, std::string_view system_id) {
  const bool was_bound = bound();
  bound_[esme] = mode;
  if (receives(mode)) ++receives_;
  if (sends(mode)) ++sends_;
  service_changed(was_bound, std::string(system_id) + " is bound");
}

void Network::on_closed(SmscServer& /*server*/, EsmeId esme, std::string_view reason) {
  const auto found = bound_.find(esme);
  if (found == bound_.end()) return;
  const bool was_bound = bound();
  if (receives(found->second)) --receives_;
  if (sends(found->second)) --sends_;
  bound_.erase(found);
  service_changed(was_bound, std::string(reason));
}

void Network::service_changed(bool was_bound, const std::string& why) {
  bound_changed_.cancel();
  if (was_bound == bound()) return;
  for (const auto& [msisdn, handset] : handsets_) handset->set_service(bound());
  if (service_told_) service_told_(bound(), why);
}

std::optional<CommandStatus> Network::on_submit(SmscServer& /*server*/, EsmeId esme,
                                                const smpp::SessionEvents::Delivery& submit,
                                                std::string_view message_id) {
  const smpp::Sm& sm = submit.sm;
  Handset* handset = find(sm.destination.digits);
  if (handset == nullptr) return invalid_destination;
  const CommandStatus status = handset->phone().take(sm, std::chrono::steady_clock::now());
  const bool receipt = (sm.registered_delivery & 0x03U) == receipt_asked && !ussd::is_ussd(sm);
  if (status == CommandStatus::ok && receipt) {
    // After the resp that tells the message's id, not before it.
    ReceiptDue due{.message_id = std::string(message_id),
                   .esme_address = std::string(sm.source.digits),
                   .subscriber = std::string(sm.destination.digits),
                   .esme = esme};
    asio::post(executor_, [this, due = std::move(due)] {
      if (!stopped_) send_receipt(due);
    });
  }
  return status;
}

void Network::send_receipt(const ReceiptDue& due) {
  const std::string date = receipt_date();
  const std::string text = "id:" + due.message_id + " sub:001 dlvrd:001 submit date:" + date + " done date:" + date +
                           " stat:DELIVRD err:000 text:";
  smpp::Sm sm;
  sm.source = {1, 1, due.subscriber};
  sm.destination = {0, 1, due.esme_address};
  sm.esm_class = esm_class_receipt;
  sm.short_message = {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
  std::string id_with_end = due.message_id;
  id_with_end.push_back('\0');
  smpp::TlvBuilder tlvs;
  tlvs.add(smpp::TlvTag::receipted_message_id,
           {reinterpret_cast<const std::uint8_t*>(id_with_end.data()), id_with_end.size()});
  tlvs.add_u8(smpp::TlvTag::message_state, static_cast<std::uint8_t>(smpp::MessageState::delivered));
  sm.tlvs = tlvs.list();
  // A receipt that cannot be delivered is lost, as it is when an operator's link is down.
  static_cast<void>(server_.deliver(sm, ++tags_));
}

void Network::on_response(SmscServer& /*server*/, EsmeId /*esme*/, std::uint64_t tag,
                          smpp::SessionEvents::Outcome outcome, CommandStatus status) {
  const auto found = waiting_.find(tag);
  if (found == waiting_.end()) return;
  const Waiting waiting = found->second;
  waiting_.erase(found);
  const auto handset = handsets_.find(waiting.msisdn);
  if (handset == handsets_.end()) return;
  switch (outcome) {
    case smpp::SessionEvents::Outcome::answered:
      if (status == CommandStatus::ok) return;
      if (waiting.ussd) return handset->second->phone().refused();
      return handset->second->on_fault("the message was refused with command_status " +
                                       std::to_string(static_cast<std::uint32_t>(status)));
    case smpp::SessionEvents::Outcome::timed_out:
      return handset->second->on_fault("no deliver_sm_resp came in time");
    case smpp::SessionEvents::Outcome::lost:
      return;  // the network's side of a lost link: the service is gone anyway
  }
}

void Network::on_protocol_error(SmscServer& /*server*/, EsmeId /*esme*/, std::uint32_t command_id,
                                std::uint32_t offset, std::string_view reason) {
  const std::string what = std::string(smpp::to_string(static_cast<smpp::CommandId>(command_id))) + " at octet " +
                           std::to_string(offset) + ": " + std::string(reason);
  for (const auto& [msisdn, handset] : handsets_) handset->on_fault("SMPP: " + what);
}

}  // namespace shubbak::cli
