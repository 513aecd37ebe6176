// shubbak test: rehearses a deployment's conversations.

#include <algorithm>
#include <cstdio>
#include <fstream>
#include <string>
#include <vector>

#include "cli/command.hpp"
#include "cli/deployment.hpp"
#include "cli/golden.hpp"
#include "cli/test_runner.hpp"

namespace shubbak::cli {
namespace {

struct TestOptions {
  std::string config;
  std::vector<std::string> files;
  std::string junit_file;
  bool update = false;
  bool coverage = false;
};

void print(const TestResult& result) {
  const std::string where = " (" + result.operator_name + ", " + result.locale + ")";
  if (!result.failure) {
    std::printf("ok      %s%s\n", result.conversation.c_str(), where.c_str());
    return;
  }
  std::printf("FAILED  %s%s\n    %s: ", result.conversation.c_str(), where.c_str(),
              to_string(result.failure->at).c_str());
  for (const char c : result.failure->message) {
    std::putchar(c);
    if (c == '\n') std::fputs("    ", stdout);
  }
  std::putchar('\n');
}

int finish(const TestOptions& options, const TestRunner& runner, const flows::Revision& revision,
           const std::vector<TestResult>& results) {
  const auto failed = std::ranges::count_if(results, [](const TestResult& one) { return one.failure.has_value(); });
  if (options.coverage) std::printf("coverage:\n%s", runner.coverage().report(revision).c_str());
  if (!options.junit_file.empty()) {
    std::ofstream out(options.junit_file);
    out << junit(results);
    if (!out.flush()) {
      std::fprintf(stderr, "shubbak test: cannot write %s\n", options.junit_file.c_str());
      return exit_failed;
    }
  }
  std::printf("%zu passed, %zu failed, %zu checks\n", results.size() - static_cast<std::size_t>(failed),
              static_cast<std::size_t>(failed), runner.checks());
  return failed == 0 ? exit_ok : exit_failed;
}

int test_deployment(const TestOptions& options) {
  const auto deployment = load_deployment(options.config);
  if (!deployment) return exit_failed;
  const std::vector<std::string> files = options.files.empty() ? rehearsals_of(*deployment) : options.files;
  if (files.empty()) {
    std::fprintf(stderr, "shubbak test: no conversations: name files, or put them into %s/tests\n",
                 deployment->folder.c_str());
    return exit_failed;
  }
  auto conversations = read_rehearsals(files);
  if (!conversations) return exit_failed;
  TestRunner runner(deployment->revision, deployment->operators);
  Goldens updates;
  const std::vector<TestResult> results =
      options.update ? run_and_update(runner, std::move(*conversations), updates) : runner.run(*conversations);
  for (const TestResult& result : results) print(result);
  if (const auto updated = update_goldens(updates); !updated) {
    std::fprintf(stderr, "shubbak test: %s\n", updated.error().message.c_str());
    return exit_failed;
  }
  for (const auto& [place, text] : updates) std::printf("updated %s\n", to_string(place).c_str());
  return finish(options, runner, *deployment->revision, results);
}

}  // namespace

void add_test_command(CLI::App& app, int& exit_code) {
  static TestOptions options;
  CLI::App* command = app.add_subcommand("test", "Rehearse a deployment's conversations");
  command->description(
      "Plays conversations on the engine that the daemon runs, with mocks for the services, for each operator and\n"
      "language they name. Between every two steps the session is saved and taken up again, and every text is "
      "measured.");
  add_config_option(*command, options.config);
  command->add_option("files", options.files, "Conversations (else all of tests/ beside the configuration)")
      ->check(CLI::ExistingFile);
  command->add_option("--junit", options.junit_file, "Write the results there as JUnit XML");
  command->add_flag("--update", options.update, "Rewrite each `equals` that is not met with what was seen");
  command->add_flag("--coverage", options.coverage, "Tell which states and ways of each flow were come along");
  command->callback([&exit_code] { exit_code = test_deployment(options); });
}

}  // namespace shubbak::cli
