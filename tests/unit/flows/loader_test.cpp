// Every fault that the loader knows, each in a small deployment of its own, with the place and the words that a
// designer gets.
#include <filesystem>
#include <fstream>

#include <catch2/catch.hpp>

#include "fixture.hpp"
#include "flows/sources.hpp"

using namespace shubbak;
using namespace shubbak::flows;
using namespace shubbak::flows::test;
using Catch::Matchers::Contains;

namespace {

constexpr const char* strings = "a: A\nb: B\nc: C\n";

// The faults of one flow `f` (strings a, b and c are there).
std::string faults(const std::string& flow) {
  return faults_of({.flows = {{"f", flow}}, .ar = strings, .en = strings});
}

// Lines after "flow: f\nschema: 1\n": the first line of `rest` is line 3.
std::string faults_after_head(const std::string& rest) {
  return faults("flow: f\nschema: 1\n" + rest);
}

}  // namespace

TEST_CASE("loader: a flow without faults loads, and its names are there for metrics") {
  const auto revision =
      must_load({.flows = {{"f", "flow: f\nschema: 1\nentry: {ussd: \"7\"}\nstates:\n  x: {end: {text: a}}\n"}},
                 .ar = strings,
                 .en = strings});
  REQUIRE(revision->flow_index("f").has_value());
  const Session::Place place{*revision->flow_index("f"), 0};
  CHECK(revision->flow_name(place) == "f");
  CHECK(revision->state_name(place) == "x");
  CHECK(revision->locales() == std::vector<std::string>{"ar", "en"});
  CHECK(revision->locale_index("en") == 1);
  CHECK_FALSE(revision->locale_index("fr").has_value());
  CHECK(revision->flow_name(revision->home()) == "home");
  CHECK(revision->id().size() == 16);
}

TEST_CASE("loader: faults of a flow's head") {
  const auto [flow, fault] = GENERATE(table<std::string, std::string>({
      {"flow: g\nschema: 1\nstates: {x: {end: {text: a}}}\n",
       "flows/f.yaml:1:7: flow 'g' is in the file f.yaml (give both the same name)"},
      {"flow: F!\nschema: 1\nstates: {x: {end: {text: a}}}\n",
       "flows/f.yaml:1:7: 'F!' is no name for a flow (small Latin letters, digits and _, at most 40, not beginning "
       "with a digit)"},
      {"schema: 1\nstates: {x: {end: {text: a}}}\n", "flows/f.yaml:1:1: a flow file needs 'flow'"},
      {"flow: f\nstates: {x: {end: {text: a}}}\n", "flows/f.yaml:1:1: a flow file needs 'schema'"},
      {"flow: f\nschema: 2\nstates: {x: {end: {text: a}}}\n", "flows/f.yaml:2:9: this version reads schema: 1"},
      {"flow: f\nschema: 1\n", "flows/f.yaml:1:1: a flow file needs 'states'"},
      {"flow: f\nschema: 1\nstates: {}\n", "flows/f.yaml:3:9: states must be a mapping with at least one state"},
      {"flow: f\nschema: 1\nstatse: {}\nstates: {x: {end: {text: a}}}\n",
       "flows/f.yaml:3:1: unknown key 'statse' in a flow file (did you mean 'states'?)"},
      {"- a\n",
       "flows/f.yaml:1:1: a flow file must be a mapping ({flow, schema, entry, requires, nav, limits, slots, takes, "
       "states, migrate})"},
      {"flow: f\nschema: 1\nrequires: [activ_link]\nstates: {x: {end: {text: a}}}\n",
       "flows/f.yaml:3:12: unknown requirement 'activ_link' (did you mean 'active_link'?)"},
      {"flow: f\nschema: 1\nrequires: active_link\nstates: {x: {end: {text: a}}}\n",
       "flows/f.yaml:3:11: requires must be a sequence ([active_link])"},
      {"flow: f\nschema: 1\nlimits: {resume_ttl: 10}\nstates: {x: {end: {text: a}}}\n",
       "flows/f.yaml:3:22: resume_ttl must be a time (for example 250ms, 3s, 10m or 1h; 31 days at most)"},
      {"flow: f\nschema: 1\nlimits: {max_stages: 0}\nstates: {x: {end: {text: a}}}\n",
       "flows/f.yaml:3:22: max_stages must be a whole number from 1 to 100"},
      {"flow: f\nschema: 1\nlimits: {max_stage: 8}\nstates: {x: {end: {text: a}}}\n",
       "flows/f.yaml:3:10: unknown key 'max_stage' in limits (did you mean 'max_stages'?)"},
      {"flow: f\nschema: 1\nnav: {back: \"00\"}\nstates: {x: {end: {text: a}}}\n",
       "flows/f.yaml:3:6: nav: back and home have the same key 00"},
      {"flow: f\nschema: 1\nnav: {back: x}\nstates: {x: {end: {text: a}}}\n",
       "flows/f.yaml:3:13: a navigation key must be 1 to 3 of 0-9, * and #"},
      {"flow: f\nschema: 1\nstates:\n  X-1: {end: {text: a}}\n",
       "flows/f.yaml:4:3: 'X-1' is no name for a state (small Latin letters, digits and _, at most 40, not beginning "
       "with a digit)"},
      {"flow: f\nschema: 1\nstates:\n  x: {end: {text: a}}\n  x: {end: {text: b}}\n",
       "flows/f.yaml:5:3: the key 'x' is here twice (the first one is in line 4)"},
  }));
  INFO(flow);
  CHECK(faults(flow) == fault);
}

TEST_CASE("loader: faults of entries") {
  const auto [entry, fault] = GENERATE(table<std::string, std::string>({
      {"{ussd: \"123456\"}",
       "flows/f.yaml:3:15: a code must not have six digits (*123*<six digits># is how a confirmation code is "
       "dialled)"},
      {"{ussd: \"1a\"}",
       "flows/f.yaml:3:15: a code is digits, or up to four of them with * (ussd: \"1\" for *123*1#)"},
      {"{ussd: \"1**2\"}",
       "flows/f.yaml:3:15: a code is digits, or up to four of them with * (ussd: \"1\" for *123*1#)"},
      {"{sms: {keywords: []}}", "flows/f.yaml:3:25: keywords must be a sequence of 1 to 200 words ([bill, فاتورة])"},
      {"{sms: {keywords: [\"!\"]}}", "flows/f.yaml:3:26: a keyword needs letters, 100 octets at most"},
      {"{sms: {keywords: [\"12\"]}}",
       "flows/f.yaml:3:26: a keyword of digits alone would swallow answers (use numbers for texts made of numbers)"},
      {"{sms: {keywords: [فاتورة, bill, فَاتُوره]}}",
       "flows/f.yaml:3:40: the keyword 'فَاتُوره' is already there (spellings that fold to the same are one; first in "
       "flows/f.yaml:3:26)"},
      {"{sms: {keyword: [a]}}", "flows/f.yaml:3:15: unknown key 'keyword' in entry.sms (did you mean 'keywords'?)"},
      {"{sms: {start: x}}", "flows/f.yaml:3:14: entry.sms needs keywords or numbers"},
      {"{sms: {keywords: [a], start: y}}", "flows/f.yaml:3:37: unknown state 'y' (did you mean 'x'?)"},
      {"{sms: {numbers: [[2, 1]]}}",
       "flows/f.yaml:3:29: the most number of digits must be a whole number from 2 to 32"},
      {"{sms: {numbers: [2]}}",
       "flows/f.yaml:3:24: numbers must be 1 to 8 pairs of least and most digits ([[2, 2], [4, 12]])"},
      {"[ussd]", "flows/f.yaml:3:8: entry must be a mapping ({ussd, sms})"},
  }));
  INFO(entry);
  CHECK(faults_after_head("entry: " + entry + "\nstates: {x: {end: {text: a}}}\n") == fault);
}

TEST_CASE("loader: two flows cannot share a code, a keyword or a pattern of numbers") {
  const Deployment deployment{.flows = {{"f",
                                         "flow: f\nschema: 1\nentry: {ussd: \"1\", sms: {keywords: [فاتورة], "
                                         "numbers: [[2, 2]]}}\nstates: {x: {end: {text: a}}}\n"},
                                        {"g",
                                         "flow: g\nschema: 1\nentry: {ussd: \"1\", sms: {keywords: [فاتوره], "
                                         "numbers: [[1, 3]]}}\nstates: {x: {end: {text: a}}}\n"}},
                              .ar = strings,
                              .en = strings};
  CHECK(faults_of(deployment) ==
        "flows/g.yaml:3:15: the code 1 is already flow 'f' (first used in flows/f.yaml:1:7)\n"
        "flows/g.yaml:3:37: the keyword 'فاتوره' is already there in flow 'f' (spellings that fold to the same are "
        "one; first in flows/f.yaml:3:37)\n"
        "flows/g.yaml:3:55: texts of such numbers already mean something in flow 'f' (first in flows/f.yaml:3:55)");
}

namespace {

// Two flows that are begun by SMS, one that is not, and more words for them.
Deployment with_keywords(std::string table) {
  return {.flows = {{"f",
                     "flow: f\nschema: 1\nentry: {sms: {keywords: [bill, فاتورة]}}\n"
                     "states: {x: {end: {text: a}}}\n"},
                    {"g",
                     "flow: g\nschema: 1\nentry: {sms: {numbers: [[2, 2]]}}\n"
                     "states: {x: {end: {text: a}}}\n"},
                    {"h", "flow: h\nschema: 1\nentry: {ussd: \"1\"}\nstates: {x: {end: {text: a}}}\n"}},
          .ar = strings,
          .en = strings,
          .keywords = std::move(table)};
}

}  // namespace

TEST_CASE("loader: a keyword table adds words to those of its flows") {
  const auto revision = must_load(with_keywords("f: [ذمة, owed]\ng: [reading]\n"));
  const auto flow_of = [&](std::string_view text) {
    const auto match = revision->keywords().match(text);
    return match ? revision->flows()[match->flow].name : std::string();
  };
  CHECK(flow_of("bill") == "f");
  CHECK(flow_of("ذمه") == "f");
  CHECK(flow_of("Owed") == "f");
  CHECK(flow_of("reading") == "g");
  CHECK(flow_of("readin") == "g");  // forgiven as any keyword
  CHECK(flow_of("21") == "g");
  CHECK(revision->id() != must_load(with_keywords("f: [ذمة, owed]\n"))->id());
  CHECK(revision->unused_strings().size() == 4);  // of the folder that the table lies in: b and c, in two languages
}

TEST_CASE("loader: the keyword tables of all folders add, to a deployment's own flow too") {
  const std::vector<SourceFile> files{
      {"common/flows/home.yaml",
       "flow: home\nschema: 1\nentry: {sms: {keywords: [menu]}}\nstates: {x: {end: {text: sys_yes}}}\n"},
      {"common/strings/ar.yaml", system_strings("ar")},
      {"common/keywords.yaml", "home: [list]\n"},
      {"town/flows/home.yaml",
       "flow: home\nschema: 1\nentry: {sms: {keywords: [start]}}\nstates: {x: {end: {text: sys_no}}}\n"},
      {"town/keywords.yaml", "home: [قائمة]\n"}};
  LoadOptions options;
  options.locales = {"ar"};
  const auto revision = load(files, options);
  REQUIRE(revision.ok());
  for (const char* word : {"list", "start", "قائمة"}) {
    CAPTURE(word);
    CHECK((*revision)->keywords().match(word).has_value());
  }
  CHECK_FALSE((*revision)->keywords().match("menu").has_value());  // it went with the common flow
}

TEST_CASE("loader: faults of keyword tables") {
  const auto [words, fault] = GENERATE(table<std::string, std::string>({
      {"[f]",
       "keywords.yaml:1:1: a keyword table must be a mapping of flows to their words (reading: [meter, عداد])"},
      {"fg: [owed]", "keywords.yaml:1:1: unknown flow 'fg' (did you mean 'f'?)"},
      {"f: [owed]\nh: [hours]",
       "keywords.yaml:2:1: flow 'h' is not begun by SMS (words are added to its entry.sms, which it has not)"},
      {"f: owed", "keywords.yaml:1:4: keywords must be a sequence of 1 to 200 words ([bill, فاتورة])"},
      {"f: []", "keywords.yaml:1:4: keywords must be a sequence of 1 to 200 words ([bill, فاتورة])"},
      {"f: [{a: b}]", "keywords.yaml:1:5: a keyword must be a text"},
      {"f: [\"12\"]",
       "keywords.yaml:1:5: a keyword of digits alone would swallow answers (use numbers for texts made of numbers)"},
      {"f: [BILL]",
       "keywords.yaml:1:5: the keyword 'BILL' is already there (spellings that fold to the same are one; first in "
       "flows/f.yaml:3:26)"},
      {"f: [owed]\ng: [فَاتُوره, Owed]",
       "keywords.yaml:2:5: the keyword 'فَاتُوره' is already there in flow 'f' (spellings that fold to the same are "
       "one; "
       "first in flows/f.yaml:3:32)\n"
       "keywords.yaml:2:15: the keyword 'Owed' is already there in flow 'f' (spellings that fold to the same are "
       "one; "
       "first in keywords.yaml:1:5)"},
      {"f: [owed]\nf: [debt]", "keywords.yaml:2:1: the key 'f' is here twice (the first one is in line 1)"},
  }));
  INFO(words);
  CHECK(faults_of(with_keywords(words)) == fault);
}

TEST_CASE("loader: a keyword table is known by its folder and name, wherever the deployment lies") {
  CHECK(plain_name("/etc/shubbak/config/town/keywords.yaml") == "town/keywords.yaml");
  CHECK(plain_name("config/town/../common/keywords.yaml") == "common/keywords.yaml");
  CHECK(plain_name("town/keywords.yaml") == "town/keywords.yaml");
  CHECK(plain_name("../keywords.yaml") == "keywords.yaml");
  // A flow may be called so.
  CHECK(plain_name("config/town/flows/keywords.yaml") == "town/flows/keywords.yaml");
  CHECK_FALSE(is_keyword_table("config/town/flows/keywords.yaml"));
  CHECK_FALSE(is_keyword_table("config/town/words.yaml"));
}

TEST_CASE("loader: faults of slots") {
  const auto [slot, fault] = GENERATE(table<std::string, std::string>({
      {"n: {int: [5, 1]}", "flows/f.yaml:4:12: int: the least is more than the most"},
      {"n: {int: 5}", "flows/f.yaml:4:12: int must be [least, most] (for example {int: [0, 99]})"},
      {"n: {int: [0, x]}",
       "flows/f.yaml:4:16: the most must be a whole number from -9007199254740991 to 9007199254740991"},
      {"n: {money: SYP}", "flows/f.yaml:4:6: a slot needs 'max'"},
      {"n: {money: XXX, max: 5}",
       "flows/f.yaml:4:14: unknown currency 'XXX' (the currency must be one of EGP, IQD, KWD, SYP; or local, the "
       "deployment's own)"},
      {"n: {money: SYP, max: 5, min: 6}", "flows/f.yaml:4:14: money: min is more than max"},
      {"n: {text: 0}", "flows/f.yaml:4:13: text must be a whole number from 1 to 1000"},
      {"n: {digits: [6, 4]}", "flows/f.yaml:4:15: digits: the least is more than the most"},
      {"n: {digits: 33}", "flows/f.yaml:4:15: digits must be a whole number from 1 to 32"},
      {"n: {text: 5, max: 7}", "flows/f.yaml:4:16: 'max' does not go with text"},
      {"n: {}",
       "flows/f.yaml:4:6: no type is given (for example {int: [0, 99]}, {text: 14}, {digits: 12}, {money: SYP, max: "
       "100000})"},
      {"n: {int: [0, 1], text: 5}", "flows/f.yaml:4:20: 'text' beside 'int': a slot has one type"},
      {"n: {txt: 5}",
       "flows/f.yaml:4:6: no type is given (for example {int: [0, 99]}, {text: 14}, {digits: 12}, {money: SYP, max: "
       "100000})\n"
       "flows/f.yaml:4:7: unknown key 'txt' in a slot (did you mean 'text'?)"},
      {"n: {list: {id: {digits: 3}}}", "flows/f.yaml:4:6: a slot needs 'max'"},
      {"n: {list: {id: {list: {}}}, max: 5}",
       "flows/f.yaml:4:18: no type is given (for example {int: [0, 99]}, {text: 14}, {digits: 12}, {money: SYP, max: "
       "100000})\n"
       "flows/f.yaml:4:19: unknown key 'list' in a field (did you mean 'int'?)"},
      {"n: {list: [id], max: 5}",
       "flows/f.yaml:4:13: a list needs its fields, at most 20 (for example {list: {id: {digits: 12}}, max: 40})"},
      {"n: {ref: m}", "flows/f.yaml:4:12: 'm' is no list slot"},
      {"true: {int: [0, 1]}", "flows/f.yaml:4:3: 'true' is a word of conditions (name the slot otherwise)"},
  }));
  INFO(slot);
  CHECK(faults_after_head("slots:\n  " + slot + "\nstates: {x: {end: {text: a}}}\n") == fault);
}

TEST_CASE("loader: faults of states") {
  const auto [state, fault] = GENERATE(table<std::string, std::string>({
      {"{}",
       "flows/f.yaml:13:3: state 'x' does nothing (a state is one of menu, input, confirm, collect, otp, call, "
       "money, switch, set, subflow, return, end)"},
      {"{ends: {text: a}}", "flows/f.yaml:13:3: state 'x' does nothing (did you mean 'end'?)"},
      {"{end: {text: a}, menu: {text: b}}",
       "flows/f.yaml:13:23: 'menu' beside 'end': a state is of one kind (make it two states)"},
      {"[a]", "flows/f.yaml:13:6: a state must be a mapping (for example {end: {text: goodbye}})"},
      {"{end: {txt: a}}", "flows/f.yaml:13:12: an end needs 'text'"},
      {"{end: {text: aa}}", "flows/f.yaml:13:19: unknown string 'aa' (did you mean 'a'?)"},
      {"{end: {text: nothing_like_it}}",
       "flows/f.yaml:13:19: unknown string 'nothing_like_it' (add it to strings/*.yaml)"},
      {"{end: {text: {ussd: a}}}", "flows/f.yaml:13:19: a text per channel needs 'sms'"},
      {"{end: {text: [a]}}", "flows/f.yaml:13:19: a text per channel must be a mapping ({ussd, sms})"},
      {"{end: {text: a, item: b}}",
       "flows/f.yaml:13:22: item without from (from: LIST says whose entries are printed)"},
      {"{end: {text: a, from: n, item: b}}", "flows/f.yaml:13:28: 'n' is no list slot"},
      {"{end: {text: a}, then: x}", "flows/f.yaml:13:23: unknown key 'then' in an end's state (there are end)"},
      {"{menu: {text: a, items: []}}",
       "flows/f.yaml:13:30: items must be a sequence of 1 to 40 items ([{key: \"1\", text: NAME, to: STATE}])"},
      {"{menu: {text: a, items: [{key: \"1\", text: b, to: y}]}}",
       "flows/f.yaml:13:55: unknown state 'y' (did you mean 'x'?)"},
      {"{menu: {text: a, items: [{key: \"1\", text: b}]}}",
       "flows/f.yaml:13:31: where to go is missing (to: STATE of this flow, or flow: FLOW)"},
      {"{menu: {text: a, items: [{key: \"1\", text: b, to: x, flow: f}]}}",
       "flows/f.yaml:13:31: both to and flow are here (to: STATE of this flow, or flow: FLOW)"},
      {"{menu: {text: a, items: [{key: \"1\", text: b, flow: hme}]}}",
       "flows/f.yaml:13:57: unknown flow 'hme' (did you mean 'home'?)"},
      {"{menu: {text: a, items: [{key: \"1\", text: b, to: x}, {key: \"1\", text: c, to: x}]}}",
       "flows/f.yaml:13:65: the key 1 is already another item's"},
      {"{menu: {text: a, items: [{key: \"9\", text: b, to: x}]}}",
       "flows/f.yaml:13:37: the key 9 is navigation's (next) (use another one, or change nav)"},
      {"{menu: {text: a, items: [{key: \"00\", text: b, to: x}]}}",
       "flows/f.yaml:13:37: the key 00 is navigation's (home) (use another one, or change nav)"},
      {"{menu: {text: a, items: [{key: y, text: b, to: x}]}}",
       "flows/f.yaml:13:37: a key must be 1 to 3 digits (key: \"1\")"},
      {"{menu: {text: a, items: [{key: \"1\", text: b, to: x, when: \"n > z\"}]}}",
       "flows/f.yaml:13:69: in the condition: unknown slot 'z' (did you mean 'n'?)"},
      {"{menu: {text: a, items: [{key: \"1\", text: b, to: x}], page: 3}}",
       "flows/f.yaml:13:66: page can only be auto"},
      {"{menu: {text: a, from: l, item: b}}", "flows/f.yaml:13:6: a list menu's state needs 'pick'"},
      {"{menu: {text: a, from: n, item: b}, pick: x}", "flows/f.yaml:13:29: 'n' is no list slot"},
      {"{menu: {text: a, from: l, item: b, save: n}, pick: x}",
       "flows/f.yaml:13:47: 'n' is no ref to 'l' (declare it as n: {ref: l})"},
      {"{menu: {text: a, from: k, item: b, save: r}, pick: x}",
       "flows/f.yaml:13:47: 'r' is no ref to 'k' (declare it as r: {ref: k})"},
      {"{menu: {text: a, from: l, item: b}, pick: x, invalid: {retrys: 2}}",
       "flows/f.yaml:13:61: unknown key 'retrys' in invalid (did you mean 'retries'?)"},
      {"{input: {type: digit, len: 4, text: a, save: n}, then: x}",
       "flows/f.yaml:13:21: unknown input type 'digit' (did you mean 'digits'?)"},
      {"{input: {type: digits, text: a, save: n}, then: x}",
       "flows/f.yaml:13:21: digits need a length (len: 4, or min: 4, max: 12)"},
      {"{input: {type: digits, min: 5, max: 4, text: a, save: n}, then: x}",
       "flows/f.yaml:13:21: min is more than max"},
      {"{input: {type: digits, len: 5, max: 5, text: a, save: n}, then: x}",
       "flows/f.yaml:13:29: len beside min or max (len: 4 means min: 4, max: 4)"},
      {"{input: {type: meter_reading, max: 10, text: a, save: n}, then: x}",
       "flows/f.yaml:13:41: max must be a whole number from 1 to 9"},
      {"{input: {type: digits, len: 4, text: a, save: t}, then: x}",
       "flows/f.yaml:13:21: slot 't' cannot hold what is typed here (digits go into {digits: ...} or {int: ...}, "
       "text into {text: ...}, amounts into {money: ...}, days into {date: day}, choices into {ref: LIST}, voucher "
       "PINs "
       "into {digits: 16, secret: true})"},
      {"{input: {type: digits, len: 4, text: a, save: l}, then: x}",
       "flows/f.yaml:13:21: slot 'l' cannot hold what is typed here (digits go into {digits: ...} or {int: ...}, "
       "text into {text: ...}, amounts into {money: ...}, days into {date: day}, choices into {ref: LIST}, voucher "
       "PINs "
       "into {digits: 16, secret: true})"},
      {"{input: {type: digits, min: 4, max: 7, text: a, save: d}, then: x}",
       "flows/f.yaml:13:21: slot 'd' holds 1 to 5 characters, the input takes 4 to 7"},
      {"{input: {type: text, text: a, save: tt}, then: x}",
       "flows/f.yaml:13:42: unknown slot 'tt' (did you mean 't'?)"},
      {"{input: {type: digits, len: 4, text: a}}", "flows/f.yaml:13:6: an input's state needs 'then'"},
      {"{input: {type: digits, len: 4, text: a, refuse: {when: \"n > 1\"}, save: n}, then: x}",
       "flows/f.yaml:13:54: refuse must be a sequence of at most 10 ([{when: \"value < last\", text: NAME}])"},
      {"{input: {type: digits, len: 4, text: a, refuse: [{when: \"n > 1\"}], save: n}, then: x}",
       "flows/f.yaml:13:55: a refusal needs 'text'"},
      {"{confirm: {text: a, yes: x}}", "flows/f.yaml:13:16: a confirm needs 'no'"},
      {"{switch: {to: x}}",
       "flows/f.yaml:13:15: switch must be a sequence ([{when: \"...\", to: STATE}, {to: STATE}])"},
      {"{switch: [{when: \"n > 1\", to: x}]}",
       "flows/f.yaml:13:16: nothing is said for when no condition holds (end the choices with one without when: {to: "
       "STATE})"},
      {"{switch: [{to: x}, {to: x}]}",
       "flows/f.yaml:13:16: the choices after this one are never reached (give it a when, or move it to the end)"},
      {"{set: {locale: fr}, then: x}", "flows/f.yaml:13:21: the deployment does not speak 'fr' (did you mean 'ar'?)"},
      {"{set: {locale: ar}}", "flows/f.yaml:13:6: a set's state needs 'then'"},
      {"{call: {service: bills.duo, timeout: 3s}, then: {ok: x, timeout|error: x}}",
       "flows/f.yaml:13:23: unknown service 'bills.duo' (did you mean 'bills.due'?)"},
      {"{call: {service: public.ask}, then: {ok: x, timeout|error: x}}",
       "flows/f.yaml:13:13: a call needs 'timeout'"},
      {"{call: {service: public.ask, timeout: 3}, then: {ok: x, timeout|error: x}}",
       "flows/f.yaml:13:44: timeout must be a time (for example 250ms, 3s, 10m or 1h; 31 days at most)"},
      {"{call: {service: public.ask, timeout: 3s}, then: {ok: x, error: x}}",
       "flows/f.yaml:13:55: the outcome 'timeout' of public.ask leads nowhere (add it to then; several outcomes can "
       "share a target: timeout|error: STATE)"},
      {"{call: {service: public.ask, timeout: 3s}, then: {ok: x, timeout|error: x, not_found: x}}",
       "flows/f.yaml:13:81: public.ask has no outcome 'not_found'"},
      {"{call: {service: public.ask, timeout: 3s}, then: {ok: x, timeout|error: x, error: x}}",
       "flows/f.yaml:13:81: the outcome 'error' is here twice"},
      {"{call: {service: public.ask, timeout: 3s}, save: {n: $.numbr}, then: {ok: x, timeout|error: x}}",
       "flows/f.yaml:13:59: public.ask has no result 'numbr' (did you mean 'number'?)"},
      {"{call: {service: public.ask, timeout: 3s}, save: {n: number}, then: {ok: x, timeout|error: x}}",
       "flows/f.yaml:13:59: what is saved is written $.RESULT"},
      {"{call: {service: public.ask, timeout: 3s}, save: {r: $.list}, then: {ok: x, timeout|error: x}}",
       "flows/f.yaml:13:56: 'r' is a ref: only a list menu saves into it"},
      {"{call: {service: bills.due, args: {company: r.company, account: r.id}, timeout: 3s}, then: {ok: x, "
       "timeout|error|not_found: x}}",
       "flows/f.yaml:13:50: unknown slot 'r.company'"},
      {"{call: {service: bills.due, args: {account: r.id}, timeout: 3s}, then: {ok: x, timeout|error|not_found: x}}",
       "flows/f.yaml:13:40: bills.due needs the argument 'company'"},
      {"{call: {service: bills.due, args: {company: t, acount: r.id, account: r.id}, timeout: 3s}, then: {ok: x, "
       "timeout|error|not_found: x}}",
       "flows/f.yaml:13:53: unknown key 'acount' in the arguments of bills.due (did you mean 'account'?)"},
  }));
  INFO(state);
  const std::string told = faults_after_head(
      "slots:\n"
      "  n: {int: [0, 9]}\n"
      "  t: {text: 10}\n"
      "  d: {digits: 5}\n"
      "  l: {list: {id: {digits: 5}, label: {text: 9}}, max: 9}\n"
      "  r: {ref: l}\n"
      "  k: {list: {id: {digits: 5}}, max: 9}\n"
      "  m: {money: SYP, max: 100}\n"
      "states:\n"
      "  # what is wrong\n"
      "  x: " +
      state + "\n");
  CHECK(told.substr(0, told.find('\n')) == fault);
}

TEST_CASE("loader: every target is a state or a flow") {
  const auto [then, fault] = GENERATE(table<std::string, std::string>({
      {"x", ""},
      {"{to: x}", ""},
      {"{flow: home}", ""},
      {"[{when: \"n > 1\", to: x}, {flow: home}]", ""},
      {"y", "flows/f.yaml:7:11: unknown state 'y' (did you mean 'x'?)"},
      {"{flow: hom}", "flows/f.yaml:7:18: unknown flow 'hom' (did you mean 'home'?)"},
      {"{state: x}",
       "flows/f.yaml:7:11: where to go is missing (to: STATE of this flow, or flow: FLOW)\nflows/f.yaml:7:12: "
       "unknown key 'state' in a target (there are to, flow)"},
      {"[]", "flows/f.yaml:7:11: there must be 1 to 40 choices ([{when: \"...\", to: STATE}, {to: STATE}])"},
      {"[x]", "flows/f.yaml:7:12: a choice must be a mapping ({when, to, flow})"},
  }));
  INFO(then);
  CHECK(faults_after_head("slots: {n: {int: [0, 9]}}\nstates:\n  x:\n    input: {type: digits, len: 1, save: n, "
                          "text: a}\n    then: " +
                          then + "\n") == fault);
}

TEST_CASE("loader: a state that nothing leads to is told, and so is a round that never waits") {
  CHECK(faults_after_head("states:\n  x: {end: {text: a}}\n  y: {end: {text: b}}\n") ==
        "flows/f.yaml:5:3: state 'y' is never reached (lead to it, or take it out)");
  CHECK(faults_after_head(
            "entry: {sms: {keywords: [k], start: y}}\nstates:\n  x: {end: {text: a}}\n  y: {end: {text: b}}\n")
            .empty());
  CHECK(faults_after_head("slots: {n: {int: [0, 9]}}\nstates:\n"
                          "  x: {switch: [{when: \"n > 1\", to: y}, {to: e}]}\n"
                          "  y: {set: {locale: ar}, then: z}\n"
                          "  z: {call: {service: public.ask, timeout: 1s}, then: {ok: e, timeout|error: x}}\n"
                          "  e: {end: {text: a}}\n") ==
        "flows/f.yaml:5:3: these states go round and never wait for the person: x -> y -> z -> x (put a menu, an "
        "input or an end on the way)");
  CHECK(faults_after_head("states:\n  x: {switch: [{to: x}]}\n") ==
        "flows/f.yaml:4:3: these states go round and never wait for the person: x -> x (put a menu, an input or an "
        "end on the way)");
}

TEST_CASE("loader: a round through two flows is found") {
  const std::string told = faults_of({.flows = {{"f", "flow: f\nschema: 1\nstates:\n  x: {switch: [{flow: g}]}\n"},
                                                {"g", "flow: g\nschema: 1\nstates:\n  y: {switch: [{flow: f}]}\n"}}});
  CHECK(told ==
        "flows/f.yaml:4:3: these states go round and never wait for the person: x -> y -> x (put a menu, an input or "
        "an end on the way)");
}

TEST_CASE("loader: a thousand states in a row are checked without trouble, one more is refused") {
  const auto flow_of = [](int count) {
    std::string flow = "flow: f\nschema: 1\nstates:\n";
    for (int i = 0; i + 1 < count; ++i)
      flow += "  s" + std::to_string(i) + ": {switch: [{to: s" + std::to_string(i + 1) + "}]}\n";
    return flow + "  s" + std::to_string(count - 1) + ": {end: {text: a}}\n";
  };
  CHECK(faults(flow_of(1000)).empty());
  CHECK(faults(flow_of(1001)) == "flows/f.yaml:4:3: more than 1000 states");
}

TEST_CASE("loader: a string must be there in every language, with names that the flow has") {
  const std::string flow =
      "flow: f\nschema: 1\nslots: {due: {money: SYP, max: 100}}\nstates: {x: {end: {text: shown}}}\n";
  CHECK(faults_of({.flows = {{"f", flow}}, .ar = "shown: a\n", .en = "other: b\n"}) ==
        "flows/f.yaml:4:26: string 'shown' is missing in 'en' (add it to strings/en.yaml)");
  CHECK(faults_of({.flows = {{"f", flow}}, .ar = "# one\nshown: المبلغ {duw}\n", .en = "shown: '{due}'\n"}) ==
        "strings/ar.yaml:2:8: string 'shown' (ar) uses {duw}, which flow 'f' has no value for here (did you mean "
        "'due'?)");
  CHECK(faults_of({.flows = {{"f", flow}}, .ar = "shown: x\nbad: '{'\n", .en = "shown: x\n"}) ==
        "strings/ar.yaml:2:6: string 'bad' (ar) is not a message pattern near '{' (check the braces; a brace that is "
        "to be shown is written '{')");
  CHECK(faults_of({.flows = {{"f", flow}}, .ar = "shown: x\nBad: y\n", .en = "shown: x\n"}) ==
        "strings/ar.yaml:2:1: 'Bad' is not a name (small Latin letters, digits and _, not beginning with a digit)");
  CHECK(faults_of({.flows = {{"f", flow}}, .ar = "shown: [x]\n", .en = "shown: x\n"}) ==
        "flows/f.yaml:4:26: string 'shown' is missing in 'ar' (add it to strings/ar.yaml)\nstrings/ar.yaml:1:8: "
        "string 'shown' must be a text");
  CHECK(faults_of({.flows = {{"f", flow}}, .ar = "shown: " + std::string(4097, 'x'), .en = "shown: x\n"})
            .find("is longer than 4096 octets") != std::string::npos);
}

TEST_CASE("loader: plural forms that a language needs are demanded of each string") {
  const std::string flow = "flow: f\nschema: 1\nslots: {n: {int: [0, 9]}}\nstates: {x: {end: {text: s}}}\n";
  CHECK(faults_of({.flows = {{"f", flow}},
                   .ar = "s: \"{n, plural, one{a} other{b}}\"\n",
                   .en = "s: \"{n, plural, other{b}}\"\n"}) ==
        "strings/ar.yaml:1:4: string 's' (ar) has no plural form 'zero' for {n} (the language needs zero, one, two, "
        "few, many, other)\n"
        "strings/ar.yaml:1:4: string 's' (ar) has no plural form 'two' for {n} (the language needs zero, one, two, "
        "few, many, other)\n"
        "strings/ar.yaml:1:4: string 's' (ar) has no plural form 'few' for {n} (the language needs zero, one, two, "
        "few, many, other)\n"
        "strings/ar.yaml:1:4: string 's' (ar) has no plural form 'many' for {n} (the language needs zero, one, two, "
        "few, many, other)\n"
        "strings/en.yaml:1:4: string 's' (en) has no plural form 'one' for {n} (the language needs one, other)");
}

TEST_CASE("loader: the strings that every deployment needs are demanded") {
  const std::vector<SourceFile> files{
      {"flows/home.yaml", "flow: home\nschema: 1\nstates: {x: {end: {text: sys_yes}}}\n"},
      {"strings/ar.yaml", system_strings("ar").substr(system_strings("ar").find('\n') + 1)}};
  LoadOptions options;
  options.locales = {"ar", "en"};
  const auto revision = load(files, options);
  REQUIRE_FALSE(revision.ok());
  const std::string told = joined(revision.error());
  CHECK_THAT(told, Contains("strings/ar.yaml:1:1: string 'sys_not_linked' is missing in 'ar' (every deployment needs "
                            "it; add it to strings/ar.yaml)\n"));
  CHECK_THAT(told, Contains("strings/en.yaml:1:1: string 'nav_prev' is missing in 'en'"));
  CHECK(revision.error().size() == 1 + system_string_names.size() + 1);  // and sys_yes, where the flow uses it
}

TEST_CASE("loader: there must be a home flow") {
  const std::vector<SourceFile> files{
      {"flows/hone.yaml", "flow: hone\nschema: 1\nstates: {x: {end: {text: sys_yes}}}\n"},
      {"strings/ar.yaml", system_strings("ar")}};
  LoadOptions options;
  options.locales = {"ar"};
  const auto revision = load(files, options);
  REQUIRE_FALSE(revision.ok());
  CHECK(joined(revision.error()) ==
        "flows/hone.yaml:1:7: there is no flow 'home', which the bare service code opens (did you mean 'hone'?)");
  const auto nothing = load({}, options);
  REQUIRE_FALSE(nothing.ok());
}

TEST_CASE("loader: files of no kind, broken YAML and languages that are not spoken") {
  std::vector<SourceFile> files{{"flows/home.yaml", "flow: home\nschema: 1\nstates: {x: {end: {text: sys_yes}}}\n"},
                                {"strings/ar.yaml", system_strings("ar")},
                                {"strings/fr.yaml", "[this is not read]\n"}};
  LoadOptions options;
  options.locales = {"ar"};
  CHECK(load(files, options).ok());
  files.push_back({"notes/x.yaml", "a: b\n"});
  CHECK(joined(load(files, options).error()) ==
        "notes/x.yaml:1:1: neither flows/NAME.yaml nor strings/LOCALE.yaml nor keywords.yaml");
  files.back() = {"flows/broken.yaml", "flow: [\n"};
  // What the broken file would have said is not missed elsewhere.
  CHECK(load(files, options).error().size() == 1);
  std::vector<SourceFile> many(LoadLimits::files_max + 1, SourceFile{"flows/home.yaml", ""});
  CHECK(joined(load(many, options).error()) == "flows/home.yaml:1:1: more than 500 files in one deployment");
}

TEST_CASE("loader: a later folder's strings and flows replace earlier ones") {
  const std::string common = "flow: f\nschema: 1\nentry: {ussd: \"7\"}\nstates: {x: {end: {text: s}}}\n";
  const std::string own = "flow: f\nschema: 1\nentry: {ussd: \"7\"}\nstates: {y: {end: {text: s}}}\n";
  const std::vector<SourceFile> files{
      {"common/flows/f.yaml", common},
      {"common/strings/ar.yaml", system_strings("ar") + "s: from common\n"},
      {"own/flows/home.yaml", "flow: home\nschema: 1\nstates: {x: {end: {text: sys_yes}}}\n"},
      {"own/flows/f.yaml", own},
      {"own/strings/ar.yaml", "s: of its own\n"}};
  LoadOptions options;
  options.locales = {"ar"};
  const auto revision = load(files, options);
  REQUIRE(revision.ok());
  Phone phone(*revision, "ar");
  phone.dial({"7"});
  CHECK(phone.state() == "f.y");
  CHECK(phone.text() == "of its own");
}

TEST_CASE("loader: an amount may be in the deployment's own currency, whichever that is") {
  const std::vector<SourceFile> files{
      {"flows/home.yaml",
       "flow: home\nschema: 1\nslots:\n  paid: {money: local, max: 9999999}\n  lines: {list: {due: {money: local, "
       "max: "
       "9999999}}, max: 5}\nstates:\n  x: {set: {paid: 1234500}, then: y}\n  y: {end: {text: s}}\n"},
      {"strings/ar.yaml", system_strings("ar") + "s: \"{paid}\"\n"}};
  LoadOptions options;
  options.locales = {"ar"};
  const auto shown_in = [&](Currency currency) {
    options.currency = currency;
    const auto revision = load(files, options);
    if (!revision) FAIL(joined(revision.error()));
    return Phone(*revision, "ar").dial().text();
  };
  CHECK(shown_in(Currency::SYP) == "12,345");
  CHECK(shown_in(Currency::KWD) == "1,234.500");
}

TEST_CASE("loader: the id tells one set of sources from another") {
  const auto id_of = [](const std::string& text) {
    return must_load({.flows = {{"f", "flow: f\nschema: 1\nentry: {ussd: \"7\"}\nstates: {x: {end: {text: a}}}\n"}},
                      .ar = "a: " + text,
                      .en = "a: x"})
        ->id();
  };
  CHECK(id_of("one") == id_of("one"));
  CHECK(id_of("one") != id_of("two"));
}

TEST_CASE("loader: many faults are told at once, in order, up to a limit") {
  std::string flow = "flow: f\nschema: 1\nstates:\n";
  for (int i = 0; i < 300; ++i) flow += "  s" + std::to_string(i) + ": {end: {txt: a}}\n";
  const auto revision = Deployment{.flows = {{"f", flow}}, .ar = strings, .en = strings}.load();
  REQUIRE_FALSE(revision.ok());
  CHECK(revision.error().size() == Faults::faults_max);
  CHECK(revision.error().front().line == 4);
}

TEST_CASE("loader: folders are read in their order, files by name") {
  namespace fs = std::filesystem;
  const fs::path root = fs::temp_directory_path() / "shubbak_flows_loader_test";
  fs::remove_all(root);
  fs::create_directories(root / "common/strings");
  fs::create_directories(root / "own/flows");
  const auto write = [](const fs::path& path, const std::string& text) { std::ofstream(path) << text; };
  write(root / "common/strings/ar.yaml", "a: b\n");
  write(root / "own/flows/z.yaml", "z\n");
  write(root / "own/flows/b.yaml", "b\n");
  write(root / "own/flows/notes.txt", "not read");
  write(root / "own/keywords.yaml", "b: [c]\n");
  const std::vector<std::string> folders{(root / "common").string(), (root / "own").string()};
  const auto files = read_folders(folders);
  REQUIRE(files.ok());
  REQUIRE(files->size() == 4);
  CHECK((*files)[0].name == (root / "common/strings/ar.yaml").string());
  CHECK((*files)[1].name == (root / "own/flows/b.yaml").string());
  CHECK((*files)[1].text == "b\n");
  CHECK((*files)[2].name == (root / "own/flows/z.yaml").string());
  CHECK((*files)[3].name == (root / "own/keywords.yaml").string());
  CHECK((*files)[3].text == "b: [c]\n");
  fs::remove_all(root);
  const auto gone = read_folders(folders);
  REQUIRE_FALSE(gone.ok());
  CHECK(gone.error().code == Errc::not_found);
}
