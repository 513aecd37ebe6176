// From YAML to a Connector. Every fault is told with file:line:column and what to do; nothing is read if there is
// one. docs/connectors.md has the language. Pure. Thread: any.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "connectors/connector.hpp"
#include "flows/loader.hpp"

namespace shubbak::connectors {

// What ${NAME} stands for; nothing: there is no such thing.
using Lookup = std::function<std::optional<std::string>(const std::string& name)>;

Result<SharedConnector, std::vector<flows::Diagnostic>> read_connector(const std::string& file, std::string_view text,
                                                                       const Lookup& lookup);

// Of the company API of samples/README.md, which a company speaks that names no connector.
const SharedConnector& own_connector();
std::string_view own_connector_text();  // what it is read from

}  // namespace shubbak::connectors
