// shubbak check: does a deployment's configuration hold together with its flows and strings?

#include <cstdio>
#include <string>

#include "cli/command.hpp"
#include "cli/diagnostics.hpp"
#include "daemon/config.hpp"
#include "flows/loader.hpp"
#include "services/service.hpp"

namespace shubbak::cli {
namespace {

int failed(const std::vector<flows::Diagnostic>& faults) {
  print_diagnostics(faults);
  std::fprintf(stderr, "%zu %s\n", faults.size(), faults.size() == 1 ? "fault" : "faults");
  return exit_failed;
}

int check_deployment(const std::string& file) {
  const auto config = daemon::read_config(file, daemon::process_environment);
  if (!config) return failed(config.error());
  const auto sources = flows::read_folders(config->folders);
  if (!sources) {
    std::fprintf(stderr, "shubbak check: %s\n", sources.error().message.c_str());
    return exit_failed;
  }
  const flows::LoadOptions options{.locales = config->locales,
                                   .home_flow = config->home_flow,
                                   .services = services::signatures(),
                                   .country = config->country};
  const auto revision = flows::load(*sources, options);
  if (!revision) return failed(revision.error());
  std::printf("ok: %s, %zu files, %zu languages\n", config->deployment.c_str(), sources->size(),
              config->locales.size());
  return exit_ok;
}

}  // namespace

void add_check_command(CLI::App& app, int& exit_code) {
  static std::string file;
  CLI::App* command = app.add_subcommand("check", "Check a deployment's configuration, flows and strings");
  command->description(
      "Reads a deployment as the daemon would, and prints every fault of its configuration, flows and strings with\n"
      "file:line:column and what to do. Nothing is started and nothing is changed.");
  command->add_option("--config", file, "The deployment's shubbak.yaml")->required()->check(CLI::ExistingFile);
  command->callback([&exit_code] { exit_code = check_deployment(file); });
}

}  // namespace shubbak::cli
