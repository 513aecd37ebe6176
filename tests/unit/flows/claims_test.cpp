// What docs/claims.md says of the checker in one sentence for several faults: each of them, put into a flow that has
// none, is told under its rule and under no other.
#include <set>

#include <catch2/catch.hpp>

#include "examples.hpp"
#include "fixture.hpp"

using namespace shubbak;
using namespace shubbak::flows;
using namespace shubbak::flows::test;

namespace {

struct Fault {
  const char* what;
  const char* where;  // flow, en or ar
  std::string from;   // what stands there; empty: at the end
  std::string to;
  Rule rule;
};

// In two languages, with everything that the faults are put into.
Deployment whole() {
  return {.flows = {{"home", R"(flow: home
schema: 1
entry: {sms: {keywords: [menu, قائمة]}}
slots:
  account: {digits: [3, 8]}
  due: {money: SYP, max: 99900}
  n: {int: [0, 99]}
states:
  first:
    menu: {text: ask, items: [{key: "1", text: one, to: load}, {key: "2", text: two, flow: other}]}
  load: {input: {type: account, max: 8, save: account, text: ask}, then: due}
  due:
    call: {service: bills.due, args: {company: account, account: account}, timeout: 2s}
    save: {due: $.amount, n: $.count}
    then: {ok: look, timeout|error|not_found: sorry}
  look: {subflow: {flow: part, args: {given: n}, results: {n: found}}, then: {done: shown}}
  shown: {end: {text: shown}}
  sorry: {end: {text: two}}
)"},
                    {"other", R"(flow: other
schema: 1
entry: {ussd: "7", sms: {keywords: [other]}}
states:
  first: {menu: {text: ask, items: [{key: "1", text: one, to: last}]}}
  last: {end: {text: two}}
)"},
                    {"part", R"(flow: part
schema: 1
slots: {given: {int: [0, 99]}, found: {int: [0, 99]}}
takes: [given]
states:
  first: {set: {found: given}, then: last}
  last: {return: done}
)"}},
          .ar =
              "ask: سؤال\none: أول\ntwo: ثان\n"
              "shown: \"{n, plural, zero{صفر} one{واحد} two{اثنان} few{قليل} many{كثير} other{غيرها}} {due}\"\n",
          .en = "ask: Ask\none: One\ntwo: Two\nshown: \"{n, plural, one{# bill} other{# bills}} {due}\"\n"};
}

std::set<std::string> rules_told(const Deployment& deployment) {
  std::set<std::string> rules;
  const auto revision = deployment.load();
  const OperatorProfile profile{.name = "op"};
  const std::vector<Diagnostic> faults =
      revision ? check(**revision, {.operators = {&profile, 1}, .published = nullptr}) : revision.error();
  for (const Diagnostic& fault : faults) {
    INFO(to_string(fault));
    CHECK(fault.line > 0);
    CHECK(fault.column > 0);
    rules.emplace(to_string(fault.rule));
  }
  return rules;
}

Deployment with(const Fault& fault) {
  Deployment deployment = whole();
  const std::string_view where = fault.where;
  std::string& text = where == "en"      ? deployment.en
                      : where == "ar"    ? deployment.ar
                      : where == "other" ? deployment.flows[1].second
                                         : deployment.flows[0].second;
  const std::size_t at = fault.from.empty() ? text.size() : text.find(fault.from);
  REQUIRE(at != std::string::npos);
  text.replace(at, fault.from.size(), fault.to);
  return deployment;
}

void check_all(const std::vector<Fault>& faults) {
  REQUIRE(rules_told(whole()).empty());
  for (const Fault& fault : faults) {
    INFO(fault.what);
    CHECK(rules_told(with(fault)) == std::set<std::string>{std::string(to_string(fault.rule))});
  }
}

}  // namespace

TEST_CASE("claim: an unknown state, slot, service, string, argument or result, and a type mismatch, are told") {
  check_all({
      {"state", "flow", "then: due}", "then: duee}", Rule::unknown_name},
      {"slot", "flow", "account: account}", "account: acount}", Rule::unknown_name},
      {"service", "flow", "service: bills.due", "service: bills.dew", Rule::unknown_name},
      {"string", "flow", "{end: {text: shown}}", "{end: {text: shwon}}", Rule::unknown_name},
      {"argument", "flow", "{company: account,", "{firm: account,", Rule::unknown_name},
      {"a missing argument", "flow", "{company: account, account", "{account", Rule::unknown_name},
      {"result", "flow", "n: $.count", "n: $.number", Rule::unknown_name},
      {"argument of a subflow", "flow", "args: {given: n}", "args: {taken: n}", Rule::unknown_name},
      {"result of a subflow", "flow", "results: {n: found}", "results: {n: fond}", Rule::unknown_name},
      {"a type that does not fit", "flow", "results: {n: found}", "results: {due: found}", Rule::type_mismatch},
  });
}

TEST_CASE("claim: a missing locale, placeholder or plural category, and a string that no flow uses, are told") {
  check_all({
      {"locale", "ar", "two: ثان\n", "", Rule::missing_string},
      {"placeholder", "ar", " {due}", "", Rule::placeholder},
      {"plural category", "ar", "few{قليل} ", "", Rule::plural_form},
      {"unused", "en", "", "more: More\n", Rule::unused_string},
  });
}

TEST_CASE("claim: unreachable states, states without an end and cycles that never wait are told") {
  check_all({
      {"unreachable", "flow", "", "  lost: {end: {text: two}}\n", Rule::unreachable_state},
      {"no end", "other", "  last: {end: {text: two}}",
       "  last: {menu: {text: two, items: [{key: \"1\", text: one, to: first}]}}", Rule::no_end},
      {"cycle", "flow", "timeout|error|not_found: sorry}", "not_found: sorry, timeout|error: due}",
       Rule::endless_round},
  });
}

TEST_CASE("claim: duplicate and shadowed keys, keywords that collide after folding and codes of two flows are told") {
  check_all({
      {"duplicate", "flow", "{key: \"2\"", "{key: \"1\"", Rule::key_clash},
      {"shadowed", "flow", "{key: \"2\"", "{key: \"00\"", Rule::key_clash},
      {"keywords", "other", "keywords: [other]", "keywords: [other, \"القائمه\", \"قائمه\"]", Rule::keyword_clash},
      {"codes", "flow", "entry: {sms", "entry: {ussd: \"7\", sms", Rule::code_clash},
  });
}
