// What a phone says to a counter's question: links.pending, links.confirm, links.confirm_by_code, links.refuse. The
// caller is whoever holds the phone: the operator asserts the number of a USSD dialogue, while an SMS needs the code
// of the SMS that asked. And links.suspend: a person suspends their own number, with a one-time code.
#include <charconv>

#include "services/service_functions.hpp"

namespace shubbak::services {
namespace {

// The link that waits for this phone, if it does.
Result<std::optional<store::StoredLink>> waiting_link(World& world, const Request& request) {
  auto link = world.store.find_link(request.caller.subject);
  if (!link) return link.error();
  if (!*link) return link;
  const bool waits = identity::waits_for_phone((*link)->record, world.link_rules, request.now);
  if (!waits || !(*link)->national_id) link->reset();
  return link;
}

store::ChangeLink said(const Request& request, identity::LinkEvent event, std::string code = {}) {
  const bool by_ussd = request.caller.channel == flows::Channel::ussd;
  return store::ChangeLink{.msisdn = request.caller.subject,
                           .national_id = std::nullopt,
                           .event = event,
                           .by = {Actor::Kind::citizen, by_ussd ? "ussd" : "sms"},
                           .at = request.now,
                           .code = std::move(code)};
}

Answer decided(store::Change change, std::string outcome = "ok", std::string on_conflict = "none") {
  Answer made = answer(std::move(outcome));
  made.changes.push_back(std::move(change));
  made.outcome_on_conflict = std::move(on_conflict);
  return made;
}

// To the question that was shown; of another one meanwhile, "none".
Answer say(const Request& request, identity::LinkEvent event) {
  if (request.caller.channel != flows::Channel::ussd) return answer("error");
  const std::string_view link = text_arg(request, "link");
  const auto* hold = request.args.if_contains("hold");
  std::int64_t id = 0;
  const auto [end, error] = std::from_chars(link.data(), link.data() + link.size(), id);
  if (error != std::errc{} || end != link.data() + link.size() || hold == nullptr || !hold->is_int64()) {
    return answer("error");
  }
  store::ChangeLink change = said(request, event);
  change.question = store::LinkQuestion{id, hold->get_int64() == 1};
  change.carrier = request.caller.link;
  return decided(std::move(change));
}

}  // namespace

boost::asio::awaitable<Answer> links_pending(World& world, Request request) {
  const auto link = waiting_link(world, request);
  if (!link) co_return failed(link.error());
  if (!*link) co_return answer("none");
  const bool is_hold = (*link)->record.state == identity::LinkState::active;
  co_return answer("ok", {{"link", std::to_string((*link)->id)},
                          {"national_id", (*link)->national_id->masked()},
                          {"asked_by", (*link)->asked_by.name},
                          {"hold", is_hold ? 1 : 0}});
}

boost::asio::awaitable<Answer> links_confirm(World& /*world*/, Request request) {
  co_return say(request, identity::LinkEvent::confirm);
}

boost::asio::awaitable<Answer> links_refuse(World& /*world*/, Request request) {
  co_return say(request, identity::LinkEvent::refuse);
}

boost::asio::awaitable<Answer> links_suspend(World& /*world*/, Request request) {
  store::ChangeLink change = said(request, identity::LinkEvent::suspend);
  change.national_id = request.caller.person;  // nobody else's, should the number be another person's by then
  co_return decided(std::move(change), "ok", "error");
}

// A wrong code is counted, in the transaction of its reply; whether a try was left is decided there.
boost::asio::awaitable<Answer> links_confirm_by_code(World& world, Request request) {
  const auto link = waiting_link(world, request);
  if (!link) co_return failed(link.error());
  if (!*link) co_return answer("none");
  const std::string code(text_arg(request, "code"));
  const auto check = world.store.check_link_code(request.caller.subject, code, request.now);
  if (!check) co_return failed(check.error());
  switch (*check) {
    case store::LinkCodeCheck::right: {
      store::ChangeLink change = said(request, identity::LinkEvent::confirm, code);
      change.carrier = request.caller.link;
      co_return decided(std::move(change));
    }
    case store::LinkCodeCheck::wrong:
      co_return decided(store::CountLinkTry{request.caller.subject}, "wrong");
    case store::LinkCodeCheck::over:
      co_return answer("none");
  }
  std::abort();
}

}  // namespace shubbak::services
