#include "cli/deployment.hpp"

#include <algorithm>
#include <cstdio>
#include <filesystem>

#include "cli/diagnostics.hpp"

namespace shubbak::cli {
namespace {

rehearsal::Profile profile_of(const daemon::OperatorConfig& config) {
  return {.name = config.name,
          .service_code = config.ussd.service_code,
          .ussd_octets_max = config.ussd.octets_max,
          .ussd_digits = config.ussd.digits,
          .sms_octets_max = config.sms.octets_max(),
          .sms_digits = config.sms.digits,
          .idle_timeout = config.ussd.idle_timeout,
          .application_timeout = config.ussd.application_timeout};
}

std::nullopt_t failed(const std::vector<flows::Diagnostic>& faults) {
  print_diagnostics(faults, Colour::automatic);
  std::fprintf(stderr, "%zu %s\n", faults.size(), faults.size() == 1 ? "fault" : "faults");
  return std::nullopt;
}

}  // namespace

std::optional<Deployment> load_deployment(const std::string& config_file,
                                          std::optional<std::vector<flows::SourceFile>> sources,
                                          const flows::Revision* published) {
  auto config = daemon::read_config(config_file, daemon::process_environment);
  if (!config) return failed(config.error());
  if (!sources) {
    auto read = daemon::read_flow_sources(*config);
    if (!read) return failed(read.error());
    sources = std::move(*read);
  }
  auto revision = daemon::load_sources_of(*config, *sources, published);
  if (!revision) return failed(revision.error());
  Deployment deployment{.config = std::move(*config),
                        .sources = std::move(*sources),
                        .revision = std::move(*revision),
                        .operators = {},
                        .folder = std::filesystem::path(config_file).parent_path().string()};
  for (const daemon::OperatorConfig& one : deployment.config.operators)
    deployment.operators.push_back(profile_of(one));
  return deployment;
}

std::vector<std::string> rehearsals_of(const Deployment& deployment) {
  std::vector<std::string> files;
  std::error_code error;
  for (const auto& entry :
       std::filesystem::directory_iterator(std::filesystem::path(deployment.folder) / "tests", error)) {
    if (entry.path().extension() == ".yaml") files.push_back(entry.path().string());
  }
  std::ranges::sort(files);
  return files;
}

std::optional<std::vector<Conversation>> read_rehearsals(const std::vector<std::string>& files) {
  auto conversations = read_conversations(files);
  if (conversations) return std::move(*conversations);
  for (const ScriptFault& fault : conversations.error()) std::fprintf(stderr, "%s\n", to_string(fault).c_str());
  return std::nullopt;
}

}  // namespace shubbak::cli
