// What the flow language costs: an engine step beside the least that could show the same screen, checking a large
// deployment, rehearsing its conversations, and letting an old revision go. Every figure's work is judged once before
// it is measured.
#include <array>
#include <chrono>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include <benchmark/benchmark.h>
#include <muparserx/mpParser.h>
#include <unicode/msgfmt.h>

#include "cli/conversation.hpp"
#include "cli/test_runner.hpp"
#include "daemon_under_test.hpp"
#include "deployment.hpp"
#include "flows/checker.hpp"
#include "flows/engine.hpp"
#include "flows/loader.hpp"
#include "flows/revision.hpp"
#include "services/service.hpp"
#include "ussd/screen.hpp"

namespace {

using namespace shubbak;
using bench::die;

std::shared_ptr<const flows::Revision> loaded(const std::vector<flows::SourceFile>& files,
                                              std::vector<std::string> locales) {
  flows::LoadOptions options;
  options.locales = std::move(locales);
  options.services = services::signatures();
  auto revision = flows::load(files, options);
  if (!revision) die(to_string(revision.error().front()));
  return *revision;
}

// Engine steps
// ------------------------------------------------------------------------------------------------------------

constexpr std::string_view fixed_text = "الكوة الواحدة\n1 الذمة\n2 التسديدات\n3 تأشيرة العداد\n4 اشتراك آخر\n5 رجوع";
constexpr std::string_view plural_pattern =
    "{bills, plural, zero{لا فواتير} one{فاتورة واحدة} two{فاتورتان} few{# فواتير} many{# فاتورة} other{# فاتورة}}";

// Each menu leads to itself with the key 1, so that a step is one answer and one screen.
std::shared_ptr<const flows::Revision> menus() {
  static const std::shared_ptr<const flows::Revision> revision = [] {
    std::vector<flows::SourceFile> files{{"flows/home.yaml", R"(
flow: home
schema: 1
states: {main: {menu: {text: title, items: [{key: "1", text: first, flow: menus}]}}}
)"},
                                         {"flows/fixed.yaml", R"(
flow: fixed
schema: 1
entry: {ussd: "20"}
states:
  menu:
    menu:
      text: title
      items:
        - {key: "1", text: first, to: menu}
        - {key: "2", text: second, to: menu}
        - {key: "3", text: third, to: menu}
        - {key: "4", text: fourth, to: menu}
        - {key: "5", text: fifth, to: menu}
)"},
                                         {"flows/menus.yaml", R"(
flow: menus
schema: 1
entry: {ussd: "21"}
slots:
  due: {money: SYP, max: 999999999900}
  label: {text: 24}
  bills: {int: [0, 9999]}
states:
  ask:
    call: {service: bench.due, timeout: 3s}
    save: {due: $.due, label: $.label, bills: $.bills}
    then: {ok: slots, timeout|error: slots}
  slots: {menu: {text: slots, items: [{key: "1", text: first, to: slots}, {key: "2", text: second, to: plural}]}}
  plural: {menu: {text: plural, items: [{key: "1", text: first, to: plural}, {key: "2", text: second, to: when}]}}
  when:
    menu:
      text: title
      items: [{key: "1", text: first, to: when, when: "due > 0"}, {key: "2", text: second, to: ask}]
)"}};
    std::string strings;
    for (const std::string_view name : flows::system_string_names) strings.append(name).append(": نص\n");
    strings += "title: الكوة الواحدة\nfirst: الذمة\nsecond: التسديدات\nthird: تأشيرة العداد\nfourth: اشتراك آخر\n";
    strings += "fifth: رجوع\nslots: \"{label}: {due} ل.س\"\nplural: \"" + std::string(plural_pattern) + "\"\n";
    files.push_back({"strings/ar.yaml", strings});
    const std::vector<flows::ServiceSignature> services{{.name = "bench.due", .results = {"due", "label", "bills"}}};
    auto made = flows::load(files, {.locales = {"ar"}, .home_flow = "home", .services = services});
    if (!made) die(to_string(made.error().front()));
    return *made;
  }();
  return revision;
}

// A person who stands at a menu and comes to it again with each press.
class Person {
 public:
  explicit Person(std::string_view entry, std::string_view keys = {}) {
    flows::Step step = flows::dial(*menus(), session_, {std::string(entry)}, context_);
    if (step.call) {
      const boost::json::object data{{"due", 12'500'000}, {"label", "بيت 4521"}, {"bills", 11}};
      step = flows::outcome(*menus(), session_, {"ok", data}, context_);
    }
    for (const char key : keys) step = flows::answer(*menus(), session_, {&key, 1}, context_);
    text_ = step.text;
    if (press().text != text_) die("the menu does not lead to itself: " + text_);
  }
  flows::Step press() { return flows::answer(*menus(), session_, "1", context_); }
  [[nodiscard]] const std::string& text() const { return text_; }

 private:
  flows::Context context_{
      .screen = {}, .digits = flows::DigitStyle::latin, .linked = true, .random = nullptr, .visited = nullptr};
  flows::Session session_;
  std::string text_;
};

// Nanoseconds of one, the mean of so many.
template <class F>
double nanoseconds(benchmark::IterationCount times, F&& act) {
  const auto began = std::chrono::steady_clock::now();
  for (benchmark::IterationCount i = 0; i < times; ++i) act();
  return std::chrono::duration<double, std::nano>(std::chrono::steady_clock::now() - began).count() /
         static_cast<double>(times);
}

// Steps to a menu that shows `shows`, and beside them, as often, what they are compared with.
template <class Baseline>
void measure_steps(benchmark::State& state, Person person, std::string_view shows, Baseline&& baseline) {
  if (person.text().find(shows) == std::string::npos) die("the wrong menu: " + person.text());
  const auto began = std::chrono::steady_clock::now();
  for (auto _ : state) benchmark::DoNotOptimize(person.press());
  const std::chrono::duration<double, std::nano> took = std::chrono::steady_clock::now() - began;
  const double baseline_ns = nanoseconds(state.iterations(), baseline);
  state.counters["baseline_ns"] = baseline_ns;
  state.counters["times_baseline"] = took.count() / static_cast<double>(state.iterations()) / baseline_ns;
}

// The least that shows a screen of that size: a ready text is laid out.
void lay_out_ready_text() {
  const ussd::Content content{.body = fixed_text, .items = {}, .navigation = {}};
  benchmark::DoNotOptimize(ussd::lay_out(content, 0, {}));
}

void step_to_a_fixed_menu(benchmark::State& state) {
  measure_steps(state, Person("20"), "5 رجوع", lay_out_ready_text);
}
BENCHMARK(step_to_a_fixed_menu);

// ICU's own formatter with the pattern read once, to UTF-8, as a screen needs it.
class IcuMessage {
 public:
  using Arguments = std::vector<std::pair<const char16_t*, icu::Formattable>>;

  IcuMessage(std::string_view pattern, const Arguments& arguments, std::string_view shows)
      : format_(icu::UnicodeString::fromUTF8(icu::StringPiece(pattern)), icu::Locale("ar"), status_) {
    for (const auto& [name, value] : arguments) {
      names_.emplace_back(name);
      values_.push_back(value);
    }
    (*this)();
    if (U_FAILURE(status_) || out_.find(shows) == std::string::npos) die("ICU says: " + out_);
  }
  void operator()() {
    icu::UnicodeString text;
    out_.clear();
    format_.format(names_.data(), values_.data(), static_cast<std::int32_t>(values_.size()), text, status_);
    text.toUTF8String(out_);
    benchmark::DoNotOptimize(out_.data());
  }

 private:
  UErrorCode status_ = U_ZERO_ERROR;
  icu::MessageFormat format_;
  std::vector<icu::UnicodeString> names_;
  std::vector<icu::Formattable> values_;
  std::string out_;
};

void step_to_a_menu_with_amount_and_text(benchmark::State& state) {
  measure_steps(state, Person("21"), "بيت 4521: 125,000 ل.س",
                IcuMessage("{label}: {due} ل.س",
                           {{u"label", icu::Formattable(icu::UnicodeString(u"بيت 4521"))},
                            {u"due", icu::Formattable(icu::UnicodeString(u"125,000"))}},
                           "125,000 ل.س"));
}
BENCHMARK(step_to_a_menu_with_amount_and_text);

void step_to_a_menu_with_an_arabic_plural(benchmark::State& state) {
  measure_steps(state, Person("21", "2"), "11 فاتورة",
                IcuMessage(plural_pattern, {{u"bills", icu::Formattable(std::int32_t{11})}}, "فاتورة"));
}
BENCHMARK(step_to_a_menu_with_an_arabic_plural);

void step_to_a_menu_with_a_condition(benchmark::State& state) {
  mup::ParserX parser(mup::pckALL_NON_COMPLEX);
  mup::Value due(12'500'000.0);
  parser.DefineVar("due", mup::Variable(&due));
  parser.SetExpr("due > 0");
  measure_steps(state, Person("21", "22"), "1 الذمة\n2 التسديدات", [&] {
    if (!parser.Eval().GetBool()) die("muparserx says no");
  });
}
BENCHMARK(step_to_a_menu_with_a_condition);

// A large deployment
// ------------------------------------------------------------------------------------------------------------

const std::vector<std::string> locales{"ar", "en", "ckb"};

const std::vector<flows::SourceFile>& sources() {
  static const std::vector<flows::SourceFile> files = bench::large_deployment(bench::Money::with);
  return files;
}

void check_all(const flows::Revision& revision) {
  const std::array<flows::OperatorProfile, 3> operators{{{.name = "one"},
                                                         {.name = "two", .ussd_digits = flows::DigitStyle::arabic},
                                                         {.name = "three", .ussd_octets_max = 182}}};
  const auto faults = flows::check(revision, {.operators = operators, .published = nullptr});
  if (!faults.empty()) die(to_string(faults.front()));
}

void load_a_large_deployment(benchmark::State& state) {
  for (auto _ : state) {
    const auto revision = loaded(sources(), locales);
    state.PauseTiming();
    state.counters["flows"] = static_cast<double>(revision->flows().size());
    state.ResumeTiming();
  }
}
BENCHMARK(load_a_large_deployment)->Unit(benchmark::kMillisecond);

void check_a_large_deployment(benchmark::State& state) {
  const auto revision = loaded(sources(), locales);
  for (auto _ : state) check_all(*revision);
}
BENCHMARK(check_a_large_deployment)->Unit(benchmark::kMillisecond);

// What the daemon's loop does when the last dialogue leaves a revision.
void let_a_large_deployment_go(benchmark::State& state) {
  for (auto _ : state) {
    state.PauseTiming();
    auto revision = loaded(sources(), locales);
    state.ResumeTiming();
    revision.reset();
  }
}
BENCHMARK(let_a_large_deployment_go)->Unit(benchmark::kMillisecond)->Iterations(20);

// A person of each kind, on a flow of its own. The numbers are those of large_deployment().
std::string conversation(int number) {
  const int copy = number % bench::copies_of_each;
  const std::string accounts =
      "bills.accounts: {accounts: [{id: \"4521007\", label: \"بيت 4521\", company: damascus}], missing: 0}";
  const auto code = [copy](int first) { return "  - dial: \"*123*" + std::to_string(first + copy) + "#\"\n"; };
  const std::string head =
      "conversation: number " + std::to_string(number) + "\noperator: [one]\ngiven:\n  services:\n    ";
  switch (number % 4) {
    case 0:
      return head + accounts + "\n    bills.due: {amount: 150000, count: 2}\nsteps:\n" + code(10) +
             "  - expect: {contains: \"4521\"}\n  - send: \"1\"\n  - expect: {contains: \"1,500\", max_octets: 160}\n"
             "  - send: \"1\"\n  - expect: {ended: true}\n  - expect_sms: {contains: \"1,500\"}\n";
    case 1:
      return head + accounts +
             "\n    payments.history: {payments: [{date: \"2026-10-20\", amount: 150000, place: Homs}], count: "
             "1}\nsteps:\n" +
             code(18) +
             "  - send: \"1\"\n  - expect: {contains: \"1,500\"}\n  - send: \"1\"\n  - expect: {contains: Homs}\n";
    case 2:
      return head + accounts +
             "\n    readings.last: {value: 18250, date: \"2026-10-20\", meter: in_service, open: 1, first_day: 1, "
             "last_day: 31, highest: 99999, turned: 0, most: 5000, days: 37, sent: 0, sent_value: 0, sent_on: \"\", "
             "sent_reference: \"\", sent_by: \"\"}\n    readings.submit: {reference: "
             "R1}\nsteps:\n" +
             code(26) +
             "  - send: \"1\"\n  - expect: {contains: \"18250\"}\n  - send: \"18300\"\n  - expect: {contains: "
             "\"18300\"}\n"
             "  - send: \"1\"\n  - expect: {contains: R1, ended: true}\n  - expect_sms: {contains: R1}\n";
    default:
      return head + accounts +
             "\n    bills.due: {amount: 150000, count: 2}\n    payments.pay: {receipt: R1}\nsteps:\n" + code(42) +
             "  - send: \"1\"\n  - send: \"1\"\n  - expect: {contains: \"1,500\"}\n  - send: \"1\"\n  - expect: "
             "{ended: true}\n"
             "  - dial: \"*123*123456#\"\n  - send: \"4539578763621481\"\n  - expect: {contains: R1, ended: true}\n"
             "  - expect_sms: {contains: R1}\nassert: {services_called: {payments.pay: 1}, ledger_balanced: true}\n";
  }
}

// Read, rehearsed with the session saved and taken up between every two steps, and judged.
void a_thousand_conversations(benchmark::State& state) {
  const auto revision = loaded(sources(), locales);
  const std::vector<rehearsal::Profile> operators{{.name = "one"}};
  std::vector<std::string> files(10);
  for (int number = 0; number < 1000; ++number) {
    std::string& file = files[static_cast<std::size_t>(number / 100)];
    file.append(file.empty() ? "" : "---\n").append(conversation(number));
  }
  for (auto _ : state) {
    cli::TestRunner runner(revision, operators);
    std::size_t held = 0;
    for (const std::string& file : files) {
      const auto conversations = cli::load_conversations("bench.yaml", file);
      if (!conversations) die(to_string(conversations.error().front()));
      for (const cli::Conversation& one : *conversations) {
        for (const cli::TestResult& result : runner.run(one)) {
          if (result.failure) die(result.conversation + ": " + result.failure->message);
          ++held;
        }
      }
    }
    if (held != 1000) die("not every conversation was rehearsed");
  }
}
BENCHMARK(a_thousand_conversations)->Unit(benchmark::kMillisecond);

}  // namespace
