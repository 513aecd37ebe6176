// Copies by e-mail: takes what waits in the store (store/mail.hpp) in order and brings it to a mail server, one mail
// at a time on a thread of its own (companies/smtp.hpp). What the server defers waits ever longer, others go
// meanwhile; what it refuses for good, or what has waited too long, is given up. While the server cannot be used
// nothing is lost and nothing given up before its time. A mail that was sent just before a crash is sent once more,
// under the same Message-ID. Thread: the event loop's.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/thread_pool.hpp>
#include <prometheus/metric_family.h>

#include "companies/smtp.hpp"
#include "domain/mail_address.hpp"
#include "store/store.hpp"

namespace shubbak::daemon {

struct MailerConfig {
  companies::SmtpServer server;
  MailAddress from;
  std::string subject;
  std::chrono::milliseconds gap{200};             // between two mails
  std::chrono::milliseconds expires{};            // after it was made
  std::chrono::milliseconds look_every{1'000};    // for new ones
  std::chrono::milliseconds server_retry{5'000};  // of a server that cannot be used; each more doubles it
  std::chrono::milliseconds server_retry_longest{300'000};
  std::chrono::milliseconds retry{60'000};  // of a mail that was deferred; likewise
  std::chrono::milliseconds retry_longest{3'600'000};
};

class Mailer {
 public:
  struct Counts {
    std::uint64_t sent = 0;
    std::uint64_t refused = 0;
    std::uint64_t deferred = 0;
    std::uint64_t failed = 0;
    std::uint64_t expired = 0;
  };

  // The store must outlive it; `on_store_failure` is told of each.
  Mailer(boost::asio::any_io_executor executor, store::Store& store, MailerConfig config,
         std::function<void()> on_store_failure);
  Mailer(const Mailer&) = delete;
  Mailer& operator=(const Mailer&) = delete;
  ~Mailer();

  // To be called at the start and every few hundred milliseconds.
  void tick(Instant now);
  // Ends what is under way, within seconds, and begins nothing more.
  boost::asio::awaitable<void> stop();

  [[nodiscard]] const Counts& counts() const { return counts_; }
  [[nodiscard]] bool is_under_way() const { return under_way_; }

 private:
  struct Retry {
    Instant due;
    std::uint32_t tries = 0;
  };
  boost::asio::awaitable<void> send_waiting();
  boost::asio::awaitable<bool> send(store::WaitingMail mail);
  boost::asio::awaitable<void> settle(std::int64_t id, std::optional<WallTime> refused);
  boost::asio::awaitable<void> pause();
  std::optional<store::WaitingMail> next();
  void wait_longer(std::int64_t id);

  boost::asio::any_io_executor executor_;
  store::Store& store_;
  MailerConfig config_;
  std::function<void()> on_store_failure_;
  boost::asio::steady_timer timer_;
  boost::asio::steady_timer done_;
  std::map<std::int64_t, Retry> retries_;  // mails that were deferred, by their ids
  std::int64_t seen_to_ = 0;               // all before were settled, or are among the retries
  std::uint32_t server_tries_ = 0;         // in a row, in vain
  Counts counts_;
  Instant next_{};
  bool under_way_ = false;
  std::atomic<bool> stop_ = false;
  boost::asio::thread_pool thread_{1};  // last: it ends before what it reads
};

// Counters by outcome.
std::vector<prometheus::MetricFamily> mail_families(const Mailer::Counts& counts);

}  // namespace shubbak::daemon
