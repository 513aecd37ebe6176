#include "flows/codes.hpp"

#include <algorithm>

#include "domain/text.hpp"
#include "flows/revision.hpp"

namespace shubbak::flows {
namespace {

bool is_digits(std::string_view text, std::size_t count) {
  return text.size() == count && text.find_first_not_of("0123456789") == std::string_view::npos;
}

// What is proven does not fit another currency either.
boost::json::value json_of(const Value& value) {
  if (const auto* money = std::get_if<Money>(&value.held))
    return boost::json::value(std::to_string(money->minor) + " " + std::string(to_string(money->currency)));
  return to_json(value);
}

std::optional<boost::json::object> bound_to(const Session& session, const Otp& otp) {
  boost::json::object binds;
  for (const Otp::Binding& binding : otp.binds) {
    const Value value = fetch(binding.operand, {session.slots, nullptr});
    if (!value.is_set()) return std::nullopt;
    binds.emplace(binding.name, json_of(value));
  }
  return binds;
}

std::string purpose_of(const Revision& revision, Place otp) {
  return std::string(revision.flow_name(otp)).append(".").append(revision.state_name(otp));
}

}  // namespace

bool is_code(std::string_view text) {
  return is_digits(text, code_digits);
}

bool is_pin(std::string_view text) {
  return is_digits(text, pin_digits);
}

std::optional<Call> code_call(const Revision& revision, const Session& session, std::string_view service,
                              const Otp& otp, boost::json::object with) {
  std::optional<boost::json::object> binds = bound_to(session, otp);
  if (!binds) return std::nullopt;
  with.emplace("purpose", purpose_of(revision, session.at));
  with.emplace("binds", std::move(*binds));
  return Call{service, std::move(with), code_timeout, true};
}

std::optional<std::string> authorised_by(const Revision& revision, const Session& session) {
  const std::vector<State>& states = revision.flow(session.at).states;
  const auto* otp = session.granted_by < states.size() ? std::get_if<Otp>(&states[session.granted_by].body) : nullptr;
  const auto binds = otp == nullptr ? std::nullopt : bound_to(session, *otp);
  if (!binds) return std::nullopt;
  return authorisation_text(purpose_of(revision, {session.at.flow, session.granted_by}), *binds);
}

std::string authorisation_text(std::string_view purpose, const boost::json::object& binds) {
  return std::string(purpose).append("\n").append(boost::json::serialize(binds));
}

std::vector<std::string> segments_after_code(std::string_view service_code, std::string_view dialled) {
  std::vector<std::string> segments;
  if (service_code.ends_with('#')) service_code.remove_suffix(1);
  if (!dialled.starts_with(service_code)) return segments;
  dialled.remove_prefix(service_code.size());
  if (dialled.ends_with('#')) dialled.remove_suffix(1);
  while (dialled.starts_with('*')) {
    dialled.remove_prefix(1);
    const std::size_t end = std::min(dialled.find('*'), dialled.size());
    segments.emplace_back(dialled.substr(0, end));
    dialled.remove_prefix(end);
  }
  return segments;
}

bool is_confirmation_code(std::span<const std::string> dialled) {
  return dialled.size() == 1 && is_code(dialled.front());
}

std::optional<std::string> lone_code(std::string_view text) {
  std::string folded = fold(text);
  return is_code(folded) ? std::optional(std::move(folded)) : std::nullopt;
}

}  // namespace shubbak::flows
