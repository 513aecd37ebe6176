// What `shubbak replay` tells: comparisons gathered, each change once with how many recordings meet it. Pure; one
// thread.
#pragma once

#include <cstddef>
#include <map>
#include <string>
#include <tuple>
#include <vector>

#include "rehearsal/replay.hpp"

namespace shubbak::cli {

class ReplayReport {
 public:
  static constexpr std::size_t pairs_shown_max = 3;  // texts before and after, of one state

  void add(const rehearsal::Comparison& comparison);
  // Its flows were never published, so nobody has them.
  void add_unknown_revision() { ++unknown_revision_; }
  void add_unknown_operator() { ++unknown_operator_; }  // it is not in the configuration any more
  void add_damaged() { ++damaged_; }

  [[nodiscard]] std::size_t compared() const { return same_ + texts_ + ways_ + failed_; }
  [[nodiscard]] bool has_differences() const { return texts_ + ways_ + failed_ > 0; }
  [[nodiscard]] std::string text() const;  // for people
  [[nodiscard]] std::string json() const;  // one object

 private:
  struct Pair {
    std::string before;
    std::string after;
    bool operator==(const Pair&) const = default;
  };
  struct ChangedTexts {
    std::size_t recordings = 0;
    std::vector<Pair> pairs;
  };
  struct Gathered {
    std::size_t recordings = 0;
    std::string input;  // of the first
  };

  std::size_t same_ = 0;
  std::size_t texts_ = 0;
  std::size_t ways_ = 0;
  std::size_t failed_ = 0;
  std::size_t not_reproduced_ = 0;
  std::size_t unknown_revision_ = 0;
  std::size_t unknown_operator_ = 0;
  std::size_t damaged_ = 0;
  std::map<std::string, ChangedTexts> changed_;                                   // by state
  std::map<std::tuple<std::string, std::string, std::string>, Gathered> parted_;  // by state, before, after
  std::map<std::pair<std::string, std::string>, Gathered> failures_;              // by state, reason
};

}  // namespace shubbak::cli
