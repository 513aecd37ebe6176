#include "services/counter.hpp"

#include <fmt/format.h>

#include "flows/engine.hpp"

namespace shubbak::services {
namespace {

std::string code_of(std::uint64_t random) {
  static_assert(identity::code_digits == 6);
  return fmt::format("{:06}", random % 1'000'000);  // of 2^64 numbers: no code is likelier than another to tell of
}

// In the deployment's own language: nothing is known of the person yet. It has no secret but the code.
std::string question(const Asking& asking, identity::LinkEvent event, const std::string& code) {
  const std::uint8_t locale = flows::Revision::default_locale;
  const bool is_link = event != identity::LinkEvent::clear_hold;
  std::string text =
      flows::system_text(asking.revision, locale, is_link ? "sys_link_asks" : "sys_hold_asks", flows::Context{});
  text.append(" ").append(asking.national_id.masked()).append(". ");
  text.append(flows::system_text(asking.revision, locale, "sys_link_reply", flows::Context{}));
  return text.append(" ").append(code);
}

}  // namespace

Result<std::string> link_to_ask_by(std::span<const std::string> operators, const std::string& wanted) {
  std::string names;
  for (const std::string& name : operators) {
    if (name == wanted || (wanted.empty() && operators.size() == 1)) return name;
    names += (names.empty() ? "" : ", ") + name;
  }
  return Error{Errc::invalid, "whose link asks the phone must be said; one of " + names};
}

std::vector<store::Change> counter_changes(const CounterAct& act, const std::optional<Asking>& asking) {
  const std::string code = asking ? code_of(asking->random) : std::string();
  std::vector<store::Change> changes;
  changes.emplace_back(store::ChangeLink{act.msisdn, act.national_id, act.event, act.by, act.at, code, act.office});
  if (!asking) return changes;
  changes.emplace_back(store::AddOutboxMessage{{.id = 0,
                                                .link = asking->link,
                                                .to = act.msisdn,
                                                .text = question(*asking, act.event, code),
                                                .created = act.at,
                                                .expires = act.at + identity::code_lives}});
  return changes;
}

}  // namespace shubbak::services
