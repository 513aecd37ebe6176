// A walk as it was recorded: what was typed and what services came to, in order, with nothing in it that tells who it
// was. rehearsal/recorder.hpp makes it, rehearsal/replay.hpp walks it again. Pure. Thread: any.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include <boost/json.hpp>

#include "domain/result.hpp"
#include "flows/engine.hpp"

namespace shubbak::rehearsal {

struct Recording {
  static constexpr std::size_t inputs_max = 100;  // of a longer walk nothing is kept

  struct Input {
    enum class Kind : std::uint8_t {
      dial,    // text: what follows the service code, "1*4"
      answer,  // into the dialogue
      text,    // an SMS
      redial,  // the service code, with a confirmation code or bare, which took the dropped dialogue up again
    };
    Kind kind = Kind::answer;
    std::string text;
    bool is_secret = false;         // the text only stands for what was typed, of which nothing is kept
    std::chrono::seconds after{0};  // since the input before, rounded down to one of a few times
    std::string at;                 // where it was given: "debt.pick"; empty at the beginning
  };
  struct Outcome {
    std::string service;
    std::string outcome;
    boost::json::object data;  // with ok: the members that the flow saved
  };

  std::string revision;       // of the flows: flows::Revision::id()
  std::string operator_name;  // whose network it was: its limits and digits
  flows::Channel channel = flows::Channel::ussd;
  std::string locale;  // at the beginning
  bool linked = false;
  bool ended = false;  // by the flow; else the person left it
  std::vector<Input> inputs;
  std::vector<Outcome> outcomes;
};

// All but the revision, which the store keeps beside it. unpack: malformed is what pack() did not write.
std::string pack(const Recording& recording);
Result<Recording> unpack(const std::string& revision, std::string_view packed);

}  // namespace shubbak::rehearsal
