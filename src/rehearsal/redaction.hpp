// What may be kept of an answer and of what a service said: menu keys as they are, everything else as pseudonyms of
// the type that the flow declares, and of secrets nothing. Pure. Thread: one for each Revision.
#pragma once

#include <string>
#include <string_view>

#include "flows/revision.hpp"
#include "rehearsal/pseudonyms.hpp"
#include "rehearsal/recording.hpp"

namespace shubbak::rehearsal {

struct Redacted {
  std::string text;
  bool is_secret = false;  // the text is the same whatever was typed
};
// Which texts to try for an answer, until one leads the walk where the answer did.
int redactions_of(const flows::State& state);
Redacted redact(Pseudonyms& pseudonyms, const flows::Revision& revision, flows::Place place, std::string_view typed,
                int number);

// Of the call that waits at `place`. Members that the flow does not save are left out; where one does not fit its
// slot, the outcome is the one that the flow takes it for.
Recording::Outcome redact(Pseudonyms& pseudonyms, const flows::Revision& revision, flows::Place place,
                          const flows::CallOutcome& came, std::string_view service);

// The texts that the flows' conditions compare values with.
std::set<std::string> words_of(const flows::Revision& revision);

}  // namespace shubbak::rehearsal
