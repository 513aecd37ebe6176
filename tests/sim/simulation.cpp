#include "tests/sim/simulation.hpp"

#include <cstdio>
#include <filesystem>

#include "tests/sim/clocks.hpp"
#include "tests/sim/invariants.hpp"

namespace shubbak::sim {
namespace {

using Millis = std::chrono::milliseconds;

constexpr Millis tick_interval{500};
constexpr Millis tick_interval_at_the_end{2'000};
constexpr std::chrono::minutes clean_interval{10};
constexpr Millis trouble_lasts_at_most{240'000};
constexpr std::chrono::minutes peace_lasts_at_most{60};  // by then all must be over
constexpr Millis link_is_up_by{3'000};                   // after a start
constexpr Millis outbox_waits_at_most{30'000};
const std::string in_the_outbox = "a message in the outbox";
constexpr std::size_t bills_max = 5;  // of one phone

}  // namespace

Simulation::Simulation(const Deployment& deployment, RunOptions options)
    : deployment_(deployment), options_(options), random_(options.seed), disk_(FaultVfs::instance()) {
  clocks::set(Millis(0));
  clocks::seed_octets(random_.next());
  disk_.begin_run(random_.next());
  disk_.lie_about_syncs(options.plant == Plant::answers_early);
  copy_founded(deployment);
  open_doors_to(*this);
  // Seldom so much; the margin is 60 s.
  const std::int64_t clock_off_max = options.is_calm ? 0 : random_.one_in(6) ? 20'000 : 500;
  for (const auto& company : deployment.config.companies)
    companies_.emplace_back(company.name, options.plant == Plant::clocks_apart
                                              ? Millis(-300'000)
                                              : Millis(random_.between(-clock_off_max, clock_off_max)));
  for (std::size_t i = 0; i < deployment.citizens.size(); ++i) {
    const Citizen& citizen = deployment.citizens[i];
    for (std::size_t company = 0; company < companies_.size(); ++company) {
      if (deployment.config.companies[company].name == citizen.company)
        companies_[company].open_account(std::string(citizen.person.reveal()), citizen.account);
    }
    phones_.push_back(std::make_unique<Phone>(i, deployment, *this, random_));
  }
}

Simulation::~Simulation() {
  asked_.clear();
  life_.reset();
}

// ------------------------------------------------------------------------------------------------------------ time

void Simulation::at(Millis delay, std::function<void()> then) {
  events_.emplace(std::pair(now_ + delay, ++events_made_), std::move(then));
}

void Simulation::trace(const std::string& what) {
  for (const char c : std::to_string(now_.count()) + what)
    hash_ = (hash_ ^ static_cast<unsigned char>(c)) * 1'099'511'628'211U;
  if (options_.prints_trace) std::printf("%9.3f %s\n", static_cast<double>(now_.count()) / 1'000, what.c_str());
}

bool Simulation::step() {
  if (events_.empty()) return false;
  const auto first = events_.begin();
  now_ = first->first.first;
  const auto event = std::move(first->second);
  events_.erase(first);
  clocks::set(now_);
  ++figures_.events;
  event();
  return true;
}

// ------------------------------------------------------------------------------------------------ the daemon's life

void Simulation::start_daemon() {
  disk_.start_again();
  std::filesystem::remove(deployment_.database() + "-shm");
  stop_disk_within(4, 6);
  if (lives_ == 0 && options_.stops_at_operation) disk_.stop_at(*options_.stops_at_operation);
  auto begun = DaemonLife::begin(deployment_, random_, options_.plant);
  if (!begun && disk_.stopped()) {
    ++figures_.crashes["while it starts"];
    trace("stops while it starts");
    return at(Millis(1'000), [this] { start_daemon(); });
  }
  if (!begun && disk_.is_ill()) {
    trace("cannot start: " + begun.error().message);
    return at(Millis(5'000), [this] { start_daemon(); });
  }
  if (!begun) return faults_.push_back("the daemon cannot start: " + begun.error().message);
  if (!options_.is_calm) disk_.do_not_stop();
  life_ = *std::move(begun);
  if (options_.plant == Plant::loses_waits)
    life_->store().change({store::DropExpiredWalks{wall_now() + std::chrono::hours(24)}}, [](const auto&) {});
  ++lives_;
  listens_ = true;
  crash_now_ = nullptr;
  commit_is_due_ = telling_is_due_ = false;
  trace("starts");
  look();
  tick();
  at(Millis(random_.between(50, link_is_up_by.count())), [this] { link_up(); });
}

// Everything that it held in memory is lost, and of the disk what was not synced.
void Simulation::crash(const char* where) {
  trace(std::string("stops: ") + where);
  ++figures_.crashes[where];
  if (!disk_.stopped()) disk_.stop();
  listens_ = false;
  link_up_ = false;
  responses_.clear();
  forgotten_to_ = submits_;
  presses_again_.clear();
  asked_.clear();
  life_.reset();
  disk_.heal();
  at(Millis(random_.between(200, 20'000)), [this] { start_daemon(); });
}

// Where the disk has stopped meanwhile: by itself, or because the daemon has ended itself, in doubt of what the file
// holds. Then the machine may stop too, or go on.
void Simulation::crash_of_disk(const char* where) {
  if (!life_->is_in_doubt()) return crash(where);
  if (random_.one_in(2)) disk_.stop();
  crash("in doubt of a commit");
}

// True: now, as soon as it is back from what it does; what it sends and asks meanwhile goes nowhere.
bool Simulation::draw_crash(const char* where, std::uint64_t one_in) {
  ++crash_points_;
  if (options_.is_calm) {
    if (crash_points_ == options_.stops_at_point) crash_now_ = where;
  } else if (is_troubled_ && crashes_left_ > 0 && random_.one_in(one_in)) {
    --crashes_left_;
    crash_now_ = where;
  }
  return crash_now_ != nullptr;
}

// Counts a fault that chance has drawn.
bool Simulation::befalls(const char* fault, bool drawn) {
  if (drawn) ++figures_.faults[fault];
  return drawn;
}

// If it comes to that, one time in so many.
void Simulation::stop_disk_within(std::uint64_t operations, std::uint64_t one_in) {
  if (!is_troubled_ || crashes_left_ == 0 || disk_.will_stop() || !random_.one_in(one_in)) return;
  --crashes_left_;
  disk_.stop_at(disk_.operations() + random_.below(operations));
}

// After anything that it was told.
void Simulation::after_daemon() {
  if (!life_) return;
  life_->run();
  if (crash_now_ != nullptr) return crash(crash_now_);
  if (commit_is_due_) return;
  commit_is_due_ = true;
  at(Millis(random_.between(1, 25)), [this, life = lives_] {
    if (life_ && life == lives_) commit();
  });
}

void Simulation::commit() {
  commit_is_due_ = false;
  stop_disk_within(10, 12);
  const std::uint64_t failed_before = disk_.failed();
  life_->commit();
  if (disk_.failed() != failed_before) trace("the disk fails");
  if (disk_.stopped()) return crash_of_disk("while it commits");
  if (!life_->has_reports()) return;
  ++figures_.commits;
  trace("commits");
  if (draw_crash("once it has committed", 20)) return crash(crash_now_);
  if (telling_is_due_) return;
  telling_is_due_ = true;
  at(Millis(random_.between(0, 5)), [this, life = lives_] {
    if (life_ && life == lives_) tell();
  });
}

void Simulation::tell() {
  life_->tell_one();
  telling_is_due_ = life_->has_reports();
  if (telling_is_due_) {
    at(Millis(random_.between(0, 2)), [this, life = lives_] {
      if (life_ && life == lives_) tell();
    });
  }
  after_daemon();
}

void Simulation::tick() {
  life_->tick();
  if (now_ / clean_interval != (now_ - tick_interval) / clean_interval) life_->clean();
  at(is_troubled_ ? tick_interval : tick_interval_at_the_end, [this, life = lives_] {
    if (life_ && life == lives_) tick();
  });
  after_daemon();
}

// ---------------------------------------------------------------------------------------------------- trouble, peace

// The log is copied into the database file, as the writer does when it has grown; the disk may stop in that too.
void Simulation::checkpoint() {
  if (life_) {
    trace("checkpoint");
    stop_disk_within(40, 3);
    life_->checkpoint();
    if (disk_.stopped()) return crash_of_disk("while it copies the log");
  }
  if (is_troubled_) at(Millis(random_.between(5'000, 60'000)), [this] { checkpoint(); });
}

void Simulation::begin_disk_trouble() {
  if (!is_troubled_) return;
  constexpr std::array kinds{DiskFault::write, DiskFault::sync, DiskFault::read,      DiskFault::full,
                             DiskFault::full,  DiskFault::sync, DiskFault::torn_write};
  // Of what is planted about syncs there is more to see where they fail more often.
  const DiskFault kind =
      options_.plant == Plant::trusts_the_log ? DiskFault::sync : kinds.at(random_.below(kinds.size()));
  trace("the disk begins to fail: " + std::string(disk_fault_names.at(static_cast<std::size_t>(kind))));
  const bool is_full = kind == DiskFault::full;  // for longer, and nearly nothing goes
  disk_.fail(kind, static_cast<std::uint64_t>(random_.between(1, is_full ? 2 : 4)));
  at(Millis(is_full ? random_.between(2'000, 20'000) : random_.between(500, 8'000)), [this] {
    trace("the disk is well");
    disk_.heal();
  });
  at(Millis(random_.between(20'000, 50'000)), [this] { begin_disk_trouble(); });
}

void Simulation::heal() {
  is_troubled_ = false;
  disk_.heal();
  disk_.do_not_stop();
  trace("all is well from now on");
  if (life_) link_up();
}

// What is under way or waits; empty: nothing.
std::string Simulation::what_waits() {
  if (!life_ || !link_up_) return "the daemon and its link";
  if (!asked_.empty() || on_the_way_ > 0) return "a question to a company, or its answer";
  if (!texts_.empty()) return "a text that is not acknowledged";
  for (std::size_t i = 0; i < phones_.size(); ++i) {
    if (!phones_[i]->is_done()) return "phone " + std::to_string(i);
  }
  const auto open = life_->store().payments().companies_with_open_payments();
  if (!open || !open->empty()) return "a payment";
  const auto unsent = life_->store().outbox_sizes();
  if (!unsent || !unsent->empty()) return in_the_outbox;
  return {};
}

void Simulation::look() {
  const Evidence evidence{deployment_, companies_, phones_, life_->store()};
  for (std::string& fault : broken_invariants(evidence, Moment::any)) faults_.push_back(std::move(fault));
}

void Simulation::begin_trouble(Millis lasts) {
  crashes_left_ = random_.below(8);
  if (!random_.one_in(5)) at(Millis(random_.between(0, 40'000)), [this] { begin_disk_trouble(); });
  for (std::uint64_t drops = random_.below(4); drops > 0; --drops)
    at(Millis(random_.between(0, lasts.count())), [this] { link_down(Millis(random_.between(300, 15'000))); });
  at(lasts, [this] { heal(); });
}

std::vector<std::string> Simulation::run() {
  const Millis trouble_ends(random_.between(trouble_lasts_at_most.count() / 4, trouble_lasts_at_most.count()));
  is_troubled_ = !options_.is_calm;
  start_daemon();
  for (const auto& phone : phones_) {
    phone->pay(options_.is_calm ? 1 : 1 + random_.below(bills_max));
    at(link_is_up_by, [one = phone.get()] { one->think(); });
  }
  at(Millis(random_.between(5'000, 30'000)), [this] { checkpoint(); });
  if (is_troubled_) begin_trouble(trouble_ends);
  const Millis end = trouble_ends + peace_lasts_at_most;
  bool is_over = false;
  Millis looked{0};
  Millis only_outbox_since = end;
  while (faults_.empty() && !is_over && now_ < end && step()) {
    if (is_troubled_ || now_ - looked < tick_interval_at_the_end) continue;
    looked = now_;
    const std::string waits = what_waits();
    is_over = waits.empty();
    only_outbox_since = waits == in_the_outbox ? std::min(only_outbox_since, now_) : end;
    // What was sent, and could not be taken out because the disk failed, goes out once more by the next daemon.
    if (now_ - only_outbox_since > outbox_waits_at_most) {
      only_outbox_since = end;
      crash("to be started anew");
    }
  }
  if (!faults_.empty()) return faults_;
  if (!is_over) faults_.push_back("although all is well, this is not over: " + what_waits());
  // Once more as the next daemon would find it.
  disk_.do_not_stop();
  asked_.clear();
  life_.reset();
  if (auto begun = DaemonLife::begin(deployment_, random_, options_.plant)) {
    life_ = *std::move(begun);
    const Evidence evidence{deployment_, companies_, phones_, life_->store()};
    for (std::string& fault : broken_invariants(evidence, is_over ? Moment::over : Moment::any))
      faults_.push_back(std::move(fault));
    count(evidence, figures_);
  } else {
    faults_.push_back("the daemon cannot start at the end: " + begun.error().message);
  }
  for (std::size_t kind = 1; kind < disk_fault_names.size(); ++kind) {
    const std::uint64_t failed = disk_.failed(static_cast<DiskFault>(kind));
    if (failed > 0) figures_.faults["disk, " + std::string(disk_fault_names.at(kind))] = failed;
  }
  figures_.crash_points = crash_points_;
  figures_.disk_operations = disk_.operations();
  trace("the end");
  return faults_;
}

}  // namespace shubbak::sim
