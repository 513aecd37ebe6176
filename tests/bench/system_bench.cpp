// The shipped daemon under load, over TCP and HTTP: one process pinned to processor 0, load and sample company on
// processor 1. Every reply is checked for the right person and the right text. Prints each figure beside its target.
//
//   system_bench [--seconds S] [--numbers N]
#include <algorithm>
#include <array>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <string>
#include <unistd.h>
#include <unordered_map>
#include <vector>

#include "daemon_under_test.hpp"
#include "domain/money.hpp"
#include "load_smsc.hpp"
#include "smpp/text.hpp"

namespace {

using namespace shubbak;
using Clock = std::chrono::steady_clock;

[[noreturn]] void die(const std::string& what) {
  std::fprintf(stderr, "bench: %s\n", what.c_str());
  std::exit(1);
}

struct Options {
  double seconds = 5;
  std::uint32_t numbers = 100'000;
};

void print(const char* what, double value, const char* unit, const char* target) {
  std::printf("%-58s %12.2f %-10s target %s\n", what, value, unit, target);
  std::fflush(stdout);
}

double percentile(std::vector<double>& values, double part) {
  if (values.empty()) return 0;
  const auto at = static_cast<std::size_t>(part * static_cast<double>(values.size() - 1));
  std::nth_element(values.begin(), values.begin() + static_cast<std::ptrdiff_t>(at), values.end());
  return values[at];
}

std::uint32_t person_of(const smpp::Sm& sm) {
  std::uint64_t number = 0;
  for (const char c : sm.destination.digits) number = number * 10 + static_cast<std::uint64_t>(c - '0');
  return static_cast<std::uint32_t>(number - bench::phone_number(0));
}

// Builds deliver_sm bodies without allocating.
class Phone {
 public:
  const smpp::Sm& ussd(std::uint32_t person, bool begin, std::string_view typed) {
    address(person);
    tlvs_.clear();
    tlvs_.add_u8(smpp::TlvTag::ussd_service_op, begin ? 0x01 : 0x12).add_u16(smpp::TlvTag::its_session_info, 0x0700);
    sm_.data_coding = 15;
    sm_.short_message = octets(typed);
    sm_.tlvs = tlvs_.list();
    return sm_;
  }
  const smpp::Sm& sms(std::uint32_t person, std::string_view typed) {
    address(person);
    sm_.data_coding = 0;
    sm_.short_message = octets(typed);
    sm_.tlvs = {};
    return sm_;
  }

 private:
  void address(std::uint32_t person) {
    const int length = std::snprintf(digits_.data(), digits_.size(), "%llu",
                                     static_cast<unsigned long long>(bench::phone_number(person)));
    sm_.source = {.ton = 1, .npi = 1, .digits = {digits_.data(), static_cast<std::size_t>(length)}};
    sm_.destination = {.ton = 3, .npi = 0, .digits = "123"};
  }
  static smpp::Bytes octets(std::string_view text) {
    return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
  }

  std::array<char, 24> digits_{};
  smpp::TlvBuilder tlvs_;
  smpp::Sm sm_;
};

std::string text_of(const smpp::Sm& sm) {
  return smpp::decode_text(sm.text_octets(), sm.data_coding, smpp::Alphabet::gsm7);
}

struct Cost {
  double seconds;
  double cpu_seconds;
  std::uint64_t done;
};

// Menu steps: *123#, then the language menu and back for ever: no service, no disk.
class MenuLoad {
 public:
  MenuLoad(bench::LoadSmsc& smsc, std::uint32_t persons) : smsc_(smsc), at_(persons, at_nothing) {
    smsc_.on_submit([this](const smpp::Sm& sm) { on_reply(sm); });
    learn();
  }
  // Sends the next press of a person.
  void press(std::uint32_t person) {
    switch (at_[person]) {
      case at_nothing:
        smsc_.deliver(phone_.ussd(person, true, "*123#"));
        break;
      case at_home:
        smsc_.deliver(phone_.ussd(person, false, "5"));
        break;
      case at_languages:
        smsc_.deliver(phone_.ussd(person, false, "0"));
        break;
      default:
        die("a press of a person who waits");
    }
    expected_of(person);
  }
  [[nodiscard]] bool waits(std::uint32_t person) const {
    return at_[person] == wait_home || at_[person] == wait_languages;
  }
  std::uint64_t replies = 0;
  std::function<void(std::uint32_t)> on_done;

 private:
  enum At : char { at_nothing, at_home, at_languages, wait_home, wait_languages };

  void expected_of(std::uint32_t person) { at_[person] = at_[person] == at_home ? wait_languages : wait_home; }

  // What the two menus look like, from the first dialogue of person 0.
  void learn() {
    learning_ = true;
    for (smpp::Buffer* screen : {&home_, &languages_, &home_}) {
      learnt_ = screen;
      screen->clear();
      press(0);
      const auto give_up = Clock::now() + std::chrono::seconds(5);
      while (waits(0)) {
        smsc_.pump(10);
        if (Clock::now() > give_up) die("no menu came");
      }
    }
    learning_ = false;
    if (home_.empty() || languages_.empty() || home_ == languages_) die("the menus cannot be told apart");
  }
  void on_reply(const smpp::Sm& sm) {
    const std::uint32_t person = person_of(sm);
    if (person >= at_.size() || !waits(person)) die("a menu for somebody who did not press");
    const bool home = at_[person] == wait_home;
    if (learning_) learnt_->assign(sm.short_message.begin(), sm.short_message.end());
    const smpp::Buffer& expected = home ? home_ : languages_;
    if (!std::equal(expected.begin(), expected.end(), sm.short_message.begin(), sm.short_message.end())) {
      die("the wrong menu: " + text_of(sm));
    }
    at_[person] = home ? at_home : at_languages;
    ++replies;
    if (on_done) on_done(person);
  }

  bench::LoadSmsc& smsc_;
  Phone phone_;
  std::vector<At> at_;
  smpp::Buffer home_;
  smpp::Buffer languages_;
  smpp::Buffer* learnt_ = nullptr;
  bool learning_ = false;
};

// SMS commands: what is owed on a subscription, fetched over HTTP, in the generated accounts of the sample company.
class BillLoad {
 public:
  BillLoad(bench::LoadSmsc& smsc, std::uint32_t persons) : smsc_(smsc), waits_(persons, false) {
    smsc_.on_submit([this](const smpp::Sm& sm) { on_reply(sm); });
  }
  void text(std::uint32_t person) {
    char command[32];
    const int length = std::snprintf(command, sizeof command, "%s %u", governorate(person), 1'000'000 + person);
    waits_[person] = true;
    smsc_.deliver(phone_.sms(person, {command, static_cast<std::size_t>(length)}));
  }
  [[nodiscard]] bool waits(std::uint32_t person) const { return waits_[person]; }
  std::uint64_t replies = 0;
  std::function<void(std::uint32_t)> on_done;

 private:
  static const char* governorate(std::uint32_t person) {
    constexpr std::array<const char*, 3> codes{"11", "21", "31"};
    return codes[person % 3];
  }
  // samples/README.md: due = 100 × (1000 + (7919·a + 104729·c) mod 900000) for account a in company c.
  static std::string due(std::uint32_t person) {
    const std::uint64_t account = 1'000'000 + person;
    const std::uint64_t company = person % 3;
    const auto minor = static_cast<std::int64_t>(100 * (1000 + (7919 * account + 104729 * company) % 900000));
    return format_amount({minor, Currency::SYP});
  }
  void on_reply(const smpp::Sm& sm) {
    const std::uint32_t person = person_of(sm);
    if (person >= waits_.size() || !waits_[person]) die("a bill for somebody who did not ask");
    const std::string text = text_of(sm);
    if (text.find(due(person)) == std::string::npos) die("the wrong bill, not " + due(person) + ": " + text);
    waits_[person] = false;
    ++replies;
    if (on_done) on_done(person);
  }

  bench::LoadSmsc& smsc_;
  Phone phone_;
  std::vector<bool> waits_;
};

// `concurrent` persons at once, each beginning anew as soon as it is answered; the persons take turns.
template <class Load, class Begin>
Cost closed_loop(const bench::Process& daemon, bench::LoadSmsc& smsc, Load& load, Begin begin,
                 std::uint32_t concurrent, std::uint32_t persons, bool take_turns, double seconds) {
  std::uint32_t next = concurrent % persons;
  std::vector<std::uint32_t> ready;
  load.on_done = [&](std::uint32_t person) {
    ready.push_back(take_turns ? next : person);
    if (take_turns) next = (next + 1) % persons;
  };
  for (std::uint32_t person = 0; person < concurrent; ++person) begin(person);
  const auto pump_until = [&](Clock::time_point end) {
    std::vector<std::uint32_t> batch;
    while (Clock::now() < end) {
      smsc.pump(100);
      batch.swap(ready);
      for (const std::uint32_t person : batch) {
        if (!load.waits(person)) begin(person);
      }
      batch.clear();
    }
  };
  pump_until(Clock::now() + std::chrono::milliseconds(500));  // warm
  const std::uint64_t replies_before = load.replies;
  const double cpu_before = daemon.cpu_seconds();
  const auto began = Clock::now();
  pump_until(began + std::chrono::microseconds(static_cast<std::int64_t>(seconds * 1e6)));
  const Cost cost{std::chrono::duration<double>(Clock::now() - began).count(), daemon.cpu_seconds() - cpu_before,
                  load.replies - replies_before};
  load.on_done = nullptr;
  const auto give_up = Clock::now() + std::chrono::seconds(10);
  for (bool waiting = true; waiting;) {
    smsc.pump(10);
    waiting = false;
    for (std::uint32_t person = 0; person < persons && !waiting; ++person) waiting = load.waits(person);
    if (Clock::now() > give_up) die("a reply was lost");
  }
  return cost;
}

// `rate` a second, each at its scheduled time; latencies count from that time, however late it was sent.
template <class Load, class Begin>
std::vector<double> open_loop(bench::LoadSmsc& smsc, Load& load, Begin begin, double rate, std::uint32_t persons,
                              double seconds) {
  std::vector<Clock::time_point> scheduled(persons);
  std::vector<double> latencies_ms;
  const auto count = static_cast<std::uint64_t>(rate * seconds);
  latencies_ms.reserve(count);
  load.on_done = [&](std::uint32_t person) {
    latencies_ms.push_back(std::chrono::duration<double, std::milli>(Clock::now() - scheduled[person]).count());
  };
  const auto began = Clock::now() + std::chrono::milliseconds(10);
  const auto time_of = [&](std::uint64_t i) {
    return began + std::chrono::nanoseconds(static_cast<std::int64_t>(1e9 * static_cast<double>(i) / rate));
  };
  std::uint64_t sent = 0;
  std::uint32_t person = 0;
  std::uint64_t skipped = 0;
  while (latencies_ms.size() + skipped < count) {
    const auto now = Clock::now();
    while (sent < count && time_of(sent) <= now) {
      for (std::uint32_t tried = 0; load.waits(person) && tried < persons; ++tried) person = (person + 1) % persons;
      if (load.waits(person)) die("every person waits: the load is far over what can be served");
      scheduled[person] = time_of(sent);
      begin(person);
      person = (person + 1) % persons;
      ++sent;
    }
    smsc.pump(0);
    if (now > began + std::chrono::seconds(static_cast<std::int64_t>(seconds) + 10))
      die("open loop: replies were lost");
  }
  load.on_done = nullptr;
  return latencies_ms;
}

void bench_all(const Options& options) {
  const std::string folder = bench::temporary_folder();
  const std::filesystem::path here = std::filesystem::read_symlink("/proc/self/exe").parent_path();
  const std::string build = (here / "../..").lexically_normal().string();
  bench::pin_to(1);
  bench::make_database(folder, options.numbers);

  bench::Process company(
      {build + "/samples/sample_company", "--port", "0", "--name", "damascus", "--port", "0", "--name", "aleppo",
       "--port", "0", "--name", "homs", "--generated", std::to_string(options.numbers)},
      {}, 1, folder + "/company.log");
  const std::string listening = bench::wait_for_text(folder + "/company.log", "\nlistening", 5000);
  const auto url_of = [&](const std::string& name) {
    const std::string marker = name + " listening on ";
    const std::size_t at = listening.find(marker) + marker.size();
    return "http://" + listening.substr(at, listening.find('\n', at) - at);
  };

  const auto load_ignored = [](const smpp::Sm&) {};
  bench::LoadSmsc smsc(load_ignored);
  const auto before_start = Clock::now();
  bench::Process daemon(
      {build + "/src/daemon/shubbakd", "--config", SHUBBAK_SOURCE_DIR "/config/syria-kuwwa/shubbak.yaml"},
      {"SHUBBAK_STATE_DIR=" + folder, "SHUBBAK_KEY_FILE=" + folder + "/shubbak.key", "SHUBBAK_HTTP_PORT=0",
       "SYRIATEL_PORT=" + std::to_string(smsc.port()), "COMPANY_DAMASCUS_URL=" + url_of("damascus"),
       "COMPANY_ALEPPO_URL=" + url_of("aleppo"), "COMPANY_HOMS_URL=" + url_of("homs")},
      0, folder + "/daemon.log");
  smsc.wait_until_bound(10'000);
  print("start to bound", std::chrono::duration<double>(Clock::now() - before_start).count(), "s", "< 1 s");

  {
    const std::uint64_t before = daemon.resident_octets();
    MenuLoad load(smsc, options.numbers);
    for (std::uint32_t person = 1; person < options.numbers; ++person) {
      load.press(person);
      if (person % 500 == 0) smsc.pump(0);
    }
    const auto give_up = Clock::now() + std::chrono::seconds(30);
    while (load.replies < options.numbers + 2) {
      smsc.pump(10);
      if (Clock::now() > give_up) die("not every dialogue began");
    }
    print("memory per idle dialogue at the home menu",
          static_cast<double>(daemon.resident_octets() - before) / options.numbers, "octets", "<= 600");
  }
  {
    MenuLoad load(smsc, options.numbers);
    const auto press = [&](std::uint32_t person) { load.press(person); };
    const Cost cost = closed_loop(daemon, smsc, load, press, 1000, 1000, false, options.seconds);
    print("menu steps, closed loop, 1,000 dialogues", static_cast<double>(cost.done) / cost.seconds, "steps/s",
          ">= 250000");
    print("menu step, CPU of the daemon", 1e6 * cost.cpu_seconds / static_cast<double>(cost.done), "us", "<= 3");
    auto latencies = open_loop(smsc, load, press, 100'000, options.numbers, options.seconds);
    print("menu steps, open loop 100,000/s, p50", percentile(latencies, 0.5), "ms", "-");
    print("menu steps, open loop 100,000/s, p99", percentile(latencies, 0.99), "ms", "< 2");
  }
  {
    BillLoad load(smsc, options.numbers);
    const auto text = [&](std::uint32_t person) { load.text(person); };
    const Cost cost = closed_loop(daemon, smsc, load, text, 300, options.numbers, true, options.seconds);
    print("bills by SMS over HTTP, closed loop, 300 at once", static_cast<double>(cost.done) / cost.seconds,
          "replies/s", ">= 25000");
    print("bill by SMS over HTTP, CPU of the daemon", 1e6 * cost.cpu_seconds / static_cast<double>(cost.done), "us",
          "<= 35");
    auto latencies = open_loop(smsc, load, text, 1000, options.numbers, options.seconds);
    print("bills by SMS, open loop 1,000/s, p50", percentile(latencies, 0.5), "ms", "-");
    print("bills by SMS, open loop 1,000/s, p99", percentile(latencies, 0.99), "ms", "< 1.5");
  }
  if (smsc.refused() > 0) die("the daemon refused messages");
  daemon.terminate();
  company.terminate();
  std::filesystem::remove_all(folder);
}

}  // namespace

int main(int argc, char** argv) {
  Options options;
  for (int i = 1; i + 1 < argc; i += 2) {
    if (std::strcmp(argv[i], "--seconds") == 0) options.seconds = std::atof(argv[i + 1]);
    if (std::strcmp(argv[i], "--numbers") == 0) options.numbers = static_cast<std::uint32_t>(std::atoi(argv[i + 1]));
  }
  bench_all(options);
  return 0;
}
