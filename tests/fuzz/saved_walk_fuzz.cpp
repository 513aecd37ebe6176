// Any octets as a session that the store holds, under a flow of every kind of state. The input is the saved text and,
// behind the octet 0x1E, a script of actions (walk.hpp). Properties: it is refused, or taken up and saved again as
// one that is taken up; and whatever it says, the walk goes on as any other.
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "tests/fuzz/walk.hpp"

using namespace shubbak;
using namespace shubbak::flows;

namespace {

const std::string flow = R"yaml(flow: f
schema: 1
entry: {ussd: "7", sms: {keywords: [bill], numbers: [[2, 2], [4, 12]], start: load}}
limits: {resume_ttl: 10m}
slots:
  things: {list: {id: {digits: [2, 12]}, label: {text: 14}, due: {money: SYP, max: 9999999}}, max: 30}
  it: {ref: things}
  missing: {int: [0, 99]}
  n: {int: [0, 999999]}
  m: {money: SYP, max: 100000000}
  name: {text: 8}
states:
  load:
    call: {service: ask, timeout: 3s}
    save: {things: $.list, missing: $.number, m: $.money, name: $.text}
    then: {ok: pick, timeout|error|not_found: bye}
  pick:
    menu: {text: list, from: things, item: item, save: it, page: auto}
    pick: detail
    invalid: {retries: 2, text: low, to: bye}
  detail:
    menu:
      text: shown
      items: [{key: "1", text: a, to: ask, when: "m > 5 && isset(it)"}, {key: "2", text: b, to: note}]
  note:
    input: {type: text, max: 8, save: name, text: a}
    then: ask
  ask:
    input: {type: meter_reading, save: n, text: ask, refuse: [{when: "n < 10 || name == \"x\"", text: low}]}
    then: [{when: "n > 1000", to: sure}, {to: choose}]
  sure: {confirm: {text: ask, yes: tell, no: bye}}
  choose: {switch: [{when: "!(n == 5)", to: pick}, {to: bye}]}
  tell:
    call: {service: tell, args: {id: it.id, value: n}, timeout: 3s}
    then: {ok: done, timeout|error: bye}
  done: {end: {text: shown, from: things, item: item, sms: {ussd: a, sms: b}}}
  bye: {end: {text: {ussd: a, sms: b}}}
)yaml";
const std::string strings = R"yaml(a: A
b: ب
list: اختر {missing, plural, zero{a} one{b} two{c} few{# d} many{e} other{f}}
item: "{label} {due}"
shown: "{it.id} {m} {name, select, x{y} other{z}}"
ask: Number?
low: "less than {n}"
)yaml";

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const auto revision = fuzz::load_flow(flow, strings);
  SHUBBAK_ASSERT(revision.ok());
  std::vector<std::string> parts = fuzz::split(std::string(data, data + size), '\x1E', 2);
  parts.resize(2);
  auto session = load_session(**revision, parts[0]);
  if (!session) {
    SHUBBAK_ASSERT(!session.error().message.empty());
    return 0;
  }
  fuzz::Walk walk(**revision);
  walk.take_up(std::move(*session));
  walk.act_all(parts[1]);
  return 0;
}
