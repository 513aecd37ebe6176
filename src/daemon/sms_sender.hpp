// Short messages out, on one operator's link: parts, their resps, and the durable outbox. A reply that only reads is
// sent at once; if the SMSC does not take it for now, it moves to the outbox. What the outbox holds is sent again
// until the SMSC has taken it or it has expired: a part of it in memory, the rest fetched from the store when there
// is room, also what an earlier run left. A backlog goes out in slices, so that screens on the same link do not wait
// behind it, and texts of broadcasts go last, so that codes and receipts do not. Thread: the event loop's.
#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <string>
#include <unordered_set>
#include <vector>

#include "daemon/config.hpp"
#include "daemon/walk.hpp"
#include "gateways/smpp_link.hpp"
#include "smpp/receipt.hpp"
#include "smpp/segments.hpp"

namespace shubbak::daemon {

class SmsSender {
 public:
  static constexpr std::size_t outbox_max = 50'000;  // messages in memory

  SmsSender(Shared& shared, const OperatorConfig& config, OperatorMetrics& metrics, gateways::SmppLink& link,
            std::size_t messages_max = outbox_max);

  enum class Sent : std::uint8_t {
    taken,    // it is on its way, and ours from here on
    not_now,  // the link is down or its queue full: the caller's still
    never,    // too long for a short message; was logged
  };
  // The short messages that it becomes, each time that they are sent, are also added to `parts_counted` if that is
  // given; it must outlive this.
  Sent send(Msisdn to, std::string text, std::uint64_t* parts_counted = nullptr);
  // What must survive a crash: goes into the same transaction as what caused it ...
  [[nodiscard]] store::Change outbox_change(Msisdn to, const std::string& text) const;
  // ... and is sent after the commit, under the id that the commit gave it. In the order of these ids.
  void take_up(std::int64_t outbox_id, Msisdn to, const std::string& text, std::uint64_t* parts_counted = nullptr);
  // There is no room for more: new texts should wait at the SMSC.
  [[nodiscard]] bool full() const { return held_ >= messages_max_; }

  // `message_id`: the SMSC's.
  void on_response(std::uint64_t tag, smpp::SessionEvents::Outcome outcome, smpp::CommandStatus status,
                   std::string_view message_id = {});
  // What became of a broadcast's text, for which alone receipts are asked.
  void on_receipt(const smpp::Receipt& receipt);
  void on_up();            // the link is bound: send what waits
  void tick(Instant now);  // send again what is due
  [[nodiscard]] std::size_t waiting() const { return retry_.size() + ready_.size() + ready_to_many_.size(); }
  // What can be told as well later should wait: the link has been down for a while, or does not take what there is.
  [[nodiscard]] bool is_behind(Instant now) const;

 private:
  struct Message {
    Msisdn to;
    std::string text;
    std::int64_t outbox_id = 0;  // 0: not in the outbox
    WallTime expires;
    std::optional<std::uint64_t> links_version{};  // of the store, when it was last looked for in the outbox
    std::uint64_t* parts_counted = nullptr;
    std::int64_t broadcast = 0;  // whose it is; 0: of none
    std::string message_id{};    // of the part that a receipt is asked for, once the SMSC has taken it
    std::uint32_t parts_open = 0;
    std::uint32_t tries = 0;
    bool failed = false;
    bool in_use = false;
    bool may_retry = true;
    bool is_refused = false;  // for good, by the SMSC
  };
  std::uint32_t keep(Message message);
  Sent transmit(std::uint32_t slot);
  void transmit_or_settle(std::uint32_t slot);
  void settle(std::uint32_t slot);
  void retry_later(std::uint32_t slot);
  void on_written(std::uint32_t slot, const Result<store::Committed>& result);
  void release(std::uint32_t slot);
  void make_ready(Instant due);
  void line_up(std::uint32_t slot);
  void send_ready();
  void fetch_page();
  bool is_forgotten(Message& message);
  [[nodiscard]] BroadcastGate gate_of(const Message& message) const;
  void take_back_held();
  void send_if_let(std::uint32_t slot);
  static store::RemoveOutboxMessage removal_of(const Message& message);
  void tell_broadcaster(const Message& message) const;
  bool send_part(const smpp::OutgoingPart& part, const Message& message, std::uint64_t tag);

  Shared& shared_;
  const OperatorConfig& config_;
  OperatorMetrics& metrics_;
  gateways::SmppLink& link_;
  std::deque<Message> messages_;  // slots; the tag of a part is its slot + 1
  std::vector<std::uint32_t> free_;
  std::multimap<Instant, std::uint32_t> retry_;  // slots to be sent again, by when
  std::deque<std::uint32_t> ready_;              // slots to be sent as the link takes them
  std::deque<std::uint32_t> ready_to_many_{};    // likewise, of broadcasts: where nothing else is ready
  std::deque<std::uint32_t> held_back_{};        // slots of broadcasts that do not go on now
  std::size_t messages_max_;
  std::size_t held_ = 0;  // slots in use
  // The store may hold messages behind fetched_to_ that are not in memory; all of before are, or were.
  bool store_holds_more_ = true;
  std::int64_t fetched_to_ = 0;
  std::unordered_set<std::int64_t> outbox_ids_;  // in memory, or not yet gone from the store
  std::uint16_t reference_ = 0;                  // of long texts
  std::optional<Instant> down_since_{};          // as ticks have seen it
};

}  // namespace shubbak::daemon
