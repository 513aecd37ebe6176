// The bodies of the API for roll-out switches (message.hpp).
#pragma once

#include <array>
#include <optional>
#include <string>
#include <vector>

#include "admin/bodies.hpp"
#include "admin/rollout_service.hpp"

namespace shubbak::admin {

inline constexpr TextRule switch_name_rule{.letters_max = rollout::name_octets_max};
inline constexpr TextRule moment_rule{.letters_max = 32};
inline constexpr std::array<std::string_view, 2> switch_source_names{"configuration", "here"};
inline constexpr TextRule switch_source_rule{.letters_max = 13, .words = switch_source_names};
inline constexpr std::string_view switch_service_help = "such as payments.pay; or a group such as payments; or *";
inline constexpr std::string_view switch_company_help = "its name, or *";

struct SwitchBody {
  std::string service;
  std::string company;
  std::optional<std::string> from;
  std::optional<std::string> until;
  std::int64_t share = 0;
};
template <class V>
void describe(V& v, SwitchBody& b) {
  v.text("service", b.service, switch_name_rule, switch_service_help);
  v.text("company", b.company, switch_name_rule, switch_company_help);
  v.optional_text("from", b.from, moment_rule,
                  "off before it: 2026-12-01T08:00, local, or a day alone; without, it was never off");
  v.optional_text("until", b.until, moment_rule, "off again from then on");
  v.number("share", b.share, "of the numbers, in percent; 0 switches it off");
}
struct SwitchNameBody {
  std::string service;
  std::string company;
};
template <class V>
void describe(V& v, SwitchNameBody& b) {
  v.text("service", b.service, switch_name_rule, switch_service_help);
  v.text("company", b.company, switch_name_rule, switch_company_help);
}
struct SwitchShown {
  std::string service;
  std::string company;
  std::optional<std::string> from;
  std::optional<std::string> until;
  std::int64_t share = 0;
  std::string source;
  std::optional<std::string> by;
  std::optional<std::string> changed;
};
SwitchShown shown(const SwitchTold& told);
template <class V>
void describe(V& v, SwitchShown& b) {
  v.text("service", b.service, switch_name_rule, switch_service_help);
  v.text("company", b.company, switch_name_rule, switch_company_help);
  v.optional_text("from", b.from, time_rule, "off before it");
  v.optional_text("until", b.until, time_rule, "off again from then on");
  v.number("share", b.share, "of the numbers, in percent");
  v.text("source", b.source, switch_source_rule, "here: set at run time, in place of what is configured");
  v.optional_text("by", b.by, name_rule, "who set it here");
  v.optional_text("changed", b.changed, time_rule, "when");
}
struct SwitchList {
  std::vector<SwitchShown> switches;
  std::vector<std::string> services;
  std::vector<std::string> companies;
};
template <class V>
void describe(V& v, SwitchList& b) {
  v.list("switches", b.switches, listed_max, "by service and company; what none is about is on");
  v.texts("services", b.services, listed_max, switch_name_rule, "and groups of them: that can be switched");
  v.texts("companies", b.companies, listed_max, switch_name_rule, "likewise");
}

}  // namespace shubbak::admin
