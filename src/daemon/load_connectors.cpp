#include "daemon/load_connectors.hpp"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <system_error>

#include "connectors/connector_reader.hpp"
#include "daemon/text_file.hpp"

namespace shubbak::daemon {
namespace {

using Diagnostics = std::vector<flows::Diagnostic>;

Diagnostics fault_of(const std::string& file, std::string message, std::string hint) {
  return {{.file = file, .line = 1, .column = 1, .message = std::move(message), .hint = std::move(hint)}};
}

std::optional<std::string> environment_of(const std::string& company, const std::string& name,
                                          const Environment& environment) {
  std::string own = company + "_" + name;
  std::ranges::transform(own, own.begin(),
                         [](char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c; });
  auto value = environment(own);
  return value && !value->empty() ? value : environment(name);
}

Diagnostics check_connector(const companies::CompanyConfig& company) {
  const connectors::Connector& connector = *company.connector;
  const bool has_auth = connector.basic || connector.oauth2 || connector.hmac || connector.api_key;
  if (has_auth && !company.authorization.empty()) {
    return fault_of(connector.file, company.name + " has an authorization, and its connector an auth",
                    "take one of them away");
  }
  if (!connector.tls) return {};
  for (const std::string& path : {connector.tls->ca_file, connector.tls->certificate, connector.tls->private_key}) {
    if (!path.empty() && !std::ifstream(path))
      return fault_of(connector.file, "tls: " + path + " cannot be read", "check the path and its permissions");
  }
  return {};
}

Diagnostics load_connector(companies::CompanyConfig& company, const std::vector<std::string>& folders,
                           const std::string& config_file, const Environment& environment) {
  const std::string& name = company.connector_name;
  for (auto folder = folders.rbegin(); folder != folders.rend(); ++folder) {
    const std::string file = (std::filesystem::path(*folder) / "connectors" / (name + ".yaml")).string();
    // One that is there and cannot be read is a fault: an earlier folder's would speak for it unnoticed.
    std::error_code unknown;
    if (std::filesystem::status(file, unknown).type() == std::filesystem::file_type::not_found) continue;
    const auto text = text_of_file(file);
    if (!text) return {fault_of_file(file, text.error())};
    const auto lookup = [&](const std::string& asked) { return environment_of(company.name, asked, environment); };
    auto connector = connectors::read_connector(file, *text, lookup);
    if (!connector) return connector.error();
    company.connector = *connector;
    return check_connector(company);
  }
  return fault_of(config_file, "the connector '" + name + "' of " + company.name + " is in none of the folders",
                  "it is connectors/" + name + ".yaml of one of them");
}

}  // namespace

Diagnostics load_connectors(Config& config, const std::string& config_file, const Environment& environment) {
  for (companies::CompanyConfig& company : config.companies) {
    if (company.connector_name.empty()) continue;
    Diagnostics wrong = load_connector(company, config.folders, config_file, environment);
    if (!wrong.empty()) return wrong;
  }
  return {};
}

}  // namespace shubbak::daemon
