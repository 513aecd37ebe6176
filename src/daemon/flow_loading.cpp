#include "daemon/flow_loading.hpp"

#include "services/service.hpp"

namespace shubbak::daemon {

std::vector<flows::OperatorProfile> operator_profiles(const Config& config) {
  std::vector<flows::OperatorProfile> profiles;
  for (const OperatorConfig& op : config.operators) {
    profiles.push_back({.name = op.name,
                        .ussd_octets_max = op.ussd.octets_max,
                        .ussd_digits = op.ussd.digits,
                        .sms_octets_max = op.sms.octets_max(),
                        .sms_digits = op.sms.digits,
                        .session_budget = op.ussd.session_budget,
                        .application_timeout = op.ussd.application_timeout,
                        .stages_max = op.ussd.stages_max});
  }
  return profiles;
}

Result<LoadedFlows, std::vector<flows::Diagnostic>> load_and_check(const Config& config) {
  const auto sources = flows::read_folders(config.folders);
  if (!sources) {
    return std::vector<flows::Diagnostic>{
        {.file = config.deployment, .line = 1, .column = 1, .message = sources.error().message, .hint = {}}};
  }
  auto revision = flows::load(*sources, {.locales = config.locales,
                                         .home_flow = config.home_flow,
                                         .services = services::signatures(),
                                         .country = config.country});
  if (!revision) return revision.error();
  const std::vector<flows::OperatorProfile> operators = operator_profiles(config);
  std::vector<flows::Diagnostic> faults = flows::check(**revision, {.operators = operators, .published = nullptr});
  if (!faults.empty()) return faults;
  return LoadedFlows{std::move(*revision), sources->size()};
}

Result<std::shared_ptr<const flows::Revision>, std::vector<flows::Diagnostic>> load_flows(const Config& config) {
  auto loaded = load_and_check(config);
  if (!loaded) return loaded.error();
  return std::move(loaded->revision);
}

}  // namespace shubbak::daemon
