// The key that seals personal fields, kept in a file outside the database: 64 hexadecimal digits.
#pragma once

#include <array>
#include <string>

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

// Errors say what to do: no such file (how to make one), others may read it (chmod 600), not 64 hexadecimal digits.
Result<MasterKey> read_key_file(const std::string& path);

}  // namespace shubbak::store
