// The shipped daemon and the sample company as processes of their own, with a database of linked numbers, on given
// processors.
#pragma once

#include <cstdint>
#include <string>
#include <sys/types.h>
#include <vector>

namespace shubbak::bench {

class Process {
 public:
  Process() = default;
  Process(const std::vector<std::string>& command, const std::vector<std::string>& environment, int processor,
          const std::string& output_file);
  ~Process();
  Process(Process&& other) noexcept;
  Process& operator=(Process&& other) noexcept;

  [[nodiscard]] double cpu_seconds() const;  // user and system, of all its threads
  [[nodiscard]] std::uint64_t resident_octets() const;
  [[nodiscard]] bool running() const;
  void terminate();  // SIGTERM, and waits

 private:
  pid_t pid_ = -1;
};

void pin_to(int processor);
std::string temporary_folder();
// Waits until `text` stands in the file; exits with a message if it does not come in time.
std::string wait_for_text(const std::string& file, const std::string& text, int timeout_ms);
// `count` linked numbers: phone_number(k) belongs to the generated person k of the sample company.
void make_database(const std::string& folder, std::uint32_t count);
std::uint64_t phone_number(std::uint32_t k);

}  // namespace shubbak::bench
