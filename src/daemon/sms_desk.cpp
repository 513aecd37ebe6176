#include "daemon/sms_desk.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>

#include "daemon/log.hpp"
#include "smpp/receipt.hpp"
#include "smpp/sender.hpp"

namespace shubbak::daemon {
namespace {

constexpr std::size_t walks_max = 1'000'000;
constexpr std::chrono::minutes walk_lives{10};  // where a flow sets no resume_ttl of its own
constexpr std::chrono::minutes help_interval{10};
constexpr std::size_t texts_waiting_max = 8;  // of one number; nobody types faster
// From a text's coming: after the first a text that still waits for its turn is refused for now, by the second
// companies have answered or are given up. SMSCs wait 5 seconds for the resp (osmo-msc does).
constexpr std::chrono::milliseconds turn_within{2'000};
constexpr std::chrono::milliseconds answer_within{4'500};
constexpr std::size_t refused_max = 10'000;
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
      refused_({.dialogues_max = refused_max, .idle_timeout = walk_lives, .hash_seed = shared.world.random()}),
      statistics_(shared.statistics, flows::Channel::sms, config.name) {}

Ack SmsDesk::on_message(const smpp::SessionEvents::Delivery& delivery) {
  const Instant now = std::chrono::steady_clock::now();
  const smpp::Sm& sm = delivery.sm;
  if (const auto receipt = smpp::parse_receipt(sm)) {
    metrics_.receipts.Increment();
    sender_.on_receipt(*receipt);
    return Ack::now;
  }
  metrics_.sms_in.Increment();
  const auto from = smpp::number_of(sm.source);
  if (!from) {  // nobody there to answer, now or when it is delivered again
    metrics_.sms_bad_input.Increment();
    log::warning("sms_unreadable", {{"operator", config_.name}, {"reason", from.error().message}});
    return Ack::now;
  }
  const gateways::AckHandle ack = link_.ack_handle(delivery);
  const std::uint64_t fingerprint = duplicates_.fingerprint(sm);
  if (duplicates_.is_redelivery(fingerprint, ack.connection, now)) {
    metrics_.sms_duplicates.Increment();
    Text* first = find_open(from->value(), fingerprint);
    if (first == nullptr) return Ack::now;  // it was acknowledged
    first->again.push_back(ack);            // both when it is done, for until then a crash loses it
    return Ack::later;
  }
  auto content = content_of(sm, fingerprint, now);
  if (!content) {
    metrics_.sms_bad_input.Increment();
    log::warning("sms_unreadable", {{"operator", config_.name}, {"reason", content.error().message}});
  }
  if (!content || !*content) {  // not readable, or parts are missing
    duplicates_.done(fingerprint, now);
    return Ack::now;
  }
  Text text{.from = *from,
            .ack = ack,
            .came = now,
            .fingerprint = fingerprint,
            .content = std::move(**content),
            .in_parts = (sm.esm_class & smpp::udh_indicator) != 0 || sm.tlvs.find(smpp::TlvTag::sar_segment_seqnum),
            .again = {}};
  if (const auto busy = serving_.find(from->value()); busy != serving_.end()) {
    wait_for_turn(busy->second.waiting, std::move(text));
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

// The text with this fingerprint, if it is not acknowledged yet.
SmsDesk::Text* SmsDesk::find_open(std::uint64_t number, std::uint64_t fingerprint) {
  const auto busy = serving_.find(number);
  if (busy == serving_.end()) return nullptr;
  Turn& turn = busy->second;
  if (turn.served->fingerprint == fingerprint) return turn.served;
  const auto waits = std::ranges::find(turn.waiting, fingerprint, &Text::fingerprint);
  return waits == turn.waiting.end() ? nullptr : &*waits;
}

void SmsDesk::acknowledge(const Text& text) {
  link_.acknowledge(text.ack, smpp::CommandStatus::ok);
  for (const auto& ack : text.again) link_.acknowledge(ack, smpp::CommandStatus::ok);
  duplicates_.done(text.fingerprint, std::chrono::steady_clock::now());
}

// The SMSC keeps the message and delivers it again.
void SmsDesk::refuse(Text text) {
  link_.acknowledge(text.ack, smpp::CommandStatus::temporary_app_error);
  for (const auto& ack : text.again) link_.acknowledge(ack, smpp::CommandStatus::temporary_app_error);
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

// Those behind the one that waited too long are refused with it: they must not overtake it.
void SmsDesk::refuse_overdue(Instant now) {
  for (auto& [number, turn] : serving_) {
    if (turn.waiting.empty() || now - turn.waiting.front().came < turn_within) continue;
    for (Text& text : std::exchange(turn.waiting, {})) refuse(std::move(text));
  }
}

// The coroutine that served this number has ended.
void SmsDesk::take_next(std::uint64_t number) {
  auto done = serving_.extract(number);
  std::vector<Text>& waiting = done.mapped().waiting;
  while (!waiting.empty() && !serving_.contains(number)) {
    Text next = std::move(waiting.front());
    waiting.erase(waiting.begin());
    on_text(std::move(next));
  }
  if (!waiting.empty()) serving_.find(number)->second.waiting = std::move(waiting);
}

void SmsDesk::on_text(Text text) {
  if (sender_.full()) {
    log::warning("outbox_full", {{"operator", config_.name}});
    refuse(std::move(text));
    return;
  }
  const auto person = shared_.store.find_person(text.from);
  if (!person) {
    shared_.metrics.count_store_failure();
    log::error("person_unreadable", {{"reason", person.error().message}});
    refuse(std::move(text));
    return;
  }
  Serve serve{.text = std::move(text), .walk = {}};
  serve.walk.link_since = active_since(*person);
  serve.walk.revision = shared_.revision;
  serve.walk.session.channel = flows::Channel::sms;
  serve.walk.session.locale = shared_.revision->default_locale;
  if (const auto locale = shared_.revision->locale_index(person->locale)) serve.walk.session.locale = *locale;

  const Instant now = std::chrono::steady_clock::now();
  const flows::Context shown = context(serve);
  const Standing standing = standing_of(shared_, *person);
  if (standing == Standing::suspended) {
    turn_away(std::move(serve), *person, now);
    return;
  }
  Walk command{.revision = serve.walk.revision, .session = serve.walk.session, .link_since = serve.walk.link_since};
  const bool in_walk = take_up_walk(serve, *person);
  const bool is_answer = in_walk && flows::takes(*serve.walk.revision, serve.walk.session, serve.text.content, shown);
  const std::optional<std::string> code = flows::lone_code(serve.text.content);
  const bool is_code_here = in_walk && code && serve.walk.session.code_sent;
  if (code && !is_answer && !is_code_here) {
    if (take_up_code(serve, *code, *person, now)) return;
    if (standing == Standing::asked) {
      serve.walk = std::move(command);  // a walk that waits in the store goes on afterwards
      take_link_code(std::move(serve), *code, now);
      return;
    }
  }
  if (!is_answer && !is_code_here) {
    draw_recorder(shared_, command, config_.name, shown);
    if (command.recorder) command.recorder->command(serve.text.content, serve.text.came);
    if (auto step = flows::command(*command.revision, command.session, serve.text.content, shown)) {
      statistics_.abandoned(serve.walk, AbandonedBy::user);
      serve.walk = std::move(command);
      finish(std::move(serve), std::move(*step), now);
      return;
    }
  }
  if (in_walk) {
    if (serve.walk.recorder) serve.walk.recorder->answer(serve.text.content, serve.text.came);
    statistics_.goes_on(serve.walk, now);
    auto step = flows::answer(*serve.walk.revision, serve.walk.session, serve.text.content, shown);
    finish(std::move(serve), std::move(step), now);
    return;
  }
  help(std::move(serve), now);
}

// Answers the walk that waits for a code by USSD. False: none does.
bool SmsDesk::take_up_code(Serve& serve, const std::string& code, store::Person person, Instant now) {
  person.has_sms_walk = false;
  auto awaited = waiting_for_code(shared_, serve.text.from, person);
  if (!awaited) return false;
  statistics_.abandoned(serve.walk, AbandonedBy::user);
  const std::uint8_t locale = serve.walk.session.locale;
  serve.walk = std::move(awaited->walk);
  serve.walk.session.locale = locale;
  serve.walk.session.channel = flows::Channel::sms;
  serve.code_at = serve.walk.session.at;
  statistics_.goes_on(serve.walk, now);
  flows::Step step = flows::answer(*serve.walk.revision, serve.walk.session, code, context(serve));
  finish(std::move(serve), std::move(step), now);
  return true;
}

// The sender of an SMS may be forged: only the right code brings a walk over from USSD, any other leaves it there.
bool SmsDesk::stays_with_ussd(const Serve& serve) {
  const flows::Session& session = serve.walk.session;
  return serve.code_at && session.granted_by == flows::none && session.at.flow == serve.code_at->flow;
}

// The walk that this number owes an answer to, from memory or, after a restart, from the store.
bool SmsDesk::take_up_walk(Serve& serve, const store::Person& person) {
  serve.had_saved_walk = person.has_sms_walk;
  // What is here is what the store has; where that is gone it has gone on by USSD.
  Walk* walk = person.has_sms_walk ? walks_.find(serve.text.from.value()) : nullptr;
  if (walk != nullptr) {
    Walk kept = std::move(*walk);
    walks_.close(serve.text.from.value());
    if (kept.belongs_to(person)) {
      kept.link_since = serve.walk.link_since;
      serve.walk = std::move(kept);
      return true;
    }
    statistics_.abandoned(kept, AbandonedBy::us);
  }
  // Releasing a number has forgotten what is here.
  if (!person.has_sms_walk) return false;
  const auto saved = shared_.store.find_walk(serve.text.from, store::WalkChannel::sms, wall_now());
  if (!saved || !*saved) return false;
  TakenUp taken = take_up(shared_, **saved);
  // Where the flows have changed meanwhile, the text cannot be the answer to what was asked.
  if (taken.how != flows::Moved::How::goes_on || taken.walk.session.waits_for_call) return false;
  taken.walk.link_since = serve.walk.link_since;
  serve.walk = std::move(taken.walk);
  return true;
}

// A call needs a coroutine, and so does whatever must be committed before the reply: a question that waits for an
// answer, a chosen language, a walk that ends. All else is answered at once.
void SmsDesk::finish(Serve serve, flows::Step step, Instant now) {
  statistics_.moved(serve.walk, now);
  const bool writes = step.kind == flows::Step::Kind::screen || step.locale_changed || step.sms ||
                      serve.had_saved_walk || serve.code_at || !link_.sends_at_once();
  if (step.kind == flows::Step::Kind::end && !writes) {
    reply_now(serve, std::move(step));
    return;
  }
  auto kept = std::make_unique<Serve>(std::move(serve));
  serving_[kept->text.from.value()].served = &kept->text;
  auto serving = serve_on(std::move(kept), std::move(step));
  boost::asio::co_spawn(shared_.executor, std::move(serving), boost::asio::detached);
}

boost::asio::awaitable<void> SmsDesk::serve_on(std::unique_ptr<Serve> serve, flows::Step first) {
  Serving serving{.line = serve->text.from,
                  .link = config_.name,
                  .context = context(*serve),
                  .statistics = statistics_,
                  .walk = {},
                  .walk_lives = walk_lives,
                  .add_changes = {},
                  .answer_by = serve->text.came + answer_within};
  serving.walk = [walk = &serve->walk] { return walk; };
  serving.add_changes = [this, serve = serve.get()](const flows::Step& step, std::vector<store::Change>& changes) {
    if (stays_with_ussd(*serve)) {
      changes.push_back(sender_.outbox_change(serve->text.from, step.text));
      return;
    }
    if (step.locale_changed) {
      changes.emplace_back(
          store::SetLocale{serve->text.from, serve->walk.revision->locales()[serve->walk.session.locale]});
    }
    if (step.kind == flows::Step::Kind::screen) {
      const Walk& walk = serve->walk;
      changes.emplace_back(store::SaveWalk{*saved_walk(*walk.revision, walk.session, serve->text.from,
                                                       store::WalkChannel::sms, walk_lives, wall_now())});
    } else if ((serve->had_saved_walk || serve->walk.has_paid) && !step.sms_later) {
      changes.emplace_back(store::DropWalk{serve->text.from, store::WalkChannel::sms});
    }
    if (serve->code_at) changes.emplace_back(store::DropWalk{serve->text.from, store::WalkChannel::ussd});
    if (step.sms) changes.push_back(sender_.outbox_change(serve->text.from, *step.sms));
    if (step.is_silent) return;
    // Whatever changes something answers through the outbox, so that the answer is as safe as the change. So does
    // what would wait in the link's queue, for the SMSC is told that it has been answered.
    if (!changes.empty() || !link_.sends_at_once())
      changes.push_back(sender_.outbox_change(serve->text.from, step.text));
  };
  auto serving_on = daemon::serve(shared_, std::move(serving), std::move(first));
  auto served = co_await std::move(serving_on);
  SHUBBAK_ASSERT(!served.walk_gone);  // it is ours until here
  if (served.wrote) {
    send_committed(*serve, served);
    keep_walk(*serve, served.step);
  } else {
    reply_now(*serve, std::move(served.step));
  }
  take_next(serve->text.from.value());
}

void SmsDesk::send_committed(const Serve& serve, const Served& served) {
  // The last outbox id is the reply's; one before it, if any, is the follow-up's.
  const auto& ids = served.committed.outbox_ids;
  if (served.step.is_silent) {
    acknowledge(serve.text);
    return;
  }
  std::uint64_t* parts_counted = statistics_.message_parts(serve.walk.revision, serve.walk.stay.at);
  if (served.step.sms && ids.size() > 1)
    sender_.take_up(ids[ids.size() - 2], serve.text.from, *served.step.sms, parts_counted);
  sender_.take_up(ids.back(), serve.text.from, served.step.text, parts_counted);
  note_help(serve);
  acknowledge(serve.text);
}

// It waits for the answer to what was texted, unless it is over.
void SmsDesk::keep_walk(Serve& serve, const flows::Step& step) {
  if (step.kind != flows::Step::Kind::screen) {
    statistics_.ended(serve.walk, step);
    return;
  }
  const Instant now = std::chrono::steady_clock::now();
  if (Walk* kept = walks_.open(serve.text.from.value(), now); kept != nullptr) *kept = std::move(serve.walk);
}

// An unknown text gets one short help, and silence for a while after it: two machines must not talk to each other for
// ever.
void SmsDesk::help(Serve serve, Instant now) {
  metrics_.sms_unknown.Increment();
  if (told_lately(serve.text.from.value())) {
    acknowledge(serve.text);
    return;
  }
  serve.is_help = true;
  const flows::Context shown = context(serve);
  flows::Step step;
  step.text = flows::system_text(*serve.walk.revision, serve.walk.session.locale, "sys_unknown_command", shown);
  finish(std::move(serve), std::move(step), now);
}

// Told so once in a while, whatever they text.
void SmsDesk::turn_away(Serve serve, const store::Person& person, Instant now) {
  const std::uint64_t number = serve.text.from.value();
  if (Walk* walk = walks_.find(number); walk != nullptr) {
    statistics_.abandoned(*walk, AbandonedBy::us);
    walks_.close(number);
  }
  if (told_lately(number)) {
    acknowledge(serve.text);
    return;
  }
  serve.had_saved_walk = person.has_sms_walk;
  serve.is_help = true;
  flows::Step step = led(shared_, Standing::suspended, serve.walk, std::nullopt, context(serve));
  finish(std::move(serve), std::move(step), now);
}

// The code of the SMS by which a counter asked. Where no try is left that is told once in a while: the sender may be
// forged, and whoever has the phone must not be flooded.
void SmsDesk::take_link_code(Serve serve, const std::string& code, Instant now) {
  const std::uint64_t number = serve.text.from.value();
  const auto check = shared_.store.check_link_code(serve.text.from, code, wall_now());
  serve.is_help = check && *check == store::LinkCodeCheck::over;
  if (serve.is_help && told_lately(number)) {
    acknowledge(serve.text);
    return;
  }
  serve.had_saved_walk = false;
  flows::Step step = led(shared_, Standing::asked, serve.walk, code, context(serve));
  finish(std::move(serve), std::move(step), now);
}

bool SmsDesk::told_lately(std::uint64_t number) {
  const bool told_all_it_can = helped_.size() == helped_.limits().dialogues_max;
  return told_all_it_can || helped_.find(number) != nullptr;
}

// Only once it is on its way: what was refused for now comes again, and must find its help.
void SmsDesk::note_help(const Serve& serve) {
  if (serve.is_help) helped_.open(serve.text.from.value(), std::chrono::steady_clock::now());
}

void SmsDesk::reply_now(Serve& serve, flows::Step step) {
  std::uint64_t* parts_counted = statistics_.message_parts(serve.walk.revision, serve.walk.stay.at);
  switch (sender_.send(serve.text.from, std::move(step.text), parts_counted)) {
    case SmsSender::Sent::taken:
      statistics_.ended(serve.walk, step);
      note_help(serve);
      acknowledge(serve.text);
      return;
    case SmsSender::Sent::not_now:
      statistics_.abandoned(serve.walk, AbandonedBy::us);
      refuse(std::move(serve.text));
      return;
    case SmsSender::Sent::never: {
      // Delivered again it would end here again.
      statistics_.abandoned(serve.walk, AbandonedBy::us);
      const flows::Context shown = context(serve);
      sender_.send(serve.text.from,
                   flows::system_text(*serve.walk.revision, serve.walk.session.locale, "sys_try_later", shown));
      acknowledge(serve.text);
      return;
    }
  }
}

void SmsDesk::tick(Instant now) {
  walks_.expire(now, expired_per_tick_max,
                [this](std::uint64_t, Walk& walk) { statistics_.abandoned(walk, AbandonedBy::timeout); });
  helped_.expire(now, expired_per_tick_max, [](std::uint64_t, char) {});
  refused_.expire(now, expired_per_tick_max, [](std::uint64_t, const std::string&) {});
  reassembler_.expire(now);
  refuse_overdue(now);
}

flows::Context SmsDesk::context(const Serve& serve) {
  return {.screen = {.octets_max = config_.sms.octets_max(), .shows_navigation = false},
          .digits = config_.sms.digits,
          .linked = serve.walk.linked(),
          .random = &shared_.world.random,
          .new_code = &shared_.new_code,

          .visited = statistics_.trail()};
}

}  // namespace shubbak::daemon
