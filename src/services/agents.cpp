// What members of staff do by USSD, on the phone of their account: agent.sign_in, agent.link, agent.ask, agent.begin.
// The operator asserts the number; that nobody else holds the phone is told by the account's service PIN. What they
// may is asked of staff::may each time, and again in the transaction of what they do.
#include <algorithm>
#include <iterator>

#include "audit/record.hpp"
#include "flows/revision.hpp"
#include "services/commit.hpp"
#include "services/service_functions.hpp"

namespace shubbak::services {

namespace asio = boost::asio;
using staff::Permission;

namespace {

store::Change required(const Agent& agent, Permission permission, WallTime now) {
  return store::StaffChange(store::RequireStaff{agent.session, permission, now, staff::at_office(agent.office)});
}

std::vector<store::Change> after(store::Change first, store::Change then) {
  std::vector<store::Change> changes;
  changes.push_back(std::move(first));
  changes.push_back(std::move(then));
  return changes;
}

// Of nobody's session but the one that begins with it: no token leads to it.
store::TokenHash new_session(World& world) {
  store::TokenHash made{};
  for (std::size_t i = 0; i < made.size(); i += sizeof(std::uint64_t)) {
    const std::uint64_t random = world.random();
    for (std::size_t octet = 0; octet < sizeof random; ++octet)
      made[i + octet] = static_cast<unsigned char>(random >> (8 * octet));
  }
  return made;
}

// What the person's code is for: this agent, in this dialogue.
std::string assist_binding(const Agent& agent) {
  return flows::authorisation_text("assist", {{"agent", agent.account}, {"session", audit::to_hex(agent.session)}});
}

// To whom the code is told, in their language: who will act for them, and where.
std::string assist_message(const World& world, const Agent& agent, std::string_view locale, const std::string& code) {
  const auto words = world.for_agents.words();
  const std::uint8_t index = words->locale_index(locale).value_or(flows::Revision::default_locale);
  std::string text = flows::system_text(*words, index, "sys_assist_asks", flows::Context{});
  text.append(" ").append(agent.account).append(" (");
  text.append(agent.office.empty() ? world.for_agents.deployment : agent.office).append("). ");
  text.append(flows::system_text(*words, index, "sys_assist_reply", flows::Context{}));
  return text.append(" ").append(code);
}

// Whom an agent wants to act for, if the number may be served at all; else the outcome that says why not.
struct ToServe {
  std::string refusal{};
  std::optional<Msisdn> number{};
  std::optional<NationalId> person{};
  std::string locale{};
};
ToServe find_served(World& world, const Request& request) {
  if (!request.caller.agent) return {.refusal = "error"};
  const auto may = may_now(world, *request.caller.agent, Permission::assist_begin, request.now);
  if (!may || !*may) return {.refusal = "error"};
  const auto number = world.for_agents.parse_number(text_arg(request, "number"));
  if (!number || *number == request.caller.line) return {.refusal = "bad_number"};
  const auto found = world.store.find_person(*number);
  if (!found) return {.refusal = "error"};
  const bool is_linked = found->link && found->link->state != store::LinkState::pending;
  if (!is_linked) return {.refusal = "not_linked"};
  if (found->link->state == store::LinkState::suspended) return {.refusal = "suspended"};
  return {.number = *number, .person = found->link->national_id, .locale = found->locale};
}

}  // namespace

bool serves_people(World& world, Msisdn line) {
  const auto found = world.store.staff().find_account_of(line);
  if (!found || !*found) return false;
  const staff::Account& account = (*found)->account;
  return staff::may(account, Permission::assist_begin) || staff::may(account, Permission::link_make);
}

Result<bool> may_now(World& world, const Agent& agent, Permission permission, WallTime now) {
  const auto found = world.store.staff().find_session(agent.session);
  if (!found) return found.error();
  return *found && staff::judge((*found)->session, (*found)->account, now) == staff::SessionState::alive &&
         staff::may((*found)->account, permission, staff::at_office(agent.office));
}

Actor actor_of(const Agent& agent) {
  return {Actor::Kind::agent, agent.account};
}

Actor actor_of(const Caller& caller) {
  if (caller.is_assisted()) return actor_of(*caller.agent);
  return {Actor::Kind::citizen, caller.channel == flows::Channel::ussd ? "ussd" : "sms"};
}

std::vector<store::Change> asked_by(const Caller& caller, store::Change change, WallTime now) {
  if (caller.is_assisted()) return after(required(*caller.agent, Permission::assist_begin, now), std::move(change));
  std::vector<store::Change> changes;
  changes.push_back(std::move(change));
  return changes;
}

std::vector<store::Change> carried_out(const Caller& caller, std::string service, std::vector<store::Change> changes,
                                       WallTime now) {
  if (!caller.is_assisted()) return changes;
  const std::vector<std::string> services{std::move(service)};
  return on_behalf(*caller.agent, caller.person, services, std::move(changes), now);
}

std::vector<store::Change> on_behalf(const Agent& agent, const std::optional<NationalId>& person,
                                     std::span<const std::string> services, std::vector<store::Change> changes,
                                     WallTime now) {
  std::vector<store::Change> carried;
  carried.reserve(changes.size() + services.size() + 2);
  carried.push_back(required(agent, Permission::assist_begin, now));
  std::ranges::move(changes, std::back_inserter(carried));
  const auto tell = [&](std::string_view service) {
    audit::Detail detail;
    if (!service.empty()) detail.add(audit::Key::service, service);
    if (!agent.office.empty()) detail.add(audit::Key::office, agent.office);
    carried.emplace_back(store::AddAudit{.at = now,
                                         .by = actor_of(agent),
                                         .action = audit::Action::assist_acted,
                                         .person = person,
                                         .number = agent.acts_for,
                                         .detail = std::move(detail)});
  };
  for (const std::string& service : services) tell(service);
  if (services.empty()) tell({});
  return carried;
}

asio::awaitable<Answer> agent_sign_in(World& world, Request request) {
  auto found = world.store.staff().find_account_of(request.caller.line);
  if (!found) co_return failed(found.error());
  if (!*found) co_return answer("error");  // taken from the account since the dialogue began
  const staff::Account account = std::move((*found)->account);
  auto judging = judge_pin(world, std::move((*found)->pin_hash), std::string(text_arg(request, "pin")));
  const auto matches = co_await std::move(judging);
  if (!matches) co_return failed(matches.error());
  Agent agent{account.name, staff::usual_office(account, Permission::assist_begin), new_session(world)};
  std::vector<store::Change> changes;
  changes.emplace_back(store::StaffChange(
      store::SignIn{account.name, request.caller.line, account.generation, *matches, agent.session, request.now}));
  auto committing = commit(world.store, std::move(changes));
  const auto committed = co_await std::move(committing);
  if (!committed) co_return failed(committed.error());
  Answer signed_in = answer(outcome_of(committed->tries.front()), {{"name", account.name}});
  if (committed->tries.front() == otp::TryVerdict::right) signed_in.agent = std::move(agent);
  co_return signed_in;
}

asio::awaitable<Answer> agent_link(World& world, Request request) {
  if (!request.caller.agent || !world.for_agents.make_link) co_return answer("error");
  auto linking =
      world.for_agents.make_link(*request.caller.agent, std::string(text_arg(request, "number")),
                                 std::string(text_arg(request, "person")), std::string(request.caller.link));
  std::string outcome = co_await std::move(linking);
  co_return answer(std::move(outcome));
}

asio::awaitable<Answer> agent_ask(World& world, Request request) {
  const ToServe served = find_served(world, request);
  if (!served.refusal.empty()) co_return answer(served.refusal);
  const Agent agent = *request.caller.agent;
  const std::string code = world.for_agents.new_code();
  const std::string link(request.caller.link);
  const std::string message = assist_message(world, agent, served.locale, code);
  audit::Detail detail;
  if (!agent.office.empty()) detail.add(audit::Key::office, agent.office);
  store::AddAudit told{.at = request.now,
                       .by = actor_of(agent),
                       .action = audit::Action::assist_asked,
                       .person = *served.person,
                       .number = *served.number,
                       .detail = std::move(detail)};
  store::SendCode send{.msisdn = *served.number,
                       .person = *served.person,
                       .binding = assist_binding(agent),
                       .code = code,
                       .channel = otp::Channel::sms,  // what an agent gets wrong locks nobody's own USSD
                       .message = {.id = 0,
                                   .link = link,
                                   .to = *served.number,
                                   .text = message,
                                   .created = request.now,
                                   .expires = request.now + world.code_lives},
                       .at = request.now,
                       .told = {std::move(told)}};
  auto committing =
      commit(world.store, after(required(agent, Permission::assist_begin, request.now), std::move(send)));
  const auto committed = co_await std::move(committing);
  if (!committed) co_return failed(committed.error());
  const otp::SendVerdict verdict = committed->sends.front();
  if (world.count_code) world.count_code(verdict);
  if (verdict == otp::SendVerdict::sent && world.on_queued)
    world.on_queued(link, committed->outbox_ids.front(), *served.number, message);
  co_return answer(outcome_of(verdict));
}

// The code was right, then the beginning is on record, then the dialogue goes on as the person's: a crash in between
// leaves a grant that nobody can use, for the session that it is bound to is gone with the dialogue.
asio::awaitable<Answer> agent_begin(World& world, Request request) {
  const ToServe served = find_served(world, request);
  if (!served.refusal.empty()) co_return answer("error");
  Agent agent = *request.caller.agent;
  const std::string binding = assist_binding(agent);
  store::TryCode tried{.msisdn = *served.number,
                       .person = *served.person,
                       .binding = binding,
                       .code = std::string(text_arg(request, "code")),
                       .channel = otp::Channel::sms,
                       .at = request.now,
                       .by = actor_of(agent)};
  auto trying = commit(world.store, after(required(agent, Permission::assist_begin, request.now), std::move(tried)));
  const auto came = co_await std::move(trying);
  if (!came) co_return failed(came.error());
  if (world.count_try) world.count_try(came->tries.front());
  if (came->tries.front() != otp::TryVerdict::right) co_return answer(outcome_of(came->tries.front()));
  store::BeginAssist begins{.msisdn = *served.number,
                            .person = *served.person,
                            .binding = binding,
                            .by = actor_of(agent),
                            .office = agent.office,
                            .at = request.now};
  auto beginning =
      commit(world.store, after(required(agent, Permission::assist_begin, request.now), std::move(begins)));
  const auto begun = co_await std::move(beginning);
  if (!begun) co_return failed(begun.error());
  agent.acts_for = served.number;
  agent.until = request.now + assist_lives;
  Answer acting = answer("ok");
  acting.agent = std::move(agent);
  co_return acting;
}

}  // namespace shubbak::services
