#include "flows/checker.hpp"

#include "flows/proofs.hpp"

namespace shubbak::flows {
namespace {

void tell_unused_strings(const Revision& revision, Faults& faults) {
  for (const Revision::UnusedString& unused : revision.unused_strings())
    faults.add(unused.at, "no flow uses the string '" + unused.name + "'", "take it out", Rule::unused_string);
}

}  // namespace

std::vector<Diagnostic> check(const Revision& revision, const CheckOptions& options) {
  Faults faults(revision.files());
  tell_unused_strings(revision, faults);
  if (prove_subflows(revision, faults)) {
    const Reach reach(revision);
    prove_ends(revision, faults);
    prove_steps(revision, faults);
    prove_slots(revision, reach, faults);
    prove_choices(revision, faults);
    prove_secrets(revision, faults);
    prove_screens(revision, reach, options.operators, faults);
    prove_time(revision, reach, options.operators, faults);
    prove_assurance(revision, faults);
    if (options.published != nullptr) prove_codes(revision, *options.published, faults);
  }
  return std::move(faults).take();
}

}  // namespace shubbak::flows
