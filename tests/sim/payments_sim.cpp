// Payments under everything that may go wrong, simulated: one thread, one seed, the daemon's own code. See
// docs/testing.md.
//
//   payments_sim [--seed N | --seeds FROM..TO | --from-day] [--seconds S | --hours H] [--least N] [--trace] [--twice]
//                [--every-crash N] [--point P | --operation O] [--must-find FAULT]
//
// --seed, --seeds: which to play; without them, seeds from a random one on. --from-day: from the day's first one on
// (UTC), so that each day plays others, and the same all day. --seconds, --hours: no new seed is begun after that
// time. --least: so many are played however long they take.
// --trace: prints the story of each. --twice: plays each twice, and fails if the two differ.
// --every-crash: of each seed nothing goes wrong but one crash, and it is played once for each N-th of the moments at
// which there can be one: before and after each message, after each commit, in each write and sync of the disk. Such
// a one is played alone by --seed N with --point or --operation.
// --must-find: plants a fault (Plant, in simulation.hpp), which one of the seeds must show.
// Exit code: 0, or 1: an invariant was broken (with --must-find: none was), the seed is printed.
#include <algorithm>
#include <charconv>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <limits>
#include <optional>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include <spdlog/spdlog.h>

#include "tests/sim/clocks.hpp"
#include "tests/sim/simulation.hpp"
#include "tests/under_test/process.hpp"

namespace shubbak::sim {
namespace {

using under_test::die;

constexpr std::size_t faults_shown_max = 20;
constexpr std::uint64_t seeds_of_a_day = 1'000'000;

struct Options {
  std::uint64_t from = 0;
  std::uint64_t to = 0;
  bool prints_trace = false;
  bool plays_twice = false;
  std::uint64_t every_crash = 0;
  std::optional<std::uint64_t> point{};  // 0: nothing goes wrong at all
  std::optional<std::uint64_t> operation{};
  Plant plant = Plant::none;
  std::optional<std::chrono::seconds> at_most{};
  std::uint64_t least = 0;
};

std::uint64_t number_of(const std::string& text) {
  std::uint64_t number = 0;
  const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (failed != std::errc() || end != text.data() + text.size()) die("not a number: " + text);
  return number;
}

Plant plant_of(const std::string& name) {
  for (std::size_t i = 1; i < plant_names.size(); ++i) {
    if (plant_names.at(i) == name) return static_cast<Plant>(i);
  }
  die("no such fault can be planted: " + name);
}

// The day is the world's, not that of the clocks which the simulator moves.
std::uint64_t first_seed_of_the_day() {
  constexpr std::int64_t seconds_a_day = 86'400;
  return static_cast<std::uint64_t>(std::int64_t{std::time(nullptr)} / seconds_a_day) * seeds_of_a_day;
}

Options read_options(const std::vector<std::string>& arguments) {
  Options options;
  options.from = std::random_device{}();
  options.to = options.from + 99;
  for (std::size_t i = 0; i < arguments.size(); ++i) {
    const std::string& name = arguments[i];
    const std::string value = i + 1 < arguments.size() ? arguments[i + 1] : std::string();
    if (name == "--trace") {
      options.prints_trace = true;
      continue;
    }
    if (name == "--twice") {
      options.plays_twice = true;
      continue;
    }
    if (name == "--from-day") {
      options.from = first_seed_of_the_day();
      options.to = options.from + seeds_of_a_day - 1;
      continue;
    }
    ++i;
    if (name == "--seed") {
      options.from = options.to = number_of(value);
    } else if (name == "--seeds" && value.find("..") != std::string::npos) {
      options.from = number_of(value.substr(0, value.find("..")));
      options.to = number_of(value.substr(value.find("..") + 2));
    } else if (name == "--seconds") {
      options.at_most = std::chrono::seconds(number_of(value));
    } else if (name == "--hours") {
      options.at_most = std::chrono::hours(number_of(value));
      options.to = std::numeric_limits<std::uint64_t>::max();
    } else if (name == "--least") {
      options.least = number_of(value);
    } else if (name == "--every-crash") {
      options.every_crash = std::max<std::uint64_t>(1, number_of(value));
    } else if (name == "--point") {
      options.point = number_of(value);
    } else if (name == "--operation") {
      options.operation = number_of(value);
    } else if (name == "--must-find") {
      options.plant = plant_of(value);
    } else {
      die("payments_sim [--seed N | --seeds FROM..TO | --from-day] [--seconds S | --hours H] [--least N] [--trace] "
          "[--twice] [--every-crash N] [--point P | --operation O] [--must-find FAULT]");
    }
  }
  return options;
}

unsigned long long number(std::uint64_t value) {
  return value;
}

struct Totals {
  std::uint64_t runs = 0;
  std::uint64_t stories = 0;  // of all together
  Figures sums;

  void add(const Figures& one, std::uint64_t story) {
    ++runs;
    stories = stories * 31 + story;
    sums.events += one.events;
    sums.commits += one.commits;
    sums.requests += one.requests;
    sums.vouchers += one.vouchers;
    add(sums.crashes, one.crashes);
    add(sums.faults, one.faults);
    add(sums.payments_by_end, one.payments_by_end);
  }
  void print() const {
    std::printf("%llu runs: %llu events, %llu commits, %llu questions to companies\n", number(runs),
                number(sums.events), number(sums.commits), number(sums.requests));
    print("crashes", sums.crashes);
    print("faults", sums.faults);
    print("payments", sums.payments_by_end);
    std::printf("vouchers redeemed: %llu; all their stories: %016llx\n", number(sums.vouchers), number(stories));
  }

 private:
  static void add(Counts& to, const Counts& counts) {
    for (const auto& [name, count] : counts) to[name] += count;
  }
  static void print(const char* what, const Counts& counts) {
    std::uint64_t all = 0;
    for (const auto& [name, count] : counts) all += count;
    std::string line = std::string(what) + ": " + std::to_string(all);
    const char* before = ": ";
    for (const auto& [name, count] : counts)
      line.append(std::exchange(before, "; ")).append(name).append(" ").append(std::to_string(count));
    std::printf("%s\n", line.c_str());
  }
};

class Player {
 public:
  Player(const Deployment& deployment, const Options& options) : deployment_(deployment), options_(options) {}

  // False: something was found.
  bool play(std::uint64_t seed) {
    ++seeds_;
    const RunOptions run = with(seed);
    const bool holds = options_.every_crash > 0 ? play_every_crash(seed) : play(run);
    if (!options_.plays_twice || !holds) return holds;
    if (story_of(run) == story_of(run)) return true;
    std::printf("seed %llu does not replay: its two stories differ\n", number(seed));
    return false;
  }
  [[nodiscard]] bool is_late() const { return options_.at_most && clocks::really() - began_ > *options_.at_most; }
  [[nodiscard]] std::uint64_t seeds() const { return seeds_; }
  void print() const {
    const double seconds = std::chrono::duration<double>(clocks::really() - began_).count();
    std::printf("%llu seeds from %llu on in %.1f s\n", number(seeds_), number(options_.from), seconds);
    totals_.print();
  }

 private:
  [[nodiscard]] RunOptions with(std::uint64_t seed) const {
    return {.seed = seed,
            .plant = options_.plant,
            .prints_trace = options_.prints_trace,
            .is_calm = options_.point || options_.operation || options_.every_crash > 0,
            .stops_at_point = options_.point.value_or(0),
            .stops_at_operation = options_.operation};
  }

  bool play(const RunOptions& run) {
    Simulation simulation(deployment_, run);
    const std::vector<std::string> faults = simulation.run();
    last_ = simulation.figures();
    totals_.add(last_, simulation.trace_hash());
    if (faults.empty()) return true;
    for (std::size_t i = 0; i < faults.size() && i < faults_shown_max; ++i) std::printf("%s\n", faults[i].c_str());
    std::printf("payments_sim --seed %llu", number(run.seed));
    if (run.stops_at_operation) {
      std::printf(" --operation %llu", number(*run.stops_at_operation));
    } else if (run.is_calm) {
      std::printf(" --point %llu", number(run.stops_at_point));
    }
    std::printf(" --trace shows how it came to that");
    std::printf("\n");
    return false;
  }

  bool play_every_crash(std::uint64_t seed) {
    RunOptions run = with(seed);
    if (!play(run)) return false;
    const Figures without = last_;
    for (run.stops_at_point = 1; run.stops_at_point <= without.crash_points;
         run.stops_at_point += options_.every_crash) {
      if (!play(run)) return false;
    }
    run.stops_at_point = 0;
    for (std::uint64_t at = 0; at < without.disk_operations; at += options_.every_crash) {
      run.stops_at_operation = at;
      if (!play(run)) return false;
    }
    return true;
  }

  [[nodiscard]] std::uint64_t story_of(const RunOptions& run) const {
    Simulation again(deployment_, run);
    again.run();
    return again.trace_hash();
  }

  const Deployment& deployment_;
  const Options& options_;
  std::chrono::nanoseconds began_ = clocks::really();
  std::uint64_t seeds_ = 0;
  Totals totals_;
  Figures last_;
};

int run(const Options& options) {
  // The daemon's own lines are part of the story.
  spdlog::default_logger_raw()->set_level(options.prints_trace ? spdlog::level::info : spdlog::level::off);
  const Deployment deployment = found();
  Player player(deployment, options);
  bool holds = true;
  const auto is_enough = [&] { return player.is_late() && player.seeds() >= options.least; };
  for (std::uint64_t seed = options.from; seed <= options.to && holds && !is_enough(); ++seed)
    holds = player.play(seed);
  player.print();
  remove_folder(deployment);
  const bool must_find = options.plant != Plant::none;
  if (must_find && holds) std::printf("the planted fault was not found\n");
  return holds == must_find ? EXIT_FAILURE : EXIT_SUCCESS;
}

}  // namespace
}  // namespace shubbak::sim

int main(int argc, char** argv) {
  return shubbak::sim::run(shubbak::sim::read_options({argv + 1, argv + argc}));
}
