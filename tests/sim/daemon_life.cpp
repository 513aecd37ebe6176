#include "tests/sim/daemon_life.hpp"

#include <sqlite3.h>

#include <SQLiteCpp/Database.h>
#include <SQLiteCpp/Exception.h>
#include <boost/asio/post.hpp>

#include "tests/sim/fault_vfs.hpp"
#include "tests/sim/generous_store.hpp"

namespace shubbak::sim {
namespace {

constexpr std::size_t callers_max = 1'000;
constexpr std::chrono::minutes owned_accounts_kept{5};
constexpr std::chrono::hours outbox_kept{1};

}  // namespace

DaemonLife::DaemonLife(const Deployment& deployment, Random& random, Plant plant)
    : deployment_(deployment),
      random_(random),
      plant_(plant),
      http_(loop_.get_executor(), {}),
      owned_(callers_max, owned_accounts_kept),
      operator_(deployment.config.operators.front()),
      operator_metrics_(metrics_.for_operator(operator_.name)),
      link_(loop_.get_executor(), operator_.smpp, *this) {}

Result<std::unique_ptr<DaemonLife>> DaemonLife::begin(const Deployment& deployment, Random& random, Plant plant) {
  std::unique_ptr<DaemonLife> life(new DaemonLife(deployment, random, plant));
  if (const Status opened = life->open_store(); !opened) return opened.error();
  life->put_together();
  if (const Status read = life->world_->switches.refresh(*life->store_); !read) return read.error();
  life->hold_writer();
  return life;
}

Status DaemonLife::open_store() {
  store::StoreConfig config = store_config(deployment_, deployment_.database());
  config.is_daemons = plant_ != Plant::trusts_the_log;
  config.on_doubt = [this](const Error&) { end_in_doubt(); };
  auto opened = store::open_sqlite(config, [this](std::function<void()> task) {
    const std::lock_guard lock(reports_lock_);
    reports_.push_back(std::move(task));
  });
  if (!opened) return opened.error();
  store_ = std::move(*opened);
  if (plant_ == Plant::hides_disk_errors) store_ = std::make_unique<GenerousStore>(std::move(store_));
  return {};
}

// From here on nothing changes on the disk; whoever moves the daemon destroys it then, with all reports untold.
void DaemonLife::end_in_doubt() {
  FaultVfs& disk = FaultVfs::instance();
  if (disk.stopped()) return;  // the machine has, in that commit
  disk.stop_process();
  in_doubt_ = true;
}

void DaemonLife::put_together() {
  directory_ = *companies::Directory::create(deployment_.config.companies, http_);
  world_ = std::make_unique<services::World>(world_of(deployment_.config));
  shared_ = std::make_unique<daemon::Shared>(daemon::Shared{.executor = loop_.get_executor(),
                                                            .revision = deployment_.revision,
                                                            .store = *store_,
                                                            .world = *world_,
                                                            .metrics = metrics_,
                                                            .statistics = statistics_,
                                                            .recordings = nullptr,
                                                            .new_code = [this] { return new_code(); },
                                                            .link_flow = deployment_.config.link_flow,
                                                            .shelf = nullptr});
  sender_ = std::make_unique<daemon::SmsSender>(*shared_, operator_, operator_metrics_, link_);
  ussd_ = std::make_unique<daemon::UssdDesk>(*shared_, operator_, operator_metrics_, link_, *sender_);
  sms_ = std::make_unique<daemon::SmsDesk>(*shared_, operator_, operator_metrics_, link_, *sender_);
  const daemon::Teller teller{
      [this](std::string_view, Msisdn to, const std::string& text) { return sender_->outbox_change(to, text); },
      world_->on_queued,
      [this](std::string_view, std::string text) { return flows::in_digits(operator_.sms.digits, std::move(text)); }};
  payments_ = std::make_unique<daemon::PaymentFollowUp>(*shared_, teller);
}

services::World DaemonLife::world_of(const daemon::Config& config) {
  return {.companies = *directory_,
          .owned_accounts = owned_,
          .store = *store_,
          .slow_work = slow_work_,
          .random = [this] { return random_.next(); },
          .on_queued = [this](std::string_view, std::int64_t outbox_id, Msisdn to,
                              const std::string& text) { sender_->take_up(outbox_id, to, text); },
          .count_code = [this](otp::SendVerdict verdict) { metrics_.count_code(verdict); },
          .count_try = [this](otp::TryVerdict verdict) { metrics_.count_try(verdict); },
          .code_lives = config.codes.code_lives,
          .utc_offset = config.utc_offset,
          .link_rules = config.links,
          .case_kinds = config.case_kinds,
          .polls = config.poll_plan(),
          .offices = services::OfficeTable(config.offices),

          .fills = config.fills.sale};
}

std::string DaemonLife::new_code() {
  std::string code = std::to_string(random_.below(1'000'000));
  code.insert(0, flows::code_digits - code.size(), '0');
  return code;
}

// The frames of what was under way refer to the desks, so they go first; what they do meanwhile reaches nobody, for
// the disk has stopped and Outside listens no more.
DaemonLife::~DaemonLife() {
  FaultVfs::instance().release();
  if (store_ == nullptr) return;
  for (std::size_t left = 1; left > 0;) {
    store_->flush();
    std::deque<std::function<void()>> dropped;
    dropped.swap(reports_);
    dropped.clear();
    loop_.restart();
    left = loop_.poll();
  }
}

void DaemonLife::hold_writer() {
  FaultVfs& disk = FaultVfs::instance();
  disk.hold();
  store_->change({}, {});
  disk.wait_until_held();
}

void DaemonLife::run() {
  loop_.restart();
  loop_.poll();
}

void DaemonLife::tick() {
  const Instant now = std::chrono::steady_clock::now();
  ussd_->tick(now);
  sms_->tick(now);
  sender_->tick(now);
  payments_->tick(now);
}

void DaemonLife::clean() {
  std::vector<store::Change> changes;
  changes.emplace_back(store::DropExpiredOutbox{wall_now() - outbox_kept});
  changes.emplace_back(store::DropExpiredWalks{wall_now()});
  changes.emplace_back(store::DropExpiredCodes{wall_now()});
  changes.emplace_back(store::VoucherChange(store::DropVoucherTries{wall_now()}));
  store_->change(std::move(changes), {});
}

void DaemonLife::commit() {
  const auto untold = static_cast<std::ptrdiff_t>(reports_.size());
  FaultVfs::instance().release();
  store_->flush();
  reports_.erase(reports_.begin() + untold);  // of the set that was held
  if (!FaultVfs::instance().stopped()) hold_writer();
}

// By a connection of its own, since the writer does so only with a log of 16 MiB.
void DaemonLife::checkpoint() {
  try {
    SQLite::Database database(deployment_.database(), SQLite::OPEN_READWRITE);
    database.exec("PRAGMA wal_checkpoint(PASSIVE)");
  } catch (const SQLite::Exception& failed) {
    // As the writer does; any other error is tried again, and the log keeps what it holds.
    if (failed.getExtendedErrorCode() == SQLITE_IOERR_FSYNC) end_in_doubt();
  }
}

void DaemonLife::tell_one() {
  boost::asio::post(loop_, std::move(reports_.front()));
  reports_.pop_front();
}

smpp::SessionEvents::Ack DaemonLife::on_delivery(gateways::SmppLink& link,
                                                 const smpp::SessionEvents::Delivery& delivery) {
  if (!ussd::is_ussd(delivery.sm)) return sms_->on_message(delivery);
  const std::uint64_t connection = link.ack_handle(delivery).connection;
  ussd_->on_input(delivery.sm, plant_ == Plant::steps_twice ? 1 : connection);
  return smpp::SessionEvents::Ack::now;
}

void DaemonLife::on_response(gateways::SmppLink& /*link*/, std::uint64_t tag, smpp::SessionEvents::Outcome outcome,
                             smpp::CommandStatus status, std::string_view /*message_id*/) {
  ussd_->on_response(tag, outcome == smpp::SessionEvents::Outcome::answered && status == smpp::CommandStatus::ok);
  sender_->on_response(tag, outcome, status);
}

void DaemonLife::on_up(gateways::SmppLink& /*link*/) {
  sender_->on_up();
}
void DaemonLife::on_down(gateways::SmppLink& /*link*/, std::string_view /*reason*/) {}
void DaemonLife::on_protocol_error(gateways::SmppLink& /*link*/, std::uint32_t /*command_id*/,
                                   std::uint32_t /*offset*/, std::string_view /*reason*/) {}

}  // namespace shubbak::sim
