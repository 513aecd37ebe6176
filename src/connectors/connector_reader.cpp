#include "connectors/connector_reader.hpp"

#include <algorithm>
#include <array>

#include "connectors/own_connector.hpp"
#include "connectors/section_readers.hpp"
#include "flows/fields.hpp"

namespace shubbak::connectors {

using flows::Faults;
using flows::Fields;
using flows::Node;

namespace {

constexpr std::chrono::milliseconds cache_most = std::chrono::minutes(10);

// What is kept is known by an account's number, and is no decision about anything.
void read_cache(const Node& node, Operation operation, OperationForm& form, Faults& faults) {
  const bool may = operation == Operation::due || operation == Operation::bills || operation == Operation::payments ||
                   operation == Operation::last_reading;
  if (!may) {
    faults.add(node.at, "answers of " + std::string(to_string(operation)) + " are never kept",
               "those of due, bills, payments and last_reading may be");
    return;
  }
  form.cache = flows::read_duration(node, "cache", faults).value_or(form.cache);
  if (form.cache > cache_most) faults.add(node.at, "an answer is kept for 10m at most");
}

OperationForm read_operation(const Node& node, Operation operation, const std::vector<Header>& shared,
                             Faults& faults) {
  constexpr std::array<std::string_view, 4> keys{"request", "answer", "outcomes", "cache"};
  const Fields fields(node, to_string(operation), keys, faults, by_form);
  OperationForm form;
  if (const Node* request = fields.need("request"); request != nullptr)
    read_request(*request, operation, shared, form, faults);
  if (const Node* answer = fields.need("answer"); answer != nullptr) read_answer(*answer, operation, form, faults);
  if (const Node* outcomes = fields.need("outcomes"); outcomes != nullptr)
    read_outcomes(*outcomes, operation, form, faults);
  if (const Node* cache = fields.find("cache"); cache != nullptr) read_cache(*cache, operation, form, faults);
  return form;
}

void read_operations(const Node& node, const std::vector<Header>& shared, Connector& connector, Faults& faults) {
  const Fields fields(node, "operations", operation_names, faults, by_form);
  for (std::size_t i = 0; i < operation_count; ++i) {
    const Node* found = fields.find(operation_names[i]);
    if (found != nullptr) connector.operations[i] = read_operation(*found, static_cast<Operation>(i), shared, faults);
  }
  if (connector.form_of(Operation::due) == nullptr) faults.add(node.at, "operations need 'due'");
  const OperationForm* pay = connector.form_of(Operation::pay);
  const OperationForm* status = connector.form_of(Operation::payment_status);
  if (pay != nullptr && status == nullptr) {
    faults.add(node.at, "'pay' needs 'payment_status'",
               "a payment whose answer was lost is asked for by its reference, never made again");
  }
  const bool frees =
      status != nullptr && std::ranges::find(status->rules, Meaning::absent, &Rule::is) != status->rules.end();
  if (frees && pay != nullptr && !pay->request.has(Argument::not_after)) {
    faults.add(node.at, "'absent' would free money that the company may still take",
               "send {not_after} with pay to a company that refuses what comes later; or leave 'absent' out");
  }
}

void read_breaker(const Node& node, BreakerPolicy& policy, Faults& faults) {
  constexpr std::array<std::string_view, 2> keys{"failures", "open_for"};
  const Fields fields(node, "breaker", keys, faults, by_form);
  if (const Node* failures = fields.find("failures"); failures != nullptr) {
    policy.failures =
        static_cast<std::uint32_t>(flows::read_integer(*failures, "failures", 0, 10'000, faults).value_or(0));
  }
  if (const Node* open_for = fields.find("open_for"); open_for != nullptr)
    policy.open_for = flows::read_duration(*open_for, "open_for", faults).value_or(policy.open_for);
}

void read_whole(const Node& root, const Lookup& lookup, Connector& connector, Faults& faults) {
  constexpr std::array<std::string_view, 6> keys{"auth", "tls", "headers", "breaker", "concurrent_max", "operations"};
  const Fields fields(root, "a connector", keys, faults, by_form);
  if (const Node* auth = fields.find("auth"); auth != nullptr) read_auth(*auth, lookup, connector, faults);
  if (const Node* tls = fields.find("tls"); tls != nullptr) read_tls(*tls, connector, faults);
  std::vector<Header> shared;
  if (const Node* headers = fields.find("headers"); headers != nullptr) shared = read_headers(*headers, faults);
  if (const Node* breaker = fields.find("breaker"); breaker != nullptr)
    read_breaker(*breaker, connector.breaker, faults);
  if (const Node* most = fields.find("concurrent_max"); most != nullptr) {
    connector.concurrent_max =
        static_cast<std::size_t>(flows::read_integer(*most, "concurrent_max", 1, 100'000, faults).value_or(1));
  }
  if (const Node* operations = fields.need("operations"); operations != nullptr)
    read_operations(*operations, shared, connector, faults);
}

}  // namespace

Result<SharedConnector, std::vector<flows::Diagnostic>> read_connector(const std::string& file, std::string_view text,
                                                                       const Lookup& lookup) {
  Faults faults({file});
  auto connector = std::make_shared<Connector>();
  connector->file = file;
  if (const std::optional<Node> root = flows::read_yaml(text, 0, faults))
    read_whole(*root, lookup, *connector, faults);
  if (!faults.empty()) return std::move(faults).take();
  return SharedConnector(std::move(connector));
}

std::string_view own_connector_text() {
  return own_connector_yaml;
}

const SharedConnector& own_connector() {
  static const SharedConnector connector = [] {
    auto read = read_connector("shubbak.yaml", own_connector_text(), [](const std::string&) { return std::nullopt; });
    SHUBBAK_ASSERT(read.ok());
    return *read;
  }();
  return connector;
}

}  // namespace shubbak::connectors
