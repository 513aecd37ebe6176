#include "rehearsal/recording.hpp"

#include <algorithm>
#include <array>

namespace shubbak::rehearsal {
namespace {

namespace json = boost::json;

using Kind = Recording::Input::Kind;

constexpr std::array<std::string_view, 4> kinds{"dial", "answer", "text", "redial"};  // in the order of Kind

json::object to_json(const Recording::Input& input) {
  json::object packed;
  packed[kinds[static_cast<std::size_t>(input.kind)]] = input.text;
  if (!input.at.empty()) packed["at"] = input.at;
  if (input.after.count() != 0) packed["after"] = input.after.count();
  if (input.is_secret) packed["secret"] = true;
  return packed;
}

// Throws where something is missing or of another type.
Recording::Input input_of(const json::object& packed) {
  Recording::Input input;
  const auto kind =
      std::ranges::find_if(kinds, [&](std::string_view name) { return packed.if_contains(name) != nullptr; });
  input.text = packed.at(kinds.at(static_cast<std::size_t>(kind - kinds.begin()))).as_string();
  input.kind = static_cast<Kind>(kind - kinds.begin());
  if (const auto* at = packed.if_contains("at")) input.at = at->as_string();
  if (const auto* after = packed.if_contains("after")) input.after = std::chrono::seconds(after->as_int64());
  input.is_secret = packed.contains("secret");
  return input;
}

Recording recording_of(const json::object& packed) {
  Recording recording;
  recording.operator_name = packed.at("operator").as_string();
  recording.channel = packed.at("channel").as_string() == "sms" ? flows::Channel::sms : flows::Channel::ussd;
  recording.locale = packed.at("locale").as_string();
  recording.linked = packed.at("linked").as_bool();
  recording.ended = packed.at("ended").as_bool();
  for (const json::value& input : packed.at("inputs").as_array())
    recording.inputs.push_back(input_of(input.as_object()));
  for (const json::value& one : packed.at("outcomes").as_array()) {
    const json::object& outcome = one.as_object();
    const auto* data = outcome.if_contains("data");
    recording.outcomes.push_back({std::string(outcome.at("service").as_string()),
                                  std::string(outcome.at("outcome").as_string()),
                                  data == nullptr ? json::object() : data->as_object()});
  }
  return recording;
}

}  // namespace

std::string pack(const Recording& recording) {
  json::array inputs;
  for (const Recording::Input& input : recording.inputs) inputs.push_back(to_json(input));
  json::array outcomes;
  for (const Recording::Outcome& one : recording.outcomes) {
    json::object outcome{{"service", one.service}, {"outcome", one.outcome}};
    if (!one.data.empty()) outcome["data"] = one.data;
    outcomes.push_back(std::move(outcome));
  }
  return json::serialize(json::object{{"operator", recording.operator_name},
                                      {"channel", recording.channel == flows::Channel::sms ? "sms" : "ussd"},
                                      {"locale", recording.locale},
                                      {"linked", recording.linked},
                                      {"ended", recording.ended},
                                      {"inputs", std::move(inputs)},
                                      {"outcomes", std::move(outcomes)}});
}

Result<Recording> unpack(const std::string& revision, std::string_view packed) {
  json::error_code error;
  const json::value parsed = json::parse(json::string_view(packed.data(), packed.size()), error);
  try {
    if (!error) {
      Recording recording = recording_of(parsed.as_object());
      recording.revision = revision;
      if (!recording.inputs.empty()) return recording;
    }
  } catch (const std::exception&) {
    // Boost.JSON and array::at throw for what is not there: it is not ours.
  }
  return Error{Errc::malformed, "a recording is damaged"};
}

}  // namespace shubbak::rehearsal
