#include "rehearsal/mock_services.hpp"

#include "flows/service_signature.hpp"

namespace shubbak::rehearsal {

void MockServices::set(const std::string& service, std::vector<MockAnswer> answers) {
  scripts_.insert_or_assign(service, Script{std::move(answers), 0});
}

MockAnswer MockServices::ask(const flows::Call& call) {
  ++asked_[std::string(call.service)];
  if (call.payment_key.empty()) return scripted(call);
  if (const auto known = paid_.find(call.payment_key); known != paid_.end()) return known->second;
  MockAnswer answer = scripted(call);
  if (answer.outcome == "ok") {
    paid_.emplace(call.payment_key, answer);
    ++payments_told_;
  }
  return answer;
}

MockAnswer MockServices::scripted(const flows::Call& call) {
  const auto script = scripts_.find(call.service);
  if (script == scripts_.end() || script->second.answers.empty()) {
    if (call.service == flows::otp_send) return {};
    if (call.service == flows::otp_verify) return verify(call);
    return {.outcome = "error", .data = {}, .later = {}};
  }
  Script& found = script->second;
  const MockAnswer& answer = found.answers[found.next];
  if (found.next + 1 < found.answers.size()) ++found.next;
  return answer;
}

MockAnswer MockServices::verify(const flows::Call& call) {
  const auto is = [&call](std::string_view name, std::string_view right) {
    const auto* given = call.args.if_contains(name);
    return given != nullptr && given->is_string() && std::string_view(given->get_string()) == right;
  };
  if (is("code", right_code) || is("pin", right_pin)) {
    wrong_codes_ = 0;
    return {};
  }
  ++wrong_codes_;
  return {.outcome = wrong_codes_ >= wrong_codes_max ? "locked" : "wrong", .data = {}, .later = {}};
}

std::uint32_t MockServices::asked(const std::string& service) const {
  const auto found = asked_.find(service);
  return found == asked_.end() ? 0 : found->second;
}

}  // namespace shubbak::rehearsal
