// A recording walked again, on the flows that it was made with and on others, and what differs. Pure; one thread for
// each Revision.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "flows/revision.hpp"
#include "rehearsal/recording.hpp"
#include "rehearsal/rehearsal.hpp"

namespace shubbak::rehearsal {

struct Comparison {
  enum class Verdict : std::uint8_t {
    same,
    texts,           // the same way, but it reads otherwise
    way,             // it leads elsewhere
    failed,          // it cannot go on: a service is asked that was not, an answer is not taken any more
    not_reproduced,  // even its own flows lead elsewhere now: nothing can be said
  };
  struct Text {      // a screen or an SMS
    std::string at;  // "debt.pick"
    std::string before;
    std::string after;
  };
  Verdict verdict = Verdict::same;
  std::vector<Text> texts;  // that differ, until the ways part
  // way, failed: where it was, and what was then dialled, typed or texted
  std::string at;
  std::string input;
  std::string before;  // way: where it led
  std::string after;
  std::string reason;  // failed
};

// `profile` is the recording's operator's. The candidate's `migrate` names its states anew.
Comparison compare(const Recording& recording, std::shared_ptr<const flows::Revision> recorded,
                   const std::shared_ptr<const flows::Revision>& candidate, const Profile& profile);

}  // namespace shubbak::rehearsal
