// One subscriber's phone together with what the operator's USSD gateway and SMSC know of it: dialogue state,
// time-outs, received messages. Pure: messages to the service go out through `Air`, time is an argument. One thread.
//
// It is also a judge: every USSD reply is held against the operator's limits (octets on the air, encoding, dialogue
// number, end bit), and what is wrong is told with the screen.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "domain/clock.hpp"
#include "domain/msisdn.hpp"
#include "smpp/pdu.hpp"
#include "smpp/segments.hpp"
#include "ussd/dialect.hpp"

namespace shubbak::cli {

struct PhoneConfig {
  std::string service_code = "*123#";
  std::string short_code = "123";
  ussd::Dialect dialect;
  std::uint32_t screen_octets_max = 160;
  std::chrono::milliseconds service_timeout{20'000};  // for the service's answer
  std::chrono::milliseconds idle_timeout{60'000};     // for the person's
  std::chrono::milliseconds dialogue_timeout{180'000};
  std::size_t sms_parts_max = 8;
};

struct UssdScreen {
  std::string text;
  bool last = false;
  std::uint32_t octets = 0;  // on the air
  std::uint32_t units = 0;   // septets or UCS-2 units
  smpp::Alphabet alphabet = smpp::Alphabet::gsm7;
  std::uint32_t number = 1;         // of the screens of this dialogue
  std::vector<std::string> faults;  // against the operator's rules
};

struct ShortMessage {
  std::string from;
  std::string text;
  std::uint32_t parts = 1;
  smpp::Alphabet alphabet = smpp::Alphabet::gsm7;
};

enum class DialogueEnd : std::uint8_t { by_person, dropped, idle, too_long, no_answer, refused };
std::string_view to_string(DialogueEnd end);

class PhoneEvents {
 public:
  virtual ~PhoneEvents() = default;
  virtual void on_screen(const UssdScreen& screen) = 0;
  virtual void on_dialogue_ended(DialogueEnd end) = 0;  // otherwise than by the service's last screen
  virtual void on_message(const ShortMessage& message) = 0;
  virtual void on_fault(std::string_view what) = 0;  // the service broke a rule
};

// Towards the service: a deliver_sm.
class Air {
 public:
  virtual ~Air() = default;
  virtual Status deliver(const smpp::Sm& sm) = 0;
};

class Phone {
 public:
  enum class State : std::uint8_t { idle, waiting_for_service, waiting_for_person };

  Phone(Msisdn msisdn, PhoneConfig config, Air& air, PhoneEvents& events);

  // Errors: invalid (a code that does not lead to the service), conflict (nothing to answer), and those of `Air`.
  Status dial(std::string_view code, Instant now);
  Status redial(Instant now);  // the last code once more
  Status answer(std::string_view text, Instant now);
  Status send_sms(std::string_view text);
  void hang_up();
  void drop();                            // the network loses the dialogue; nobody is told
  void leave() { state_ = State::idle; }  // lets a dialogue be, without telling anybody
  void refused();                         // the service did not take what was delivered

  // A submit_sm for this phone: the status of its resp.
  smpp::CommandStatus take(const smpp::Sm& sm, Instant now);
  void tick(Instant now);  // time-outs
  [[nodiscard]] std::optional<Instant> next_deadline() const;

  [[nodiscard]] State state() const { return state_; }
  [[nodiscard]] Msisdn msisdn() const { return msisdn_; }
  [[nodiscard]] const PhoneConfig& config() const { return config_; }

 private:
  Status send_ussd(std::uint8_t op, std::string_view text, Instant now);
  Status deliver_parts(const std::vector<smpp::OutgoingPart>& parts);
  smpp::CommandStatus take_ussd(const smpp::Sm& sm, Instant now);
  smpp::CommandStatus take_sms(const smpp::Sm& sm, Instant now);
  void add_session(smpp::TlvBuilder& tlvs);
  // The reply's end of dialogue and whether it belongs to the dialogue that is going on.
  bool read_session(UssdScreen& screen, const smpp::Sm& sm);
  void judge_text(UssdScreen& screen, const smpp::Sm& sm) const;
  void end(DialogueEnd end);

  Msisdn msisdn_;
  std::string digits_;
  PhoneConfig config_;
  Air& air_;
  PhoneEvents& events_;
  smpp::Reassembler reassembler_;
  State state_ = State::idle;
  std::string last_code_;
  std::uint32_t session_ = 0;      // the dialogue's number
  std::uint32_t unit_ = 0;         // of the dialogue: one for each thing the person sends
  std::uint32_t number_sent_ = 0;  // as its_session_info (without its last bit) or the like carried it last
  std::uint16_t reference_ = 0;    // of long messages
  std::uint32_t screens_ = 0;
  std::uint32_t parts_seen_ = 0;
  Instant began_{};
  Instant deadline_{};
};

}  // namespace shubbak::cli
