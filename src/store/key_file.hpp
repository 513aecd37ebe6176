// The keys that seal personal fields, kept outside the database: in a file, or told by a command. Lines `ID HEX`: a
// number from 1 to 255 and 64 hexadecimal digits; a line without ID is key 1. Thread: any.
#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

#include "domain/result.hpp"

namespace shubbak::store {

// 256 random bits; wiped from memory when it goes.
class MasterKey {
 public:
  static constexpr std::size_t size = 32;
  MasterKey() = default;
  explicit MasterKey(const std::array<unsigned char, size>& bytes) : bytes_(bytes) {}
  MasterKey(const MasterKey&) = default;
  MasterKey& operator=(const MasterKey&) = default;
  MasterKey(MasterKey&&) = default;
  MasterKey& operator=(MasterKey&&) = default;
  ~MasterKey();

  [[nodiscard]] const std::array<unsigned char, size>& bytes() const { return bytes_; }

 private:
  std::array<unsigned char, size> bytes_{};
};

struct NumberedKey {
  std::uint8_t id = 0;
  MasterKey key;
};

// One key at least, each under an id of its own, the lowest first.
class KeyRing {
 public:
  explicit KeyRing(std::vector<NumberedKey> keys);  // in any order
  [[nodiscard]] const std::vector<NumberedKey>& keys() const { return keys_; }
  [[nodiscard]] const MasterKey* find(std::uint8_t id) const;  // nullptr: it has none of that id

 private:
  std::vector<NumberedKey> keys_;
};

// Where the keys are.
struct KeySource {
  std::string file;
  std::vector<std::string> command{};  // program and arguments; where it is there, it is asked and not the file

  [[nodiscard]] std::string name() const;  // for messages: "the key file /etc/shubbak/shubbak.key"
};

inline constexpr std::size_t keys_octets_max = 32'768;  // of a key file, and of what a command prints
inline constexpr std::chrono::milliseconds key_command_patience{30'000};

Result<KeyRing> read_keys(const KeySource& source);
// Errors say what to do: no such file (how to make one), others may read it (chmod 600), not of the form above.
Result<KeyRing> read_key_file(const std::string& path);
// Without a shell, with nothing on its standard input. Errors: unavailable: it cannot be run or fails; timed_out;
// limit: it prints more than keys_octets_max; malformed: what it prints is not of the form above.
Result<KeyRing> run_key_command(const std::vector<std::string>& command,
                                std::chrono::milliseconds patience = key_command_patience);

}  // namespace shubbak::store
