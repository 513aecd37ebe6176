#include "daemon/sms_sender.hpp"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "daemon/log.hpp"

namespace shubbak::daemon {
namespace {

constexpr std::chrono::seconds retry_first{2};
constexpr std::chrono::seconds retry_longest{300};
constexpr std::chrono::hours reply_lives{24};   // a reply that could not be sent by then is of no use any more
constexpr std::int64_t outbox_id_pending = -1;  // being written: not sent again before its id is known
constexpr std::size_t page_rows = 1'000;        // of the outbox, fetched at once
constexpr std::size_t queued_max = 200;         // in the link's queue, for a backlog; at 20,000/s 10 ms for a screen
constexpr std::size_t to_many_queued_max = 10;  // likewise, for broadcasts: they go on for hours, at 50/s 200 ms
constexpr std::size_t slice_max = 1'000;        // messages of a backlog that are looked at in one turn of the loop
constexpr std::chrono::minutes behind_after{1};
constexpr std::size_t behind_from = page_rows / 2;  // messages that wait; what is new alone is far fewer

std::chrono::seconds retry_delay(std::uint32_t tries) {
  return std::min(retry_longest, retry_first * (1U << std::min(tries, 10U)));
}

constexpr std::uint64_t receipt_tag = std::uint64_t{1} << 63U;  // in the tag of a part that a receipt is asked for
constexpr std::uint8_t receipt_wanted = 0x01;                   // registered_delivery, SMPP 5.2.17

// A period from now on, as SMPP 7.1.1.2 writes it: the SMSC gives up what no phone has taken by then. SMSCs refuse,
// for good, what is longer than they keep anything; and no receipt is awaited for longer.
std::string lives_for(std::chrono::milliseconds left) {
  constexpr std::chrono::seconds longest = std::chrono::days(2);
  const auto whole = std::clamp(std::chrono::floor<std::chrono::seconds>(left), std::chrono::seconds(1), longest);
  const auto days = std::chrono::floor<std::chrono::days>(whole);
  const std::chrono::hh_mm_ss time(whole - days);
  return fmt::format("0000{:02}{:02}{:02}{:02}000R", days.count(), time.hours().count(), time.minutes().count(),
                     time.seconds().count());
}

// Nothing: it is still on its way, or nobody knows.
std::optional<store::BroadcastFate> fate_of(smpp::MessageState state) {
  switch (state) {
    case smpp::MessageState::delivered:
      return store::BroadcastFate::delivered;
    case smpp::MessageState::expired:
      return store::BroadcastFate::expired;
    case smpp::MessageState::deleted:
    case smpp::MessageState::undeliverable:
    case smpp::MessageState::rejected:
      return store::BroadcastFate::failed;
    case smpp::MessageState::enroute:
    case smpp::MessageState::accepted:
    case smpp::MessageState::unknown:
      return std::nullopt;
  }
  return std::nullopt;  // a number of no state, out of a TLV
}

// Refused for now, by flow control or because the link broke before the answer: sending again is right. A time-out or
// a lost resp may mean a second copy for the person; a lost receipt would be worse.
bool is_temporary(smpp::SessionEvents::Outcome outcome, smpp::CommandStatus status) {
  if (outcome != smpp::SessionEvents::Outcome::answered) return true;
  return status == smpp::CommandStatus::throttled || status == smpp::CommandStatus::message_queue_full ||
         status == smpp::CommandStatus::system_error || status == smpp::CommandStatus::temporary_app_error;
}

}  // namespace

SmsSender::SmsSender(Shared& shared, const OperatorConfig& config, OperatorMetrics& metrics, gateways::SmppLink& link,
                     std::size_t messages_max)
    : shared_(shared), config_(config), metrics_(metrics), link_(link), messages_max_(messages_max) {}

SmsSender::Sent SmsSender::send(Msisdn to, std::string text, std::uint64_t* parts_counted) {
  const std::uint32_t slot = keep(Message{
      .to = to, .text = std::move(text), .expires = wall_now() + reply_lives, .parts_counted = parts_counted});
  const Sent sent = transmit(slot);
  if (sent != Sent::taken) release(slot);
  return sent;
}

store::Change SmsSender::outbox_change(Msisdn to, const std::string& text) const {
  const WallTime now = wall_now();
  return store::AddOutboxMessage{
      {.id = 0, .link = config_.name, .to = to, .text = text, .created = now, .expires = now + reply_lives}};
}

void SmsSender::take_up(std::int64_t outbox_id, Msisdn to, const std::string& text, std::uint64_t* parts_counted) {
  if (outbox_id <= fetched_to_) return;  // a page of the store has brought it already
  if (full()) {                          // it stays in the store until there is room
    store_holds_more_ = true;
    return;
  }
  outbox_ids_.insert(outbox_id);
  transmit_or_settle(keep(Message{.to = to,
                                  .text = text,
                                  .outbox_id = outbox_id,
                                  .expires = wall_now() + reply_lives,
                                  .parts_counted = parts_counted}));
}

std::uint32_t SmsSender::keep(Message message) {
  message.in_use = true;
  ++held_;
  if (free_.empty()) {
    messages_.push_back(std::move(message));
    return static_cast<std::uint32_t>(messages_.size() - 1);
  }
  const std::uint32_t slot = free_.back();
  free_.pop_back();
  messages_[slot] = std::move(message);
  return slot;
}

SmsSender::Sent SmsSender::transmit(std::uint32_t slot) {
  Message& message = messages_[slot];
  auto parts = smpp::split_text(message.text, config_.sms.long_text, reference_, config_.sms.default_alphabet,
                                config_.sms.parts_max);
  message.failed = !parts;
  if (!parts) {
    log::error("sms_too_long", {{"operator", config_.name}, {"reason", parts.error().message}});
    message.may_retry = false;
    return Sent::never;
  }
  if (parts->size() > 1) ++reference_;
  message.message_id.clear();
  for (const smpp::OutgoingPart& part : *parts) {
    const bool asks_receipt = message.broadcast != 0 && &part == &parts->back();
    if (!send_part(part, message, (std::uint64_t{slot} + 1) | (asks_receipt ? receipt_tag : 0))) {
      message.failed = true;
      break;
    }
    ++message.parts_open;
    if (message.parts_counted != nullptr) ++*message.parts_counted;
  }
  // Half of it on its way: settled, and sent again as a whole, when that half is answered.
  return message.parts_open > 0 ? Sent::taken : Sent::not_now;
}

void SmsSender::transmit_or_settle(std::uint32_t slot) {
  if (transmit(slot) != Sent::taken) settle(slot);
}

bool SmsSender::send_part(const smpp::OutgoingPart& part, const Message& message, std::uint64_t tag) {
  const std::string number = message.to.reveal();
  const std::string lives = message.broadcast != 0 ? lives_for(message.expires - wall_now()) : std::string();
  smpp::Sm sm;
  sm.source = {.ton = config_.sms.source_ton, .npi = config_.sms.source_npi, .digits = config_.sms.short_code};
  sm.destination = {.ton = 1, .npi = 1, .digits = number};
  sm.esm_class = part.esm_class;
  sm.data_coding = part.data_coding;
  sm.short_message = part.short_message;
  sm.tlvs = part.tlvs.list();
  sm.validity_period = lives;
  if ((tag & receipt_tag) != 0) sm.registered_delivery = receipt_wanted;
  if (!link_.send(sm, tag)) return false;
  metrics_.sms_out.Increment();
  return true;
}

void SmsSender::on_response(std::uint64_t tag, smpp::SessionEvents::Outcome outcome, smpp::CommandStatus status,
                            std::string_view message_id) {
  const bool asks_receipt = (tag & receipt_tag) != 0;
  tag &= ~receipt_tag;
  if (tag == 0 || tag > messages_.size()) return;  // a screen
  const auto slot = static_cast<std::uint32_t>(tag - 1);
  Message& message = messages_[slot];
  SHUBBAK_ASSERT(message.in_use && message.parts_open > 0);
  --message.parts_open;
  const bool taken = outcome == smpp::SessionEvents::Outcome::answered && status == smpp::CommandStatus::ok;
  if (taken && asks_receipt) message.message_id = message_id;
  if (!taken) {
    // Of a broadcast a second copy is worse than none. What was still in the link's queue has not come.
    const bool may_have_come = message.broadcast != 0 && outcome != smpp::SessionEvents::Outcome::answered &&
                               status != smpp::CommandStatus::message_queue_full;
    message.failed = true;
    message.may_retry = message.may_retry && !may_have_come && is_temporary(outcome, status);
    message.is_refused = message.is_refused || !is_temporary(outcome, status);
  }
  if (message.parts_open == 0) settle(slot);
  if (!ready_.empty() || !ready_to_many_.empty()) send_ready();
}

// Every part has its answer: done, again later, or given up.
void SmsSender::settle(std::uint32_t slot) {
  Message& message = messages_[slot];
  if (message.failed && message.may_retry && message.expires > wall_now()) {
    retry_later(slot);
    return;
  }
  if (message.failed) {
    metrics_.sms_failed.Increment();
    log::warning("sms_given_up", {{"operator", config_.name}, {"msisdn", message.to}, {"tries", message.tries}});
  }
  tell_broadcaster(message);
  if (message.outbox_id != 0) {
    std::vector<store::Change> changes;
    changes.emplace_back(removal_of(message));
    shared_.store.change(std::move(changes), [this, id = message.outbox_id](const Result<store::Committed>& result) {
      if (result) {
        outbox_ids_.erase(id);
      } else {
        shared_.metrics.count_store_failure();  // it will be sent once more after a restart
      }
    });
  }
  release(slot);
}

// Of what was not answered, or was over by then, the SMSC has said nothing.
void SmsSender::tell_broadcaster(const Message& message) const {
  if (message.broadcast == 0 || !shared_.on_broadcast_text || (message.failed && !message.is_refused)) return;
  shared_.on_broadcast_text(message.broadcast, config_.name, !message.failed);
}

store::RemoveOutboxMessage SmsSender::removal_of(const Message& message) {
  store::RemoveOutboxMessage removal{.id = message.outbox_id, .is_untold = message.failed};
  if (message.broadcast == 0) return removal;
  using What = store::BroadcastOutcome::What;
  const WallTime now = wall_now();
  const What what = !message.failed ? What::sent : message.expires <= now ? What::expired : What::failed;
  removal.outcome = store::BroadcastOutcome{what, message.message_id, now};
  return removal;
}

void SmsSender::on_receipt(const smpp::Receipt& receipt) {
  const auto fate = fate_of(receipt.state);
  if (!fate || receipt.message_id.empty()) return;
  std::vector<store::Change> changes;
  changes.emplace_back(store::BroadcastChange(store::NoteBroadcastReceipt{config_.name, receipt.message_id, *fate}));
  shared_.store.change(std::move(changes), [this](const Result<store::Committed>& result) {
    if (!result) shared_.metrics.count_store_failure();
  });
}

void SmsSender::retry_later(std::uint32_t slot) {
  Message& message = messages_[slot];
  const auto delay = link_.up() ? retry_delay(message.tries) : retry_longest;  // on_up() is sooner
  ++message.tries;
  retry_.emplace(std::chrono::steady_clock::now() + delay, slot);
  if (message.outbox_id != 0) return;
  // A reply that the SMSC did not take must outlive us: from here on it is the outbox's.
  std::vector<store::Change> changes;
  changes.push_back(outbox_change(message.to, message.text));
  message.outbox_id = outbox_id_pending;
  shared_.store.change(std::move(changes),
                       [this, slot](const Result<store::Committed>& result) { on_written(slot, result); });
}

void SmsSender::on_written(std::uint32_t slot, const Result<store::Committed>& result) {
  Message& message = messages_[slot];
  if (!result) {
    message.outbox_id = 0;
    shared_.metrics.count_store_failure();
    return;
  }
  message.outbox_id = result->outbox_ids.front();
  if (message.outbox_id > fetched_to_) {
    outbox_ids_.insert(message.outbox_id);
    return;
  }
  // A page of the store has brought it already: two of it are one too many.
  std::erase_if(retry_, [slot](const auto& waiting) { return waiting.second == slot; });
  release(slot);
}

void SmsSender::release(std::uint32_t slot) {
  --held_;
  messages_[slot].in_use = false;
  messages_[slot].text.clear();
  messages_[slot].message_id.clear();
  free_.push_back(slot);
}

void SmsSender::on_up() {
  make_ready(Instant::max());
  send_ready();
}

void SmsSender::tick(Instant now) {
  // Another process may have put something there, such as the code that a counter has sent to a phone.
  store_holds_more_ = true;
  if (!link_.up()) {
    if (!down_since_) down_since_ = now;
    return;
  }
  down_since_.reset();
  make_ready(now);
  take_back_held();
  send_ready();
}

void SmsSender::make_ready(Instant due) {
  for (auto at = retry_.begin(); at != retry_.end() && at->first <= due;) {
    if (messages_[at->second].outbox_id == outbox_id_pending) {
      ++at;
      continue;
    }
    line_up(at->second);
    at = retry_.erase(at);
  }
}

void SmsSender::line_up(std::uint32_t slot) {
  (messages_[slot].broadcast == 0 ? ready_ : ready_to_many_).push_back(slot);
}

bool SmsSender::is_behind(Instant now) const {
  const bool is_down = down_since_ && now - *down_since_ >= behind_after;
  return is_down || waiting() >= std::min(behind_from, messages_max_);
}

// What is left is sent when resps have made room, or at the next tick.
void SmsSender::send_ready() {
  const WallTime wall = wall_now();
  for (std::size_t looked_at = 0; looked_at < slice_max && link_.up() && link_.queued() < queued_max; ++looked_at) {
    // Behind what waits of broadcasts others may stand in the store: a page is looked through at each turn.
    if (ready_.empty() && (looked_at == 0 || ready_to_many_.empty())) fetch_page();
    std::deque<std::uint32_t>& next = ready_.empty() ? ready_to_many_ : ready_;
    if (next.empty() || (ready_.empty() && link_.queued() >= to_many_queued_max)) return;
    const std::uint32_t slot = next.front();
    next.pop_front();
    Message& message = messages_[slot];
    if (is_forgotten(message)) {
      outbox_ids_.erase(message.outbox_id);
      release(slot);
    } else if (message.expires <= wall) {
      message.failed = true;
      settle(slot);
    } else {
      send_if_let(slot);
    }
  }
}

void SmsSender::send_if_let(std::uint32_t slot) {
  switch (gate_of(messages_[slot])) {
    case BroadcastGate::send:
      transmit_or_settle(slot);  // which may put it back among those that wait
      return;
    case BroadcastGate::hold:
      held_back_.push_back(slot);
      return;
    case BroadcastGate::drop:  // what was cancelled is not in the store any more
      outbox_ids_.erase(messages_[slot].outbox_id);
      release(slot);
      return;
  }
}

BroadcastGate SmsSender::gate_of(const Message& message) const {
  if (message.broadcast == 0 || !shared_.broadcast_gate) return BroadcastGate::send;
  return shared_.broadcast_gate(message.broadcast);
}

// Beside those that wait, so that nothing waits behind them.
void SmsSender::take_back_held() {
  const WallTime now = wall_now();
  for (std::size_t left = held_back_.size(); left > 0; --left) {
    const std::uint32_t slot = held_back_.front();
    held_back_.pop_front();
    const bool stays = gate_of(messages_[slot]) == BroadcastGate::hold && messages_[slot].expires > now;
    if (stays) {
      held_back_.push_back(slot);
    } else {
      line_up(slot);
    }
  }
}

// The number was released while the text waited, so the store has let it go: its next owner is not to read it. A
// broadcast's text goes for more reasons, and is looked for each time.
bool SmsSender::is_forgotten(Message& message) {
  const std::uint64_t version = shared_.store.links_version();
  const bool was_there = message.broadcast == 0 && message.links_version == version;
  if (message.outbox_id <= 0 || was_there) return false;
  const auto kept = shared_.store.is_in_outbox(message.outbox_id);
  if (!kept) {
    shared_.metrics.count_store_failure();  // sent at worst once more than the store knows
    return false;
  }
  message.links_version = version;
  return !*kept;
}

void SmsSender::fetch_page() {
  if (!store_holds_more_ || full()) return;
  auto page = shared_.store.outbox_page(config_.name, fetched_to_, page_rows);
  if (!page) {
    shared_.metrics.count_store_failure();
    log::error("outbox_unreadable", {{"operator", config_.name}, {"reason", page.error().message}});
    store_holds_more_ = false;  // until the next tick
    return;
  }
  if (page->damaged > 0) {
    shared_.metrics.count_store_failure();
    log::error("outbox_damaged", {{"operator", config_.name}, {"messages", page->damaged}});
  }
  fetched_to_ = page->last_id;
  store_holds_more_ = page->more;
  for (store::OutboxMessage& message : page->messages) {
    if (!outbox_ids_.insert(message.id).second) continue;  // it never left
    line_up(keep(Message{.to = message.to,
                         .text = std::move(message.text),
                         .outbox_id = message.id,
                         .expires = message.expires,
                         .broadcast = message.broadcast}));
  }
}

}  // namespace shubbak::daemon
