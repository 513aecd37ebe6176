// Short messages out, on one operator's link: parts, their resps, and the durable outbox. A reply that only reads is
// sent at once; if the SMSC does not take it for now, it moves to the outbox. What the outbox holds is sent again
// until the SMSC has taken it or it has expired. Thread: the event loop's.
#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <string>
#include <vector>

#include "daemon/config.hpp"
#include "daemon/walk.hpp"
#include "gateways/smpp_link.hpp"
#include "smpp/segments.hpp"

namespace shubbak::daemon {

class SmsSender {
 public:
  static constexpr std::uint64_t ussd_tag = 0;  // tags of USSD replies: nothing is kept for them

  SmsSender(Shared& shared, const OperatorConfig& config, OperatorMetrics& metrics, gateways::SmppLink& link);

  enum class Sent : std::uint8_t {
    taken,    // it is on its way, and ours from here on
    not_now,  // the link is down or its queue full: the caller's still
    never,    // too long for a short message; was logged
  };
  Sent send(Msisdn to, std::string text);
  // What must survive a crash: goes into the same transaction as what caused it ...
  [[nodiscard]] store::Change outbox_change(Msisdn to, const std::string& text) const;
  // ... and is sent after the commit, under the id that the commit gave it.
  void take_up(std::int64_t outbox_id, Msisdn to, const std::string& text);
  // Takes over what an earlier run left in the outbox.
  void take_over(store::OutboxMessage message);

  void on_response(std::uint64_t tag, smpp::SessionEvents::Outcome outcome, smpp::CommandStatus status);
  void on_up();            // the link is bound: send what waits
  void tick(Instant now);  // send again what is due
  [[nodiscard]] std::size_t waiting() const { return retry_.size(); }

 private:
  struct Message {
    Msisdn to;
    std::string text;
    std::int64_t outbox_id = 0;  // 0: not in the outbox
    WallTime expires;
    std::uint32_t parts_open = 0;
    std::uint32_t tries = 0;
    bool failed = false;
    bool in_use = false;
    bool may_retry = true;
  };
  std::uint32_t keep(Message message);
  Sent transmit(std::uint32_t slot);
  void transmit_or_settle(std::uint32_t slot);
  void settle(std::uint32_t slot);
  void retry_later(std::uint32_t slot);
  void release(std::uint32_t slot);
  void send_due(Instant now);
  bool send_part(const smpp::OutgoingPart& part, Msisdn to, std::uint64_t tag);

  Shared& shared_;
  const OperatorConfig& config_;
  OperatorMetrics& metrics_;
  gateways::SmppLink& link_;
  std::deque<Message> messages_;  // slots; the tag of a part is its slot + 1
  std::vector<std::uint32_t> free_;
  std::multimap<Instant, std::uint32_t> retry_;  // slots to be sent again, by when
  std::uint16_t reference_ = 0;                  // of long texts
};

}  // namespace shubbak::daemon
