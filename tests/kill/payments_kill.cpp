// Payments survive kill -9: the shipped daemon, the sample companies and some hundreds of phones that pay. Each round
// the daemon is killed at a random instant while at least 100 payments are in flight, the books on both sides are
// held against each other and against what the phones were told, and it is started again on the same database. At the
// end every payment is brought to its end, which takes a good minute, since what a company has not got is given up
// only then; with --quick the test ends before that, and leaves open what cannot be known yet.
//
//   payments_kill [--rounds N] [--seed S] [--quick] [--bank-cards] [--must-find]
//
// --bank-cards: some pay by bank card, on the sample gateway's page, which also does wrong what gateways do wrong.
// What it has taken is held against the books too: after each kill what was acknowledged, at the end all of it.
//
// --must-find: runs the daemon with the planted fault instead, which the books must show within the rounds.
// Exit code: 0, or 1: the books are not equal (with --must-find: they are), or something went wrong.
#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <iterator>
#include <memory>
#include <random>
#include <string>
#include <vector>

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>
#include <curl/curl.h>

#include "payments/payment.hpp"
#include "tests/kill/books.hpp"
#include "tests/kill/fetch.hpp"
#include "tests/kill/gateway_books.hpp"
#include "tests/kill/phones.hpp"
#include "tests/kill/town.hpp"
#include "tests/under_test/process.hpp"
#include "tests/under_test/sample_system.hpp"

namespace shubbak::kill {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using under_test::die;
using under_test::Process;

constexpr std::size_t in_flight_min = 100;
constexpr TownSize town_size{.well_served = 300, .badly_served = 2, .vouchers = 2'000};
constexpr double voucher_share = 0.1;
constexpr double bank_card_share = 0.4;
constexpr std::string_view gateway_secret = "a secret of the sample gateway, long enough";
constexpr milliseconds looks_again_after{500};
constexpr milliseconds payments_take{2'500};
constexpr milliseconds kill_within{2'000};  // once enough are in flight
constexpr seconds patience{60};             // with whatever must come; far more than it takes
constexpr std::size_t faults_shown_max = 20;

struct Options {
  std::size_t rounds = 100;
  std::uint64_t seed = 0;
  bool quick = false;
  bool must_find = false;
  bool bank_cards = false;
};

std::uint16_t free_port(boost::asio::io_context& loop) {
  using boost::asio::ip::tcp;
  const tcp::acceptor acceptor(loop, {boost::asio::ip::make_address("127.0.0.1"), 0});
  return acceptor.local_endpoint().port();
}

void print_some(const std::vector<std::string>& faults) {
  const std::size_t shown = std::min(faults.size(), faults_shown_max);
  for (std::size_t i = 0; i < shown; ++i) std::printf("%s\n", faults[i].c_str());
  if (faults.size() > shown) std::printf("and %zu more\n", faults.size() - shown);
}

class Test {
 public:
  explicit Test(const Options& options)
      : options_(options),
        folder_(under_test::temporary_folder()),
        town_(found_town(folder_, town_size, config_)),
        companies_(under_test::start_companies(folder_, town_size.generated(),
                                               {"--payments-take-ms", std::to_string(payments_take.count())}, {})),
        phones_(loop_, town_, options.seed, {voucher_share, options.bank_cards ? bank_card_share : 0}),
        random_(options.seed) {
    if (options.bank_cards) start_gateway();
  }
  ~Test() {
    if (!keeps_) std::filesystem::remove_all(folder_);
  }
  Test(const Test&) = delete;
  Test& operator=(const Test&) = delete;

  // Faults of the books; none: they are equal.
  std::vector<std::string> run() {
    std::size_t tries_left = 3 * options_.rounds;
    while (at_kill_.size() < options_.rounds) {
      if (tries_left-- == 0) die("too seldom are enough payments in flight");
      const std::size_t in_flight = round();
      auto faults = look(Moment::killed);
      note_round(in_flight);
      if (!faults.empty()) return faults;
    }
    return finish();
  }
  void print_figures() const;
  // What there is of it stays, to be looked at.
  const std::string& keep() {
    keeps_ = true;
    return folder_;
  }

 private:
  template <class Condition>
  bool comes_true(Condition condition, std::chrono::nanoseconds timeout);
  template <class Condition>
  void wait_until(const char* what, Condition condition, std::chrono::nanoseconds timeout = patience);
  void start_gateway();
  [[nodiscard]] std::vector<std::string> environment() const;
  void wait_for_charges();
  void start_daemon();
  void kill_daemon();
  void stop_daemon();
  std::size_t round();
  void note_round(std::size_t in_flight);
  std::vector<std::string> look(Moment moment, Reached reached = Reached::acknowledged);
  std::vector<std::string> finish();
  void end_open_payments();

  Options options_;
  boost::asio::io_context loop_{1};
  bool keeps_ = false;
  std::string folder_;
  std::string config_;
  Town town_;
  under_test::Companies companies_;
  std::unique_ptr<Process> gateway_;
  std::string gateway_url_;
  std::uint16_t http_port_ = free_port(loop_);  // the daemon's, for the gateway's callbacks, in each of its lives
  Phones phones_;
  std::mt19937_64 random_;
  std::unique_ptr<Process> daemon_;
  std::chrono::sys_days first_day_ = std::chrono::floor<std::chrono::days>(wall_now());
  OurBooks ours_;                     // as they were looked at last
  std::vector<std::size_t> at_kill_;  // payments in flight, of each round
  std::vector<std::size_t> unknown_;  // reserved in the database then: what the next daemon found
  std::size_t not_counted_ = 0;
};

// Runs phones and network until the condition holds, if only for an instant. False: it did not in that time.
template <class Condition>
bool Test::comes_true(Condition condition, std::chrono::nanoseconds timeout) {
  boost::asio::steady_timer timer(loop_, timeout);
  bool over = false;
  timer.async_wait([&](const boost::system::error_code& stopped) { over = !stopped; });
  bool came = false;
  while (!(came = condition()) && !over) loop_.run_one();
  timer.cancel();
  loop_.poll();
  return came;
}

template <class Condition>
void Test::wait_until(const char* what, Condition condition, std::chrono::nanoseconds timeout) {
  if (!comes_true(condition, timeout)) {
    std::printf("%s", phones_.account_of_ends().c_str());
    print_some(phones_.faults());
    std::fflush(stdout);
    die(std::string(what) + " did not come about in time; what there is of it is in " + folder_);
  }
}

void Test::start_gateway() {
  gateway_ =
      std::make_unique<Process>(std::vector<std::string>{under_test::build_folder() + "/samples/sample_gateway",
                                                         "--port", "0", "--late-ms", "1500"},
                                std::vector<std::string>{"CARD_GATEWAY_SECRET=" + std::string(gateway_secret)},
                                std::nullopt, folder_ + "/gateway.log", Process::Prints::answers);
  const std::string printed = gateway_->read_until("\nlistening", seconds(10));
  const std::string marker = "gateway listening on ";
  const std::size_t at = printed.find(marker) + marker.size();
  gateway_url_ = "http://" + printed.substr(at, printed.find('\n', at) - at);
}

std::vector<std::string> Test::environment() const {
  auto variables = under_test::environment_of_daemon(folder_, companies_, phones_.port());
  if (!options_.bank_cards) return variables;
  const std::string port = std::to_string(http_port_);
  std::ranges::replace(variables, std::string("SHUBBAK_HTTP_PORT=0"), "SHUBBAK_HTTP_PORT=" + port);
  variables.push_back("CARD_GATEWAY_URL=" + gateway_url_);
  variables.push_back("CARD_GATEWAY_SECRET=" + std::string(gateway_secret));
  variables.push_back("CARD_GATEWAY_CALLBACK=http://127.0.0.1:" + port);
  return variables;
}

// Until no order is open: the daemon has been told, or has asked, what became of each.
void Test::wait_for_charges() {
  const std::string none = "shubbak_bank_card_orders_open{gateway=\"" + std::string(gateway_name) + "\"} 0\n";
  const std::string metrics = "http://127.0.0.1:" + std::to_string(http_port_) + "/metrics";
  for (auto left = patience / looks_again_after; left > 0; --left) {
    if (fetch(metrics, {}).find(none) != std::string::npos) return;
    static_cast<void>(comes_true([] { return false; }, looks_again_after));
  }
  die("orders by bank card are not over; what there is of it is in " + folder_);
}

void Test::start_daemon() {
  const std::string program = options_.must_find ? "/tests/kill/shubbakd_answers_early" : "/src/daemon/shubbakd";
  const std::vector<std::string> command{under_test::build_folder() + program, "--config", config_};
  daemon_ =
      std::make_unique<Process>(command, environment(), std::nullopt, folder_ + "/daemon.log", Process::Prints::log);
  wait_until("the daemon's bind", [&] { return phones_.bound(); });
}

void Test::kill_daemon() {
  daemon_->kill();
  wait_until("the end of the daemon's link", [&] { return !phones_.bound(); });
}

// Payments in flight when the daemon was killed.
std::size_t Test::round() {
  phones_.pay(true);
  start_daemon();
  wait_until("100 payments in flight", [&] { return phones_.in_flight() >= in_flight_min; });
  boost::asio::steady_timer instant(
      loop_, milliseconds(std::uniform_int_distribution<milliseconds::rep>(0, kill_within.count())(random_)));
  bool has_come = false;
  instant.async_wait([&](const boost::system::error_code&) { has_come = true; });
  wait_until("the instant", [&] { return has_come; });
  const std::size_t in_flight = phones_.in_flight();
  kill_daemon();
  return in_flight;
}

// The round counts if enough were in flight at the very instant.
void Test::note_round(std::size_t in_flight) {
  if (in_flight < in_flight_min) {
    ++not_counted_;
    return;
  }
  at_kill_.push_back(in_flight);
  unknown_.push_back(ours_.count(ledger::State::reserved));
}

std::vector<std::string> Test::look(Moment moment, Reached reached) {
  // What it acknowledges behind this is not looked for yet: nobody answers it.
  const auto charges = gateway_ ? ask_gateway(gateway_url_) : std::vector<GatewayCharge>();
  const CompanyBooks theirs = ask_companies(companies_.urls, first_day_);
  ours_ = read_database(folder_, town_, phones_);
  if (!phones_.faults().empty()) {
    print_some(phones_.faults());
    die("phones saw what none may see, whatever is paid");
  }
  auto faults = compare(town_, phones_, ours_, theirs, moment);
  std::ranges::move(compare_charges(ours_, charges, reached), std::back_inserter(faults));
  return faults;
}

std::vector<std::string> Test::finish() {
  phones_.pay(false);
  start_daemon();
  wait_until("an answer on each phone", [&] { return phones_.all_idle(); });
  if (gateway_) wait_for_charges();
  if (!options_.quick) {
    kill_daemon();
    if (auto faults = look(Moment::killed); !faults.empty()) return faults;
    end_open_payments();
  }
  stop_daemon();
  std::vector<std::string> faults = look(options_.quick ? Moment::killed : Moment::over, Reached::all);
  Process command({under_test::build_folder() + "/src/cli/shubbak", "ledger", "verify", "--config", config_},
                  environment(), std::nullopt, folder_ + "/verify.log", Process::Prints::log);
  if (command.wait() != 0) faults.emplace_back("shubbak ledger verify finds faults");
  return faults;
}

// A payment that its company has not got is given up once nothing can be on its way any more by any clock. So the
// daemon is started when that time is over for all, and then it knows at once.
void Test::end_open_payments() {
  WallTime latest{};
  for (const OurPayment& one : ours_.payments) {
    if (one.payment.state == ledger::State::reserved) latest = std::max(latest, one.payment.not_after);
  }
  const auto left = latest + payments::late_margin + seconds(1) - wall_now();
  if (left > milliseconds::zero()) {
    boost::asio::steady_timer end(loop_, left);
    bool has_come = false;
    end.async_wait([&](const boost::system::error_code&) { has_come = true; });
    wait_until(
        "the end of all payments", [&] { return has_come; }, left + patience);
  }
  start_daemon();
  // If that does not come true, the books tell of which.
  static_cast<void>(comes_true(
      [&] {
        return std::ranges::all_of(ours_.payments, [&](const OurPayment& one) { return is_told(phones_, one); });
      },
      patience));
}

void Test::stop_daemon() {
  daemon_->ask_to_stop();
  wait_until("the daemon's leave", [&] { return !phones_.bound(); });
  if (daemon_->wait() != 0) die("the daemon did not end as it should: " + folder_);
}

std::string least_and_median(std::vector<std::size_t> numbers) {
  std::ranges::sort(numbers);
  if (numbers.empty()) return "-";
  return "least " + std::to_string(numbers.front()) + ", median " + std::to_string(numbers[numbers.size() / 2]);
}

void Test::print_figures() const {
  std::printf("rounds: %zu, and %zu that do not count\n", at_kill_.size(), not_counted_);
  std::printf("in flight on phones at the kill: %s\n", least_and_median(at_kill_).c_str());
  std::printf("reserved in the database then, unknown to the next daemon: %s\n", least_and_median(unknown_).c_str());
  std::printf("authorised on phones: %zu; payments in the ledger: %zu, settled %zu, released %zu, open %zu\n",
              phones_.begun(), ours_.payments.size(), ours_.count(ledger::State::posted),
              ours_.count(ledger::State::voided), ours_.count(ledger::State::reserved));
  std::printf("dialogues that the daemon refused: %zu\n", phones_.refused());
  if (!options_.bank_cards) return;
  using payments::ChargeUse;
  const auto of = [&](ChargeUse use) { return std::ranges::count(ours_.charges, use, &store::StoredCharge::use); };
  std::printf("charges of bank cards: %zu; paid %td, on cards %td, in dispute %td\n", ours_.charges.size(),
              of(ChargeUse::pays), of(ChargeUse::credits), of(ChargeUse::disputed));
}

Options read_options(const std::vector<std::string>& arguments) {
  Options options;
  options.seed = std::random_device{}();
  for (std::size_t i = 0; i < arguments.size(); ++i) {
    const bool has_value = i + 1 < arguments.size();
    if (arguments[i] == "--rounds" && has_value) {
      options.rounds = std::stoul(arguments[++i]);
    } else if (arguments[i] == "--seed" && has_value) {
      options.seed = std::stoull(arguments[++i]);
    } else if (arguments[i] == "--quick") {
      options.quick = true;
    } else if (arguments[i] == "--bank-cards") {
      options.bank_cards = true;
    } else if (arguments[i] == "--must-find") {
      options.must_find = true;
    } else {
      die("payments_kill [--rounds N] [--seed S] [--quick] [--bank-cards] [--must-find]");
    }
  }
  return options;
}

int run(const Options& options) {
  std::printf("seed %llu\n", static_cast<unsigned long long>(options.seed));
  std::fflush(stdout);
  curl_global_init(CURL_GLOBAL_DEFAULT);
  Test test(options);
  const std::vector<std::string> faults = test.run();
  test.print_figures();
  print_some(faults);
  curl_global_cleanup();
  if (faults.empty()) std::printf("the books are equal\n");
  if (faults.empty() == options.must_find) {
    if (options.must_find) {
      std::printf("the planted fault was not found; ");
    } else {
      std::printf("the books are not equal, what there is of them is in %s; ", test.keep().c_str());
    }
    std::printf("seed %llu\n", static_cast<unsigned long long>(options.seed));
    return EXIT_FAILURE;
  }
  return EXIT_SUCCESS;
}

}  // namespace
}  // namespace shubbak::kill

int main(int argc, char** argv) {
  return shubbak::kill::run(shubbak::kill::read_options({argv + 1, argv + argc}));
}
