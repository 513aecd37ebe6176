// The SMS side of one operator: puts long texts together, recognises redeliveries, finds the command or the walk that
// a text belongs to, and answers. A message that only reads is acknowledged in the batch that carries its answer, or
// once the answer is committed to the outbox where the link takes no more at the moment; one that changes anything
// once that is committed. SMSCs want their resp within 5 seconds: what cannot be answered by then is refused for now.
// The texts of one number are served one after the other, in the order in which they came. Thread: the event loop's.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

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
  // A text, and how to answer the SMSC for it.
  struct Text {
    Msisdn from;
    gateways::AckHandle ack;
    Instant came;
    std::uint64_t fingerprint = 0;
    std::string content;
    bool in_parts = false;
    std::vector<gateways::AckHandle> again;  // of its redeliveries until now; the link bounds how many wait
  };
  // One being served.
  struct Serve {
    Text text;
    Walk walk;
    bool had_saved_walk = false;
    std::optional<flows::Session::Place> code_at{};  // it answers a walk by USSD, which waits for a code there
    bool is_help = false;
  };
  // Of one number: the text that a coroutine serves, in its frame, and those that wait for it to end.
  struct Turn {
    Text* served = nullptr;
    std::vector<Text> waiting;
  };

  // The whole text; nothing while parts are missing. Error: unreadable.
  Result<std::optional<std::string>> content_of(const smpp::Sm& sm, std::uint64_t fingerprint, Instant now);
  void on_text(Text text);
  Text* find_open(std::uint64_t number, std::uint64_t fingerprint);
  void wait_for_turn(std::vector<Text>& queue, Text text);
  void refuse_overdue(Instant now);
  void take_next(std::uint64_t number);
  void acknowledge(const Text& text);
  void refuse(Text text);
  bool take_up_code(Serve& serve, const std::string& code, store::Person person, Instant now);
  static bool stays_with_ussd(const Serve& serve);
  bool take_up_walk(Serve& serve, const store::Person& person);
  void finish(Serve serve, flows::Step step, Instant now);
  boost::asio::awaitable<void> serve_on(std::unique_ptr<Serve> serve, flows::Step step);
  void send_committed(const Serve& serve, const Served& served);
  void help(Serve serve, Instant now);
  void turn_away(Serve serve, const store::Person& person, Instant now);
  void take_link_code(Serve serve, const std::string& code, Instant now);
  bool told_lately(std::uint64_t number);
  void reply_now(Serve& serve, flows::Step step);
  void note_help(const Serve& serve);
  void keep_walk(Serve& serve, const flows::Step& step);
  [[nodiscard]] flows::Context context(const Serve& serve);

  Shared& shared_;
  const OperatorConfig& config_;
  OperatorMetrics& metrics_;
  gateways::SmppLink& link_;
  SmsSender& sender_;
  smpp::Reassembler reassembler_;
  smpp::DuplicateFilter duplicates_;
  std::unordered_map<std::uint64_t, Turn> serving_;  // by number
  ussd::DialogueTable<Walk> walks_;                  // by number: who owes an answer to a question that we texted
  ussd::DialogueTable<char> helped_;  // numbers that were sent the help text lately: no loop with another machine
  // By fingerprint of its last part: a long text that was refused for now. Only that part is delivered again.
  ussd::DialogueTable<std::string> refused_;
  DeskStatistics statistics_;
};

}  // namespace shubbak::daemon
