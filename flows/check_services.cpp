// What flows ask for that nothing here performs yet.
#include <algorithm>
#include <array>

#include "flows/checker.hpp"
#include "flows/faults.hpp"
#include "flows/revision.hpp"

namespace shubbak::flows {
namespace {

bool is_performed(const Revision& revision, std::string_view name) {
  return std::any_of(revision.services().begin(), revision.services().end(),
                     [&](const Service& service) { return service.name == name && !service.is_declared_only; });
}

std::vector<std::string_view> services_of(const Revision& revision, const State& state) {
  if (std::holds_alternative<Otp>(state.body)) return {otp_send, otp_verify};
  if (const auto* calling = std::get_if<Calling>(&state.body)) return {revision.service(calling->service).name};
  return {};
}

}  // namespace

std::vector<Diagnostic> find_unperformed(const Revision& revision) {
  Faults faults(revision.files());
  for (const Flow& flow : revision.flows()) {
    for (const State& state : flow.states) {
      for (const std::string_view service : services_of(revision, state)) {
        if (is_performed(revision, service)) continue;
        std::string fault = "flow '" + flow.name + "', state '" + state.name + "': this version cannot perform '";
        faults.add(state.at, fault.append(service).append("' yet"),
                   "the flow can be checked, rehearsed and played, but not run", Rule::declared_service);
      }
    }
  }
  return std::move(faults).take();
}

}  // namespace shubbak::flows
