// The shipped daemon, the sample company and the baselines as processes of their own, on given processors, and a
// database of linked numbers. They end with the bench, however that ends.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>
#include <sys/types.h>
#include <vector>

namespace shubbak::bench {

class Process {
 public:
  enum class Prints : std::uint8_t { log, answers };  // what its stdout is: goes to the log file, or to read_until()
  Process(const std::vector<std::string>& command, const std::vector<std::string>& environment, int processor,
          const std::string& log_file, Prints prints);
  ~Process();
  Process(const Process&) = delete;
  Process& operator=(const Process&) = delete;

  // What it has printed, once that holds `text`; exits with a message if it does not within the time.
  std::string read_until(std::string_view text, std::chrono::milliseconds timeout);
  [[nodiscard]] double cpu_seconds() const;  // user and system, of all its threads
  [[nodiscard]] std::uint64_t resident_octets() const;
  void terminate();  // SIGTERM, and waits

 private:
  pid_t pid_ = -1;
  int output_ = -1;
  std::string printed_;
};

[[noreturn]] void die(const std::string& what);

void pin_to(int processor);
std::string temporary_folder();
// `count` linked numbers: phone_number(k) belongs to the generated person k of the sample company.
void make_database(const std::string& folder, std::uint32_t count);
std::uint64_t phone_number(std::uint32_t k);

}  // namespace shubbak::bench
