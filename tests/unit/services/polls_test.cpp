// Polls as a flow asks them: which one is due for whom, and that an answer counts once.
#include "polls/poll.hpp"
#include "tests/unit/polls/sample_polls.hpp"
#include "tests/unit/services/switching.hpp"

namespace shubbak::services {
namespace {

polls::Poll poll_about_readings() {
  polls::Poll poll = polls::sample_poll();
  poll.name = "meters";
  poll.question_en = "How was sending the reading?";
  poll.after = {"readings"};
  return poll;
}

struct PollTown : Town {
  PollTown() : Town({}, {}, {}, {{polls::sample_poll(), poll_about_readings()}, std::chrono::minutes(180)}) {
    const Actor console{Actor::Kind::command_line, "test"};
    REQUIRE(commit({store::ChangeLink{caller, *person, identity::LinkEvent::import, console, wall_now()}}).ok());
  }
  // The name of the poll that is asked, or why none is.
  std::string question(boost::json::object args = {}) {
    asked = ask("polls.question", std::move(args)).outcome;
    return asked.outcome == "ok" ? std::string(asked.data.at("poll").as_string()) : asked.outcome;
  }
  // The outcome, once it is committed.
  std::string carried(Answer answered) {
    if (answered.changes.empty()) return answered.outcome.outcome;
    const auto committed = commit(std::move(answered.changes));
    if (committed) return answered.outcome.outcome;
    return committed.error().code == Errc::conflict ? answered.outcome_on_conflict : "error";
  }
  std::string answer_with(boost::json::object args) { return carried(ask("polls.answer", std::move(args))); }
  std::int64_t answers() {
    const auto counts = kept->polls().count_poll_answers();
    REQUIRE(counts.ok());
    std::int64_t all = 0;
    for (const auto& [poll, count] : *counts) all += count;
    return all;
  }

  flows::CallOutcome asked;
};

const boost::json::object good_service{{"poll", "service"}, {"choice", "good"}};

}  // namespace

TEST_CASE("the poll that is due is asked in the person's language, with its choices in order") {
  PollTown town;
  CHECK(town.question() == "service");
  CHECK(boost::json::serialize(town.asked.data) ==
        R"({"poll":"service","question":"How was the service?","choices":[{"choice":"good","label":"Good"},)"
        R"({"choice":"fair","label":"Fair"},{"choice":"bad","label":"Bad"}]})");
  Request in_arabic{.caller = {.subject = Town::caller,
                               .line = Town::caller,
                               .link = "syriatel",
                               .person = town.person,
                               .locale = "ar"},
                    .args = {},
                    .authorisation = {},
                    .deadline = std::chrono::steady_clock::now() + companies::patience,
                    .now = wall_now()};
  const Answer answer = companies::run(town.loop, run(*town.world, "polls.question", std::move(in_arabic)));
  CHECK(answer.outcome.data.at("question") == "كيف كانت الخدمة؟");
  CHECK(answer.outcome.data.at("choices").at(2).at("label") == "سيئة");
  CHECK(answer.changes.empty());
}

TEST_CASE("a poll is due after the services that it is about, once in a round") {
  PollTown town;
  CHECK(town.question({{"after", "payments"}}) == "service");
  CHECK(town.question({{"after", "readings"}}) == "meters");
  CHECK(town.question({{"after", "wallet"}}) == "none");
  CHECK(town.answer_with(good_service) == "ok");
  CHECK(town.question({{"after", "payments"}}) == "already");
  CHECK(town.question() == "meters");
  CHECK(town.answer_with({{"poll", "meters"}, {"choice", "bad"}}) == "ok");
  CHECK(town.question() == "already");
  CHECK(town.question({{"after", "wallet"}}) == "none");
  town.world->polls.polls.clear();
  CHECK(town.question() == "none");
  CHECK(town.answer_with(good_service) == "none");
}

TEST_CASE("where a round was ended before its time nobody is asked, for no answer is taken") {
  PollTown town;
  REQUIRE(town.answer_with(good_service) == "ok");
  REQUIRE(town.commit({store::PollChange(store::TendPolls{wall_now() + std::chrono::days(40)})}).ok());
  CHECK(town.question({{"after", "payments"}}) == "none");
  CHECK(town.question() == "meters");
  CHECK(town.answer_with(good_service) == "error");
  CHECK(town.answers() == 1);
}

TEST_CASE("a second answer changes nothing and says so, also where both were on their way at once") {
  PollTown town;
  Answer by_ussd = town.ask("polls.answer", good_service);
  town.channel = flows::Channel::sms;
  Answer by_sms = town.ask("polls.answer", {{"poll", "service"}, {"choice", "bad"}});
  REQUIRE(by_ussd.outcome.outcome == "ok");
  REQUIRE(by_sms.outcome.outcome == "ok");
  CHECK(town.carried(std::move(by_sms)) == "ok");
  CHECK(town.carried(std::move(by_ussd)) == "already");
  CHECK(town.answer_with(good_service) == "already");
  CHECK(town.answers() == 1);
}

TEST_CASE("an answer is of a choice that there is, and counts for a company that there is") {
  PollTown town;
  CHECK(town.answer_with({{"poll", "service"}, {"choice", "excellent"}}) == "error");
  CHECK(town.answer_with({{"poll", "service"}}) == "error");
  CHECK(town.answer_with({{"poll", "other"}, {"choice", "good"}}) == "none");
  CHECK(town.answer_with({{"poll", "service"}, {"choice", "good"}, {"company", "nowhere"}}) == "error");
  CHECK(town.answers() == 0);
  Answer taken = town.ask("polls.answer", {{"poll", "service"}, {"choice", "good"}, {"company", "aleppo"}});
  REQUIRE(taken.changes.size() == 2);  // behind the switch
  const auto& change = std::get<store::AnswerPoll>(std::get<store::PollChange>(taken.changes.back()));
  CHECK(change.company == "aleppo");
  CHECK(change.channel == polls::Channel::ussd);
  CHECK(change.msisdn == Town::caller);
  CHECK(town.carried(std::move(taken)) == "ok");
}

TEST_CASE("the key of a round is drawn at random, octet by octet") {
  PollTown town;
  std::uint64_t drawn = 0;
  town.world->random = [&drawn] { return 0x0807060504030201U + (drawn++ << 60U); };
  const Answer taken = town.ask("polls.answer", good_service);
  const auto& change = std::get<store::AnswerPoll>(std::get<store::PollChange>(taken.changes.back()));
  CHECK(drawn == 4);
  for (std::size_t i = 0; i < change.fresh_key.size(); ++i) {
    const std::size_t octet = i % 8;
    CHECK(change.fresh_key[i] == (octet == 7 ? 8 + 16 * (i / 8) : octet + 1));
  }
}

TEST_CASE("where polls are switched off none is asked, and no answer is taken, also by one on its way") {
  PollTown town;
  Answer on_its_way = town.ask("polls.answer", good_service);
  REQUIRE(on_its_way.outcome.outcome == "ok");
  set_switch(town, "polls", "*", 0);
  CHECK(town.question() == flows::switched_off);
  CHECK(town.answer_with(good_service) == flows::switched_off);
  CHECK(town.commit(std::move(on_its_way.changes)).error().message == store::switched_off);
  CHECK(town.answers() == 0);
  clear_switch(town, "polls", "*");
  CHECK(town.answer_with(good_service) == "ok");
}

}  // namespace shubbak::services
