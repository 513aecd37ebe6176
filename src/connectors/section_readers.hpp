// The parts of a connector file, each read by one function; faults are added where they stand. Not for use outside
// connector_reader.cpp and the readers themselves. Pure. Thread: one.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "connectors/connector.hpp"
#include "connectors/connector_reader.hpp"
#include "flows/faults.hpp"
#include "flows/rules.hpp"
#include "flows/yaml_reader.hpp"

namespace shubbak::connectors {

constexpr flows::Rule by_form = flows::Rule::form;  // of keys that there are not

// `shared`: headers of every request.
void read_request(const flows::Node& node, Operation operation, const std::vector<Header>& shared,
                  OperationForm& form, flows::Faults& faults);
std::vector<Header> read_headers(const flows::Node& node, flows::Faults& faults);

void read_answer(const flows::Node& node, Operation operation, OperationForm& form, flows::Faults& faults);
void read_outcomes(const flows::Node& node, Operation operation, OperationForm& form, flows::Faults& faults);

void read_auth(const flows::Node& node, const Lookup& lookup, Connector& connector, flows::Faults& faults);
void read_tls(const flows::Node& node, Connector& connector, flows::Faults& faults);

// A header's name that we do not write ourselves.
bool check_header_name(const std::string& name, flows::Position at, flows::Faults& faults);
std::optional<Member> read_member(const flows::Node& node, JsonForm usual, std::string_view what,
                                  flows::Faults& faults);

}  // namespace shubbak::connectors
