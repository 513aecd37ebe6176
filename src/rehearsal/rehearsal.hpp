// A person with a phone, a network and the flows of a revision, without any of them being there: the engine that the
// daemon runs, mocks for its services, and a clock that is moved by hand. Between every two inputs the session goes
// through the text that the store would keep. Pure; one thread for each Revision.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "flows/engine.hpp"
#include "flows/revision.hpp"
#include "rehearsal/mock_services.hpp"

namespace shubbak::rehearsal {

// What an operator's network is like.
struct Profile {
  std::string name;
  std::string service_code = "*123#";
  std::uint32_t ussd_octets_max = 160;
  flows::DigitStyle ussd_digits = flows::DigitStyle::latin;
  std::uint32_t sms_octets_max = 4 * 134;
  flows::DigitStyle sms_digits = flows::DigitStyle::latin;
  std::chrono::milliseconds idle_timeout{120'000};        // the network closes a silent dialogue
  std::chrono::milliseconds application_timeout{25'000};  // and one that we do not answer
};

struct Person {
  bool linked = true;
  std::uint8_t locale = 0;
  bool serves_people = false;  // the phone is one of staff
};

struct Screen {
  std::string text;
  bool ended = false;  // the dialogue closed with it
  std::uint32_t octets = 0;
};

class Rehearsal {
 public:
  using Place = flows::Session::Place;

  Rehearsal(std::shared_ptr<const flows::Revision> revision, Profile profile, Person person, MockServices& services);

  void dial(const std::string& text);
  void redial() { dial(last_dialled_); }
  void send(const std::string& text);  // into the dialogue; one that is gone answers that it is
  void sms(const std::string& text);
  void drop();  // the network loses the dialogue and tells nobody
  void hang_up() { drop(); }
  void crash();      // the service starts anew: what was not stored is gone
  void duplicate();  // the last answer or text comes once more, as from a person who presses twice
  void slow(std::chrono::milliseconds time) { next_call_takes_ = time; }
  void late() { next_call_is_late_ = true; }  // answers, but after its time-out
  void wait(std::chrono::milliseconds time);

  // The last screen, until the next input; nothing: the network gave up waiting, or nothing was dialled.
  [[nodiscard]] const std::optional<Screen>& screen() const { return screen_; }
  [[nodiscard]] const std::vector<std::string>& messages() const { return messages_; }  // all that came by SMS
  [[nodiscard]] bool in_dialogue() const { return live_.has_value(); }
  [[nodiscard]] std::chrono::milliseconds now() const { return now_; }
  // Every place come to, in order; a walk begins with each `begins`.
  struct Visit {
    Place place;
    bool begins = false;
  };
  [[nodiscard]] const std::vector<Visit>& visits() const { return visits_; }
  // What was wrong with the service itself: a saved session that could not be taken up, a screen that does not fit.
  [[nodiscard]] const std::vector<std::string>& faults() const { return faults_; }
  [[nodiscard]] std::uint8_t locale() const { return person_.locale; }
  // Where the person is; nothing outside of a walk.
  [[nodiscard]] std::optional<Place> at() const;
  [[nodiscard]] unsigned page() const { return live_ ? live_->page + 1U : 1U; }  // of the screen, from 1

 private:
  struct Saved {
    std::string session;
    std::chrono::milliseconds expires;
  };
  struct LaterPayment {
    flows::Session session;
    boost::json::object data;
  };
  enum class Kind : std::uint8_t { none, answer, text };

  flows::Context context(flows::Channel channel);
  void carry(flows::Session session, flows::Step step);  // over service calls, to what is shown
  void show_ussd(flows::Session session, const flows::Step& step);
  void show_sms(const flows::Session& session, const flows::Step& step);
  void send_later(const flows::Session& session);
  void tell(std::string_view system_string);
  bool answer_with_code(const std::string& code, flows::Channel channel);
  void receive(std::string message);
  std::optional<flows::Session> take(std::optional<Saved>& saved);
  void keep(std::optional<Saved>& into, const flows::Session& session, std::chrono::milliseconds lives);
  flows::Session reloaded(const flows::Session& session);
  void note_visits(bool begins);
  void check_fits(const std::string& text, std::uint32_t octets_max);

  std::shared_ptr<const flows::Revision> revision_;
  Profile profile_;
  Person person_;
  MockServices& services_;
  std::function<std::uint64_t()> random_;
  std::function<std::string()> new_code_;
  std::uint64_t random_state_ = 0;
  std::chrono::milliseconds now_{0};
  std::chrono::milliseconds last_input_{0};
  std::optional<flows::Session> live_;  // the USSD dialogue
  std::optional<Saved> ussd_walk_;      // to be resumed
  std::optional<Saved> sms_walk_;
  std::optional<Screen> screen_;
  std::vector<std::string> messages_;
  std::vector<LaterPayment> later_;
  std::optional<boost::json::object> unknown_becomes_;
  std::string last_dialled_;
  std::string last_input_text_;
  Kind last_input_kind_ = Kind::none;
  std::chrono::milliseconds next_call_takes_{0};
  bool next_call_is_late_ = false;
  std::vector<Place> visited_;
  std::vector<Visit> visits_;
  std::vector<std::string> faults_;
};

}  // namespace shubbak::rehearsal
