#include "daemon/sms_desk.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>

#include "daemon/log.hpp"
#include "smpp/receipt.hpp"

namespace shubbak::daemon {
namespace {

constexpr std::size_t walks_max = 1'000'000;
constexpr std::chrono::minutes walk_lives{10};  // where a flow sets no resume_ttl of its own
constexpr std::chrono::minutes help_interval{10};
constexpr std::size_t texts_waiting_max = 8;  // of one number; nobody types faster
constexpr std::size_t refused_max = 10'000;
constexpr std::size_t expired_per_tick_max = 20'000;
constexpr std::size_t duplicates_max = 100'000;
constexpr std::chrono::seconds duplicates_keep{120};

}  // namespace

using Ack = smpp::SessionEvents::Ack;

SmsDesk::SmsDesk(Shared& shared, const OperatorConfig& config, OperatorMetrics& metrics, gateways::SmppLink& link,
                 SmsSender& sender)
    : shared_(shared),
      config_(config),
      metrics_(metrics),
      link_(link),
      sender_(sender),
      reassembler_({}),
      duplicates_(duplicates_max, duplicates_keep),
      walks_({.dialogues_max = walks_max, .idle_timeout = walk_lives, .hash_seed = shared.world.random()}),
      helped_({.dialogues_max = walks_max, .idle_timeout = help_interval, .hash_seed = shared.world.random()}),
      refused_({.dialogues_max = refused_max, .idle_timeout = walk_lives, .hash_seed = shared.world.random()}) {}

Ack SmsDesk::on_message(const smpp::SessionEvents::Delivery& delivery) {
  const Instant now = std::chrono::steady_clock::now();
  const smpp::Sm& sm = delivery.sm;
  if (smpp::parse_receipt(sm)) {
    metrics_.receipts.Increment();
    return Ack::now;
  }
  metrics_.sms_in.Increment();
  const auto from = Msisdn::parse(sm.source.digits);
  // Alphanumeric senders and short codes are machines: nobody there to answer.
  if (!from) return Ack::now;
  const gateways::AckHandle ack = link_.ack_handle(delivery);
  const std::uint64_t fingerprint = duplicates_.fingerprint(sm);
  if (duplicates_.is_redelivery(fingerprint, ack.connection, now)) {
    metrics_.sms_duplicates.Increment();
    return Ack::now;
  }
  auto content = content_of(sm, fingerprint, now);
  if (!content) {
    log::warning("sms_unreadable", {{"operator", config_.name}, {"reason", content.error().message}});
  }
  if (!content || !*content) {  // not readable, or parts are missing
    duplicates_.done(fingerprint, now);
    return Ack::now;
  }
  Text text{.from = *from,
            .ack = ack,
            .fingerprint = fingerprint,
            .content = std::move(**content),
            .in_parts = (sm.esm_class & smpp::udh_indicator) != 0 || sm.tlvs.find(smpp::TlvTag::sar_segment_seqnum)};
  if (const auto busy = serving_.find(from->value()); busy != serving_.end()) {
    wait_for_turn(busy->second, std::move(text));
  } else {
    on_text(std::move(text));
  }
  return Ack::later;
}

Result<std::optional<std::string>> SmsDesk::content_of(const smpp::Sm& sm, std::uint64_t fingerprint, Instant now) {
  if (std::string* kept = refused_.find(fingerprint); kept != nullptr) {
    std::optional<std::string> content = std::move(*kept);
    refused_.close(fingerprint);
    return content;
  }
  return reassembler_.add(sm, config_.sms.default_alphabet, now);
}

void SmsDesk::acknowledge(const Text& text) {
  link_.acknowledge(text.ack, smpp::CommandStatus::ok);
  duplicates_.done(text.fingerprint, std::chrono::steady_clock::now());
}

// The SMSC keeps the message and delivers it again.
void SmsDesk::refuse(Text text) {
  link_.acknowledge(text.ack, smpp::CommandStatus::temporary_app_error);
  duplicates_.forget(text.fingerprint);
  if (!text.in_parts) return;
  const Instant now = std::chrono::steady_clock::now();
  if (std::string* kept = refused_.open(text.fingerprint, now); kept != nullptr) *kept = std::move(text.content);
}

void SmsDesk::wait_for_turn(std::vector<Text>& queue, Text text) {
  if (queue.size() < texts_waiting_max) {
    queue.push_back(std::move(text));
  } else {
    refuse(std::move(text));
  }
}

// The coroutine that served this number has ended.
void SmsDesk::take_next(std::uint64_t number) {
  auto done = serving_.extract(number);
  std::vector<Text>& waiting = done.mapped();
  while (!waiting.empty() && !serving_.contains(number)) {
    Text next = std::move(waiting.front());
    waiting.erase(waiting.begin());
    on_text(std::move(next));
  }
  if (!waiting.empty()) serving_.find(number)->second = std::move(waiting);
}

void SmsDesk::on_text(Text text) {
  const Instant now = std::chrono::steady_clock::now();
  const auto person = shared_.store.find_person(text.from);
  if (!person) {
    shared_.metrics.count_store_failure();
    log::error("person_unreadable", {{"reason", person.error().message}});
    refuse(std::move(text));
    return;
  }
  Serve serve{.text = std::move(text), .walk = {}};
  serve.linked = person->link && person->link->state == store::LinkState::active;
  serve.walk.revision = shared_.revision;
  serve.walk.session.channel = flows::Channel::sms;
  serve.walk.session.locale = shared_.revision->default_locale;
  if (const auto locale = shared_.revision->locale_index(person->locale)) serve.walk.session.locale = *locale;

  const Walk fresh = serve.walk;
  const flows::Context shown = context(serve);
  if (auto step = flows::command(*serve.walk.revision, serve.walk.session, serve.text.content, shown)) {
    serve.had_saved_walk = person->has_sms_walk;
    walks_.close(serve.text.from.value());
    finish(std::move(serve), std::move(*step));
    return;
  }
  serve.walk = fresh;
  if (take_up_walk(serve, person->has_sms_walk)) {
    auto step = flows::answer(*serve.walk.revision, serve.walk.session, serve.text.content, shown);
    finish(std::move(serve), std::move(step));
    return;
  }
  help(std::move(serve), now);
}

// The walk that this number owes an answer to, from memory or, after a restart, from the store.
bool SmsDesk::take_up_walk(Serve& serve, bool saved_in_store) {
  serve.had_saved_walk = saved_in_store;
  if (Walk* walk = walks_.find(serve.text.from.value()); walk != nullptr) {
    serve.walk = std::move(*walk);
    walks_.close(serve.text.from.value());
    return true;
  }
  if (!saved_in_store) return false;
  const auto saved = shared_.store.find_walk(serve.text.from, store::WalkChannel::sms, wall_now());
  if (!saved || !*saved) return false;
  auto session = flows::load_session(*shared_.revision, (*saved)->session);
  if (!session || session->waits_for_call) return false;
  serve.walk.session = std::move(*session);
  return true;
}

// A call needs a coroutine, and so does whatever must be committed before the reply: a question that waits for an
// answer, a chosen language, a walk that ends. All else is answered at once.
void SmsDesk::finish(Serve serve, flows::Step step) {
  const bool writes =
      step.kind == flows::Step::Kind::screen || step.locale_changed || step.sms || serve.had_saved_walk;
  if (step.kind == flows::Step::Kind::end && !writes) {
    reply_now(serve, std::move(step.text));
    return;
  }
  serving_.try_emplace(serve.text.from.value());
  auto serving = serve_on(std::make_unique<Serve>(std::move(serve)), std::move(step));
  boost::asio::co_spawn(shared_.executor, std::move(serving), boost::asio::detached);
}

boost::asio::awaitable<void> SmsDesk::serve_on(std::unique_ptr<Serve> serve, flows::Step first) {
  Serving serving{.msisdn = serve->text.from, .context = context(*serve), .walk = {}, .add_changes = {}};
  serving.walk = [walk = &serve->walk] { return walk; };
  serving.add_changes = [this, serve = serve.get()](const flows::Step& step, std::vector<store::Change>& changes) {
    if (step.locale_changed) {
      changes.emplace_back(
          store::SetLocale{serve->text.from, serve->walk.revision->locales()[serve->walk.session.locale]});
    }
    if (step.kind == flows::Step::Kind::screen) {
      const auto ttl = flows::resume_ttl(*serve->walk.revision, serve->walk.session);
      store::SavedWalk walk{.msisdn = serve->text.from,
                            .channel = store::WalkChannel::sms,
                            .revision = serve->walk.revision->id(),
                            .session = flows::save(*serve->walk.revision, serve->walk.session),
                            .expires = wall_now() + ttl.value_or(walk_lives)};
      changes.emplace_back(store::SaveWalk{std::move(walk)});
    } else if (serve->had_saved_walk) {
      changes.emplace_back(store::DropWalk{serve->text.from, store::WalkChannel::sms});
    }
    if (step.sms) changes.push_back(sender_.outbox_change(serve->text.from, *step.sms));
    // Whatever changes something answers through the outbox, so that the answer is as safe as the change.
    if (!changes.empty()) changes.push_back(sender_.outbox_change(serve->text.from, step.text));
  };
  auto serving_on = daemon::serve(shared_, std::move(serving), std::move(first));
  auto served = co_await std::move(serving_on);
  SHUBBAK_ASSERT(served.has_value());  // the walk is ours until here
  keep_walk(*serve, served->step);
  if (served->wrote) {
    send_committed(*serve, *served);
  } else {
    reply_now(*serve, std::move(served->step.text));
  }
  take_next(serve->text.from.value());
}

void SmsDesk::send_committed(const Serve& serve, const Served& served) {
  // The last outbox id is the reply's; one before it, if any, is the follow-up's.
  const auto& ids = served.committed.outbox_ids;
  sender_.take_up(ids.back(), serve.text.from, served.step.text);
  if (served.step.sms && ids.size() > 1) sender_.take_up(ids[ids.size() - 2], serve.text.from, *served.step.sms);
  acknowledge(serve.text);
}

void SmsDesk::keep_walk(Serve& serve, const flows::Step& step) {
  if (step.kind != flows::Step::Kind::screen) return;
  const Instant now = std::chrono::steady_clock::now();
  if (Walk* kept = walks_.open(serve.text.from.value(), now); kept != nullptr) *kept = std::move(serve.walk);
}

// An unknown text gets one short help, and silence for a while after it: two machines must not talk to each other for
// ever.
void SmsDesk::help(Serve serve, Instant now) {
  metrics_.sms_unknown.Increment();
  const std::uint64_t key = serve.text.from.value();
  if (helped_.find(key) != nullptr || helped_.open(key, now) == nullptr) {
    acknowledge(serve.text);
    return;
  }
  const flows::Context shown = context(serve);
  reply_now(serve, flows::system_text(*serve.walk.revision, serve.walk.session.locale, "sys_unknown_command", shown));
}

void SmsDesk::reply_now(Serve& serve, std::string reply) {
  switch (sender_.send(serve.text.from, std::move(reply))) {
    case SmsSender::Sent::taken:
      acknowledge(serve.text);
      return;
    case SmsSender::Sent::not_now:
      refuse(std::move(serve.text));
      return;
    case SmsSender::Sent::never: {
      // Delivered again it would end here again.
      const flows::Context shown = context(serve);
      sender_.send(serve.text.from,
                   flows::system_text(*serve.walk.revision, serve.walk.session.locale, "sys_try_later", shown));
      acknowledge(serve.text);
      return;
    }
  }
}

void SmsDesk::tick(Instant now) {
  walks_.expire(now, expired_per_tick_max, [](std::uint64_t, Walk&) {});
  helped_.expire(now, expired_per_tick_max, [](std::uint64_t, char) {});
  refused_.expire(now, expired_per_tick_max, [](std::uint64_t, const std::string&) {});
  reassembler_.expire(now);
}

flows::Context SmsDesk::context(const Serve& serve) const {
  return {.screen = {.octets_max = config_.sms.octets_max(), .shows_navigation = false},
          .digits = config_.sms.digits,
          .linked = serve.linked};
}

}  // namespace shubbak::daemon
