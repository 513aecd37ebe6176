// What the configuration may say of kinds of cases.
#include "cases/kind.hpp"

#include <catch2/catch.hpp>

#include "sample_kinds.hpp"

namespace shubbak::cases {
namespace {

using Catch::Matchers::Contains;

std::string fault_of(const Kinds& kinds) {
  const Status checked = check(kinds);
  return checked.ok() ? std::string() : checked.error().message;
}
// Of the outage, changed so.
template <class Change>
std::string fault_with(const Change& change) {
  Kind kind = sample_outage();
  change(kind);
  return fault_of({kind});
}

TEST_CASE("kinds that can be worked are taken, and found by their names") {
  const Kinds kinds = sample_kinds();
  CHECK(fault_of(kinds).empty());
  CHECK(fault_of({}).empty());
  REQUIRE(find_kind(kinds, "outage") != nullptr);
  CHECK(find_kind(kinds, "outage")->find_stage("crew")->label_en == "Crew on its way");
  CHECK(find_kind(kinds, "outage")->find_stage("resolved") == nullptr);
  CHECK(find_kind(kinds, "estimate") == nullptr);
}

TEST_CASE("what is wrong with a kind is told, with its name") {
  CHECK_THAT(fault_with([](Kind& kind) { kind.name = "Outage 1"; }), Contains("Outage 1: a kind's name is"));
  CHECK_THAT(fault_with([](Kind& kind) { kind.label_ar.clear(); }), Contains("outage: a label is 1 to 24 letters"));
  CHECK_THAT(fault_with([](Kind& kind) { kind.label_en = std::string(25, 'a'); }), Contains("1 to 24 letters"));
  CHECK_THAT(fault_with([](Kind& kind) { kind.label_en = "two\nlines"; }), Contains("1 to 24 letters"));
  CHECK_THAT(fault_with([](Kind& kind) { kind.open_max = 0; }), Contains("open_max must be at least 1"));
  CHECK_THAT(fault_with([](Kind& kind) { kind.stages.clear(); }), Contains("1 to 12 stages"));
  CHECK(fault_with([](Kind& kind) { kind.joins_within = Limits::joins_most; }).empty());
  CHECK_THAT(fault_with([](Kind& kind) { kind.joins_within = Limits::joins_most + std::chrono::hours(1); }),
             Contains("outage: joins_within is 1h to 7d"));
  CHECK_THAT(fault_with([](Kind& kind) { kind.joins_within = std::chrono::hours(0); }), Contains("joins_within is"));
  CHECK_THAT(fault_with([](Kind& kind) {
               kind.joins_within = std::chrono::hours(6);
               kind.about = About::nothing;
             }),
             Contains("of a kind with about: network"));
  CHECK_THAT(fault_with([](Kind& kind) { kind.office = "Rif/7"; }), Contains("office is named as in grants"));
  CHECK_THAT(fault_with([](Kind& kind) { kind.escalates_to = "*"; }), Contains("escalates_to is named"));
  CHECK_THAT(fault_of({sample_outage(), sample_outage()}), Contains("outage: the kind is there twice"));
}

TEST_CASE("an office that people may complain about is named as in grants, and has labels for phones") {
  CHECK(check_office("post_7", "بريد", "Post").ok());
  for (const char* name : {"", "*", "Post 7", "post/7"}) CHECK_FALSE(check_office(name, "بريد", "Post").ok());
  CHECK_FALSE(check_office("post_7", "", "Post").ok());
  CHECK_FALSE(check_office("post_7", "بريد", std::string(25, 'a')).ok());
}

TEST_CASE("a request has an address to visit, and words are up to its person") {
  const auto request_with = [](bool needs_text, bool needs_address) {
    return fault_with([&](Kind& kind) {
      kind.about = About::request;
      kind.needs_text = needs_text;
      kind.needs_address = needs_address;
    });
  };
  CHECK(request_with(false, true).empty());
  CHECK_THAT(request_with(true, true), Contains("outage: with about: request it has needs_address: true"));
  CHECK_THAT(request_with(false, false), Contains("needs_text: false"));
}

TEST_CASE("what is wrong with a stage is told, with its name") {
  CHECK_THAT(fault_with([](Kind& kind) { kind.stages[1].name = "resolved"; }), Contains("and not 'resolved'"));
  CHECK_THAT(fault_with([](Kind& kind) { kind.stages[1].label_ar.clear(); }), Contains("outage.crew: a label"));
  CHECK_THAT(fault_with([](Kind& kind) { kind.stages[1].role = staff::Role::overseer; }),
             Contains("outage.crew: the role overseer works no cases"));
  CHECK_THAT(fault_with([](Kind& kind) { kind.stages[0].limit = std::chrono::hours(0); }),
             Contains("outage.received: limit must be 1h to 365d"));
  CHECK_THAT(fault_with([](Kind& kind) { kind.stages[0].next.clear(); }), Contains("next must say what may follow"));
  CHECK_THAT(fault_with([](Kind& kind) { kind.stages[0].next = {"van"}; }), Contains("there is no stage 'van'"));
  CHECK_THAT(fault_with([](Kind& kind) { kind.stages[0].next = {"received"}; }), Contains("does not follow itself"));
  for (const char* stage : {"resolved", "check", "van"})
    CHECK_THAT(fault_with([stage](Kind& kind) { kind.stages[0].after_fee = stage; }),
               Contains("outage.received: after_fee must be a stage out of next"));
  CHECK(fault_with([](Kind& kind) { kind.stages[0].after_fee = "crew"; }).empty());
  CHECK_THAT(fault_with([](Kind& kind) {
               kind.stages[0].next = {"crew", "crew"};
             }),
             Contains("'crew' is in next twice"));
  CHECK_THAT(fault_with([](Kind& kind) { kind.stages[1].name = "received"; }), Contains("is there twice"));
}

TEST_CASE("from every stage some way leads to an end") {
  CHECK_THAT(fault_with([](Kind& kind) { kind.stages[2].next = {"crew"}; }),
             Contains("outage.crew: no way leads to resolved from here"));
}

TEST_CASE("a complaint that bypasses its office has two offices to go to") {
  Kind kind = sample_bribe();
  kind.escalates_to = kind.office;
  CHECK_THAT(fault_of({kind}), Contains("must name two offices"));
  kind = sample_bribe();
  kind.office.clear();
  CHECK_THAT(fault_of({kind}), Contains("must name two offices"));
  kind = sample_bribe();
  kind.about = About::network;
  CHECK_THAT(fault_of({kind}), Contains("is for kinds with about: staff"));
  Kind seen_by_all = sample_bribe();
  seen_by_all.bypasses_office = false;
  CHECK_THAT(fault_of({seen_by_all}), Contains("and each of these has it"));
}

}  // namespace
}  // namespace shubbak::cases
