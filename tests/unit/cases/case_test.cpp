// What may become of a case, who may work and see it, and its tracking number.
#include "cases/case.hpp"

#include <rapidcheck/catch.h>

#include <catch2/catch.hpp>

#include "sample_kinds.hpp"

namespace shubbak::cases {
namespace {

using Catch::Matchers::Contains;
using std::chrono::hours;

const WallTime begin{std::chrono::seconds(1'790'000'000)};

Case outage_of(const std::string& company = "aleppo") {
  return opened(sample_outage(), {company, {}, {}}, begin);
}
Case done(const Case& before, const Asked& asked, WallTime now = begin) {
  const auto after = decide(sample_kinds(), before, asked, now);
  if (!after.ok()) FAIL(after.error().message);
  return *after;
}
Error refused(const Case& before, const Asked& asked, WallTime now = begin) {
  const auto after = decide(sample_kinds(), before, asked, now);
  REQUIRE_FALSE(after.ok());
  return after.error();
}
Case resolved_at(WallTime when) {
  return done(outage_of(), {.act = Act::resolve}, when);
}
staff::Account account(std::vector<staff::Grant> grants) {
  staff::Account made;
  made.name = "amal";
  made.grants = std::move(grants);
  return made;
}
staff::Account granted(const char* grant) {
  return account({*staff::parse_grant(grant)});
}

TEST_CASE("a case begins at the first stage of its kind, with that stage's time limit") {
  const Case one = outage_of();
  CHECK(one.stage == "received");
  CHECK(one.state == State::open);
  CHECK(one.version == 1);
  CHECK(one.due == begin + hours(4));
  CHECK(one.office.empty());
  CHECK_FALSE(one.bypasses_office);
}

TEST_CASE("a case moves to what may follow its stage, and to nothing else") {
  const Case one = outage_of();
  const Case moved = done(one, {.act = Act::move, .stage = "crew"}, begin + hours(1));
  CHECK(moved.stage == "crew");
  CHECK(moved.version == 2);
  CHECK(moved.stage_since == begin + hours(1));
  CHECK(moved.due == begin + hours(25));
  const Error skipped = refused(one, {.act = Act::move, .stage = "check"});
  CHECK(skipped.code == Errc::invalid);
  CHECK_THAT(skipped.message, Contains("'check' does not follow 'received': after it come crew, resolved"));
  CHECK(refused(one, {.act = Act::move, .stage = "van"}).code == Errc::invalid);
  CHECK(refused(one, {.act = Act::move, .stage = "resolved"}).code == Errc::invalid);
  CHECK(refused(one, {.act = Act::open}).code == Errc::conflict);
}

TEST_CASE("a case is resolved only from a stage that may be the last") {
  const Case at_work = done(outage_of(), {.act = Act::move, .stage = "crew"});
  CHECK(refused(at_work, {.act = Act::resolve}).code == Errc::invalid);
  const Case one = resolved_at(begin + hours(2));
  CHECK(one.state == State::resolved);
  CHECK(one.resolved == begin + hours(2));
  CHECK_FALSE(one.due);
  for (const Act act : {Act::take, Act::reply, Act::resolve})
    CHECK(refused(one, {.act = act}).code == Errc::conflict);
  CHECK(refused(one, {.act = Act::move, .stage = "crew"}).code == Errc::conflict);
}

TEST_CASE("an open case takes so many answers of its person, until staff tell them something") {
  Case one = outage_of();
  CHECK(takes_answer(one));
  for (std::int64_t i = 1; i <= Limits::answers_most; ++i) {
    one = done(one, {.act = Act::answer}, begin + hours(1));
    CHECK(one.answers == i);
    CHECK(one.version == i + 1);
  }
  CHECK(one.stage == "received");
  CHECK(one.due == begin + hours(4));
  CHECK_FALSE(takes_answer(one));
  const Error full = refused(one, {.act = Act::answer});
  CHECK(full.code == Errc::conflict);
  CHECK_THAT(full.message, Contains("wait for staff already"));
  CHECK(done(one, {.act = Act::take, .worker = "amal"}).answers == Limits::answers_most);
  CHECK(done(one, {.act = Act::escalate}, begin + hours(5)).answers == Limits::answers_most);
  for (const Asked& told : {Asked{.act = Act::reply}, Asked{.act = Act::move, .stage = "crew"},
                            Asked{.act = Act::quote, .amount = {500, Currency::SYP}, .account = "2100345"}}) {
    const Case answered = done(one, told);
    CHECK(answered.answers == 0);
    CHECK(takes_answer(answered));
  }
  CHECK(refused(one, {.act = Act::move, .stage = "van"}).code == Errc::invalid);
}

TEST_CASE("a resolved case takes no answer, and none waits there, until it is opened again") {
  const Case waiting = done(outage_of(), {.act = Act::answer});
  const Case one = done(waiting, {.act = Act::resolve});
  CHECK(one.answers == 0);
  CHECK_FALSE(takes_answer(one));
  CHECK(refused(one, {.act = Act::answer}).code == Errc::conflict);
  CHECK(done(done(one, {.act = Act::reopen}), {.act = Act::answer}).answers == 1);
}

TEST_CASE("of two at one case the second is told, and changes nothing") {
  const Case seen = outage_of();
  const Case first = done(seen, {.act = Act::take, .worker = "amal", .version = seen.version});
  CHECK(first.worker == "amal");
  const Error second = refused(first, {.act = Act::take, .worker = "basel", .version = seen.version});
  CHECK(second.code == Errc::conflict);
  CHECK_THAT(second.message, Contains("it is at version 2 now"));
  CHECK(done(first, {.act = Act::take, .worker = "basel", .version = first.version}).worker == "basel");
}

TEST_CASE("a case is rated once, from 1 to 5, when it is resolved") {
  CHECK(refused(outage_of(), {.act = Act::rate, .stars = 3}).code == Errc::conflict);
  const Case one = resolved_at(begin);
  for (const std::int64_t stars : {-1, 0, 6, 256 + 3})
    CHECK(refused(one, {.act = Act::rate, .stars = stars}).code == Errc::invalid);
  const Case rated = done(one, {.act = Act::rate, .stars = 5});
  CHECK(rated.stars == 5);
  CHECK(refused(rated, {.act = Act::rate, .stars = 4}).code == Errc::conflict);
}

TEST_CASE("a case is reopened within its days, and as often as its kind lets it") {
  const Case one = done(resolved_at(begin), {.act = Act::rate, .stars = 1});
  const WallTime last_moment = begin + hours(14 * 24);
  CHECK(may_reopen(sample_kinds(), one, last_moment));
  CHECK_FALSE(may_reopen(sample_kinds(), one, last_moment + std::chrono::milliseconds(1)));
  CHECK(refused(one, {.act = Act::reopen}, last_moment + std::chrono::milliseconds(1)).code == Errc::conflict);
  const Case again = done(one, {.act = Act::reopen}, last_moment);
  CHECK(again.state == State::open);
  CHECK(again.stage == "received");
  CHECK(again.due == last_moment + hours(4));
  CHECK_FALSE(again.stars);
  CHECK_FALSE(again.resolved);
  CHECK(again.reopened == 1);
  CHECK(refused(again, {.act = Act::reopen}, last_moment).code == Errc::conflict);
  const Case resolved_again = done(again, {.act = Act::resolve}, last_moment);
  CHECK(refused(resolved_again, {.act = Act::reopen}, last_moment).code == Errc::conflict);
}

TEST_CASE("a case escalates when its time is over, once in each stage") {
  const Case one = done(outage_of(), {.act = Act::take, .worker = "amal"});
  CHECK(refused(one, {.act = Act::escalate}, begin + hours(4) - std::chrono::milliseconds(1)).code == Errc::conflict);
  const Case late = done(one, {.act = Act::escalate}, begin + hours(4));
  CHECK(late.is_late);
  CHECK(late.office == "management");
  CHECK(late.worker.empty());
  CHECK(refused(late, {.act = Act::escalate}, begin + hours(400)).code == Errc::conflict);
  const Case moved = done(late, {.act = Act::move, .stage = "crew"}, begin + hours(5));
  CHECK_FALSE(moved.is_late);
  CHECK(moved.office == "management");
  const Case late_above =
      done(done(moved, {.act = Act::take, .worker = "badr"}), {.act = Act::escalate}, begin + hours(29));
  CHECK(late_above.is_late);
  CHECK(late_above.worker == "badr");  // there is no office above management
  CHECK(refused(resolved_at(begin), {.act = Act::escalate}, begin + hours(400)).code == Errc::conflict);
}

TEST_CASE("what is configured no more is told, and changed by nothing") {
  const Case one = outage_of();
  const auto kind_gone = decide({sample_bribe()}, one, {.act = Act::reply}, begin);
  REQUIRE_FALSE(kind_gone.ok());
  CHECK_THAT(kind_gone.error().message, Contains("kind 'outage' is in the configuration no more"));
  Kind other = sample_outage();
  other.stages[0].name = "new";
  const auto stage_gone = decide({other}, one, {.act = Act::reply}, begin);
  REQUIRE_FALSE(stage_gone.ok());
  CHECK_THAT(stage_gone.error().message, Contains("stage 'received' is in the configuration no more"));
  CHECK_FALSE(may_work(granted("case_worker"), {other}, one));
}

TEST_CASE("a stage is worked by its role, where the case is") {
  const Kinds kinds = sample_kinds();
  const Case one = outage_of("aleppo");
  CHECK(may_work(granted("case_worker"), kinds, one));
  CHECK(may_work(granted("case_worker@aleppo"), kinds, one));
  CHECK_FALSE(may_work(granted("case_worker@homs"), kinds, one));
  CHECK_FALSE(may_work(granted("clerk@aleppo"), kinds, one));
  CHECK_FALSE(may_work(granted("overseer"), kinds, one));
  CHECK(may_see(granted("overseer"), kinds, one));
  CHECK(may_see(granted("case_worker@aleppo"), kinds, one));
  CHECK_FALSE(may_see(granted("case_worker@homs"), kinds, one));
  CHECK_FALSE(may_see(granted("admin"), kinds, one));
  CHECK_FALSE(may_see(granted("clerk@aleppo"), kinds, one));
  const Case at_work = done(one, {.act = Act::move, .stage = "crew"});
  CHECK(may_work(granted("clerk@aleppo/*/post_7"), kinds, at_work));
  CHECK(may_see(granted("clerk@aleppo/*/post_7"), kinds, at_work));
  CHECK_FALSE(may_work(granted("case_worker@aleppo"), kinds, at_work));
  const Case late = done(at_work, {.act = Act::escalate}, begin + hours(24));
  CHECK_FALSE(may_work(granted("clerk@aleppo/*/post_7"), kinds, late));
  CHECK(may_work(granted("clerk@aleppo/*/management"), kinds, late));
}

TEST_CASE("a complaint about staff is seen by overseers and by whoever works it, never by the accused office") {
  const Kinds kinds = sample_kinds();
  const Case one = opened(sample_bribe(), {"aleppo", {}, "post_7"}, begin);
  CHECK(one.office == "inspection");
  CHECK(may_work(granted("case_worker@*/*/inspection"), kinds, one));
  CHECK(may_see(granted("case_worker@*/*/inspection"), kinds, one));
  CHECK(may_see(granted("overseer"), kinds, one));
  CHECK_FALSE(may_work(granted("overseer"), kinds, one));
  for (const char* grant : {"case_worker@aleppo", "case_worker@aleppo/*/post_7", "case_worker@*/*/post_7",
                            "clerk@*/*/inspection", "overseer@aleppo", "admin"}) {
    INFO(grant);
    CHECK_FALSE(may_see(granted(grant), kinds, one));
  }
  CHECK_FALSE(may_work(account({*staff::parse_grant("case_worker"), *staff::parse_grant("clerk@aleppo/*/post_7")}),
                       kinds, one));
}

TEST_CASE("nobody of the accused office sees a case, whatever its kind and whatever else they are granted") {
  const Kinds kinds = sample_kinds();
  const Case outage = opened(sample_outage(), {"aleppo", {}, "post_7"}, begin);
  CHECK(may_see(granted("case_worker@aleppo"), kinds, outage));
  CHECK_FALSE(may_see(granted("case_worker@aleppo/*/post_7"), kinds, outage));
  CHECK_FALSE(may_see(granted("overseer@aleppo/*/post_7"), kinds, outage));
  const Case bribe = opened(sample_bribe(), {"aleppo", {}, "post_7"}, begin);
  CHECK_FALSE(may_see(account({*staff::parse_grant("overseer"), *staff::parse_grant("overseer@aleppo/*/post_7")}),
                      kinds, bribe));
}

TEST_CASE("who is accused does not judge: neither when it is opened nor when it is late") {
  const Case own_judge = opened(sample_bribe(), {"aleppo", {}, "inspection"}, begin);
  CHECK(own_judge.office == "ministry");
  const Case above = opened(sample_bribe(), {"aleppo", {}, "ministry"}, begin);
  CHECK(above.office == "inspection");
  CHECK(done(above, {.act = Act::escalate}, begin + hours(48)).office == "inspection");
}

TEST_CASE("a closed account works and sees nothing") {
  staff::Account closed = granted("case_worker");
  closed.disabled = true;
  CHECK_FALSE(may_work(closed, sample_kinds(), outage_of()));
  CHECK_FALSE(may_see(closed, sample_kinds(), outage_of()));
}

TEST_CASE("a fee is quoted on an account of the case's company, and again while it is not paid") {
  const Asked asked{.act = Act::quote, .amount = {500'000, Currency::SYP}, .account = "2100345"};
  const Case quoted = done(outage_of(), asked, begin + hours(1));
  REQUIRE(quoted.owes_fee());
  CHECK(*quoted.fee == Fee{{500'000, Currency::SYP}, "2100345", FeeState::due, begin + hours(1)});
  CHECK(quoted.stage == "received");
  CHECK(quoted.version == 2);
  Asked higher = asked;
  higher.amount.minor = 600'000;
  CHECK(done(quoted, higher).fee->amount.minor == 600'000);
  const Case paid = with_fee_paid(sample_kinds(), quoted, begin + hours(2));
  CHECK(paid.fee->state == FeeState::paid);
  CHECK(paid.version == 3);
  CHECK(refused(paid, higher).code == Errc::conflict);

  CHECK(refused(outage_of(""), asked).code == Errc::invalid);
  Asked bounds = asked;
  for (const std::int64_t amount : {std::int64_t{0}, std::int64_t{-1}, Limits::fee_most + 1}) {
    bounds.amount.minor = amount;
    CHECK(refused(outage_of(), bounds).code == Errc::invalid);
  }
  bounds.amount.minor = Limits::fee_most;
  CHECK(done(outage_of(), bounds).owes_fee());
  for (const char* account : {"", "21", "21a", "*", "123456789012345678901"}) {
    Asked elsewhere = asked;
    elsewhere.account = account;
    CHECK(refused(outage_of(), elsewhere).code == Errc::invalid);
  }
  CHECK(refused(resolved_at(begin), asked).code == Errc::conflict);
  CHECK(refused(quoted, {.act = Act::pay_fee}).code == Errc::conflict);
}

TEST_CASE("a case whose fee is paid goes on by itself where its stage says so, whatever is configured by then") {
  const Kinds kinds{sample_request()};
  Case one = opened(sample_request(), {"aleppo", {}, {}}, begin);
  one.fee = Fee{{500'000, Currency::SYP}, "2100345", FeeState::due, begin};
  CHECK(with_fee_paid(kinds, one, begin + hours(1)).stage == "received");
  one.stage = "fee";
  one.is_late = true;
  const Case paid = with_fee_paid(kinds, one, begin + hours(100));
  CHECK(paid.stage == "works");
  CHECK(paid.stage_since == begin + hours(100));
  CHECK(paid.due == begin + hours(172));
  CHECK_FALSE(paid.is_late);
  const Case unknown = with_fee_paid({}, one, begin);
  CHECK(unknown.stage == "fee");
  CHECK(unknown.fee->state == FeeState::paid);
}

TEST_CASE("a case with a fee that is due is resolved only by who waives it") {
  const Case quoted =
      done(outage_of(), {.act = Act::quote, .amount = {500'000, Currency::SYP}, .account = "2100345"});
  CHECK(refused(quoted, {.act = Act::resolve}).code == Errc::conflict);
  const Case waived = done(quoted, {.act = Act::resolve, .waives_fee = true});
  CHECK(waived.state == State::resolved);
  CHECK(waived.fee->state == FeeState::waived);
  CHECK(refused(outage_of(), {.act = Act::resolve, .waives_fee = true}).code == Errc::invalid);
  const Case paid = with_fee_paid(sample_kinds(), quoted, begin);
  CHECK(done(paid, {.act = Act::resolve}).state == State::resolved);
  const Case again = done(waived, {.act = Act::reopen});
  CHECK_FALSE(again.owes_fee());
  CHECK(done(again, {.act = Act::quote, .amount = {1, Currency::SYP}, .account = "2100345"}).owes_fee());
}

TEST_CASE("a visit is offered, booked, and noted or cancelled before anything else comes of it") {
  const Slots offered{{"crew_1", begin + hours(24), begin + hours(27)},
                      {"crew_1", begin + hours(48), begin + hours(51)}};
  const Case with_offers = done(outage_of(), {.act = Act::offer, .slots = offered});
  CHECK(with_offers.offers == offered);
  CHECK_FALSE(with_offers.appointment);
  const Case booked = done(with_offers, {.act = Act::book, .slots = {offered[1]}});
  CHECK(booked.appointment == offered[1]);
  CHECK(booked.offers.empty());
  CHECK(refused(booked, {.act = Act::offer, .slots = offered}).code == Errc::conflict);
  CHECK(refused(booked, {.act = Act::book, .slots = {offered[0]}}).code == Errc::conflict);
  CHECK(refused(booked, {.act = Act::resolve}).code == Errc::conflict);
  const Case cancelled = done(booked, {.act = Act::cancel_visit});
  CHECK_FALSE(cancelled.appointment);
  CHECK(done(cancelled, {.act = Act::offer, .slots = offered}).offers == offered);
  const Case visited = done(booked, {.act = Act::visit}, begin + hours(49));
  CHECK_FALSE(visited.appointment);
  CHECK(refused(visited, {.act = Act::visit}).code == Errc::conflict);
  CHECK(done(visited, {.act = Act::resolve}).state == State::resolved);
  CHECK(done(with_offers, {.act = Act::cancel_visit}).offers.empty());
  CHECK(done(with_offers, {.act = Act::resolve}).offers.empty());

  CHECK(refused(with_offers, {.act = Act::book, .slots = offered}).code == Errc::invalid);
  CHECK(refused(with_offers, {.act = Act::book, .slots = {offered[0]}}, begin + hours(24)).code == Errc::conflict);
  CHECK(refused(with_offers, {.act = Act::book, .slots = {{"crew_2", offered[0].starts, offered[0].ends}}}).code ==
        Errc::conflict);
  CHECK(refused(outage_of(), {.act = Act::cancel_visit}).code == Errc::conflict);
  CHECK(refused(outage_of(), {.act = Act::visit}).code == Errc::conflict);
  CHECK(refused(outage_of(), {.act = Act::offer, .slots = {offered[0]}}).code == Errc::invalid);
  CHECK(refused(outage_of(""), {.act = Act::offer, .slots = offered}).code == Errc::invalid);
  CHECK(refused(resolved_at(begin), {.act = Act::offer, .slots = offered}).code == Errc::conflict);
}

TEST_CASE("whatever is asked, in whatever order, an open case is due and a resolved one is not") {
  CHECK(rc::check([] {
    Case one = outage_of();
    WallTime now = begin;
    const auto steps = *rc::gen::container<std::vector<std::pair<int, int>>>(
        rc::gen::pair(rc::gen::inRange(1, static_cast<int>(act_names.size())), rc::gen::inRange(0, 400)));
    for (const auto& [act, later] : steps) {
      now += hours(later);
      const std::string stage = later % 2 == 0 ? "crew" : "check";
      const Slots offered{{"crew", now + hours(1), now + hours(2)}, {"crew", now + hours(3), now + hours(4)}};
      const bool books = static_cast<Act>(act) == Act::book && !one.offers.empty();
      const auto after = decide(sample_kinds(), one,
                                {.act = static_cast<Act>(act),
                                 .stage = stage,
                                 .stars = later % 7,
                                 .worker = "amal",
                                 .amount = {later, Currency::SYP},
                                 .account = "2100345",
                                 .waives_fee = later % 3 == 0,
                                 .slots = books ? Slots{one.offers.front()} : offered},
                                now);
      if (!after.ok()) continue;
      RC_ASSERT(after->version == one.version + 1);
      one = *after;
      RC_ASSERT((one.state == State::open) == one.due.has_value());
      RC_ASSERT((one.state == State::resolved) == one.resolved.has_value());
      RC_ASSERT(!one.stars || one.state == State::resolved);
      RC_ASSERT(!one.is_late || one.state == State::open);
      RC_ASSERT(!one.owes_fee() || one.state == State::open);
      RC_ASSERT(one.offers.empty() || (one.state == State::open && !one.appointment));
      RC_ASSERT(!one.appointment || one.state == State::open);
      RC_ASSERT(one.reopened <= 1);
    }
  }));
}

TEST_CASE("a tracking number has ten digits, and a check digit that finds each wrong one") {
  CHECK(draw_number(0) == 100'000'000);
  CHECK(draw_number(899'999'999) == 999'999'999);
  CHECK(draw_number(900'000'000) == 100'000'000);
  const std::string right = tracking_number(draw_number(123'456'789));
  CHECK(right.size() == tracking_digits);
  CHECK(parse_tracking_number(right) == 223'456'789);
  for (std::size_t place = 0; place < right.size(); ++place) {
    for (char digit = '0'; digit <= '9'; ++digit) {
      std::string typed = right;
      if (typed[place] == digit) continue;
      typed[place] = digit;
      CHECK_FALSE(parse_tracking_number(typed));
    }
  }
  for (const char* typed : {"", "1", "00000013", "12345678901", "abcdefghij"})
    CHECK_FALSE(parse_tracking_number(typed));
}

}  // namespace
}  // namespace shubbak::cases
