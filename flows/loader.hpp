// From YAML files to an immutable Revision of a deployment's flows (FLOWS.md). Every fault is told with
// file:line:column, what is wrong and what to do; nothing is loaded if there is one. Duplicate keys, aliases and
// anchors (YAML bombs), files over the limits and unknown keys are refused; keys and plain scalars are read as text
// (YAML 1.1's yes/on/08 do not bite). Pure apart from read_folder. Thread: any.
#pragma once

#include <map>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "domain/money.hpp"
#include "domain/national_id.hpp"
#include "domain/result.hpp"
#include "flows/rules.hpp"
#include "flows/service_signature.hpp"

namespace shubbak::flows {

class Revision;  // flows/revision.hpp

struct SourceFile {
  // As shown in errors, and what decides its kind: flows/NAME.yaml, strings/LOCALE.yaml or keywords.yaml.
  std::string name;
  std::string text;
};
struct Diagnostic {
  std::string file;
  int line = 0;    // from 1
  int column = 0;  // from 1
  std::string message;
  std::string hint;  // what to do; may be empty
  Rule rule = Rule::form;
};
std::string to_string(
    const Diagnostic& diagnostic);  // "flows/debt.yaml:12:7: unknown state 'shwo' (did you mean 'show'?)"

struct LoadOptions {
  std::vector<std::string> locales;  // each must have every string; the first is the default
  std::string home_flow = "home";    // what the bare service code opens
  std::span<const ServiceSignature> services;
  Country country = Country::syria;   // the rules of national numbers
  Currency currency = Currency::SYP;  // of slots that say {money: local}
  // Nobody begins there, payments of before finish: what a service's results come up to in this version needs no
  // room, as it was proven by the version that published it.
  bool only_finishes = false;
  // Services of which the deployment asks more than they ask themselves.
  std::map<std::string, Assurance, std::less<>> raised{};

  // Of a service: the higher of both.
  [[nodiscard]] Assurance assurance_of(const ServiceSignature& service) const;
};
struct LoadLimits {
  static constexpr std::size_t file_octets_max = 1 << 20;
  static constexpr std::size_t files_max = 500;
  static constexpr std::size_t depth_max = 32;
  static constexpr std::size_t string_octets_max = 4096;
  static constexpr std::size_t states_max = 1000;
};

Result<std::shared_ptr<const Revision>, std::vector<Diagnostic>> load(std::span<const SourceFile> files,
                                                                      const LoadOptions& options);

// Reads flows/*.yaml, strings/*.yaml and keywords.yaml of each folder; a later folder's flow or string of the same
// name replaces an earlier one's (config/common first, then the deployment), its keywords are added.
Result<std::vector<SourceFile>> read_folders(std::span<const std::string> folders);

}  // namespace shubbak::flows
