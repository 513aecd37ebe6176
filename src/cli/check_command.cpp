// shubbak check: does a deployment's configuration hold together with its flows and strings?

#include <cstdio>
#include <string>

#include "cli/command.hpp"
#include "cli/deployment.hpp"

namespace shubbak::cli {
namespace {

int check_deployment(const std::string& file) {
  const auto deployment = load_deployment(file);
  if (!deployment) return exit_failed;
  std::printf("ok: %s, %zu flows, %zu languages\n", deployment->config.deployment.c_str(),
              deployment->revision->flows().size(), deployment->config.locales.size());
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
