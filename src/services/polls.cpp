// Polls: polls.question, polls.answer. What somebody answers is counted and not kept, so nothing here tells it on:
// neither the reply nor the audit trail, and nobody answers on an agent's phone.
#include "services/service_functions.hpp"

namespace shubbak::services {
namespace {

store::PollKey fresh_poll_key(World& world) {
  store::PollKey key{};
  for (std::size_t i = 0; i < key.size(); i += sizeof(std::uint64_t)) {
    const std::uint64_t drawn = world.random();
    for (std::size_t octet = 0; octet < sizeof(drawn); ++octet)
      key[i + octet] = static_cast<unsigned char>(drawn >> (8 * octet));
  }
  return key;
}

Answer asked_by_poll(const polls::Poll& poll, std::string_view locale) {
  const bool in_english = locale == "en";
  boost::json::array choices;
  for (const polls::Choice& choice : poll.choices)
    choices.push_back({{"choice", choice.name}, {"label", in_english ? choice.label_en : choice.label_ar}});
  return answer("ok", {{"poll", poll.name},
                       {"question", in_english ? poll.question_en : poll.question_ar},
                       {"choices", std::move(choices)}});
}

}  // namespace

// The first that the person has not answered in the round that runs. Where that was ended before its time no answer
// would be taken, so nobody is asked.
boost::asio::awaitable<Answer> polls_question(World& world, Request request) {
  const std::string_view after = text_arg(request, "after");
  bool has_answered_one = false;
  for (const polls::Poll& poll : world.polls.polls) {
    if (!poll.is_asked_after(after)) continue;
    const polls::Round round = polls::round_at(poll, request.now, world.polls.utc_offset);
    const auto is_done = world.store.polls().has_answered(poll.name, round.number, *request.caller.person);
    if (!is_done && is_done.error().code == Errc::denied) continue;
    if (!is_done) co_return failed(is_done.error());
    if (!*is_done) co_return asked_by_poll(poll, request.caller.locale);
    has_answered_one = true;
  }
  co_return answer(has_answered_one ? "already" : "none");
}

boost::asio::awaitable<Answer> polls_answer(World& world, Request request) {
  const polls::Poll* poll = polls::find_poll(world.polls.polls, text_arg(request, "poll"));
  if (poll == nullptr) co_return answer("none");  // by now
  const polls::Choice* choice = poll->find_choice(text_arg(request, "choice"));
  const std::string_view company = text_arg(request, "company");
  if (choice == nullptr || (!company.empty() && world.companies.find(company) == nullptr)) co_return answer("error");
  const Caller& caller = request.caller;
  Answer taken = answer("ok");
  taken.changes.emplace_back(store::PollChange(store::AnswerPoll{
      .poll = poll->name,
      .choice = choice->name,
      .company = std::string(company),
      .channel = caller.channel == flows::Channel::ussd ? polls::Channel::ussd : polls::Channel::sms,
      .person = *caller.person,
      .msisdn = caller.subject,
      .fresh_key = fresh_poll_key(world),
      .at = request.now}));
  taken.outcome_on_conflict = "already";
  co_return taken;
}

}  // namespace shubbak::services
