// A person who pays bills from one phone, of 1, 2, 3 ... pounds beyond a first amount, so that each amount names one
// confirm screen. They read what they are shown, in English, and press, text and hang up as chance has it. What the
// operator took over for them is kept as told, whether or not it came to the phone. Thread: the simulator's.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "tests/sim/deployment.hpp"
#include "tests/sim/random.hpp"

namespace shubbak::sim {

struct ToldReceipt {
  std::string number;
  std::string check;
  bool operator==(const ToldReceipt&) const = default;
};
struct Attempt {  // one confirm screen, once it was authorised
  std::int64_t minor = 0;
  std::optional<std::size_t> voucher{};  // of the deployment's
  bool has_code = false;                 // its code was sent
  bool begun = false;                    // and what else authorises it: with a voucher, a PIN
  bool answered = false;                 // the person has an end of it
  std::vector<ToldReceipt> receipts{};   // each once
  bool told_not_paid = false;
};
// It was told that a payment was not made, or nothing paid: one of these, so far.
struct ToldNotMade {
  std::set<std::size_t> attempts;
  WallTime at;
};

bool says_later(
    std::string_view text);  // an end that leads nowhere: of no payment, and whoever dials again may go on

// The network as a phone uses it.
class Air {
 public:
  enum class Press : std::uint8_t { dial, answer, hang_up };
  virtual ~Air() = default;
  virtual void press(std::size_t phone, std::uint8_t session, Press press, const std::string& keys) = 0;
  virtual void text(std::size_t phone, const std::string& content) = 0;
  virtual void later(std::chrono::milliseconds delay, std::function<void()> then) = 0;
};

class Phone {
 public:
  Phone(std::size_t number, const Deployment& deployment, Air& air, Random& random);

  void pay(std::size_t bills) { bills_ = bills; }  // as many at most
  void think();                                    // and do what is next, soon

  // The operator has taken it over; `session` is that of the dialogue, if it is a screen.
  void told(const std::string& text, std::optional<std::uint8_t> session);
  // It has come.
  void on_screen(std::uint8_t session, bool last, const std::string& text);
  void on_message(const std::string& text);

  [[nodiscard]] bool is_done() const;  // nothing is under way, and nothing more is to be paid
  [[nodiscard]] const std::vector<Attempt>& attempts() const { return attempts_; }
  [[nodiscard]] const std::vector<ToldNotMade>& told_not_made() const { return told_not_made_; }
  [[nodiscard]] std::size_t codes_sent() const { return codes_sent_.size(); }  // each once
  [[nodiscard]] const std::vector<std::string>& faults() const { return faults_; }

 private:
  [[nodiscard]] Attempt& current() { return attempts_.back(); }
  void think_after(std::chrono::milliseconds rest);
  void do_next();
  void begin_next();
  void dial(const std::string& code);
  void answer_later(const std::string& keys);
  void wait_for_screen();
  void dialogue_over(std::chrono::milliseconds rest);
  void read(const std::string& text);
  void read_last(const std::string& text);
  void use_code();
  void note_wait(const std::string& dialled);
  void send_code();
  void send_text(const std::string& content);
  std::string draw_voucher();
  void not_paid(std::set<std::size_t> candidates);
  void told_receipt(const std::string& text, const ToldReceipt& receipt);
  Attempt* attempt_in(const std::string& text);
  [[nodiscard]] std::set<std::size_t> open_ones() const;

  std::size_t number_;
  const Deployment& deployment_;
  const Citizen& citizen_;
  Air& air_;
  Random& random_;
  std::int64_t pounds_before_first_;
  std::size_t bills_ = 0;
  std::vector<Attempt> attempts_;
  std::vector<ToldNotMade> told_not_made_;
  std::string code_;
  std::size_t code_is_of_ = 0;                                // the attempt
  std::set<std::pair<std::size_t, std::string>> codes_sent_;  // with their attempts: two may draw the same
  std::map<std::uint8_t, std::size_t> attempt_of_session_;
  std::uint8_t session_ = 0;
  bool in_dialogue_ = false;
  bool waits_for_code_ = false;
  // Since it was told that a code was sent; nothing once it has typed or dialled anything but the service code.
  std::optional<WallTime> untouched_wait_;
  // The dialogue whose first screen must go on at that code.
  std::optional<std::uint8_t> goes_on_in_;
  bool has_texted_ = false;
  std::size_t vain_ = 0;        // dialogues that led nowhere, one after the other
  std::uint64_t thoughts_ = 0;  // only the last one counts
  std::uint64_t waitings_ = 0;
  bool thinks_ = false;
  std::vector<std::string> faults_;
};

}  // namespace shubbak::sim
