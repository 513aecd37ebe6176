#include "daemon/config.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <set>
#include <sstream>

#include "daemon/config_fields.hpp"
#include "daemon/config_values.hpp"
#include "flows/spelling.hpp"
#include "flows/yaml_reader.hpp"

namespace shubbak::daemon {
namespace {

using flows::Faults;
using flows::Node;

constexpr std::size_t file_octets_max = 1U << 20U;

// Replaces ${NAME} and ${NAME:-default}. False: a fault was added.
bool expand(std::string& text, flows::Position at, const Environment& environment, Faults& faults) {
  std::string out;
  for (std::size_t from = 0; from < text.size();) {
    const std::size_t open = text.find("${", from);
    if (open == std::string::npos) {
      out += text.substr(from);
      break;
    }
    const std::size_t close = text.find('}', open);
    if (close == std::string::npos) {
      faults.add(at, "'${' without its '}'", "write ${NAME} or ${NAME:-default}");
      return false;
    }
    out += text.substr(from, open - from);
    const std::string inside = text.substr(open + 2, close - open - 2);
    const std::size_t dash = inside.find(":-");
    const std::string name = inside.substr(0, dash);
    if (const auto value = environment(name); value && !value->empty()) {
      out += *value;
    } else if (dash != std::string::npos) {
      out += inside.substr(dash + 2);
    } else {
      faults.add(at, "the environment has no " + name, "set it, or write a default: ${" + name + ":-value}");
      return false;
    }
    from = close + 1;
  }
  text = std::move(out);
  return true;
}

// Fills one section from one mapping; what describe() does not name is a fault.
class SectionReader {
 public:
  SectionReader(const Node& mapping, const Environment& environment, Faults& faults)
      : mapping_(mapping), environment_(environment), faults_(faults) {
    if (mapping.kind != Node::Kind::mapping) faults.add(mapping.at, "a mapping of settings is needed here");
  }

  template <class T>
  void field(std::string_view key, T& member, Presence presence, std::string_view) {
    const Node* node = claim(key);
    if (node == nullptr) {
      if (presence == Presence::required) faults_.add(mapping_.at, "'" + std::string(key) + "' is missing");
      return;
    }
    read_value(*node, key, member);
  }

  template <class T>
  void section(std::string_view key, T& member, std::string_view) {
    if (const Node* node = claim(key); node != nullptr) read(*node, member);
  }

  template <class T>
  void list(std::string_view key, std::vector<T>& members, std::string_view) {
    const Node* node = claim(key);
    if (node == nullptr || node->kind != Node::Kind::sequence || node->children.empty()) {
      faults_.add(node == nullptr ? mapping_.at : node->at,
                  "'" + std::string(key) + "' must list at least one entry");
      return;
    }
    for (const Node& child : node->children) read(child, members.emplace_back());
  }

  void refuse_unknown_keys() {
    for (const Node& child : mapping_.children) {
      if (std::find(known_.begin(), known_.end(), std::string_view(child.key)) != known_.end()) continue;
      faults_.add(child.key_at, "unknown setting '" + child.key + "'", flows::did_you_mean(child.key, known_));
    }
  }

 private:
  const Node* claim(std::string_view key) {
    known_.push_back(key);
    return mapping_.kind == Node::Kind::mapping ? mapping_.find(key) : nullptr;
  }

  template <class T>
  void read(const Node& node, T& member) {
    SectionReader inner(node, environment_, faults_);
    describe(inner, member);
    if (node.kind == Node::Kind::mapping) inner.refuse_unknown_keys();
  }

  template <class T>
  void read_value(const Node& node, std::string_view key, T& member) {
    if (node.kind != Node::Kind::text) {
      faults_.add(node.at, "'" + std::string(key) + "' takes a single value");
      return;
    }
    std::string text = node.text;
    if (!expand(text, node.at, environment_, faults_)) return;
    const Status parsed = parse_value(text, member);
    if (!parsed) faults_.add(node.at, "'" + std::string(key) + "': " + parsed.error().message);
  }

  void read_value(const Node& node, std::string_view key, std::vector<std::string>& member) {
    if (node.kind != Node::Kind::sequence) {
      faults_.add(node.at, "'" + std::string(key) + "' takes a list: [a, b]");
      return;
    }
    for (const Node& child : node.children) {
      std::string& text = member.emplace_back(child.text);
      if (child.kind != Node::Kind::text) faults_.add(child.at, "an entry of '" + std::string(key) + "' is a text");
      expand(text, child.at, environment_, faults_);
    }
  }

  const Node& mapping_;
  const Environment& environment_;
  Faults& faults_;
  std::vector<std::string_view> known_;
};

bool is_name(std::string_view text) {
  return !text.empty() && text.size() <= 32 && std::all_of(text.begin(), text.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_';
  });
}

template <class Named>
void check_names(const std::vector<Named>& entries, const Node& list, Faults& faults) {
  std::set<std::string> seen;
  for (std::size_t i = 0; i < entries.size() && i < list.children.size(); ++i) {
    const auto at = list.children[i].at;
    if (!is_name(entries[i].name)) faults.add(at, "a name is 1 to 32 lower-case letters, digits and _");
    if (!seen.insert(entries[i].name).second) faults.add(at, "the name '" + entries[i].name + "' is used twice");
  }
}

void check_operator(const OperatorConfig& c, const Node& node, Faults& faults) {
  const auto& session = c.smpp.session;
  if (session.system_id.size() > 15) faults.add(node.at, "smpp.system_id is longer than 15 characters");
  if (session.password.size() > 8) faults.add(node.at, "smpp.password is longer than 8 characters");
  if (session.window_max == 0) faults.add(node.at, "smpp.window must be at least 1");
  if (const auto octets_max = ussd::screen_octets_max(c.ussd.dialect);
      c.ussd.octets_max < 40 || c.ussd.octets_max > octets_max) {
    faults.add(node.at, "ussd.octets_max must be 40 to " + std::to_string(octets_max));
  }
  if (c.ussd.dialogues_max == 0) faults.add(node.at, "ussd.dialogues_max must be at least 1");
  if (c.sms.parts_max < 1 || c.sms.parts_max > 16) faults.add(node.at, "sms.parts_max must be 1 to 16");
  if (!c.ussd.service_code.starts_with('*') || !c.ussd.service_code.ends_with('#')) {
    faults.add(node.at, "ussd.service_code must look like *123#");
  }
  if (c.smpp.backoff_min.count() <= 0 || c.smpp.backoff_max < c.smpp.backoff_min) {
    faults.add(node.at, "smpp.backoff_min must be above 0 and not above backoff_max");
  }
}

void check_companies(const Config& config, const Node& list, Faults& faults) {
  std::set<std::string> codes;
  for (std::size_t i = 0; i < config.companies.size(); ++i) {
    const auto& company = config.companies[i];
    const auto at = list.children[i].at;
    if (!company.base_url.starts_with("http://") && !company.base_url.starts_with("https://")) {
      faults.add(at, "url must begin with http:// or https://");
    }
    for (const std::string& code : company.governorates) {
      if (!codes.insert(code).second) faults.add(at, "governorate '" + code + "' is owned by two companies");
    }
  }
}

// What only the whole can tell.
void check(const Config& config, const Node& root, Faults& faults) {
  if (const Node* node = root.find("operators"); node != nullptr) {
    check_names(config.operators, *node, faults);
    for (std::size_t i = 0; i < config.operators.size() && i < node->children.size(); ++i) {
      check_operator(config.operators[i], node->children[i], faults);
    }
  }
  if (const Node* node = root.find("companies");
      node != nullptr && node->children.size() == config.companies.size()) {
    check_names(config.companies, *node, faults);
    check_companies(config, *node, faults);
  }
  if (const Node* node = root.find("locales"); node != nullptr && config.locales.empty()) {
    faults.add(node->at, "at least one language is needed");
  }
}

std::string resolve(const std::string& folder, const std::string& path) {
  if (path.empty()) return path;
  return (std::filesystem::path(folder) / path).lexically_normal().string();
}

}  // namespace

std::optional<std::string> process_environment(const std::string& name) {
  const char* value = std::getenv(name.c_str());
  return value == nullptr ? std::nullopt : std::optional<std::string>(value);
}

Result<Config, std::vector<flows::Diagnostic>> parse_config(const std::string& file, const std::string& text,
                                                            const std::string& folder,
                                                            const Environment& environment) {
  Faults faults({file});
  Config config;
  const std::optional<Node> root = flows::read_yaml(text, 0, faults);
  if (root) {
    SectionReader reader(*root, environment, faults);
    describe(reader, config);
    if (root->kind == Node::Kind::mapping) reader.refuse_unknown_keys();
    if (faults.empty()) check(config, *root, faults);
  }
  if (!faults.empty()) return std::move(faults).take();
  for (std::string& path : config.folders) path = resolve(folder, path);
  config.database = resolve(folder, config.database);
  config.key_file = resolve(folder, config.key_file);
  for (auto& op : config.operators) {
    op.smpp.name = op.name;
    op.ussd.dialect.default_alphabet = op.sms.default_alphabet;
  }
  for (auto& company : config.companies) company.currency = config.currency;
  return config;
}

Result<Config, std::vector<flows::Diagnostic>> read_config(const std::string& file, const Environment& environment) {
  const auto fault = [&](std::string message, std::string hint) {
    return std::vector<flows::Diagnostic>{
        {.file = file, .line = 1, .column = 1, .message = std::move(message), .hint = std::move(hint)}};
  };
  std::ifstream stream(file, std::ios::binary);
  if (!stream) return fault("cannot be read", "check the path and its permissions");
  std::string text(file_octets_max + 1, '\0');
  stream.read(text.data(), static_cast<std::streamsize>(text.size()));
  text.resize(static_cast<std::size_t>(stream.gcount()));
  if (text.size() > file_octets_max)
    return fault("is larger than 1 MiB", "a configuration is far smaller: is it the right file?");
  return parse_config(file, text, std::filesystem::path(file).parent_path().string(), environment);
}

}  // namespace shubbak::daemon
