// The proofs of the checker, each in a file of its own. Each adds what it finds to the faults. Pure. Thread: the
// revision's.
#pragma once

#include "flows/checker.hpp"
#include "flows/faults.hpp"
#include "flows/graph.hpp"
#include "flows/revision.hpp"

namespace shubbak::flows {

// Subflows take no part in themselves and nest no deeper than the engine goes. The other proofs rely on it: false if
// it is not so.
bool prove_subflows(const Revision& revision, Faults& faults);
// From every state there is a way to an end; and no way between two screens is longer than the engine goes.
void prove_ends(const Revision& revision, Faults& faults);
void prove_steps(const Revision& revision, Faults& faults);

// What is read has been set, whatever way led there.
void prove_slots(const Revision& revision, const Reach& reach, Faults& faults);
// Secrets go nowhere but to the services that need them.
void prove_secrets(const Revision& revision, Faults& faults);

// There is something to choose wherever the person is asked to, and what is promised for later can be kept.
void prove_choices(const Revision& revision, Faults& faults);

// With every slot at its worst, in every language, for every operator: everything that is shown fits.
void prove_screens(const Revision& revision, const Reach& reach, std::span<const OperatorProfile> operators,
                   Faults& faults);

// The longest dialogue has few enough screens and takes little enough time.
void prove_time(const Revision& revision, const Reach& reach, std::span<const OperatorProfile> operators,
                Faults& faults);

// A service that needs a confirmation or a code is asked only after it, and for what it was given for. Money moves
// only after payee and amount have been shown, confirmed and authorised, and as they were then.
void prove_assurance(const Revision& revision, Faults& faults);

// What people have learnt to dial still means the same.
void prove_codes(const Revision& revision, const Revision& published, Faults& faults);

}  // namespace shubbak::flows
