// shubbak broadcast: messages to many numbers. One member of staff writes one and proposes it, another one approves
// it, the daemon tells it; and everybody who may sees whom it would tell, what it costs, and what came of it.
#include <cstdio>
#include <string>
#include <string_view>

#include "admin/broadcast_bodies.hpp"
#include "cli/command.hpp"
#include "cli/configuration.hpp"
#include "cli/staff_at_work.hpp"

namespace shubbak::cli {
namespace {

using staff::Permission;

constexpr std::string_view broadcast_name = "broadcast";

struct BroadcastOptions {
  std::string config;
  std::string account;
  std::int64_t number = 0;
  admin::BroadcastWanted wanted{};
  std::vector<std::string> texts{};  // "ar=..."
  bool open_only = false;
};

Result<StaffAtWork, int> broadcast_desk(const BroadcastOptions& options, Permission permission) {
  auto config = read_configuration(options.config);
  if (!config) return int{exit_failed};
  return StaffAtWork::open(broadcast_name, std::move(*config), options.account, permission);
}

Result<StaffAtWork, int> broadcast_reader(const BroadcastOptions& options) {
  auto config = read_configuration(options.config);
  if (!config) return int{exit_failed};
  return StaffAtWork::open_to_read(broadcast_name, std::move(*config));
}

int refused(const admin::ApiError& error) {
  return failed(broadcast_name, error.field.empty() ? error.message : error.field + ": " + error.message);
}

// " with notices of homs in governorate 31", " with open cases of kind outage in area douma of damascus"
std::string segment_of(const admin::BroadcastShown& one) {
  const bool is_of_cases = one.case_kind || one.area || one.directorate || one.office;
  std::string words;
  if (one.company && (one.governorate || !is_of_cases)) words += " with notices of " + *one.company;
  if (one.governorate) words += " in governorate " + *one.governorate;
  if (!is_of_cases) return words;
  words += " with open cases";
  if (one.case_kind) words += " of kind " + *one.case_kind;
  if (one.area) words += " in area " + *one.area;
  if (one.directorate) words += " of directorate " + *one.directorate;
  if (one.office) words += " at " + *one.office;
  if (one.company) words += " of " + *one.company;
  return words;
}

// "3  running  outage  to all active links  by amal"
std::string line_of(const admin::BroadcastShown& one) {
  std::string line = std::to_string(one.number) + "  " + one.state + "  " + one.kind + "  to ";
  std::string segment;
  if (one.operator_name) segment += " of operator " + *one.operator_name;
  if (one.language) segment += " in " + *one.language;
  segment += segment_of(one);
  line += segment.empty() ? "all active numbers" : "numbers" + segment;
  line += "  by " + one.author + " " + one.drafted;
  if (one.checker) line += ", " + *one.checker + " " + one.decided.value_or("");
  line += "  until " + one.expires;
  if (one.ended) line += ", over " + *one.ended;
  return line + "\n";
}

std::string results_of(const admin::BroadcastShown& one) {
  const auto of = [](const char* what, std::int64_t count) {
    return std::string(what) + " " + std::to_string(count);
  };
  return "prepared " + std::to_string(one.counts.prepared) + of(", waiting", one.waiting) +
         of(", sent", one.counts.sent) + of(", delivered", one.counts.delivered) + of(", failed", one.counts.failed) +
         of(", expired", one.counts.expired) + "\n";
}

int list_of(const BroadcastOptions& options) {
  auto desk = broadcast_reader(options);
  if (!desk) return desk.error();
  std::int64_t after = 0;
  for (;;) {
    const auto page = admin::list_broadcasts(desk->world(), desk->caller(), options.open_only, after);
    if (!page) return refused(page.error());
    if (page->empty()) return exit_ok;
    for (const store::StoredBroadcast& one : *page) {
      std::fputs(line_of(admin::shown(one)).c_str(), stdout);
      after = one.number;
    }
  }
}

int show_one(const BroadcastOptions& options) {
  auto desk = broadcast_reader(options);
  if (!desk) return desk.error();
  const auto found = admin::show_broadcast(desk->world(), desk->caller(), options.number);
  if (!found) return refused(found.error());
  const admin::BroadcastShown shown = admin::shown(*found);
  std::fputs((line_of(shown) + results_of(shown)).c_str(), stdout);
  for (const admin::BroadcastTextBody& text : shown.texts)
    std::printf("%s: %s\n", text.language.c_str(), text.text.c_str());
  return exit_ok;
}

int preview_one(const BroadcastOptions& options) {
  auto desk = broadcast_reader(options);
  if (!desk) return desk.error();
  const auto preview = desk->run(admin::preview_broadcast(desk->world(), desk->caller(), options.number));
  if (!preview) return refused(preview.error());
  for (const broadcasts::Group& one : preview->groups)
    std::printf("%s  %s  %lld\n", one.operator_name.c_str(), one.locale.c_str(),
                static_cast<long long>(one.recipients));
  const std::string cost = format_amount({preview->whole.cost, preview->currency});
  std::printf("%lld numbers, %lld short messages, %s %s\n", static_cast<long long>(preview->whole.recipients),
              static_cast<long long>(preview->whole.parts), cost.c_str(),
              std::string(to_string(preview->currency)).c_str());
  return exit_ok;
}

int draft_one(const BroadcastOptions& options) {
  admin::BroadcastWanted wanted = options.wanted;
  for (const std::string& text : options.texts) {
    const std::size_t sign = text.find('=');
    if (sign == std::string::npos)
      return wrong_usage(broadcast_name, "a text is LANGUAGE=TEXT, such as ar=... or \"en=No power tomorrow\"");
    wanted.texts.push_back({text.substr(0, sign), text.substr(sign + 1)});
  }
  auto desk = broadcast_desk(options, Permission::broadcast_write);
  if (!desk) return desk.error();
  const auto drafted = desk->run(admin::draft_broadcast(desk->world(), desk->caller(), std::move(wanted)));
  if (!drafted) return refused(drafted.error());
  const auto number = static_cast<long long>(drafted->number);
  std::printf("broadcast %lld is drafted; see whom it would tell: shubbak broadcast preview %lld\n", number, number);
  return exit_ok;
}

template <broadcasts::Act act>
int act_on_one(const BroadcastOptions& options) {
  auto desk = broadcast_desk(options, admin::permission_of(act));
  if (!desk) return desk.error();
  const auto done = desk->run(admin::act_on_broadcast(desk->world(), desk->caller(), options.number, act));
  if (!done) return refused(done.error());
  const auto number = static_cast<long long>(done->number);
  std::printf("broadcast %lld is %s", number, std::string(to_string(done->state)).c_str());
  if constexpr (act == broadcasts::Act::propose)
    std::printf("; another account decides on it: shubbak broadcast approve %lld", number);
  std::printf("\n");
  return exit_ok;
}

}  // namespace

void add_broadcast_command(CLI::App& app, int& exit_code) {
  static BroadcastOptions options;
  CLI::App* command = app.add_subcommand("broadcast", "Messages to many numbers, approved by a second person");
  command->require_subcommand(1);
  const auto add = [&](const char* name, const char* what, int (*run)(const BroadcastOptions&), bool by_staff) {
    CLI::App* added = command->add_subcommand(name, what);
    added->add_option("--config", options.config, "The deployment's shubbak.yaml")->required();
    if (by_staff) added->add_option("--as", options.account, "Your account")->required();
    added->callback([run, &exit_code] { exit_code = run(options); });
    return added;
  };
  const auto of_one = [&](CLI::App* one) {
    one->add_option("number,--number", options.number, "The broadcast's")->required();
  };
  CLI::App* drafting = add("draft", "Write one: whom it is for, and what it says", draft_one, true);
  drafting->add_option("--kind", options.wanted.kind, "outage or awareness")->required();
  drafting->add_option("--text", options.texts, "LANGUAGE=TEXT, once for each; the first language is needed")
      ->required();
  drafting->add_option("--expires", options.wanted.expires, "Over then, local: 2026-12-01T18:00")->required();
  drafting->add_option("--operator", options.wanted.operator_name, "Only numbers known to be this one's");
  drafting->add_option("--language", options.wanted.locale, "Only numbers that are told in it");
  drafting->add_option("--company", options.wanted.company,
                       "Only numbers that get notices of its bills; of open cases: only of this one's");
  drafting->add_option("--governorate", options.wanted.governorate,
                       "Only numbers that get notices of an account there: its code");
  drafting->add_option("--case-kind", options.wanted.case_kind, "Only numbers with an open case of this kind");
  drafting->add_option("--area", options.wanted.area, "Likewise, of the area of this one of the companies' offices");
  drafting->add_option("--directorate", options.wanted.directorate, "Likewise, of this one");
  drafting->add_option("--office", options.wanted.office, "Likewise, worked at this one");
  of_one(add("preview", "How many numbers it would tell now, and for how much", preview_one, false));
  of_one(add("propose", "Propose that it is told", act_on_one<broadcasts::Act::propose>, true));
  of_one(add("approve", "Tell what others have written and proposed", act_on_one<broadcasts::Act::approve>, true));
  of_one(add("reject", "Do not tell it", act_on_one<broadcasts::Act::reject>, true));
  of_one(add("pause", "Stop it for now, at once", act_on_one<broadcasts::Act::pause>, true));
  of_one(add("resume", "Let a paused one go on", act_on_one<broadcasts::Act::resume>, true));
  of_one(add("cancel", "Stop it for good", act_on_one<broadcasts::Act::cancel>, true));
  add("list", "All of them, and their state", list_of, false)
      ->add_flag("--open", options.open_only, "Only those that are not over");
  of_one(add("show", "One of them, and what came of it", show_one, false));
}

}  // namespace shubbak::cli
