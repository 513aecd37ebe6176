// Programs under test as processes of their own, on given processors if that matters. They end with the program that
// started them, however that ends. Thread: one at a time.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <sys/types.h>
#include <vector>

namespace shubbak::under_test {

class Process {
 public:
  enum class Prints : std::uint8_t { log, answers };  // what its stdout is: goes to the log file, or to read_until()
  Process(const std::vector<std::string>& command, const std::vector<std::string>& environment,
          std::optional<int> processor, const std::string& log_file, Prints prints);
  ~Process();
  Process(const Process&) = delete;
  Process& operator=(const Process&) = delete;

  // What it has printed, once that holds `text`; exits with a message if it does not within the time.
  std::string read_until(std::string_view text, std::chrono::milliseconds timeout);
  [[nodiscard]] double cpu_seconds() const;  // user and system, of all its threads
  [[nodiscard]] std::uint64_t resident_octets() const;
  void ask_to_stop();  // SIGTERM
  void terminate();    // SIGTERM, and waits
  void kill();         // SIGKILL, and waits
  int wait();          // until it ends by itself: its exit code; -1: a signal ended it

 private:
  void end_by(int signal);

  pid_t pid_ = -1;
  int output_ = -1;
  std::string printed_;
};

[[noreturn]] void die(const std::string& what);

void pin_to(int processor);
std::string temporary_folder();

}  // namespace shubbak::under_test
