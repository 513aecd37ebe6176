#include "daemon/mailer.hpp"

#include <algorithm>
#include <utility>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "daemon/log.hpp"
#include "daemon/mail_text.hpp"
#include "services/commit.hpp"
#include "services/offload.hpp"

namespace shubbak::daemon {

namespace asio = boost::asio;
using companies::SmtpOutcome;
using companies::SmtpReply;

namespace {

std::chrono::milliseconds growing(std::chrono::milliseconds first, std::uint32_t tries,
                                  std::chrono::milliseconds longest) {
  return std::min(longest, first * (1U << std::min(tries, 16U)));
}

}  // namespace

Mailer::Mailer(asio::any_io_executor executor, store::Store& store, MailerConfig config,
               std::function<void()> on_store_failure)
    : executor_(std::move(executor)),
      store_(store),
      config_(std::move(config)),
      on_store_failure_(std::move(on_store_failure)),
      timer_(executor_),
      done_(executor_, Instant::max()) {}

Mailer::~Mailer() {
  stop_ = true;
}

void Mailer::tick(Instant now) {
  if (under_way_ || stop_ || now < next_) return;
  under_way_ = true;
  auto sending = send_waiting();
  asio::co_spawn(executor_, std::move(sending), asio::detached);
}

asio::awaitable<void> Mailer::stop() {
  stop_ = true;
  timer_.cancel();
  if (under_way_) co_await done_.async_wait(asio::as_tuple(asio::use_awaitable));
}

// Those whose time has come again, then what is new, each as the store has it now: what was kept for a number that
// was released meanwhile is gone.
std::optional<store::WaitingMail> Mailer::next() {
  const Instant now = std::chrono::steady_clock::now();
  for (auto at = retries_.begin(); at != retries_.end();) {
    if (at->second.due > now) {
      ++at;
      continue;
    }
    auto found = store_.mail().next_mail(at->first - 1);
    if (!found.ok()) break;
    if (*found && (*found)->id == at->first) return std::move(**found);
    at = retries_.erase(at);
  }
  auto found = store_.mail().next_mail(seen_to_);
  if (found.ok()) return *std::move(found);
  on_store_failure_();
  log::error("mail_unreadable", {{"reason", found.error().message}});
  return std::nullopt;
}

void Mailer::wait_longer(std::int64_t id) {
  Retry& retry = retries_[id];
  retry.due = std::chrono::steady_clock::now() + growing(config_.retry, retry.tries, config_.retry_longest);
  ++retry.tries;
}

asio::awaitable<void> Mailer::send_waiting() {
  auto wait = config_.look_every;
  while (!stop_) {
    auto mail = next();
    if (!mail) break;
    const std::int64_t id = mail->id;
    auto sending = send(*std::move(mail));
    if (!co_await std::move(sending)) {
      wait = growing(config_.server_retry, server_tries_, config_.server_retry_longest);
      ++server_tries_;
      break;
    }
    seen_to_ = std::max(seen_to_, id);
  }
  next_ = std::chrono::steady_clock::now() + wait;
  under_way_ = false;
  done_.cancel();
}

// False: the server cannot be used now, whatever the mail.
asio::awaitable<bool> Mailer::send(store::WaitingMail mail) {
  if (mail.created + config_.expires <= wall_now()) {
    ++counts_.expired;
    log::warning("mail_expired", {{"mail", mail.id}});
    auto settling = settle(mail.id, std::nullopt);
    co_await std::move(settling);
    co_return true;
  }
  if (!mail.to) {
    on_store_failure_();
    log::error("mail_damaged", {{"mail", mail.id}});
    wait_longer(mail.id);
    co_return true;
  }
  companies::SmtpMail made{.from = config_.from.reveal(),
                           .to = mail.to->reveal(),
                           .content = format_mail({.from = config_.from,
                                                   .to = *mail.to,
                                                   .subject = config_.subject,
                                                   .text = mail.text,
                                                   .id = mail.id,
                                                   .created = mail.created})};
  const std::function<SmtpReply()> work = [this, made = std::move(made)] {
    return companies::send_mail(config_.server, made, stop_);
  };
  auto sending = services::offload(thread_, work);
  const SmtpReply reply = co_await std::move(sending);
  // Ended by ourselves it says nothing of the server.
  if (stop_ && (reply.outcome == SmtpOutcome::failed || reply.outcome == SmtpOutcome::deferred)) co_return false;
  if (reply.outcome == SmtpOutcome::failed) {
    ++counts_.failed;
    log::warning("mail_server_unusable", {{"code", reply.code}, {"reason", reply.reason}});
    co_return false;
  }
  server_tries_ = 0;
  if (reply.outcome == SmtpOutcome::deferred) {
    ++counts_.deferred;
    wait_longer(mail.id);
  } else {
    const bool is_refused = reply.outcome == SmtpOutcome::refused;
    ++(is_refused ? counts_.refused : counts_.sent);
    if (is_refused) log::warning("mail_refused", {{"mail", mail.id}, {"code", reply.code}});
    auto settling = settle(mail.id, is_refused ? std::optional(wall_now()) : std::nullopt);
    co_await std::move(settling);
  }
  auto pausing = pause();
  co_await std::move(pausing);
  co_return true;
}

// What cannot be written stays there, and is sent once more after a restart.
asio::awaitable<void> Mailer::settle(std::int64_t id, std::optional<WallTime> refused) {
  retries_.erase(id);
  std::vector<store::Change> changes;
  changes.emplace_back(store::MailChange(store::SettleMail{id, refused}));
  auto committing = services::commit(store_, std::move(changes));
  const auto committed = co_await std::move(committing);
  if (committed) co_return;
  on_store_failure_();
  log::error("mail_not_settled", {{"mail", id}, {"reason", committed.error().message}});
}

asio::awaitable<void> Mailer::pause() {
  if (stop_) co_return;
  timer_.expires_after(config_.gap);
  co_await timer_.async_wait(asio::as_tuple(asio::use_awaitable));
}

std::vector<prometheus::MetricFamily> mail_families(const Mailer::Counts& counts) {
  prometheus::MetricFamily family{
      "shubbak_mail_total",
      "Copies by e-mail: taken by the mail server, refused for good, put off by it, tried "
      "while it could not be used, given up for their age",
      prometheus::MetricType::Counter,
      {}};
  for (const auto& [outcome, count] :
       {std::pair{"sent", counts.sent}, std::pair{"refused", counts.refused}, std::pair{"deferred", counts.deferred},
        std::pair{"failed", counts.failed}, std::pair{"expired", counts.expired}}) {
    prometheus::ClientMetric metric;
    metric.label = {{"outcome", outcome}};
    metric.counter.value = static_cast<double>(count);
    family.metric.push_back(std::move(metric));
  }
  return {std::move(family)};
}

}  // namespace shubbak::daemon
