// One life of the daemon: its desks, services, follow-up of payments and store, put together as daemon/daemon.cpp
// does, on the doors of doors.hpp and the database as it is found. It moves only when it is told to. Thread: the
// simulator's.
#pragma once

#include <atomic>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <string>

#include <boost/asio/io_context.hpp>

#include "companies/directory.hpp"
#include "daemon/payment_follow_up.hpp"
#include "daemon/sms_desk.hpp"
#include "daemon/sms_sender.hpp"
#include "daemon/ussd_desk.hpp"
#include "tests/sim/deployment.hpp"
#include "tests/sim/plant.hpp"
#include "tests/sim/random.hpp"

namespace shubbak::sim {

class DaemonLife final : public gateways::LinkEvents {
 public:
  // Error: the store cannot be opened.
  static Result<std::unique_ptr<DaemonLife>> begin(const Deployment& deployment, Random& random, Plant plant);
  ~DaemonLife() override;  // as a process ends: nothing is finished, nothing is told

  gateways::SmppLink& link() { return link_; }
  store::Store& store() { return *store_; }

  void run();   // what is ready
  void tick();  // as the daemon's timer does
  void clean();
  // Commits all that waits, as one transaction; what it reports is told by tell_one(). The disk may stop in it: by
  // itself, or because the daemon ends itself there.
  void commit();
  void checkpoint();
  // It has ended itself, since nobody can know what is in the file.
  [[nodiscard]] bool is_in_doubt() const { return in_doubt_; }
  [[nodiscard]] bool has_reports() const { return !reports_.empty(); }
  void tell_one();

  smpp::SessionEvents::Ack on_delivery(gateways::SmppLink& link,
                                       const smpp::SessionEvents::Delivery& delivery) override;
  void on_response(gateways::SmppLink& link, std::uint64_t tag, smpp::SessionEvents::Outcome outcome,
                   smpp::CommandStatus status, std::string_view message_id) override;
  void on_up(gateways::SmppLink& link) override;
  void on_down(gateways::SmppLink& link, std::string_view reason) override;
  void on_protocol_error(gateways::SmppLink& link, std::uint32_t command_id, std::uint32_t offset,
                         std::string_view reason) override;

 private:
  DaemonLife(const Deployment& deployment, Random& random, Plant plant);
  void end_in_doubt();
  Status open_store();
  void put_together();
  void hold_writer();
  services::World world_of(const daemon::Config& config);
  std::string new_code();

  const Deployment& deployment_;
  Random& random_;
  const Plant plant_;
  boost::asio::io_context loop_{1};
  boost::asio::thread_pool slow_work_{0};
  daemon::Metrics metrics_;
  daemon::FlowStatistics statistics_;
  companies::HttpClient http_;
  std::unique_ptr<companies::Directory> directory_;
  services::OwnedAccounts owned_;
  std::atomic<bool> in_doubt_{false};
  std::mutex reports_lock_;  // the store's writer reports while commit() waits for it
  std::deque<std::function<void()>> reports_;
  std::unique_ptr<store::Store> store_;
  std::unique_ptr<services::World> world_;
  std::unique_ptr<daemon::Shared> shared_;
  const daemon::OperatorConfig& operator_;
  daemon::OperatorMetrics operator_metrics_;
  gateways::SmppLink link_;
  std::unique_ptr<daemon::SmsSender> sender_;
  std::unique_ptr<daemon::UssdDesk> ussd_;
  std::unique_ptr<daemon::SmsDesk> sms_;
  std::unique_ptr<daemon::PaymentFollowUp> payments_;
};

}  // namespace shubbak::sim
