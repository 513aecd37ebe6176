// The shipped daemon under load, over TCP and HTTP: one process pinned to processor 0, load and sample company on
// processor 1. Every reply is checked for the right person and the right text. Prints each figure beside its target,
// and what an ESME and an HTTP client that do nothing else take in the same run.
//
//   system_bench [--seconds S] [--numbers N] [--only memory|menus|bills|changes|payments|swap]
#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <memory>
#include <sstream>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "baselines.hpp"
#include "daemon_under_test.hpp"
#include "load_smsc.hpp"
#include "loads.hpp"
#include "publisher.hpp"

namespace {

using namespace shubbak::bench;
namespace under_test = shubbak::under_test;
using std::chrono::seconds;

constexpr int processor_under_test = 0;
constexpr int processor_of_load = 1;
constexpr std::uint32_t concurrent_dialogues = 1000;
constexpr std::uint32_t concurrent_texts = 300;
constexpr std::uint32_t payers_max = 30'000;  // each pays once: codes to one number are 30 s apart

struct Options {
  double seconds = 5;
  std::uint32_t numbers = 100'000;
  std::string only;
  [[nodiscard]] bool wants(std::string_view scenario) const { return only.empty() || only == scenario; }
};

void print(const char* what, double value, const char* unit, const char* target) {
  std::printf("%-62s %12.2f %-10s target %s\n", what, value, unit, target);
  std::fflush(stdout);
}

void print_latencies(const std::string& what, Latencies latencies, const char* target_p99) {
  std::vector<double>& latencies_ms = latencies.ms;
  if (latencies_ms.empty()) die(what + ": nothing was measured");
  std::ranges::sort(latencies_ms);
  const auto at = [&](double part) {
    return latencies_ms[static_cast<std::size_t>(part * static_cast<double>(latencies_ms.size() - 1))];
  };
  print((what + ", p50").c_str(), at(0.5), "ms", "-");
  print((what + ", p99").c_str(), at(0.99), "ms", target_p99);
  print((what + ", longest").c_str(), latencies_ms.back(), "ms", "-");
  print("  of it the longest that the load itself was kept waiting", latencies.longest_pause_ms, "ms", "-");
}

std::string own_path() {
  return std::filesystem::read_symlink("/proc/self/exe").string();
}

class Bench {
 public:
  explicit Bench(Options options)
      : options_(std::move(options)),
        folder_(temporary_folder()),
        build_(under_test::build_folder()),
        smsc_([](const auto&) {}) {}
  ~Bench() { std::filesystem::remove_all(folder_); }
  Bench(const Bench&) = delete;
  Bench& operator=(const Bench&) = delete;

  void run() {
    make_database(folder_, options_.numbers);
    if (options_.wants("menus")) echo();
    start_companies();
    if (options_.wants("bills")) bare_curl();
    if (options_.only != "swap" && options_.only != "payments") {
      start_daemon(SHUBBAK_SOURCE_DIR "/config/syria-kuwwa/shubbak.yaml");
      if (options_.wants("memory")) memory();
      if (options_.wants("menus")) menus();
      if (options_.wants("bills")) bills();
      if (options_.wants("changes")) changes();
      stop_daemon();
    }
    if (options_.wants("payments")) {
      const std::uint32_t payers = std::min(options_.numbers, payers_max);
      give_cards(folder_, payers);
      start_daemon(under_test::write_config(
          folder_, "codes: {sends_per_prefix_hour: 1000000, sends_per_deployment_hour: 1000000}\n"));
      payments(payers);
      stop_daemon();
    }
    if (options_.wants("swap")) {
      start_daemon(write_deployment(folder_));
      swap();
      stop_daemon();
    }
    if (smsc_.refused() > 0) die("the daemon refused messages");
  }

 private:
  void start_companies();
  void start_daemon(const std::string& config_file);
  void stop_daemon();
  void echo();
  void bare_curl();
  void memory();
  void menus();
  void bills();
  void changes();
  void payments(std::uint32_t payers);
  void swap();

  Options options_;
  std::string folder_;
  std::string build_;
  LoadSmsc smsc_;
  under_test::Companies companies_;
  std::unique_ptr<Process> daemon_;
  double echo_us_ = 0;
  double curl_us_ = 0;
};

void Bench::start_companies() {
  companies_ = under_test::start_companies(folder_, options_.numbers, {}, processor_of_load);
}

void Bench::start_daemon(const std::string& config_file) {
  const auto before = Clock::now();
  const std::vector<std::string> command{build_ + "/src/daemon/shubbakd", "--config", config_file};
  const auto environment = under_test::environment_of_daemon(folder_, companies_, smsc_.port());
  daemon_ = std::make_unique<Process>(command, environment, processor_under_test, folder_ + "/daemon.log",
                                      Process::Prints::log);
  smsc_.wait_until_bound(seconds(10));
  print("start to bound", std::chrono::duration<double>(Clock::now() - before).count(), "s", "< 1 s");
}

void Bench::stop_daemon() {
  smsc_.hang_up();
  daemon_.reset();
}

void Bench::echo() {
  const Process esme({own_path(), "--echo-esme", std::to_string(smsc_.port())}, {}, processor_under_test,
                     folder_ + "/echo.log", Process::Prints::log);
  smsc_.wait_until_bound(seconds(10));
  EchoLoad load(smsc_, options_.numbers);
  const Cost cost = closed_loop(esme, load, concurrent_dialogues, options_.numbers, options_.seconds);
  smsc_.hang_up();
  echo_us_ = cost.cpu_us();
  print("echo ESME, closed loop", cost.rate(), "steps/s", "(baseline)");
  print("echo ESME, CPU", echo_us_, "us", "(baseline)");
}

void Bench::bare_curl() {
  std::vector<std::string> command{own_path(), "--bare-curl", std::to_string(options_.seconds),
                                   std::to_string(concurrent_texts), std::to_string(options_.numbers)};
  command.insert(command.end(), companies_.urls.begin(), companies_.urls.end());
  Process client(command, {}, processor_under_test, folder_ + "/curl.log", Process::Prints::answers);
  std::istringstream printed(client.read_until("\n", seconds(static_cast<std::int64_t>(options_.seconds) + 10)));
  Cost cost{};
  printed >> cost.done >> cost.seconds >> cost.cpu_seconds;
  curl_us_ = cost.cpu_us();
  print("bare libcurl multi, the same questions", cost.rate(), "requests/s", "(baseline)");
  print("bare libcurl multi, CPU", curl_us_, "us", "(baseline)");
}

void Bench::memory() {
  const std::uint64_t at_start = daemon_->resident_octets();
  {
    UnknownLoad load(smsc_, options_.numbers);
    everybody_once(load, concurrent_texts);
  }
  const std::uint64_t all_seen = daemon_->resident_octets();
  MenuLoad load(smsc_, options_.numbers);
  everybody_once(load, concurrent_dialogues);
  print("memory per number seen for the first time (caches)",
        static_cast<double>(all_seen - at_start) / options_.numbers, "octets", "-");
  print("memory per idle dialogue at a fixed menu",
        static_cast<double>(daemon_->resident_octets() - all_seen) / options_.numbers, "octets", "<= 600");
}

void Bench::menus() {
  MenuLoad load(smsc_, options_.numbers);
  const Cost cost = closed_loop(*daemon_, load, concurrent_dialogues, concurrent_dialogues, options_.seconds);
  print("menu steps, closed loop, 1,000 dialogues", cost.rate(), "steps/s", ">= 250000");
  print("menu step, CPU", cost.cpu_us(), "us", "<= 3");
  print("menu step, CPU, to an echo", cost.cpu_us() / echo_us_, "times", "-");
  everybody_once(load, concurrent_dialogues);  // all are within a dialogue, and so plain steps follow
  print_latencies("menu steps, open loop 100,000/s", open_loop(load, 100'000, options_.seconds), "< 2");
}

void Bench::bills() {
  BillLoad load(smsc_, options_.numbers);
  const Cost cost = closed_loop(*daemon_, load, concurrent_texts, options_.numbers, options_.seconds);
  print("bills by SMS over HTTP, closed loop, 300 at once", cost.rate(), "replies/s", ">= 25000");
  print("bill by SMS over HTTP, CPU", cost.cpu_us(), "us", "<= 35");
  print("bill by SMS over HTTP, CPU, to bare libcurl", cost.cpu_us() / curl_us_, "times", "-");
  print_latencies("bills by SMS, open loop 1,000/s", open_loop(load, 1000, options_.seconds), "< 1.5");
}

void Bench::changes() {
  ChangeLoad load(smsc_, options_.numbers);
  const Cost cost = closed_loop(*daemon_, load, concurrent_dialogues, options_.numbers, options_.seconds);
  print("changes by SMS, committed with the reply, 1,000 at once", cost.rate(), "replies/s", ">= 15000");
  print("change by SMS, CPU, the commits included", cost.cpu_us(), "us", "-");
}

// From the key that confirms to the receipt: the code by SMS, dialling with it, the company asked over HTTP.
void Bench::payments(std::uint32_t payers) {
  PayLoad load(smsc_, payers);
  everybody_once(load, concurrent_texts);
  load.pay();
  const double cpu_before = daemon_->cpu_seconds();
  const auto began = Clock::now();
  everybody_once(load, concurrent_texts);
  const Cost cost{std::chrono::duration<double>(Clock::now() - began).count(), daemon_->cpu_seconds() - cpu_before,
                  payers};
  print("payments by card with a code, 300 at once", cost.rate(), "/s", ">= 5000");
  print("payment, CPU, the commits included", cost.cpu_us(), "us", "-");
}

// Menu steps while new flows are published, beside as many without; then everybody dials anew, and the last of them
// lets the old flows go.
void Bench::swap() {
  constexpr int rounds = 5;
  constexpr double rate = 60'000;  // well below what is served: what waits, waits for the swap
  MenuLoad load(smsc_, options_.numbers);
  everybody_once(load, concurrent_dialogues);
  Publisher publisher(folder_);
  Latencies quiet;
  Latencies swapped;
  Latencies dialled;
  for (int round = 0; round < rounds; ++round) {
    quiet.add(open_loop(load, rate, options_.seconds / 2));
    std::jthread publishing([&] { publisher.publish(); });
    swapped.add(open_loop(load, rate, options_.seconds / 2));
    publishing.join();
    if (!load.dial_anew()) die("the new flows do not run yet: measure for longer");
    dialled.add(open_loop(load, rate, options_.numbers / rate));
  }
  print_latencies("menu steps, open loop 60,000/s", std::move(quiet), "-");
  print_latencies("menu steps, new flows being published", std::move(swapped), "no pause > 10");
  print_latencies("dialling anew, away from the old flows", std::move(dialled), "no pause > 10");
}

Options read_options(const std::vector<std::string>& arguments) {
  Options options;
  for (std::size_t i = 0; i + 1 < arguments.size(); i += 2) {
    const std::string& value = arguments[i + 1];
    if (arguments[i] == "--seconds") {
      options.seconds = std::stod(value);
    } else if (arguments[i] == "--numbers") {
      options.numbers = static_cast<std::uint32_t>(std::stoul(value));
    } else if (arguments[i] == "--only") {
      options.only = value;
    } else {
      die("system_bench [--seconds S] [--numbers N] [--only memory|menus|bills|changes|payments|swap]");
    }
  }
  return options;
}

}  // namespace

int main(int argc, char** argv) {
  const std::vector<std::string> arguments(argv + 1, argv + argc);
  if (arguments.size() == 2 && arguments[0] == "--echo-esme") {
    return echo_esme(static_cast<std::uint16_t>(std::stoul(arguments[1])));
  }
  if (arguments.size() > 4 && arguments[0] == "--bare-curl") {
    return bare_curl(std::stod(arguments[1]), static_cast<std::uint32_t>(std::stoul(arguments[2])),
                     static_cast<std::uint32_t>(std::stoul(arguments[3])), {arguments.begin() + 4, arguments.end()});
  }
  pin_to(processor_of_load);
  Bench(read_options(arguments)).run();
  return 0;
}
