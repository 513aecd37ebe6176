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

// Runs the conversation; with `update` again and again, each `equals` that is not met made to say what was seen, and
// noted in `updates`.
std::vector<TestResult> run_and_update(TestRunner& runner, Conversation conversation, bool update, Goldens& updates);

// Puts each text into its file, as a text in double quotes where one stands now; anything else is an error, and no
// file is changed.
Status update_goldens(const Goldens& updates);

}  // namespace shubbak::cli
