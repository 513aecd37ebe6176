// One run: a daemon, its disk, the operator's network, companies and phones, all moved by one queue of events whose
// order, and all chance in them, follow from the seed. Thread: the simulator's.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "smpp/segments.hpp"
#include "tests/sim/company.hpp"
#include "tests/sim/daemon_life.hpp"
#include "tests/sim/doors.hpp"
#include "tests/sim/fault_vfs.hpp"
#include "tests/sim/phone.hpp"
#include "tests/sim/plant.hpp"

namespace shubbak::sim {

// What happened, by name: how often.
using Counts = std::map<std::string, std::uint64_t, std::less<>>;

struct Figures {
  std::uint64_t events = 0, commits = 0, requests = 0, vouchers = 0;
  Counts crashes;  // by the moment of them
  Counts faults;   // by kind: of the disk, of the network, of companies
  Counts payments_by_end;
  std::uint64_t crash_points = 0, disk_operations = 0;
};

struct RunOptions {
  std::uint64_t seed = 0;
  Plant plant = Plant::none;
  bool prints_trace = false;
  // Nothing goes wrong but that the daemon stops once: at that of the points around its messages and commits, from 1,
  // or in that operation that changes a file, from 0. Neither: never.
  bool is_calm = false;
  std::uint64_t stops_at_point = 0;
  std::optional<std::uint64_t> stops_at_operation{};
};

class Simulation final : public Outside, public Air {
 public:
  Simulation(const Deployment& deployment, RunOptions options);
  ~Simulation() override;
  Simulation(const Simulation&) = delete;
  Simulation& operator=(const Simulation&) = delete;

  std::vector<std::string> run();                                   // what broke an invariant
  [[nodiscard]] std::uint64_t trace_hash() const { return hash_; }  // of all that happened
  [[nodiscard]] const Figures& figures() const { return figures_; }

 private:
  using Millis = std::chrono::milliseconds;
  struct Asked {  // of a company, and not answered yet
    Answer answer;
    companies::HttpRequest request;
  };

  // simulation.cpp: time and the daemon's life
  void at(Millis delay, std::function<void()> then);
  void trace(const std::string& what);
  bool step();
  void start_daemon();
  void crash(const char* where);
  void after_daemon();
  void commit();
  void tell();
  void tick();
  void begin_disk_trouble();
  void begin_trouble(Millis lasts);
  void checkpoint();
  void crash_of_disk(const char* where);
  void stop_disk_within(std::uint64_t operations, std::uint64_t one_in);
  void heal();
  [[nodiscard]] std::string what_waits();
  void look();
  bool draw_crash(const char* where, std::uint64_t one_in);
  bool befalls(const char* fault, bool drawn);

  // network.cpp: what is between the daemon and everybody else
  void on_request(companies::HttpRequest request, Answer answer) override;
  void arrive(std::uint64_t id, const companies::HttpRequest& request);
  void finish(std::uint64_t id, companies::HttpResult result);
  void answer_wrong(std::uint64_t id, companies::HttpResponse response);
  Status on_submit(const smpp::Sm& sm, std::uint64_t tag) override;
  void taken_over(const smpp::Sm& sm);
  void respond(std::uint64_t response, smpp::SessionEvents::Outcome outcome, smpp::CommandStatus status);
  void on_acknowledged(const gateways::AckHandle& handle, smpp::CommandStatus status) override;
  [[nodiscard]] bool link_is_up() const override { return link_up_; }
  [[nodiscard]] std::uint64_t connection() const override { return connection_; }
  void link_up();
  void link_down(Millis lasts);
  void press(std::size_t phone, std::uint8_t session, Press press, const std::string& keys) override;
  void deliver_press(std::size_t phone, std::uint8_t session, Press press, const std::string& keys);
  void deliver_again(std::size_t phone, std::uint8_t session, const std::string& keys);
  void text(std::size_t phone, const std::string& content) override;
  void deliver_text(std::uint32_t message);
  void deliver_text_after(Millis delay, std::uint32_t message);
  void later(Millis delay, std::function<void()> then) override { at(delay, std::move(then)); }
  Millis draw_delay();

  const Deployment& deployment_;
  RunOptions options_;
  Random random_;
  FaultVfs& disk_;
  Figures figures_;
  std::vector<std::string> faults_;
  std::uint64_t hash_ = 14'695'981'039'346'656'037U;

  Millis now_{0};
  std::uint64_t events_made_ = 0;
  std::map<std::pair<Millis, std::uint64_t>, std::function<void()>> events_;
  bool is_troubled_ = true;  // faults happen
  std::uint64_t crashes_left_ = 0;
  std::uint64_t crash_points_ = 0;

  std::vector<CompanyBook> companies_;  // as configured
  std::unique_ptr<DaemonLife> life_;
  std::uint64_t lives_ = 0;
  bool listens_ = false;             // to the daemon
  const char* crash_now_ = nullptr;  // where; nothing: it does not
  bool commit_is_due_ = false;
  bool telling_is_due_ = false;

  std::map<std::uint64_t, Asked> asked_;
  std::uint64_t requests_made_ = 0;
  std::uint64_t on_the_way_ = 0;  // to a company, whether or not the daemon still waits for the answer
  bool link_up_ = false;
  std::uint64_t connection_ = 0;
  std::map<std::uint64_t, std::uint64_t> responses_;  // that the daemon waits for: tags
  std::uint64_t submits_ = 0;
  std::uint64_t forgotten_to_ = 0;  // up to that submit no resp is waited for: the link broke, or the daemon ended
  std::vector<std::function<void()>> presses_again_;  // on the next connection: their resps were lost
  struct Shown {
    std::uint64_t number = 0;
    std::uint8_t session = 0;
    bool is_last = false;
    std::string text;
  };
  std::map<std::size_t, Shown> last_shown_;  // by phone
  struct Waiting {                           // a text that the operator keeps until the daemon has acknowledged it
    std::size_t phone = 0;
    std::string content;
    std::uint64_t orders = 0;  // to deliver it: the last one counts
  };
  std::map<std::uint32_t, Waiting> texts_;
  std::uint32_t texts_made_ = 0;
  smpp::Reassembler reassembler_{{}};
  std::vector<std::unique_ptr<Phone>> phones_;
};

}  // namespace shubbak::sim
