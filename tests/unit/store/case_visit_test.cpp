// Appointments of cases: a slot is one case's, whoever is asked at once, and its code is for who comes.
#include "store/citizen_case.hpp"
#include "store_fixture.hpp"
#include "tests/unit/cases/sample_kinds.hpp"

namespace shubbak::store {
namespace {

using cases::Act;
using cases::Slot;

constexpr std::int64_t visited_case = 123'456'789;
constexpr std::int64_t unvisited_case = 223'456'789;
constexpr std::int64_t other_company = 323'456'789;  // of another company

Slot slot_at(std::int64_t hour, const std::string& team = "crew_1") {
  return {team, at(hour * 3'600), at((hour + 2) * 3'600)};
}

class CaseVisitFixture : public StoreFixture {
 public:
  CaseVisitFixture() {
    config.case_kinds = {cases::sample_request()};
    open();
    REQUIRE(change({link(number(), syrian())}).ok());
    for (const std::int64_t one : {visited_case, unvisited_case}) open_case(one, "aleppo");
    open_case(other_company, "homs");
  }
  void open_case(std::int64_t under, const std::string& company) {
    done(OpenCitizenCase{.number = under,
                         .person = syrian(),
                         .msisdn = number(),
                         .link = "mtn",
                         .kind = "connection",
                         .from = {company, {}, {}},
                         .address = "by the mill",
                         .by = {Actor::Kind::citizen, "ussd"},
                         .at = at(0)});
  }
  Result<Committed> put(const CitizenCaseChange& one) { return change({Change(one)}); }
  void done(const CitizenCaseChange& one) {
    const auto committed = put(one);
    if (!committed.ok()) FAIL(committed.error().message);
  }
  static CitizenCaseChange act(std::int64_t of_case, cases::Asked asked, const std::string& code = {}) {
    return ActOnCitizenCase{.number = of_case,
                            .asked = std::move(asked),
                            .by = {Actor::Kind::staff, "amal"},
                            .at = at(60),
                            .visit_code = code};
  }
  static CitizenCaseChange offer(std::int64_t of_case, const cases::Slots& slots) {
    return act(of_case, {.act = Act::offer, .slots = slots});
  }
  static CitizenCaseChange book(std::int64_t of_case, const Slot& slot) {
    return act(of_case, {.act = Act::book, .slots = {slot}}, "4711");
  }
  void is_taken(const CitizenCaseChange& one) {
    const auto refused = put(one);
    REQUIRE_FALSE(refused.ok());
    CHECK(refused.error().code == Errc::conflict);
    CHECK(refused.error().message == slot_is_taken);
  }
  StoredCitizenCase found(std::int64_t of_case) { return store->cases().find_citizen_case(of_case).value().value(); }
};

TEST_CASE_METHOD(CaseVisitFixture, "offers and an appointment with its code are kept, and go with the visit") {
  done(offer(visited_case, {slot_at(10), slot_at(20)}));
  reopen();
  CHECK(found(visited_case).is.offers == cases::Slots{slot_at(10), slot_at(20)});
  done(book(visited_case, slot_at(20)));
  done(act(visited_case, {.act = Act::take, .worker = "amal"}));  // whatever else is done
  reopen();
  CHECK(found(visited_case).is.appointment == slot_at(20));
  CHECK(found(visited_case).is.offers.empty());
  CHECK(found(visited_case).visit_code == "4711");
  done(act(visited_case, {.act = Act::visit}));
  CHECK_FALSE(found(visited_case).is.appointment);
  CHECK(found(visited_case).visit_code.empty());
  const auto events = store->cases().citizen_case_events(found(visited_case).id).value();
  REQUIRE(events.size() == 5);
  CHECK(events[1].act == Act::offer);
  CHECK(events[2].act == Act::book);
  CHECK(events[4].act == Act::visit);
}

TEST_CASE_METHOD(CaseVisitFixture,
                 "of two cases that were offered one slot, the second loses it and may choose anew") {
  done(offer(visited_case, {slot_at(10), slot_at(20)}));
  done(offer(unvisited_case, {slot_at(10), slot_at(20)}));
  done(book(visited_case, slot_at(10)));
  is_taken(book(unvisited_case, slot_at(10)));
  CHECK_FALSE(found(unvisited_case).is.appointment);
  CHECK(found(unvisited_case).is.version == 2);
  done(book(unvisited_case, slot_at(20)));
  CHECK(found(unvisited_case).is.appointment == slot_at(20));
}

TEST_CASE_METHOD(CaseVisitFixture, "a team is not offered where it has an appointment, until that is cancelled") {
  done(offer(visited_case, {slot_at(10), slot_at(20)}));
  done(book(visited_case, slot_at(10)));
  is_taken(offer(unvisited_case, {slot_at(11), slot_at(20)}));
  is_taken(offer(unvisited_case, {slot_at(20), slot_at(9)}));
  is_taken(offer(unvisited_case, {{"crew_1", at(8 * 3'600), at(16 * 3'600)}, slot_at(20)}));  // around it
  done(offer(unvisited_case, {slot_at(8), slot_at(12)}));                                     // beside it
  done(offer(unvisited_case, {slot_at(10, "crew_2"), slot_at(20)}));
  done(offer(other_company, {slot_at(10), slot_at(20)}));  // another company's crew_1
  done(book(other_company, slot_at(10)));
  done(act(visited_case, {.act = Act::cancel_visit}));
  CHECK(found(visited_case).visit_code.empty());
  done(offer(unvisited_case, {slot_at(10), slot_at(20)}));
  done(book(unvisited_case, slot_at(10)));
}

}  // namespace
}  // namespace shubbak::store
