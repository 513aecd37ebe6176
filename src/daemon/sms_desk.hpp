// The SMS side of one operator: puts long texts together, recognises redeliveries, finds the command or the walk that
// a text belongs to, and answers. A message that only reads is acknowledged once its answer is on its way to the
// wire; one that changes anything once that is committed. Thread: the event loop's.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "daemon/config.hpp"
#include "daemon/sms_sender.hpp"
#include "daemon/walk.hpp"
#include "gateways/smpp_link.hpp"
#include "smpp/segments.hpp"
#include "ussd/dialogue_table.hpp"

namespace shubbak::daemon {

class SmsDesk {
 public:
  SmsDesk(Shared& shared, const OperatorConfig& config, OperatorMetrics& metrics, gateways::SmppLink& link,
          SmsSender& sender);

  smpp::SessionEvents::Ack on_message(const smpp::SessionEvents::Delivery& delivery);
  void tick(Instant now);
  [[nodiscard]] std::size_t walks() const { return walks_.size(); }

 private:
  // One text being served; lives in its coroutine, so that a second text of the same phone does not disturb it.
  struct Serve {
    Msisdn from;
    gateways::AckHandle ack;
    std::uint64_t fingerprint = 0;
    Walk walk;
    bool linked = false;
    bool had_saved_walk = false;
  };

  void on_text(Serve serve, const std::string& text);
  bool take_up_walk(Serve& serve, bool saved_in_store);
  void finish(Serve serve, flows::Step step);
  boost::asio::awaitable<void> serve_on(std::unique_ptr<Serve> serve, flows::Step step);
  void help(Serve serve, Instant now);
  void reply_now(const Serve& serve, std::string text);
  void keep_walk(Serve& serve, const flows::Step& step);
  [[nodiscard]] flows::Context context(const Serve& serve) const;

  Shared& shared_;
  const OperatorConfig& config_;
  OperatorMetrics& metrics_;
  gateways::SmppLink& link_;
  SmsSender& sender_;
  smpp::Reassembler reassembler_;
  smpp::DuplicateFilter duplicates_;
  ussd::DialogueTable<Walk> walks_;   // by number: who owes an answer to a question that we texted
  ussd::DialogueTable<char> helped_;  // numbers that were sent the help text lately: no loop with another machine
};

}  // namespace shubbak::daemon
