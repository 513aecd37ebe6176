#include "services/counter.hpp"

#include <fmt/format.h>

#include "flows/engine.hpp"
#include "services/verification.hpp"

namespace shubbak::services {
namespace {

using identity::LinkEvent;
using Words = std::shared_ptr<const flows::Revision>;

constexpr std::chrono::hours notice_lives{3 * 24};

std::string code_of(std::uint64_t random) {
  static_assert(identity::code_digits == 6);
  return fmt::format("{:06}", random % 1'000'000);  // of 2^64 numbers: no code is likelier than another to tell of
}

std::string word(const flows::Revision& words, std::uint8_t locale, std::string_view name) {
  return flows::system_text(words, locale, name, flows::Context{});
}

// In the deployment's own language: nothing is known of the person yet. It has no secret but the code.
std::string question(const flows::Revision& words, const NationalId& person, LinkEvent event,
                     const std::string& code) {
  const std::uint8_t locale = flows::Revision::default_locale;
  std::string text = word(words, locale, event == LinkEvent::clear_hold ? "sys_hold_asks" : "sys_link_asks");
  text.append(" ").append(person.masked()).append(". ");
  return text.append(word(words, locale, "sys_link_reply")).append(" ").append(code);
}

// A suspended number is told nothing of its person.
std::string code_message(const flows::Revision& words, std::uint8_t locale,
                         const std::optional<NationalId>& relink_to, const std::string& code) {
  std::string text = word(words, locale, relink_to ? "sys_relink_asks" : "sys_release_asks");
  if (relink_to) text.append(" ").append(relink_to->masked()).append(".");
  return text.append(" ").append(word(words, locale, "sys_counter_code")).append(" ").append(code);
}

// By which operator's link an SMS goes, and in which words.
struct Way {
  std::string link;
  Words words;
};
Result<Way, Refusal> way_to_phone(const Counter& counter, const std::string& wanted_operator) {
  auto link = link_to_phone(counter, wanted_operator);
  if (!link) return link.error();
  auto words = counter.words();
  if (!words) return Refusal{words.error()};
  return Way{std::move(*link), std::move(*words)};
}

// The language that they have chosen.
Result<std::uint8_t, Refusal> locale_of(store::Store& store, const flows::Revision& words, Msisdn msisdn) {
  const auto person = store.find_person(msisdn);
  if (!person) return Refusal{person.error()};
  return words.locale_index(person->locale).value_or(flows::Revision::default_locale);
}

// With its person, who was not erased.
Result<store::StoredLink, Refusal> link_of(store::Store& store, Msisdn msisdn) {
  auto link = store.find_link(msisdn);
  if (!link) return Refusal{link.error()};
  if (!*link || !(*link)->national_id) return Refusal{{Errc::not_found, "the number has no link"}, "msisdn"};
  return std::move(**link);
}

bool makes_link(LinkEvent event) {
  return event == LinkEvent::make || event == LinkEvent::import;
}

// As the store will decide: for what is not to be asked, of a register or a phone, where it would be in vain.
Status decide_beforehand(const std::optional<store::StoredLink>& current, const identity::LinkRules& rules,
                         const CounterAct& act) {
  const auto record = current ? std::optional(current->record) : std::nullopt;
  const bool same_person = current && (!act.national_id || current->national_id == *act.national_id);
  if (act.event == LinkEvent::make && act.phone_code) {
    const auto relink = identity::decide_relink(record, act.event, act.by.kind, same_person, act.at);
    return relink ? Status() : Status(relink.error());
  }
  const auto decided = identity::decide(record, act.event, act.by.kind, same_person, rules, act.at);
  return decided ? Status() : Status(decided.error());
}

store::OutboxMessage message_to(Msisdn to, const Way& way, std::string text, WallTime at,
                                std::chrono::seconds lives) {
  return {.id = 0, .link = way.link, .to = to, .text = std::move(text), .created = at, .expires = at + lives};
}

// What is told of a person's PIN and tries, to each phone that is theirs: whoever got somewhere with one of them, the
// person reads it on another.
Result<std::vector<store::OutboxMessage>, Refusal> notices_to(store::Store& store, const Counter& counter,
                                                              const PhoneAct& act, const NationalId& person,
                                                              std::string_view name) {
  const auto way = way_to_phone(counter, act.operator_name);
  if (!way) return way.error();
  const auto links = store.links_of(person);
  if (!links) return Refusal{links.error()};
  std::vector<store::OutboxMessage> notices;
  for (const store::StoredLink& link : *links) {
    if (link.record.state != store::LinkState::active) continue;
    const auto locale = locale_of(store, *way->words, link.msisdn);
    if (!locale) return locale.error();
    notices.push_back(message_to(link.msisdn, *way, word(*way->words, *locale, name), act.at, notice_lives));
  }
  return notices;
}

store::ChangeLink change_of(CounterAct act) {
  store::ChangeLink change{.msisdn = act.msisdn,
                           .national_id = std::move(act.national_id),
                           .event = act.event,
                           .by = std::move(act.by),
                           .at = act.at};
  change.office = std::move(act.office);
  change.phone_code = std::move(act.phone_code);
  return change;
}

// The link changes and its phone is asked.
Changes asked_changes(const Counter& counter, CounterAct act) {
  const auto way = way_to_phone(counter, act.operator_name);
  if (!way) return way.error();
  if (act.office.empty()) act.office = counter.deployment;
  const std::string code = code_of(counter.random());
  auto text = question(*way->words, *act.national_id, act.event, code);
  auto message = message_to(act.msisdn, *way, std::move(text), act.at, identity::code_lives);
  store::ChangeLink change = change_of(std::move(act));
  change.code = code;
  std::vector<store::Change> changes;
  changes.emplace_back(std::move(change));
  changes.emplace_back(store::AddOutboxMessage{std::move(message)});
  return changes;
}

}  // namespace

Result<std::string, Refusal> link_to_phone(const Counter& counter, const std::string& wanted_operator) {
  std::string names;
  for (const std::string& name : counter.operators) {
    if (name == wanted_operator || (wanted_operator.empty() && counter.operators.size() == 1)) return name;
    names += (names.empty() ? "" : ", ") + name;
  }
  return Refusal{{Errc::invalid, "by whose link the SMS goes must be said; one of " + names}, "operator"};
}

boost::asio::awaitable<Changes> link_changes(store::Store& store, const Counter& counter, CounterAct act) {
  const auto current = store.find_link(act.msisdn);
  if (!current) co_return Refusal{current.error()};
  if (makes_link(act.event)) {
    if (!act.national_id) co_return Refusal{{Errc::invalid, "whose link is it?"}, "national_id"};
    const Status possible = decide_beforehand(*current, counter.link_rules, act);
    if (!possible) co_return Refusal{possible.error()};
  }
  if (!act.national_id && identity::asks_the_phone(act.event)) {
    if (!*current || !(*current)->national_id)
      co_return Refusal{{Errc::not_found, "the number has no link"}, "msisdn"};
    act.national_id = (*current)->national_id;
  }
  if (makes_link(act.event) || act.event == LinkEvent::verify) {
    auto verifying = verified_event(counter.registry, act.event, *act.national_id, act.initials);
    const auto verified = co_await std::move(verifying);
    if (!verified) co_return Refusal{verified.error(), "national_id"};
    act.event = *verified;
  }
  if (identity::asks_the_phone(act.event)) co_return asked_changes(counter, std::move(act));
  std::vector<store::Change> changes;
  changes.emplace_back(change_of(std::move(act)));
  co_return changes;
}

Changes code_changes(store::Store& store, const Counter& counter, const PhoneAct& act,
                     const std::optional<NationalId>& relink_to) {
  auto link = link_of(store, act.msisdn);
  if (!link) return link.error();
  CounterAct wanted{act.msisdn, relink_to, relink_to ? LinkEvent::make : LinkEvent::release, act.by, act.at};
  if (relink_to) wanted.phone_code.emplace();
  const Status possible = decide_beforehand(*link, counter.link_rules, wanted);
  if (!possible) return Refusal{possible.error()};
  if (!relink_to && !identity::needs_code_of_phone(LinkEvent::release, link->record.state)) {
    return Refusal{{Errc::conflict, "its phone has not confirmed the link: release it without a code"}};
  }
  const auto way = way_to_phone(counter, act.operator_name);
  if (!way) return way.error();
  const auto locale = locale_of(store, *way->words, act.msisdn);
  if (!locale) return locale.error();
  const std::string code = code_of(counter.random());
  auto text = code_message(*way->words, *locale, relink_to, code);
  audit::Detail detail;
  detail.add(audit::Key::purpose, relink_to ? "relink" : "release");
  if (!act.office.empty()) detail.add(audit::Key::office, act.office);
  store::AddAudit told{.at = act.at,
                       .by = act.by,
                       .action = audit::Action::link_code_sent,
                       .person = link->national_id,
                       .number = act.msisdn,
                       .detail = std::move(detail)};
  std::vector<store::Change> changes;
  if (relink_to) changes.emplace_back(store::RequireLink{act.msisdn, *link->national_id});
  changes.emplace_back(
      store::SendCode{.msisdn = act.msisdn,
                      .person = *link->national_id,
                      .binding = store::counter_code_binding(relink_to),
                      .code = code,
                      .channel = otp::Channel::sms,
                      .message = message_to(act.msisdn, *way, std::move(text), act.at, counter.code_lives),
                      .at = act.at,
                      .told = {std::move(told)}});
  return changes;
}

Changes pin_reset_changes(store::Store& store, const Counter& counter, const PhoneAct& act) {
  auto link = link_of(store, act.msisdn);
  if (!link) return link.error();
  auto notices = notices_to(store, counter, act, *link->national_id, "sys_pin_reset");
  if (!notices) return notices.error();
  std::vector<store::Change> changes;
  changes.emplace_back(store::RequireLink{act.msisdn, *link->national_id});
  changes.emplace_back(store::DropPin{*link->national_id, act.by, act.at, act.office, std::move(*notices)});
  return changes;
}

Changes clear_tries_changes(store::Store& store, const Counter& counter, const PhoneAct& act) {
  auto link = link_of(store, act.msisdn);
  if (!link) return link.error();
  auto notices = notices_to(store, counter, act, *link->national_id, "sys_tries_cleared");
  if (!notices) return notices.error();
  std::vector<store::Change> changes;
  changes.emplace_back(store::RequireLink{act.msisdn, *link->national_id});
  changes.emplace_back(store::ClearTries{*link->national_id, act.by, act.at, act.office, std::move(*notices)});
  return changes;
}

Changes email_changes(store::Store& store, const Counter& counter, const PhoneAct& act,
                      std::optional<MailAddress> address) {
  if (address && !counter.sends_mail)
    return Refusal{{Errc::unavailable, "this deployment sends no e-mail: its configuration names no mail server"}};
  auto link = link_of(store, act.msisdn);
  if (!link) return link.error();
  std::vector<store::Change> changes;
  changes.emplace_back(store::RequireLink{act.msisdn, *link->national_id});
  changes.emplace_back(store::MailChange(store::SetMailAddress{.msisdn = act.msisdn,
                                                               .person = *link->national_id,
                                                               .address = std::move(address),
                                                               .by = act.by,
                                                               .at = act.at,
                                                               .office = act.office}));
  return changes;
}

void count_codes(const Counter& counter, const store::Committed& committed) {
  for (const otp::SendVerdict verdict : committed.sends) {
    if (counter.count_code) counter.count_code(verdict);
  }
  for (const otp::TryVerdict verdict : committed.tries) {
    if (counter.count_try) counter.count_try(verdict);
  }
}

Result<std::monostate, Refusal> judge_codes(const store::Committed& committed) {
  const Refusal locked{{Errc::limit, "too many wrong codes of this person: try again later"}};
  for (const otp::SendVerdict verdict : committed.sends) {
    switch (verdict) {
      case otp::SendVerdict::sent:
      case otp::SendVerdict::stands:
        break;
      case otp::SendVerdict::locked:
        return locked;
      case otp::SendVerdict::too_soon:
        return Refusal{{Errc::limit, "the number was sent another code just now: try again in half a minute"}};
      case otp::SendVerdict::number_limit:
      case otp::SendVerdict::prefix_limit:
      case otp::SendVerdict::deployment_limit:
        return Refusal{{Errc::limit, "too many codes have been sent, to this number or altogether: try again later"}};
    }
  }
  for (const otp::TryVerdict verdict : committed.tries) {
    switch (verdict) {
      case otp::TryVerdict::right:
        break;
      case otp::TryVerdict::wrong:
        return Refusal{{Errc::invalid, "the code is wrong"}, "code"};
      case otp::TryVerdict::over:
        return Refusal{{Errc::conflict,
                        "no such code is awaited: it was used, is too old or was tried too often; have one sent"},
                       "code"};
      case otp::TryVerdict::locked:
        return locked;
    }
  }
  return {};
}

}  // namespace shubbak::services
