// The faults that the loader collects, so that a designer sees all of a file's at once. Thread: one.
#pragma once

#include <string>
#include <vector>

#include "flows/loader.hpp"
#include "flows/position.hpp"

namespace shubbak::flows {

class Faults {
 public:
  static constexpr std::size_t faults_max = 200;  // what comes after is not told

  explicit Faults(std::vector<std::string> file_names) : file_names_(std::move(file_names)) {}

  void add(Position at, std::string message, std::string hint = {}, Rule rule = Rule::form);
  [[nodiscard]] bool empty() const { return found_.empty(); }
  // Nothing more would be told: looking for more is of no use.
  [[nodiscard]] bool is_full() const { return found_.size() >= faults_max; }
  [[nodiscard]] std::size_t size() const { return found_.size(); }
  // "flows/debt.yaml:3:1", to name another place inside a message.
  [[nodiscard]] std::string place(Position at) const;
  // In the order of files, lines and columns.
  std::vector<Diagnostic> take() &&;

 private:
  struct Found {
    Position at;
    std::string message;
    std::string hint;
    Rule rule;
  };
  std::vector<std::string> file_names_;
  std::vector<Found> found_;
};

}  // namespace shubbak::flows
