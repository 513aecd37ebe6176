// `shubbak test --update`: what the goldens of conversations would have to say, written into their files.
#pragma once

#include <map>
#include <tuple>
#include <vector>

#include "cli/conversation.hpp"
#include "cli/test_runner.hpp"
#include "domain/result.hpp"

namespace shubbak::cli {

struct PlaceOrder {
  bool operator()(const Place& a, const Place& b) const {
    return std::tie(a.file, a.line, a.column) < std::tie(b.file, b.line, b.column);
  }
};
using Goldens = std::map<Place, std::string, PlaceOrder>;

// Runs the conversations again and again, each `equals` that is not met made to say what was seen, and noted in
// `updates`, until no more can be made to hold.
std::vector<TestResult> run_and_update(TestRunner& runner, std::vector<Conversation> conversations, Goldens& updates);

// Puts each text into its file, as a text in double quotes where one stands now; anything else is an error, and no
// file is changed.
Status update_goldens(const Goldens& updates);

}  // namespace shubbak::cli
