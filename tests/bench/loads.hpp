// What a million phones do to the daemon, each reply checked for the right person and the right text. A load sends
// the next input of a person when told to and reports when that person has been answered; the loops below decide
// when.
#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "daemon_under_test.hpp"
#include "load_smsc.hpp"
#include "smpp/pdu.hpp"
#include "smpp/segments.hpp"

namespace shubbak::bench {

using Clock = std::chrono::steady_clock;

// Builds deliver_sm bodies without allocating.
class Phone {
 public:
  const smpp::Sm& ussd(std::uint32_t person, bool begin, std::string_view typed);
  const smpp::Sm& sms(std::uint32_t person, std::string_view typed);

 private:
  void address(std::uint32_t person);

  std::array<char, 24> digits_{};
  smpp::TlvBuilder tlvs_;
  smpp::Sm sm_;
};

class Load {
 public:
  Load(LoadSmsc& smsc, std::uint32_t persons);
  virtual ~Load() = default;
  Load(const Load&) = delete;
  Load& operator=(const Load&) = delete;

  void begin(std::uint32_t person);  // of one who does not wait
  [[nodiscard]] bool waits(std::uint32_t person) const { return waits_[person]; }
  [[nodiscard]] std::uint32_t persons() const { return static_cast<std::uint32_t>(waits_.size()); }
  [[nodiscard]] std::uint64_t replies() const { return replies_; }
  LoadSmsc& smsc() { return smsc_; }
  void finish(std::chrono::seconds within);  // until nobody waits; exits with a message if a reply was lost
  std::function<void(std::uint32_t)> on_done;

 protected:
  virtual void send(std::uint32_t person) = 0;
  virtual void check(std::uint32_t person, const smpp::Sm& reply) = 0;  // exits with a message if it is wrong
  // Asked after check(): false where more is to come before the person has been answered.
  [[nodiscard]] virtual bool is_last(std::uint32_t /*person*/) const { return true; }
  // What one person is answered now; for loads that learn what to expect.
  smpp::Buffer ask(std::uint32_t person);
  [[nodiscard]] std::string text_of(const smpp::Sm& reply) const;  // of all its parts

  Phone phone_;

 private:
  void on_reply(const smpp::Sm& reply);

  LoadSmsc& smsc_;
  std::vector<bool> waits_;
  std::uint64_t replies_ = 0;
  smpp::Buffer* learns_ = nullptr;
  smpp::Reassembler reassembler_{{}};
  std::string long_text_;
};

// Menu steps: *123#, then the language menu and back for ever: no service, no disk.
class MenuLoad final : public Load {
 public:
  MenuLoad(LoadSmsc& smsc, std::uint32_t persons);

  // Whoever is sent next dials again, and sees the menus of the flows that run now. True: they are not those of
  // before.
  bool dial_anew();

 private:
  enum At : char { nowhere, home, languages };
  void learn();
  void send(std::uint32_t person) override;
  void check(std::uint32_t person, const smpp::Sm& reply) override;

  std::vector<At> at_;
  smpp::Buffer home_;
  smpp::Buffer languages_;
};

// SMS commands: what is owed on a subscription, fetched over HTTP, in the generated accounts of the sample company.
class BillLoad final : public Load {
 public:
  using Load::Load;

 private:
  void send(std::uint32_t person) override;
  void check(std::uint32_t person, const smpp::Sm& reply) override;
};

// SMS commands that change something: the language, to and fro. Each is committed, with its reply, before it is
// acknowledged, and the reply, a menu of several parts, is removed from the outbox when the SMSC has taken it.
class ChangeLoad final : public Load {
 public:
  ChangeLoad(LoadSmsc& smsc, std::uint32_t persons) : Load(smsc, persons), english_(persons, false) {}

 private:
  void send(std::uint32_t person) override;
  void check(std::uint32_t person, const smpp::Sm& reply) override;

  std::vector<bool> english_;
  std::array<std::string, 2> expected_;  // by language, learnt from the first of each
};

// Payments by card, confirmed with the code that comes by SMS. First everybody walks to the confirm screen; from then
// on a person presses the key that confirms, dials with the code, and has been answered with the receipt, on the
// screen and by SMS.
class PayLoad final : public Load {
 public:
  PayLoad(LoadSmsc& smsc, std::uint32_t persons) : Load(smsc, persons), payers_(persons) {}
  void pay() { paying_ = true; }

 private:
  struct Payer {
    bool has_screen = false;  // that ends the dialogue, since a code is on its way
    bool has_paid_screen = false;
    bool has_receipt = false;
    std::string code{};
  };
  void send(std::uint32_t person) override;
  void check(std::uint32_t person, const smpp::Sm& reply) override;
  [[nodiscard]] bool is_last(std::uint32_t person) const override;
  void check_paid(std::uint32_t person, const std::string& text);

  std::vector<Payer> payers_;
  bool paying_ = false;
};

// A text that is no command, once from each number: the daemon has then seen all of them.
class UnknownLoad final : public Load {
 public:
  using Load::Load;

 private:
  void send(std::uint32_t person) override;
  void check(std::uint32_t person, const smpp::Sm& reply) override;
};

// For the echo ESME: whatever is sent comes back.
class EchoLoad final : public Load {
 public:
  using Load::Load;

 private:
  void send(std::uint32_t person) override;
  void check(std::uint32_t person, const smpp::Sm& reply) override;
};

struct Cost {
  double seconds;
  double cpu_seconds;  // of the process under test
  std::uint64_t done;
  [[nodiscard]] double rate() const { return static_cast<double>(done) / seconds; }
  [[nodiscard]] double cpu_us() const { return 1e6 * cpu_seconds / static_cast<double>(done); }
};

// Everybody once, at most `concurrent` at a time.
void everybody_once(Load& load, std::uint32_t concurrent);
// `concurrent` persons at once; as soon as one is answered the next begins, in turn over `persons`.
Cost closed_loop(const Process& process, Load& load, std::uint32_t concurrent, std::uint32_t persons, double seconds);
struct Latencies {
  std::vector<double> ms;       // from the scheduled time, however late it was sent
  double longest_pause_ms = 0;  // that the load itself was kept from running: in the latencies, and not the daemon's
  void add(const Latencies& more);
};
// `rate` a second, each at its scheduled time.
Latencies open_loop(Load& load, double rate, double seconds);

}  // namespace shubbak::bench
