// Rehearses conversations on every operator and language they are meant for, and judges what is seen. Pure.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "cli/conversation.hpp"
#include "rehearsal/rehearsal.hpp"

namespace shubbak::cli {

struct Golden {
  Place at;          // of an `equals`
  std::string text;  // what it would have to say
};
struct TestFailure {
  Place at;
  std::string message;
  std::optional<Golden> golden;
};
struct TestResult {
  std::string conversation;
  std::string operator_name;
  std::string locale;
  std::string file;
  double seconds = 0;
  std::optional<TestFailure> failure;
};

// Which states and ways of each flow the conversations have come along.
class Coverage {
 public:
  using FlowPlace = flows::Session::Place;

  void add(const std::vector<rehearsal::Rehearsal::Visit>& visits);
  // One line for each flow, and what was never come to.
  [[nodiscard]] std::string report(const flows::Revision& revision) const;
  [[nodiscard]] bool has(FlowPlace place) const { return states_.contains(key(place)); }

 private:
  static std::uint32_t key(FlowPlace place) { return (std::uint32_t{place.flow} << 16U) | place.state; }
  std::set<std::uint32_t> states_;
  std::set<std::pair<std::uint32_t, std::uint32_t>> edges_;
};

class TestRunner {
 public:
  TestRunner(std::shared_ptr<const flows::Revision> revision, std::span<const rehearsal::Profile> operators)
      : revision_(std::move(revision)), operators_(operators) {}

  // One result for each operator and language.
  std::vector<TestResult> run(const Conversation& conversation);
  std::vector<TestResult> run(std::span<const Conversation> conversations);
  [[nodiscard]] const Coverage& coverage() const { return coverage_; }
  [[nodiscard]] std::size_t checks() const { return checks_; }

 private:
  using Failure = std::optional<TestFailure>;

  Failure rehearse(const Conversation& conversation, const rehearsal::Profile& profile, std::uint8_t locale);
  static std::string typed(const rehearsal::Rehearsal& walk, const ScriptStep& step);
  Failure act(rehearsal::Rehearsal& walk, const ScriptStep& step);
  Failure expect_screen(const rehearsal::Rehearsal& walk, const ScriptStep& step);
  Failure expect_message(const rehearsal::Rehearsal& walk, const ScriptStep& step);
  Failure judge_end(const rehearsal::Rehearsal& walk, const rehearsal::MockServices& services,
                    const Conversation& conversation);
  [[nodiscard]] std::string locale_name(const rehearsal::Rehearsal& walk) const {
    return revision_->locales()[walk.locale()];
  }

  std::shared_ptr<const flows::Revision> revision_;
  std::span<const rehearsal::Profile> operators_;
  Coverage coverage_;
  std::size_t checks_ = 0;
  std::size_t messages_claimed_ = 0;
};

// JUnit's XML, as build servers read it.
std::string junit(std::span<const TestResult> results);

}  // namespace shubbak::cli
